from typing import Any

import pytest

from tests.sandbox.client import Client, connect
from tests.zoho import SandboxZoho

UPSERT = "/crm/v8/Contacts/upsert"


class TestGate:
    def test_wants_a_token(self, zoho: SandboxZoho) -> None:
        reply = Client(zoho).get("/crm/v8/org")

        assert reply.status == 401
        assert reply.json["code"] == "AUTHENTICATION_FAILURE"

    def test_refuses_an_expired_token(self, zoho: SandboxZoho, client: Client) -> None:
        zoho.expire_tokens()

        reply = client.get("/crm/v8/org")

        assert reply.status == 401
        assert reply.json == {
            "code": "INVALID_TOKEN",
            "details": {},
            "message": "invalid oauth token",
            "status": "error",
        }

    def test_refuses_a_token_at_the_end_of_its_life(self, zoho: SandboxZoho) -> None:
        zoho.reset(expires_in=0)

        assert connect(zoho).get("/crm/v8/org").json["code"] == "INVALID_TOKEN"

    def test_refuses_a_token_without_the_scope(self, zoho: SandboxZoho) -> None:
        app = connect(zoho, "ZohoCRM.users.READ")

        reply = app.get("/crm/v8/org")

        assert reply.status == 401
        assert reply.json["code"] == "OAUTH_SCOPE_MISMATCH"

    @pytest.mark.parametrize(
        "scope",
        [
            "ZohoCRM.modules.ALL",
            "ZohoCRM.modules.contacts.ALL",
            "ZohoCRM.modules.Contacts.CREATE",
            "zohocrm.MODULES.create",
        ],
    )
    def test_lets_every_covering_scope_pass(
        self, zoho: SandboxZoho, scope: str
    ) -> None:
        reply = connect(zoho, scope).post(UPSERT, {"data": [{"Last_Name": "Doe"}]})

        assert reply.status == 200

    @pytest.mark.parametrize(
        "scope", ["ZohoCRM.modules.contacts.READ", "ZohoCRM.modules.leads.ALL"]
    )
    def test_lets_no_other_scope_pass(self, zoho: SandboxZoho, scope: str) -> None:
        reply = connect(zoho, scope).post(UPSERT, {"data": [{"Last_Name": "Doe"}]})

        assert reply.status == 401

    def test_refuses_an_unknown_module(self, client: Client) -> None:
        reply = client.get("/crm/v8/Nothing?fields=id")

        assert reply.status == 400
        assert reply.json["code"] == "INVALID_MODULE"

    def test_refuses_an_unknown_url(self, client: Client) -> None:
        reply = client.get("/crm/v8/Contacts/actions/nothing")

        assert reply.status == 404
        assert reply.json["code"] == "INVALID_URL_PATTERN"


class TestUpsert:
    def test_inserts_a_new_contact(self, zoho: SandboxZoho, client: Client) -> None:
        new = {"Last_Name": "Doe", "Email": "jane@example.com", "Unknown": "dropped"}

        reply = client.post(UPSERT, {"data": [new]})

        (item,) = reply.json["data"]
        assert reply.status == 200
        assert (item["code"], item["action"]) == ("SUCCESS", "insert")
        assert item["duplicate_field"] is None
        assert zoho.effects()[-1] == f"created Contacts {item['details']['id']}"
        assert "Unknown" not in zoho.records()["contacts"][-1]

    def test_updates_the_contact_with_the_same_address(
        self, zoho: SandboxZoho, client: Client
    ) -> None:
        known = zoho.records()["contacts"][0]
        new = {"Last_Name": "Archer-Bell", "Email": known["Email"].upper()}

        reply = client.post(UPSERT, {"data": [new]})

        (item,) = reply.json["data"]
        assert (item["action"], item["duplicate_field"]) == ("update", "Email")
        assert item["details"]["id"] == known["id"]
        assert zoho.records()["contacts"][0]["Last_Name"] == "Archer-Bell"
        assert zoho.effects()[-1] == f"updated Contacts {known['id']}"

    def test_looks_for_duplicates_by_the_given_fields_only(
        self, zoho: SandboxZoho, client: Client
    ) -> None:
        known = zoho.records()["contacts"][0]
        new = {"Last_Name": "Other", "Email": known["Email"]}

        reply = client.post(
            UPSERT, {"data": [new], "duplicate_check_fields": ["Phone"]}
        )

        assert reply.json["data"][0]["action"] == "insert"

    def test_finds_a_contact_by_its_changed_address(self, client: Client) -> None:
        first = {"Last_Name": "Doe", "Phone": "1", "Email": "old@example.com"}
        moved = {"Last_Name": "Doe", "Phone": "1", "Email": "new@example.com"}
        client.post(UPSERT, {"data": [first]})
        client.post(UPSERT, {"data": [moved], "duplicate_check_fields": ["Phone"]})

        replies = client.post(UPSERT, {"data": [moved, first]}).json["data"]

        assert [item["action"] for item in replies] == ["update", "insert"]

    @pytest.mark.parametrize(
        ("record", "code", "details"),
        [
            ({"Email": "a@example.com"}, "MANDATORY_NOT_FOUND", {}),
            (
                {"Last_Name": "Doe", "Email": "nowhere"},
                "INVALID_DATA",
                {"expected_data_type": "email"},
            ),
            (
                {"Last_Name": "Doe", "First_Name": "x" * 41},
                "INVALID_DATA",
                {"maximum_length": 40},
            ),
            (
                {"Last_Name": "Doe", "Phone": 1},
                "INVALID_DATA",
                {"expected_data_type": "text"},
            ),
        ],
    )
    def test_refuses_a_bad_record(
        self,
        zoho: SandboxZoho,
        client: Client,
        record: dict[str, Any],
        code: str,
        details: dict[str, Any],
    ) -> None:
        reply = client.post(UPSERT, {"data": [record]})

        (item,) = reply.json["data"]
        assert reply.status == 400
        assert item["code"] == code
        assert item["details"].items() >= details.items()
        assert item["details"]["json_path"].startswith("$.data[0].")
        assert "created" not in "".join(zoho.effects())

    def test_says_207_when_some_failed(self, client: Client) -> None:
        reply = client.post(UPSERT, {"data": [{"Last_Name": "Doe"}, {}]})

        assert reply.status == 207
        assert [each["status"] for each in reply.json["data"]] == ["success", "error"]
        assert reply.json["data"][1]["details"]["json_path"] == "$.data[1].Last_Name"

    @pytest.mark.parametrize(
        ("body", "code"),
        [
            ([], "INVALID_DATA"),
            ({}, "MANDATORY_NOT_FOUND"),
            ({"data": "x"}, "INVALID_DATA"),
            ({"data": []}, "INVALID_DATA"),
            ({"data": [{"Last_Name": "Doe"}] * 101}, "LIMIT_EXCEEDED"),
            ({"data": [{}], "duplicate_check_fields": [{}]}, "INVALID_DATA"),
        ],
    )
    def test_refuses_a_bad_call(self, client: Client, body: Any, code: str) -> None:
        reply = client.post(UPSERT, body)

        assert reply.status == 400
        assert reply.json["code"] == code


