from typing import Any

import pytest

from tests.sandbox.client import Client, connect
from tests.zoho import SandboxZoho

JANE = {"lastName": "Doe", "email": "jane@example.com"}


@pytest.fixture
def department_id(client: Client) -> str:
    found: str = client.get("/api/v1/departments").json["data"][0]["id"]
    return found


class TestGate:
    def test_wants_a_token(self, zoho: SandboxZoho) -> None:
        reply = Client(zoho).get("/api/v1/organizations")

        assert reply.status == 401
        assert reply.json["errorCode"] == "UNAUTHORIZED"

    def test_refuses_an_expired_token(self, zoho: SandboxZoho, client: Client) -> None:
        zoho.expire_tokens()

        reply = client.get("/api/v1/organizations")

        assert reply.status == 401
        assert reply.json["errorCode"] == "INVALID_OAUTH"

    def test_refuses_a_token_without_the_scope(self, zoho: SandboxZoho) -> None:
        reply = connect(zoho, "Desk.basic.READ").get("/api/v1/tickets")

        assert reply.status == 403
        assert reply.json["errorCode"] == "SCOPE_MISMATCH"

    def test_wants_both_scopes_for_a_search(self, zoho: SandboxZoho) -> None:
        app = connect(zoho, "Desk.contacts.READ")

        assert app.get("/api/v1/contacts/search?email=x").status == 403

    def test_refuses_an_unknown_url(self, client: Client) -> None:
        reply = client.get("/api/v1/nothing")

        assert reply.status == 404
        assert reply.json["errorCode"] == "URL_NOT_FOUND"


class TestOrganisation:
    def test_is_listed_without_its_id(self, client: Client) -> None:
        (organisation,) = client.get("/api/v1/organizations").json["data"]

        assert organisation["companyName"] == "Example Ltd"
        assert client.get("/api/v1/departments", orgId=organisation["id"]).status == 200

    def test_is_refused_when_foreign(self, client: Client) -> None:
        reply = client.get("/api/v1/departments", orgId="123")

        assert reply.status == 403
        assert reply.json["errorCode"] == "OAUTH_ORG_MISMATCH"

    def test_breaks_when_not_a_number(self, client: Client) -> None:
        assert client.get("/api/v1/departments", orgId="abc").status == 500

    def test_must_be_named_when_there_are_several(self, zoho: SandboxZoho) -> None:
        zoho.reset(desk_organizations=[{"name": "One"}, {"name": "Two"}])

        assert connect(zoho).get("/api/v1/departments").status == 400

    def test_has_departments_of_its_own(self, zoho: SandboxZoho) -> None:
        zoho.reset(desk_organizations=[{"name": "One"}, {"name": "Two"}])
        app = connect(zoho)

        first, second = [
            {each["id"] for each in reply.json["data"]}
            for organisation in app.get("/api/v1/organizations").json["data"]
            for reply in [app.get("/api/v1/departments", orgId=organisation["id"])]
        ]

        assert first.isdisjoint(second)


class TestDepartments:
    def test_are_listed(self, client: Client) -> None:
        data = client.get("/api/v1/departments?isEnabled=true&limit=200").json["data"]

        assert [each["name"] for each in data] == ["Support", "Billing"]

    def test_leave_out_the_disabled(self, zoho: SandboxZoho) -> None:
        zoho.reset(departments=[{"name": "Old", "isEnabled": False}, {"name": "New"}])

        data = connect(zoho).get("/api/v1/departments?isEnabled=true").json["data"]

        assert [each["name"] for each in data] == ["New"]

    def test_have_no_body_when_there_are_none(self, zoho: SandboxZoho) -> None:
        zoho.reset(departments=[])

        assert connect(zoho).get("/api/v1/departments").status == 204

    def test_refuse_too_high_a_limit(self, client: Client) -> None:
        assert client.get("/api/v1/departments?limit=201").status == 422


class TestContactSearch:
    def test_finds_a_contact_by_address(self, client: Client) -> None:
        reply = client.get("/api/v1/contacts/search?email=ADA.ARCHER@example.com")

        assert reply.json["count"] == 1
        assert reply.json["data"][0]["lastName"] == "Archer"

    def test_has_no_body_when_nobody_is_found(self, client: Client) -> None:
        reply = client.get("/api/v1/contacts/search?email=nobody@example.com")

        assert (reply.status, reply.text) == (204, "")


