import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest

from tests.openapi import books_cases, crm_cases, desk_cases
from tests.openapi.books_cases import BooksAsker
from tests.openapi.case import Case
from tests.openapi.desk_asker import DeskAsker
from tests.openapi.exceptions import Exceptions, problems_of
from tests.openapi.normaliser import (
    FOLDER,
    errors,
    folder,
    request_schema,
)
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
INSERT = "crm-v8/record.json POST /{module}"
UPDATE = "crm-v8/record.json PUT /{module}/{recordID}"
DELETE = "crm-v8/record.json DELETE /{module}/{recordID}"
FIND = "crm-v8/module_search.json GET /{module}/search"
MODULES = "crm-v8/modules.json GET /settings/modules"
FIELDS = "crm-v8/fields.json GET /settings/fields"
LAYOUTS = "crm-v8/layouts.json GET /settings/layouts"
LAYOUT = "crm-v8/layouts.json GET /settings/layouts/{id}"
DEPENDENCIES = (
    "crm-v8/map_dependency.json GET /settings/layouts/{layoutId}/map_dependency"
)
DEPENDENCY = f"{DEPENDENCIES}/{{dependencyId}}"
FILES = "crm-v8/attachments.json GET /{moduleApiName}/{recordId}/Attachments"
ATTACH = FILES.replace("GET", "POST")
FILE = f"{FILES}/{{id}}"
DETACH = FILE.replace("GET", "DELETE")
ORGANIZATIONS = "desk-v1/Organization.json GET /api/v1/organizations"
DEPARTMENTS = "desk-v1/Department.json GET /api/v1/departments"
SEARCH = "desk-v1/Search.json GET /api/v1/contacts/search"
TICKETS = "desk-v1/Ticket.json GET /api/v1/tickets"
TICKET = "desk-v1/Ticket.json GET /api/v1/tickets/{ticketId}"
CREATE = "desk-v1/Ticket.json POST /api/v1/tickets"
COMMENTS = "desk-v1/TicketComment.json GET /api/v1/tickets/{ticketId}/comments"
COMMENT = "desk-v1/TicketComment.json POST /api/v1/tickets/{ticketId}/comments"

JANE = {"lastName": "Doe", "email": "jane@example.com"}


def upsert(status: int, *records: dict[str, Any], module: str = "Contacts") -> Case:
    return Case(UPSERT, status, f"/crm/v8/{module}/upsert", {"data": list(records)})


def settings(operation: str, status: int, path: str, **more: Any) -> Case:
    return Case(operation, status, f"/crm/v8/settings/{path}", **more)


def files(operation: str, status: int, path: str, **more: Any) -> Case:
    return Case(operation, status, f"/crm/v8/Contacts/{path}", **more)


def ticket(status: int, **changes: Any) -> Case:
    body = {"subject": "Printer", "departmentId": "{department}", "contact": JANE}
    return Case(CREATE, status, "/api/v1/tickets", body | changes)


def comment(status: int, **body: Any) -> Case:
    return Case(COMMENT, status, "/api/v1/tickets/{ticket}/comments", body)