class TestRecords:
    def test_shows_the_fields_asked_for_newest_first(
        self, zoho: SandboxZoho, client: Client
    ) -> None:
        reply = client.get("/crm/v8/Contacts?fields=Last_Name&per_page=3")

        newest = zoho.records()["contacts"][-1]
        assert reply.json["data"][0] == {
            "id": newest["id"],
            "Last_Name": newest["Last_Name"],
        }
        assert reply.json["info"]["more_records"] is True

    def test_turns_pages(self, client: Client) -> None:
        reply = client.get("/crm/v8/Contacts?fields=id&per_page=3&page=3")

        assert len(reply.json["data"]) == 2
        assert reply.json["info"]["more_records"] is False

    def test_wants_fields(self, client: Client) -> None:
        reply = client.get("/crm/v8/Contacts")

        assert reply.status == 400
        assert reply.json["code"] == "REQUIRED_PARAM_MISSING"

    def test_wants_no_fields_in_version_2(self, client: Client) -> None:
        assert client.get("/crm/v2/Contacts").status == 200

    def test_has_no_page_tokens_in_version_2(self, client: Client) -> None:
        reply = client.get("/crm/v2/Contacts?per_page=3")

        assert set(reply.json["info"]) == {"page", "per_page", "count", "more_records"}
        assert client.get("/crm/v2/Contacts?page=11").status == 204

    def test_has_no_body_when_there_are_none(self, client: Client) -> None:
        reply = client.get("/crm/v8/Leads?fields=id")

        assert (reply.status, reply.text) == (204, "")

    def test_wants_a_page_token_after_2000(self, client: Client) -> None:
        reply = client.get("/crm/v8/Contacts?fields=id&page=11")

        assert reply.json["code"] == "DISCRETE_PAGINATION_LIMIT_EXCEEDED"


class TestRecord:
    def test_shows_one(self, zoho: SandboxZoho, client: Client) -> None:
        known = zoho.records()["contacts"][0]

        reply = client.get(f"/crm/v8/Contacts/{known['id']}")

        assert reply.json["data"][0]["Email"] == known["Email"]

    def test_has_no_body_when_unknown(self, client: Client) -> None:
        assert client.get("/crm/v8/Contacts/1").status == 204


class TestUsers:
    def test_can_be_read_one_by_one(self, client: Client) -> None:
        (user,) = client.get("/crm/v8/users?type=AllUsers").json["users"]

        assert client.get(f"/crm/v8/users/{user['id']}").json["users"] == [user]
        assert client.get("/crm/v8/users/1").json["code"] == "INVALID_DATA"

    def test_of_a_kind_that_nobody_is_are_none(self, client: Client) -> None:
        assert client.get("/crm/v8/users?type=DeletedUsers").status == 204
