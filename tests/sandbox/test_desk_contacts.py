from typing import Any
from urllib.parse import urlencode

import pytest

from tests.sandbox.client import Client, connect
from tests.sandbox.desk_world import Department, errors
from tests.zoho import SandboxZoho


def names(client: Client, **query: str) -> list[str]:
    """Return the last names that a search finds."""
    reply = client.get(f"/api/v1/contacts/search?{urlencode(query)}")
    if reply.status == 204:
        return []
    found: list[dict[str, Any]] = reply.json["data"]
    return [each["lastName"] for each in found]


class TestSearch:
    @pytest.mark.parametrize(
        "query",
        [
            {"email": "ada.archer@example.com"},
            {"email": "ada*"},
            {"lastName": "archer"},
            {"firstName": "Ad*"},
            {"fullName": "Ada Archer"},
            {"fullName": "*da arch*"},
            {"phone": "+44 20 7946 0001"},
            {"phone": "*0001"},
            {"_all": "ada"},
            {"_all": "arch* ada"},
            {"_all": "ada.archer@example.com"},
            {"_all": "*0001"},
        ],
    )
    def test_finds_a_person_by_any_text(
        self, client: Client, query: dict[str, str]
    ) -> None:
        assert names(client, **query) == ["Archer"]

    @pytest.mark.parametrize(
        "query", [{"lastName": "arch"}, {"_all": "ada nobody"}, {"phone": "[+]*"}]
    )
    def test_finds_nobody(self, client: Client, query: dict[str, str]) -> None:
        assert names(client, **query) == []

    def test_finds_so_many(self, client: Client) -> None:
        reply = client.get("/api/v1/contacts/search?email=*example.com&limit=2&from=1")

        assert len(reply.json["data"]) == 2
        assert reply.json["count"] == 6

    @pytest.mark.parametrize("query", ["", "?limit=5", "?colour=red", "?_all=a&from=x"])
    def test_refuses_what_it_cannot_search(self, client: Client, query: str) -> None:
        reply = client.get(f"/api/v1/contacts/search{query}")

        assert (reply.status, reply.json["errorCode"]) == (422, "UNPROCESSABLE_ENTITY")

    def test_stays_in_the_organisation(
        self, support: Department, repairs: Department
    ) -> None:
        path = "contacts/search?email=ines.ibarra@example.com"

        assert support.get(path).status == 204
        assert repairs.get(path).json["count"] == 1


class TestContacts:
    def test_are_listed(self, client: Client) -> None:
        reply = client.get("/api/v1/contacts?sortBy=lastName&limit=2")

        assert [each["lastName"] for each in reply.json["data"]] == ["Archer", "Baker"]

    def test_are_shown_alone(self, zoho: SandboxZoho, client: Client) -> None:
        known = zoho.records()["desk_contacts"][0]

        assert client.get(f"/api/v1/contacts/{known['id']}").json["firstName"] == "Ada"
        assert client.get("/api/v1/contacts/1").status == 404

    def test_are_not_shown_to_another_organisation(
        self, support: Department, repairs: Department
    ) -> None:
        (known,) = repairs.get("contacts/search?firstName=Ines").json["data"]

        assert repairs.get(f"contacts/{known['id']}").status == 200
        assert support.get(f"contacts/{known['id']}").status == 404

    def test_are_created(self, zoho: SandboxZoho, client: Client) -> None:
        given = {"lastName": "Doe", "email": "jane@example.com", "mobile": "7946"}

        reply = client.post("/api/v1/contacts", given)

        made = reply.json
        assert {name: made[name] for name in given} == given
        assert zoho.effects()[-1] == f"created Desk contact {made['id']}"
        assert client.get(f"/api/v1/contacts/{made['id']}").json == made

    def test_are_doubled_by_the_same_address(self, client: Client) -> None:
        again = {"lastName": "Archer", "email": "ada.archer@example.com"}

        client.post("/api/v1/contacts", again)

        assert names(client, email=again["email"]) == ["Archer", "Archer"]

    @pytest.mark.parametrize(
        ("given", "pointer", "problem"),
        [
            ({"email": "jane@example.com"}, "/lastName", "missing"),
            ({"lastName": "x" * 201}, "/lastName", "invalid"),
            ({"lastName": "Doe", "firstName": 1}, "/firstName", "invalid"),
            ({"lastName": "Doe", "email": "nowhere"}, "/email", "invalid"),
            ({"lastName": "Doe", "phone": "1" * 51}, "/phone", "invalid"),
        ],
    )
    def test_are_not_created_from_mistakes(
        self, client: Client, given: dict[str, Any], pointer: str, problem: str
    ) -> None:
        reply = client.post("/api/v1/contacts", given)

        assert errors(reply) == [(pointer, problem)]

    def test_have_no_other_keys(self, client: Client) -> None:
        reply = client.post("/api/v1/contacts", {"lastName": "Doe", "age": 7})

        assert reply.json["errorCode"] == "UNPROCESSABLE_ENTITY"

    @pytest.mark.parametrize(
        ("method", "path"),
        [("GET", "contacts"), ("GET", "contacts/1"), ("POST", "contacts")],
    )
    def test_want_the_scope(self, zoho: SandboxZoho, method: str, path: str) -> None:
        reply = connect(zoho, "Desk.tickets.ALL").send(method, f"/api/v1/{path}", "{}")

        assert (reply.status, reply.json["errorCode"]) == (403, "SCOPE_MISMATCH")