class TestCreateTicket:
    def test_opens_a_ticket_with_a_new_contact(
        self, zoho: SandboxZoho, client: Client, department_id: str
    ) -> None:
        reply = client.post(
            "/api/v1/tickets",
            {
                "subject": "Printer",
                "departmentId": department_id,
                "contact": JANE,
                "priority": "High",
                "dueDate": "2026-12-01T10:00:00.000Z",
            },
        )

        ticket = reply.json
        assert reply.status == 200
        assert ticket["commentCount"] == "0"
        assert ticket["webUrl"] == f"{zoho.url}/desk/tickets/{ticket['id']}"
        assert reply.headers["x-rate-limit-remaining-v3"]
        assert zoho.effects()[-2:] == [
            f"created Desk contact {ticket['contactId']}",
            f"created ticket {ticket['id']}",
        ]

    def test_uses_a_known_contact_again(
        self, zoho: SandboxZoho, client: Client, department_id: str
    ) -> None:
        known = zoho.records()["desk_contacts"][0]
        contact = {"lastName": "Other", "email": known["email"]}

        reply = client.post(
            "/api/v1/tickets",
            {"subject": "Printer", "departmentId": department_id, "contact": contact},
        )

        assert reply.json["contactId"] == known["id"]
        assert len(zoho.records()["desk_contacts"]) == 6

    def test_takes_the_id_of_a_contact(
        self, zoho: SandboxZoho, client: Client, department_id: str
    ) -> None:
        known = zoho.records()["desk_contacts"][0]

        reply = client.post(
            "/api/v1/tickets",
            {
                "subject": "Printer",
                "departmentId": department_id,
                "contactId": known["id"],
            },
        )

        assert reply.json["email"] == known["email"]

    def test_names_everything_that_is_missing(self, client: Client) -> None:
        reply = client.post("/api/v1/tickets", {"priority": "High"})

        assert reply.status == 422
        assert reply.json["errorCode"] == "INVALID_DATA"
        assert reply.json["errors"] == [
            {"fieldName": "/subject", "errorType": "missing"},
            {"fieldName": "/departmentId", "errorType": "missing"},
            {"fieldName": "/contactId", "errorType": "missing"},
        ]

    @pytest.mark.parametrize(
        ("change", "pointer"),
        [
            ({"departmentId": "1"}, "/departmentId"),
            ({"contactId": "1"}, "/contactId"),
            ({"contact": "x"}, "/contact"),
            ({"contact": JANE | {"email": "nowhere"}}, "/contact/email"),
            ({"contact": JANE | {"lastName": "x" * 201}}, "/contact/lastName"),
            ({"subject": "x" * 1001}, "/subject"),
            ({"priority": "Whenever"}, "/priority"),
            ({"status": ["Open"]}, "/status"),
            ({"dueDate": "tomorrow"}, "/dueDate"),
            ({"email": "nowhere"}, "/email"),
        ],
    )
    def test_points_to_what_is_invalid(
        self, client: Client, department_id: str, change: dict[str, Any], pointer: str
    ) -> None:
        good = {"subject": "Printer", "departmentId": department_id, "contact": JANE}

        reply = client.post("/api/v1/tickets", good | change)

        assert reply.status == 422
        assert reply.json["errors"] == [{"fieldName": pointer, "errorType": "invalid"}]

    def test_refuses_a_key_it_does_not_know(self, client: Client) -> None:
        reply = client.post("/api/v1/tickets", {"title": "Printer"})

        assert reply.status == 422
        assert reply.json["errorCode"] == "UNPROCESSABLE_ENTITY"

    @pytest.mark.parametrize(
        ("body", "code"), [("", "EMPTY_PAYLOAD"), ("{", "BAD_REQUEST")]
    )
    def test_refuses_what_is_no_object(
        self, client: Client, body: Any, code: str
    ) -> None:
        reply = client.send("POST", "/api/v1/tickets", body)

        assert reply.status == 400
        assert reply.json["errorCode"] == code


class TestTickets:
    def test_are_listed_newest_first(self, zoho: SandboxZoho, client: Client) -> None:
        data = client.get("/api/v1/tickets?sortBy=-createdTime&limit=2").json["data"]

        newest = [each["id"] for each in zoho.records()["tickets"]][::-1]
        assert [each["id"] for each in data] == newest[:2]

    def test_are_listed_for_a_department(
        self, client: Client, department_id: str
    ) -> None:
        reply = client.get(f"/api/v1/tickets?departmentId={department_id}")

        departments = {each["departmentId"] for each in reply.json["data"]}
        assert departments == {department_id}

    def test_have_no_body_when_there_are_none(self, client: Client) -> None:
        assert client.get("/api/v1/tickets?departmentId=1").status == 204

    def test_find_one_again_whose_answer_was_lost(
        self, zoho: SandboxZoho, client: Client, department_id: str
    ) -> None:
        """The newest of the department are listed, then read with their text."""
        new = {"subject": "Printer", "departmentId": department_id, "contact": JANE}
        zoho.script("POST", "/api/v1/tickets", {"drop": "during"})
        with pytest.raises(ConnectionResetError):
            client.post("/api/v1/tickets", new | {"description": "<b>x</b> ref-1"})

        query = f"departmentId={department_id}&sortBy=-createdTime&limit=100"
        newest = client.get(f"/api/v1/tickets?{query}").json["data"][0]

        found = client.get(f"/api/v1/tickets/{newest['id']}").json
        assert "description" not in newest
        assert found["description"] == "<b>x</b> ref-1"

    def test_bring_along_what_is_asked_for(self, client: Client) -> None:
        query = "include=contacts,departments,assignee"
        listed = client.get(f"/api/v1/tickets?{query}&limit=1").json["data"][0]
        alone = client.get(f"/api/v1/tickets/{listed['id']}?{query}").json

        for ticket in (listed, alone):
            assert ticket["contact"]["id"] == ticket["contactId"]
            assert ticket["department"]["id"] == ticket["departmentId"]
            assert ticket["assignee"] is None

    def test_refuse_to_bring_along_the_unknown(self, client: Client) -> None:
        assert client.get("/api/v1/tickets?include=weather").status == 422

    def test_are_shown_alone(self, zoho: SandboxZoho, client: Client) -> None:
        known = zoho.records()["tickets"][0]

        reply = client.get(f"/api/v1/tickets/{known['id']}")

        assert reply.json["subject"] == known["subject"]

    def test_are_not_found_by_a_made_up_id(self, client: Client) -> None:
        assert client.get("/api/v1/tickets/1").status == 404