CRM_MODULES = ("Contacts", "Leads", "Accounts", "Deals")
MOST_BYTES = 10_000
TWICE = {"Last_Name": "Doe", "Customer_Number": "K-1"}
MISMATCHED = {"Last_Name": "Doe", "Region": "Asia", "Country": "France"}
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
RICH: dict[str, Any] = {"organization": "Rich Ltd"}
OLD = {"If-Unmodified-Since": "2020-01-01T00:00:00+00:00"}
MODULE = "module=Contacts"
RICH_MAPS = "layouts/{rich layout}/map_dependency"
CRM_CASES += [
    settings(MODULES, 200, "modules"),
    settings(MODULES, 200, "modules", **RICH),
    *(settings(FIELDS, 200, f"fields?module={each}") for each in CRM_MODULES),
    settings(FIELDS, 200, f"fields?{MODULE}", **RICH),
    settings(FIELDS, 204, f"fields?{MODULE}&type=unused"),
    settings(FIELDS, 400, "fields"),
    *(settings(LAYOUTS, 200, f"layouts?module={each}") for each in CRM_MODULES),
    settings(LAYOUTS, 200, f"layouts?{MODULE}", **RICH),
    settings(LAYOUTS, 400, "layouts?module=Nothing"),
    settings(LAYOUTS, 401, f"layouts?{MODULE}", headers=DEAD_TOKEN),
    settings(LAYOUT, 200, f"layouts/{{rich layout}}?{MODULE}", **RICH),
    settings(LAYOUT, 204, f"layouts/1?{MODULE}"),
    settings(DEPENDENCIES, 200, f"{RICH_MAPS}?{MODULE}", **RICH),
    settings(DEPENDENCIES, 204, f"layouts/{{layout}}/map_dependency?{MODULE}"),
    settings(DEPENDENCIES, 400, f"layouts/1/map_dependency?{MODULE}"),
    settings(DEPENDENCY, 200, f"{RICH_MAPS}/{{dependency}}?{MODULE}", **RICH),
    settings(DEPENDENCY, 204, f"{RICH_MAPS}/1?{MODULE}", **RICH),
    Case(LIST, 200, "/crm/v8/Contacts?fields=Owner,Created_By&page=2&per_page=2"),
    Case(LIST, 400, "/crm/v8/Contacts?fields=id&page_token=e30="),
    Case(RECORD, 200, "/crm/v8/Contacts/{rich contact}", **RICH),
    Case(INSERT, 201, "/crm/v8/Contacts", {"data": [{"Last_Name": "Doe"}]}),
    Case(INSERT, 400, "/crm/v8/Contacts", {"data": [{"Email": "x"}]}),
    Case(INSERT, 401, "/crm/v8/Contacts", {"data": [{}]}, "ZohoCRM.modules.READ"),
    Case(INSERT, 400, "/crm/v8/Contacts", {"data": [TWICE]}, **RICH),
    Case(INSERT, 400, "/crm/v8/Contacts", {"data": [MISMATCHED]}, **RICH),
    Case(UPDATE, 200, "/crm/v8/Contacts/{contact}", {"data": [{"Title": "Ms"}]}),
    Case(UPDATE, 400, "/crm/v8/Contacts/{contact}", {"data": [{"Phone": 1}]}),
    Case(UPDATE, 400, "/crm/v8/Contacts/1", {"data": [{"Title": "Ms"}]}),
    Case(UPDATE, 401, "/crm/v8/Contacts/1", {}, headers=DEAD_TOKEN),
    Case(UPDATE, 412, "/crm/v8/Contacts/{contact}", {"data": [{}]}, headers=OLD),
    Case(DELETE, 200, "/crm/v8/Contacts/{fresh contact}"),
    Case(DELETE, 400, "/crm/v8/Contacts/1"),
    Case(DELETE, 401, "/crm/v8/Contacts/1", scope="ZohoCRM.modules.READ"),
    Case(FIND, 200, "/crm/v8/Contacts/search?word=Archer"),
    Case(FIND, 200, "/crm/v8/Contacts/search?criteria=(Last_Name:equals:Archer)"),
    Case(FIND, 204, "/crm/v8/Contacts/search?email=nobody@example.com"),
    Case(FIND, 400, "/crm/v8/Contacts/search"),
    Case(FIND, 400, "/crm/v8/Contacts/search?word=a"),
    Case(FIND, 400, "/crm/v8/Contacts/search?word=ab&email=a"),
    Case(FIND, 400, "/crm/v8/Contacts/search?word=ab&page=11"),
    Case(FIND, 400, "/crm/v8/Contacts/search?criteria=x"),
    Case(
        FIND, 400, f"/crm/v8/Contacts/search?criteria=({'or'.join(['(id:in:1)'] * 16)})"
    ),
    Case(FIND, 400, "/crm/v8/Nothing/search?word=ab"),
    Case(FIND, 401, "/crm/v8/Contacts/search?word=ab", scope="ZohoCRM.modules.ALL"),
    Case(FIND, 401, "/crm/v8/Contacts/search?word=ab", headers=DEAD_TOKEN),
    files(ATTACH, 200, "{contact}/Attachments", body=b"a file"),
    files(ATTACH, 400, "{contact}/Attachments", body={}),
    files(ATTACH, 400, "1/Attachments", body=b"a file"),
    files(ATTACH, 413, "{contact}/Attachments", body=b"x" * (MOST_BYTES + 1)),
    files(
        FILES,
        200,
        "{contact}/Attachments?fields=id,File_Name,Size,$file_id"
        ",Created_Time,Created_By,Modified_Time,Modified_By,Owner,Parent_Id,$type",
    ),
    files(FILES, 400, "{contact}/Attachments"),
    files(FILES, 401, "{contact}/Attachments?fields=id", headers=DEAD_TOKEN),
    files(FILE, 204, "{contact}/Attachments/1"),
    files(FILE, 400, "{contact}/Attachments/{link}"),
    files(DETACH, 200, "{contact}/Attachments/{attachment}"),
    files(DETACH, 400, "{contact}/Attachments/1"),
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
    Case(TICKETS, 200, "/api/v1/tickets?departmentId={department}&{include}"),
    Case(TICKETS, 204, "/api/v1/tickets?departmentId=1"),
    Case(TICKET, 200, "/api/v1/tickets/{ticket}"),
    Case(TICKET, 200, "/api/v1/tickets/{ticket}?{include},team,products"),
    Case(TICKET, 404, "/api/v1/tickets/1"),
    ticket(200),
    ticket(200, priority="High", dueDate="2026-12-01T10:00:00.000Z", language="German"),
    ticket(422, subject=None, departmentId="1"),
    ticket(422, title="Unknown"),
    Case(CREATE, 400, "/api/v1/tickets", []),
    Case(CREATE, 401, "/api/v1/tickets", {}, headers=DEAD_TOKEN),
    Case(CREATE, 403, "/api/v1/tickets", {}, "Desk.tickets.READ"),
    comment(200, content="Done"),
    comment(200, content="Done", contentType="plainText", isPublic=True),
    comment(422),
    comment(422, content="x" * 32_001, contentType="md"),
    comment(422, content="Done", text="Unknown"),
    Case(COMMENTS, 200, "/api/v1/tickets/{ticket}/comments?sortBy=-commentedTime"),
    Case(COMMENTS, 404, "/api/v1/tickets/1/comments"),
]
CASES = CRM_CASES + crm_cases.CASES + DESK_CASES