class TestTicketsOfAContact:
    def test_are_listed_newest_first(self, zoho: SandboxZoho, client: Client) -> None:
        first = zoho.records()["tickets"][0]
        body = {
            "subject": "Again",
            "departmentId": first["departmentId"],
            "contactId": first["contactId"],
        }
        client.post("/api/v1/tickets", body)

        reply = client.get(f"/api/v1/contacts/{first['contactId']}/tickets")

        assert [each["subject"] for each in reply.json["data"]] == [
            "Again",
            first["subject"],
        ]

    def test_have_no_body_when_there_are_none(
        self, zoho: SandboxZoho, client: Client
    ) -> None:
        newest = zoho.records()["desk_contacts"][-1]

        assert client.get(f"/api/v1/contacts/{newest['id']}/tickets").status == 204

    @pytest.mark.parametrize(
        "scope", ["Desk.contacts.READ", "Desk.contacts.READ,Desk.tickets.READ"]
    )
    def test_want_three_scopes(self, zoho: SandboxZoho, scope: str) -> None:
        known = zoho.records()["desk_contacts"][0]

        reply = connect(zoho, scope).get(f"/api/v1/contacts/{known['id']}/tickets")

        assert reply.status == 403


class TestTicketSearch:
    @pytest.mark.parametrize(
        "query",
        [
            {"subject": "*printer*"},
            {"_all": "printer"},
            {"contactName": "ada*"},
            {"ticketNumber": "101"},
            {"priority": "High"},
        ],
    )
    def test_finds_a_ticket(self, client: Client, query: dict[str, str]) -> None:
        reply = client.get(f"/api/v1/tickets/search?{urlencode(query)}")

        (found,) = reply.json["data"]
        assert reply.json["count"] == 1
        assert found["contact"]["lastName"] == "Archer"
        assert found["department"]["name"] == "Support"

    def test_finds_those_of_a_contact(self, zoho: SandboxZoho, client: Client) -> None:
        contact_id = zoho.records()["tickets"][3]["contactId"]
        path = f"/api/v1/tickets/search?contactId={contact_id}"

        assert client.get(path).json["data"][0]["statusType"] == "Closed"
        assert client.get(f"{path}&status=Open").status == 204

    def test_wants_both_scopes(self, zoho: SandboxZoho) -> None:
        app = connect(zoho, "Desk.tickets.READ")

        assert app.get("/api/v1/tickets/search?_all=x").status == 403
