from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest

from tests.openapi import desk_cases
from tests.openapi.case import Case
from tests.openapi.desk_asker import DeskAsker
from tests.openapi.exceptions import Exceptions, problems_of
from tests.openapi.normaliser import FOLDER, errors, folder, request_schema
from tests.sandbox.client import Client, Reply, connect
from tests.zoho import SandboxZoho

pytestmark = pytest.mark.skipif(
    folder() is None,
    reason=f"{FOLDER} does not name a folder with Zoho's OpenAPI files",
)

ORG = "crm-v8/org.json GET /org"
USERS = "crm-v8/users.json GET /users"
LIST = "crm-v8/record.json GET /{module}"
RECORD = "crm-v8/record.json GET /{module}/{recordID}"
UPSERT = "crm-v8/record.json POST /{module}/upsert"
ORGANIZATIONS = "desk-v1/Organization.json GET /api/v1/organizations"
DEPARTMENTS = "desk-v1/Department.json GET /api/v1/departments"
SEARCH = "desk-v1/Search.json GET /api/v1/contacts/search"
TICKETS = "desk-v1/Ticket.json GET /api/v1/tickets"
TICKET = "desk-v1/Ticket.json GET /api/v1/tickets/{ticketId}"
CREATE = "desk-v1/Ticket.json POST /api/v1/tickets"

JANE = {"lastName": "Doe", "email": "jane@example.com"}


def upsert(status: int, *records: dict[str, Any], module: str = "Contacts") -> Case:
    return Case(UPSERT, status, f"/crm/v8/{module}/upsert", {"data": list(records)})


def ticket(status: int, **changes: Any) -> Case:
    body = {"subject": "Printer", "departmentId": "{department}", "contact": JANE}
    return Case(CREATE, status, "/api/v1/tickets", body | changes)


NO_TOKEN = {"Authorization": ""}
DEAD_TOKEN = {"Authorization": "Zoho-oauthtoken 1000.dead"}
CRM_CASES = [
    Case(ORG, 200, "/crm/v8/org"),
    Case(ORG, 401, "/crm/v8/org", headers=DEAD_TOKEN),
    Case(ORG, 401, "/crm/v8/org", scope="Desk.basic.READ"),
    Case(USERS, 200, "/crm/v8/users?type=CurrentUser"),
    Case(USERS, 401, "/crm/v8/users?type=CurrentUser", headers=DEAD_TOKEN),
    Case(LIST, 200, "/crm/v8/Contacts?fields=Last_Name,Email"),
    Case(LIST, 204, "/crm/v8/Leads?fields=Last_Name"),
    Case(LIST, 400, "/crm/v8/Contacts"),
    Case(LIST, 400, "/crm/v8/Nothing?fields=id"),
    Case(LIST, 400, "/crm/v8/Contacts?fields=id&page=11"),
    Case(LIST, 401, "/crm/v8/Contacts?fields=id", headers=DEAD_TOKEN),
    Case(RECORD, 200, "/crm/v8/Contacts/{contact}"),
    Case(RECORD, 204, "/crm/v8/Contacts/1"),
    Case(RECORD, 404, "/crm/v8/Contacts/nothing"),
    upsert(200, {"Last_Name": "Doe", "Email": "jane@example.com"}),
    upsert(200, {"Last_Name": "Archer", "Email": "ada.archer@example.com"}),
    upsert(207, {"Last_Name": "Doe"}, {"First_Name": "Jane"}),
    upsert(400, {"First_Name": "Jane"}),
    upsert(400, {"Last_Name": "Doe", "Email": "nowhere"}),
    upsert(400, {"Last_Name": "x" * 81}),
    upsert(400, *[{"Last_Name": "Doe"}] * 101),
    upsert(400),
    upsert(400, {"Last_Name": "Doe"}, module="Nothing"),
    Case(UPSERT, 400, "/crm/v8/Contacts/upsert", {}),
    Case(UPSERT, 401, "/crm/v8/Contacts/upsert", {}, "ZohoCRM.modules.READ"),
    Case(UPSERT, 401, "/crm/v8/Contacts/upsert", {}, headers=NO_TOKEN),
    Case(UPSERT, 401, "/crm/v8/Contacts/upsert", {}, headers=DEAD_TOKEN),
    Case(UPSERT, 404, "/crm/v8/Contacts/upsert/all", {}),
]
DESK_CASES = [
    Case(ORGANIZATIONS, 200, "/api/v1/organizations"),
    Case(ORGANIZATIONS, 401, "/api/v1/organizations", headers=NO_TOKEN),
    Case(ORGANIZATIONS, 401, "/api/v1/organizations", headers=DEAD_TOKEN),
    Case(DEPARTMENTS, 200, "/api/v1/departments?isEnabled=true&limit=200"),
    Case(DEPARTMENTS, 204, "/api/v1/departments?from=10"),
    Case(DEPARTMENTS, 403, "/api/v1/departments", headers={"orgId": "1"}),
    Case(DEPARTMENTS, 422, "/api/v1/departments?limit=201"),
    Case(DEPARTMENTS, 500, "/api/v1/departments", headers={"orgId": "x"}),
    Case(SEARCH, 200, "/api/v1/contacts/search?email=ada.archer@example.com"),
    Case(SEARCH, 204, "/api/v1/contacts/search?email=nobody@example.com"),
    Case(SEARCH, 403, "/api/v1/contacts/search?email=x", scope="Desk.basic.READ"),
    Case(TICKETS, 200, "/api/v1/tickets?sortBy=-createdTime&limit=5"),
    Case(TICKETS, 204, "/api/v1/tickets?departmentId=1"),
    Case(TICKET, 200, "/api/v1/tickets/{ticket}"),
    Case(TICKET, 404, "/api/v1/tickets/1"),
    ticket(200),
    ticket(200, priority="High", dueDate="2026-12-01T10:00:00.000Z", language="German"),
    ticket(422, subject=None, departmentId="1"),
    ticket(422, title="Unknown"),
    Case(CREATE, 400, "/api/v1/tickets", []),
    Case(CREATE, 401, "/api/v1/tickets", {}, headers=DEAD_TOKEN),
    Case(CREATE, 403, "/api/v1/tickets", {}, "Desk.tickets.READ"),
]
CASES = CRM_CASES + DESK_CASES