class Asker:
    """Sends the cases to a sandbox with two CRM organisations."""

    def __init__(self, zoho: SandboxZoho) -> None:
        wishes = [{"name": "Example Ltd"}, {"name": "Rich Ltd", "sample": "rich"}]
        zoho.reset(crm_organizations=wishes, crm_attachment_limit=MOST_BYTES)
        self._zoho = zoho
        self._clients = {
            each["name"]: connect(zoho, organization=each["name"]) for each in wishes
        }
        self._names = self._fixed_names()

    def ask(self, case: Case) -> Reply:
        client = self._clients[case.organization]
        if case.scope:
            client = connect(self._zoho, case.scope)
        headers = case.headers
        if headers == NO_TOKEN:
            client, headers = Client(self._zoho), {}
        path = self._path(case.path)
        method = case.operation.split()[1]
        if isinstance(case.body, bytes):
            return client.saying(headers).upload(path, file=("a.txt", case.body))
        if case.body is None:
            return client.send(method, path, **headers)
        return client.send(method, path, self._filled(case.body), **headers)

    def _path(self, path: str) -> str:
        while "{fresh contact}" in path:
            path = path.replace("{fresh contact}", self._new_contact(), 1)
        if "{attachment}" in path:
            made = self._attached(file=("a.txt", b"a file"))
            path = path.replace("{attachment}", made)
        if "{link}" in path:
            made = self._attached(attachmentUrl="https://example.com")
            path = path.replace("{link}", made)
        for name, value in self._names.items():
            path = path.replace(name, value)
        return path

    def _fixed_names(self) -> dict[str, str]:
        records = self._zoho.records()
        plain, rich = self._clients["Example Ltd"], self._clients["Rich Ltd"]
        contact = {"id": records["contacts"][0]["id"]}
        deal = {"Deal_Name": "Chairs", "Contact_Name": contact}
        parent = contact | {"module": {"api_name": "Contacts"}}
        note = {"Note_Content": "Said yes", "Parent_Id": parent}
        module = plain.get("/crm/v8/settings/modules/Contacts").json
        one = plain.get("/crm/v8/users?type=CurrentUser").json
        fields = plain.get("/crm/v8/settings/fields?module=Contacts").json
        rich.post("/crm/v8/Contacts", {"data": [TWICE]})
        layout = layout_id(rich)
        maps = f"/crm/v8/settings/layouts/{layout}/map_dependency?module=Contacts"
        return {
            "{contact}": records["contacts"][0]["id"],
            "{include}": "include=contacts,departments,assignee",
            "{ticket}": records["tickets"][0]["id"],
            "{department}": records["tickets"][0]["departmentId"],
            "{rich contact}": self._zoho.crm_records("Contacts", "Rich Ltd")[0]["id"],
            "{other contact}": records["contacts"][1]["id"],
            "{module}": module["modules"][0]["id"],
            "{note}": new_id(plain.post("/crm/v8/Notes", {"data": [note]})),
            "{deal}": new_id(plain.post("/crm/v8/Deals", {"data": [deal]})),
            **self._bulk(plain),
            "{user}": one["users"][0]["id"],
            "{field}": fields["fields"][0]["id"],
            "{layout}": layout_id(plain),
            "{rich layout}": layout,
            "{dependency}": rich.get(maps).json["map_dependency"][0]["id"],
        }

    def _bulk(self, client: Client) -> dict[str, str]:
        file = ("a.zip", crm_cases.ROWS)
        path = "/crm/v8/upload"
        rows = client.saying(crm_cases.FOR_ROWS).upload(path, file=file).json["details"]
        wanted = json.dumps(crm_cases.INSERT).replace("{rows}", rows["file_id"])
        job = client.send("POST", crm_cases.BULK, wanted).json["details"]
        return {"{rows}": rows["file_id"], "{job}": job["id"]}

    def _new_contact(self) -> str:
        client = self._clients["Example Ltd"]
        reply = client.post("/crm/v8/Contacts", {"data": [{"Last_Name": "Doe"}]})
        return new_id(reply)

    def _attached(self, **parts: Any) -> str:
        client = self._clients["Example Ltd"]
        path = f"/crm/v8/Contacts/{self._names['{contact}']}/Attachments"
        return new_id(client.upload(path, **parts))

    def _filled(self, body: Any) -> str:
        text = json.dumps(body)
        for name, value in self._names.items():
            text = text.replace(name, value)
        return text


def new_id(reply: Reply) -> str:
    found: str = reply.json["data"][0]["details"]["id"]
    return found


def layout_id(client: Client) -> str:
    reply = client.get("/crm/v8/settings/layouts?module=Contacts")
    found: str = reply.json["layouts"][0]["id"]
    return found


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
    def test_are_all_needed(
        self, asker: Asker, desk_asker: DeskAsker, books_asker: BooksAsker
    ) -> None:
        exceptions = Exceptions.read()

        for case in CASES:
            problems_of(exceptions, case, asker.ask(case))
        for case in desk_cases.CASES:
            problems_of(exceptions, case, desk_asker.ask(case))
        for case in books_cases.CASES:
            problems_of(exceptions, case, books_asker.ask(case))

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
