from typing import Any

import pytest

from tests.sandbox.client import Client
from tests.zoho import SandboxZoho

LISTS = "/crm/v8/settings/related_lists"


@pytest.fixture
def person(zoho: SandboxZoho) -> str:
    found: str = zoho.crm_records("Contacts")[0]["id"]
    return found


@pytest.fixture
def deals(client: Client, person: str) -> list[str]:
    """Two deals of the person, and one of nobody."""
    rows: list[dict[str, Any]] = [
        {"Deal_Name": "Chairs", "Contact_Name": {"id": person}},
        {"Deal_Name": "Desks", "Contact_Name": {"id": person}},
        {"Deal_Name": "Lamps"},
    ]
    items = client.post("/crm/v8/Deals", {"data": rows}).json["data"]
    return [item["details"]["id"] for item in items]


@pytest.fixture
def path(person: str, deals: list[str]) -> str:
    return f"/crm/v8/Contacts/{person}/Deals"


def names(client: Client, path: str) -> list[str]:
    reply = client.get(f"{path}?fields=Deal_Name")
    return [each["Deal_Name"] for each in reply.json["data"]]


class TestRelatedLists:
    def test_are_files_notes_and_who_looks_the_module_up(self, client: Client) -> None:
        found = client.get(f"{LISTS}?module=Accounts").json["related_lists"]

        assert [each["api_name"] for each in found] == [
            "Attachments",
            "Notes",
            "Contacts",
            "Accounts",
            "Deals",
        ]
        assert found[2]["module"]["api_name"] == "Contacts"
        assert found[0]["module"] is None

    def test_have_names_of_their_own(self, zoho: SandboxZoho, client: Client) -> None:
        second = {"api_name": "Second_Contact", "data_type": "lookup"}
        zoho.change_crm_metadata("Deals", add_field=second | {"module": "Contacts"})

        found = client.get(f"{LISTS}?module=Contacts").json["related_lists"]

        assert [each["api_name"] for each in found[2:]] == [
            "Deals",
            "Deals_Second_Contact",
        ]

    def test_can_be_read_one_by_one(self, client: Client) -> None:
        (*_, deals) = client.get(f"{LISTS}?module=Contacts").json["related_lists"]

        one = client.get(f"{LISTS}/{deals['id']}?module=Contacts")

        assert one.json["related_lists"] == [deals]
        assert client.get(f"{LISTS}/1?module=Contacts").status == 400


class TestRelatedRecords:
    def test_are_those_that_look_the_record_up(self, client: Client, path: str) -> None:
        assert names(client, path) == ["Desks", "Chairs"]

    def test_can_be_read_one_by_one(
        self, client: Client, path: str, deals: list[str]
    ) -> None:
        own = client.get(f"{path}/{deals[0]}?fields=Deal_Name")
        foreign = client.get(f"{path}/{deals[2]}?fields=Deal_Name")

        assert own.json["data"] == [{"id": deals[0], "Deal_Name": "Chairs"}]
        assert foreign.status == 204

    def test_are_linked_and_changed(
        self, client: Client, path: str, deals: list[str]
    ) -> None:
        change = {"data": [{"id": deals[2], "Next_Step": "Ask"}, {"id": "1"}]}

        reply = client.put(path, change)

        assert reply.status == 207
        assert reply.json["data"][0]["details"] == {"id": deals[2]}
        assert "Lamps" in names(client, path)

    def test_are_unlinked(self, client: Client, path: str, deals: list[str]) -> None:
        one = client.delete(f"{path}/{deals[0]}")
        both = client.delete(f"{path}?ids={deals[1]},1")

        assert (one.status, both.status) == (200, 207)
        assert client.get(f"{path}?fields=Deal_Name").status == 204
        assert client.get(f"/crm/v8/Deals/{deals[0]}").status == 200

    @pytest.mark.parametrize(
        ("address", "code", "index"),
        [
            ("Contacts/1/Deals", "INVALID_DATA", 1),
            ("Contacts/{person}/Nothing", "INVALID_DATA", 2),
            ("Nothing/1/Deals", "INVALID_MODULE", 0),
        ],
    )
    def test_say_what_of_the_address_is_wrong(
        self, client: Client, person: str, address: str, code: str, index: int
    ) -> None:
        reply = client.get(f"/crm/v8/{address.format(person=person)}?fields=id")

        assert (reply.status, reply.json["code"]) == (400, code)
        assert reply.json["details"] == {"resource_path_index": index}

    def test_are_not_what_is_no_record(self, client: Client, person: str) -> None:
        path = f"/crm/v8/Contacts/{person}/Notes/1"

        reply = client.put(path, {"data": [{"Note_Title": "x"}]})

        assert reply.json["code"] == "NOT_SUPPORTED"