class Asker:
    """Sends the cases to a fresh sandbox."""

    def __init__(self, zoho: SandboxZoho) -> None:
        self._zoho = zoho
        self._client = connect(zoho)
        records = zoho.records()
        self._names = {
            "{contact}": records["contacts"][0]["id"],
            "{ticket}": records["tickets"][0]["id"],
            "{department}": records["tickets"][0]["departmentId"],
        }

    def ask(self, case: Case) -> Reply:
        client = self._client
        if case.scope:
            client = connect(self._zoho, case.scope)
        headers = case.headers
        if headers == NO_TOKEN:
            client, headers = Client(self._zoho), {}
        path = case.path
        for name, value in self._names.items():
            path = path.replace(name, value)
        if case.body is None:
            return client.get(path, **headers)
        return client.post(path, self._filled(case.body), **headers)

    def _filled(self, body: Any) -> Any:
        if not isinstance(body, dict):
            return body
        return {
            name: self._names.get(value, value) if isinstance(value, str) else value
            for name, value in body.items()
        }


@pytest.fixture(scope="module")
def asker() -> Iterator[Asker]:
    with SandboxZoho() as zoho:
        yield Asker(zoho)


class TestSandboxAnswers:
    @pytest.mark.parametrize("case", CASES, ids=str)
    def test_fit_the_files(self, asker: Asker, case: Case) -> None:
        reply = asker.ask(case)

        assert reply.status == case.status
        assert problems_of(Exceptions.read(), case, reply) == []


class TestExceptions:
    def test_are_all_needed(self, asker: Asker, desk_asker: DeskAsker) -> None:
        exceptions = Exceptions.read()

        for case in CASES:
            problems_of(exceptions, case, asker.ask(case))
        for case in desk_cases.CASES:
            problems_of(exceptions, case, desk_asker.ask(case))

        assert exceptions.unneeded() == []

    def test_have_a_reason(self) -> None:
        exceptions = Exceptions.read()

        for entry in [*exceptions.reshaped, *exceptions.tolerated]:
            assert len(entry["reason"]) > 20


class TestNormaliser:
    @pytest.mark.parametrize(
        "change",
        [
            {"isSpam": "no"},
            {"webUrl": "nowhere"},
            {"statusType": "Unheard"},
            {"createdTime": "today"},
            {"anInvention": 1},
        ],
    )
    def test_catches_a_broken_ticket(
        self, asker: Asker, change: dict[str, Any]
    ) -> None:
        body = asker.ask(ticket(200)).json

        assert Exceptions.read().problems(f"{CREATE} 200", body | change)

    def test_catches_a_missing_key(self, asker: Asker) -> None:
        body = asker.ask(ticket(200)).json
        del body["ticketNumber"]

        assert Exceptions.read().problems(f"{CREATE} 200", body)

    @pytest.mark.parametrize(
        ("key", "value"),
        [("id", 1), ("Created_Time", "yesterday"), ("Modified_By", {"name": "Alex"})],
    )
    def test_catches_a_broken_upsert(
        self, asker: Asker, key: str, value: object
    ) -> None:
        body = asker.ask(upsert(200, {"Last_Name": "Doe"})).json
        broken = deepcopy(body)
        broken["data"][0]["details"][key] = value

        assert Exceptions.read().problems(f"{UPSERT} 200", broken)

    def test_reads_the_schema_of_a_request(self) -> None:
        schema = request_schema("desk-v1/Ticket.json", "/api/v1/tickets", "POST")

        found = [error.message for error in errors(schema, {"subject": 1})]

        assert "1 is not of type 'string', 'null'" in found
