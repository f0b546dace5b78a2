from typing import Any

import pytest

from tests.sandbox.client import Client, Reply, connect
from tests.zoho import SandboxZoho

NOTES = "/crm/v8/Notes"
FIELDS = "?fields=id,Note_Title,Note_Content,Parent_Id"


@pytest.fixture
def person(zoho: SandboxZoho) -> str:
    found: str = zoho.crm_records("Contacts")[0]["id"]
    return found


def note(person: str, **values: Any) -> dict[str, Any]:
    parent = {"module": {"api_name": "Contacts"}, "id": person}
    return {
        "Note_Title": "Call",
        "Note_Content": "Said yes",
        "Parent_Id": parent,
    } | values


def add(client: Client, *rows: dict[str, Any]) -> Reply:
    return client.post(NOTES, {"data": list(rows)})


def ids_of(reply: Reply) -> list[str]:
    return [item["details"]["id"] for item in reply.json["data"]]


class TestNotes:
    def test_hang_on_a_record(self, client: Client, person: str) -> None:
        reply = add(client, note(person))

        (own,) = ids_of(reply)
        (found,) = client.get(f"{NOTES}{FIELDS}").json["data"]
        assert reply.status == 201
        assert (found["id"], found["Note_Content"]) == (own, "Said yes")
        assert found["Parent_Id"]["name"] == "Ada Archer"
        assert found["Parent_Id"]["module"]["api_name"] == "Contacts"

    def test_are_made_on_the_record_too(self, client: Client, person: str) -> None:
        path = f"/crm/v8/Contacts/{person}/Notes"

        reply = client.post(path, {"data": [{"Note_Content": "Said no"}]})

        assert reply.status == 201
        (found,) = client.get(f"{path}{FIELDS}").json["data"]
        assert found["Note_Title"] is None

    def test_say_what_is_wrong_with_each(self, client: Client, person: str) -> None:
        reply = add(
            client,
            note(person),
            note("1"),
            note(person, Note_Title=None, Note_Content=""),
            note(person, Note_Title="x" * 121),
            note(person, Parent_Id=None),
        )

        codes = [item["code"] for item in reply.json["data"]]
        assert reply.status == 207
        assert codes == [
            "SUCCESS",
            "INVALID_DATA",
            "EXPECTED_FIELD_MISSING",
            "INVALID_DATA",
            "INVALID_DATA",
        ]

    def test_are_changed_one_by_one_or_together(
        self, client: Client, person: str
    ) -> None:
        first, second = ids_of(add(client, note(person), note(person)))

        one = client.put(f"{NOTES}/{first}", {"data": [{"Note_Title": "Mail"}]})
        rows = [{"id": int(second), "Note_Title": "Visit"}, {"id": "1"}]
        both = client.put(NOTES, {"data": rows})

        assert (one.status, both.status) == (200, 207)
        titles = [
            each["Note_Title"] for each in client.get(NOTES + FIELDS).json["data"]
        ]
        assert titles == ["Visit", "Mail"]

    def test_are_deleted_one_by_one_or_together(
        self, client: Client, person: str
    ) -> None:
        first, second, third = ids_of(add(client, *[note(person)] * 3))

        assert client.delete(f"{NOTES}/{first}").status == 200
        assert client.delete(f"{NOTES}?ids={second},{third}").status == 200
        assert client.delete(f"{NOTES}/{first}").status == 400
        assert client.get(NOTES + FIELDS).status == 204
        assert client.get(f"{NOTES}/{first}").status == 204

    def test_go_with_their_record(self, client: Client, person: str) -> None:
        add(client, note(person))

        client.delete(f"/crm/v8/Contacts/{person}")

        assert client.get(NOTES + FIELDS).status == 204

    def test_want_their_fields_named(self, client: Client, person: str) -> None:
        add(client, note(person))

        assert client.get(NOTES).json["code"] == "REQUIRED_PARAM_MISSING"

    def test_tell_only_what_is_newer(self, client: Client, person: str) -> None:
        add(client, note(person))
        later = {"If-Modified-Since": "2100-01-01T00:00:00+00:00"}

        assert client.get(NOTES + FIELDS, **later).status == 304

    def test_want_the_scope(self, zoho: SandboxZoho, person: str) -> None:
        reader = connect(zoho, "ZohoCRM.modules.notes.READ")

        assert add(reader, note(person)).json["code"] == "OAUTH_SCOPE_MISMATCH"
