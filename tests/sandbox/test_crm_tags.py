from typing import Any

import pytest

from tests.sandbox.client import Client
from tests.zoho import SandboxZoho

TAGS = "/crm/v8/settings/tags"
OF_CONTACTS = f"{TAGS}?module=Contacts"
CONTACTS = "/crm/v8/Contacts"


@pytest.fixture
def people(zoho: SandboxZoho) -> list[str]:
    return [each["id"] for each in zoho.crm_records("Contacts")[:3]]


def create(client: Client, *names: Any) -> list[str]:
    reply = client.post(OF_CONTACTS, {"tags": [{"name": name} for name in names]})
    return [each["details"]["id"] for each in reply.json["tags"]]


def names_of(client: Client, person: str) -> list[str]:
    (record,) = client.get(f"{CONTACTS}/{person}").json["data"]
    return [each["name"] for each in record["Tag"] or []]


class TestTags:
    def test_belong_to_a_module(self, client: Client) -> None:
        create(client, "vip", "web")

        reply = client.get(OF_CONTACTS)

        assert [each["name"] for each in reply.json["tags"]] == ["vip", "web"]
        assert reply.json["info"]["count"] == 2
        assert client.get(f"{TAGS}?module=Leads").status == 204

    def test_say_what_is_wrong_with_each(self, client: Client) -> None:
        (vip,) = create(client, "vip")
        rows = [{"name": "VIP"}, {"name": "x" * 26}, {}, {"name": "new"}]

        reply = client.post(OF_CONTACTS, {"tags": rows})

        found = reply.json["tags"]
        assert (reply.status, found[0]["details"]["id"]) == (207, vip)
        assert [each["code"] for each in found] == [
            "DUPLICATE_DATA",
            "INVALID_DATA",
            "MANDATORY_NOT_FOUND",
            "SUCCESS",
        ]

    def test_are_renamed_on_their_records_too(
        self, client: Client, people: list[str]
    ) -> None:
        (vip,) = create(client, "vip")
        client.post(
            f"{CONTACTS}/{people[0]}/actions/add_tags", {"tags": [{"name": "vip"}]}
        )

        one = {"tags": [{"name": "gold"}]}
        assert client.put(f"{TAGS}/{vip}?module=Contacts", one).status == 200

        assert names_of(client, people[0]) == ["gold"]

    def test_end_on_their_records_too(self, client: Client, people: list[str]) -> None:
        (vip,) = create(client, "vip")
        client.post(
            f"{CONTACTS}/{people[0]}/actions/add_tags", {"tags": [{"name": "vip"}]}
        )

        assert client.delete(f"{TAGS}/{vip}").status == 200

        assert names_of(client, people[0]) == []
        assert client.delete(f"{TAGS}/{vip}").status == 400

    def test_are_merged(self, client: Client, people: list[str]) -> None:
        vip, gold = create(client, "vip", "gold")
        client.post(
            f"{CONTACTS}/{people[0]}/actions/add_tags", {"tags": [{"name": "vip"}]}
        )

        merged = {"tags": [{"conflict_id": vip}]}
        reply = client.post(f"{TAGS}/{gold}/actions/merge", merged)

        assert reply.status == 200
        assert names_of(client, people[0]) == ["gold"]
        count = client.get(f"{TAGS}/{gold}/actions/records_count?module=Contacts")
        assert count.json == {"count": "1"}

    def test_of_a_new_record_are_made(self, client: Client) -> None:
        row = {"Last_Name": "Doe", "Tag": [{"name": "fresh"}]}

        client.post(CONTACTS, {"data": [row]})

        assert client.get(OF_CONTACTS).json["tags"][0]["name"] == "fresh"


class TestTagsOfRecords:
    def test_are_added(self, client: Client, people: list[str]) -> None:
        path = f"{CONTACTS}/{people[0]}/actions/add_tags"
        client.post(path, {"tags": [{"name": "vip"}]})

        reply = client.post(path, {"tags": [{"name": "web"}]})

        (item,) = reply.json["data"]
        assert [each["name"] for each in item["details"]["tags"]] == ["vip", "web"]

    @pytest.mark.parametrize("by", ["address", "body"])
    def test_are_put_in_the_place_of_others(
        self, client: Client, people: list[str], by: str
    ) -> None:
        path = f"{CONTACTS}/{people[0]}/actions/add_tags"
        client.post(path, {"tags": [{"name": "vip"}]})
        body = {"tags": [{"name": "web"}], "over_write": by == "body"}
        if by == "address":
            path, body = f"{path}?over_write=true", {"tags": body["tags"]}

        client.post(path, body)

        assert names_of(client, people[0]) == ["web"]

    def test_are_added_to_many_and_taken_away(
        self, client: Client, people: list[str]
    ) -> None:
        wanted = {"tags": [{"name": "vip"}], "ids": [*people, "1"]}

        added = client.post(f"{CONTACTS}/actions/add_tags", wanted)
        first = {"tags": [{"name": "VIP"}], "ids": people[:1]}
        taken = client.post(f"{CONTACTS}/actions/remove_tags", first)

        assert (added.status, taken.status) == (207, 200)
        assert [names_of(client, each) for each in people] == [[], ["vip"], ["vip"]]

    def test_want_to_know_of_whom(self, client: Client) -> None:
        reply = client.post(f"{CONTACTS}/actions/add_tags", {"tags": [{"name": "x"}]})

        assert (reply.status, reply.json["code"]) == (400, "MANDATORY_NOT_FOUND")
