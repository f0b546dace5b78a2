"""Insert, change and delete one record, and read many."""

from typing import Any

import pytest

from tests.sandbox.client import Client, connect
from tests.zoho import SandboxZoho

CONTACTS = "/crm/v8/Contacts"


@pytest.fixture
def known(zoho: SandboxZoho) -> dict[str, Any]:
    return zoho.crm_records("Contacts")[0]


@pytest.fixture
def path(known: dict[str, Any]) -> str:
    return f"{CONTACTS}/{known['id']}"


class TestInsert:
    def test_answers_201(self, zoho: SandboxZoho, client: Client) -> None:
        reply = client.post(CONTACTS, {"data": [{"Last_Name": "Doe"}]})

        (item,) = reply.json["data"]
        assert reply.status == 201
        assert item["message"] == "record added"
        assert "action" not in item
        assert zoho.effects()[-1] == f"created Contacts {item['details']['id']}"

    def test_looks_for_no_duplicates(
        self, zoho: SandboxZoho, client: Client, known: dict[str, Any]
    ) -> None:
        again = {"Last_Name": "Doe", "Email": known["Email"]}

        client.post(CONTACTS, {"data": [again]})

        found = [each["Email"] for each in zoho.crm_records("Contacts")]
        assert found.count(known["Email"]) == 2

    def test_says_207_when_some_failed(self, client: Client) -> None:
        reply = client.post(CONTACTS, {"data": [{"Last_Name": "Doe"}, {}]})

        assert reply.status == 207

    def test_says_400_when_all_failed(self, zoho: SandboxZoho, client: Client) -> None:
        before = len(zoho.crm_records("Contacts"))

        reply = client.post(CONTACTS, {"data": [{"First_Name": "Jane"}]})

        assert reply.status == 400
        assert len(zoho.crm_records("Contacts")) == before

    def test_leaves_its_trigger_in_the_journal(
        self, zoho: SandboxZoho, client: Client
    ) -> None:
        client.post(CONTACTS, {"data": [{"Last_Name": "Doe"}], "trigger": []})

        assert zoho.journal()[-1]["body"]["trigger"] == []

    def test_wants_the_scope(self, zoho: SandboxZoho) -> None:
        reader = connect(zoho, "ZohoCRM.modules.contacts.READ")

        assert reader.post(CONTACTS, {"data": [{"Last_Name": "Doe"}]}).status == 401


class TestUpsert:
    @pytest.mark.parametrize(
        ("module", "values", "field"),
        [
            ("Leads", {"Last_Name": "Doe", "Company": "A", "Email": "a@b.co"}, "Email"),
            ("Accounts", {"Account_Name": "Acme"}, "Account_Name"),
            ("Deals", {"Deal_Name": "Roof"}, "Deal_Name"),
        ],
    )
    def test_finds_duplicates_by_each_modules_own_field(
        self, client: Client, module: str, values: dict[str, str], field: str
    ) -> None:
        items = [
            client.post(f"/crm/v8/{module}/upsert", {"data": [values]}).json["data"][0]
            for _ in range(2)
        ]

        assert [item["action"] for item in items] == ["insert", "update"]
        assert [item["duplicate_field"] for item in items] == [None, field]


class TestUpdate:
    @pytest.mark.parametrize("version", ["2", "8"])
    def test_changes_what_was_sent(
        self, zoho: SandboxZoho, client: Client, path: str, version: str
    ) -> None:
        path = path.replace("v8", f"v{version}")

        reply = client.put(path, {"data": [{"Title": "Captain", "Phone": None}]})

        changed = zoho.crm_records("Contacts")[0]
        assert reply.status == 200
        assert reply.json["data"][0]["message"] == "record updated"
        assert (changed["Title"], changed["Phone"]) == ("Captain", None)
        assert changed["Last_Name"] == "Archer"

    def test_makes_the_record_younger_each_time(
        self, zoho: SandboxZoho, client: Client, path: str, known: dict[str, Any]
    ) -> None:
        times = [known["Modified_Time"]]
        for title in ("Captain", "Major"):
            client.put(path, {"data": [{"Title": title}]})
            times.append(zoho.crm_records("Contacts")[0]["Modified_Time"])

        assert times == sorted(set(times))

    def test_refuses_what_somebody_changed_in_between(
        self, zoho: SandboxZoho, client: Client, path: str, known: dict[str, Any]
    ) -> None:
        seen = {"If-Unmodified-Since": known["Modified_Time"]}
        client.put(path, {"data": [{"Title": "Captain"}]})

        reply = client.put(path, {"data": [{"Title": "Major"}]}, **seen)

        changed = zoho.crm_records("Contacts")[0]
        (item,) = reply.json["data"]
        assert (reply.status, item["code"]) == (412, "ALREADY_MODIFIED")
        assert item["details"]["Modified_Time"] == changed["Modified_Time"]
        assert changed["Title"] == "Captain"

    def test_accepts_what_nobody_changed(
        self, client: Client, path: str, known: dict[str, Any]
    ) -> None:
        seen = {"If-Unmodified-Since": known["Modified_Time"]}

        assert client.put(path, {"data": [{"Title": "Major"}]}, **seen).status == 200

    def test_wants_a_time_with_an_offset(self, client: Client, path: str) -> None:
        seen = {"If-Unmodified-Since": "2026-11-30T10:00:00"}

        reply = client.put(path, {"data": [{"Title": "Major"}]}, **seen)

        assert (reply.status, reply.json["code"]) == (400, "INVALID_DATA")

    def test_keeps_what_is_mandatory(self, client: Client, path: str) -> None:
        reply = client.put(path, {"data": [{"Last_Name": ""}]})

        (item,) = reply.json["data"]
        assert item["code"] == "MANDATORY_NOT_FOUND"
        assert item["details"]["json_path"] == "$.data[0].Last_Name"

    def test_knows_no_such_record(self, client: Client) -> None:
        reply = client.put(f"{CONTACTS}/1", {"data": [{"Title": "Major"}]})

        (item,) = reply.json["data"]
        assert (reply.status, item["code"]) == (400, "INVALID_DATA")
        assert item["details"]["api_name"] == "id"


class TestUpdateOfMany:
    def test_says_what_became_of_each(self, zoho: SandboxZoho, client: Client) -> None:
        first, second = [each["id"] for each in zoho.crm_records("Contacts")[:2]]
        rows = [
            {"id": first, "Title": "Dr"},
            {"id": "1", "Title": "Dr"},
            {"Title": "Dr"},
            {"id": second, "Email": "nowhere"},
        ]

        reply = client.put(CONTACTS, {"data": rows})

        found = [
            (item["code"], item["details"].get("json_path"))
            for item in reply.json["data"]
        ]
        assert reply.status == 207
        assert found == [
            ("SUCCESS", None),
            ("INVALID_DATA", "$.data[1].id"),
            ("MANDATORY_NOT_FOUND", "$.data[2].id"),
            ("INVALID_DATA", "$.data[3].Email"),
        ]
        titles = [each.get("Title") for each in zoho.crm_records("Contacts")[:2]]
        assert titles == ["Dr", None]


class TestDeleteOfMany:
    def test_says_what_became_of_each(self, zoho: SandboxZoho, client: Client) -> None:
        first, second = [each["id"] for each in zoho.crm_records("Contacts")[:2]]

        reply = client.delete(f"{CONTACTS}?ids={first},1,{second}")

        codes = [item["code"] for item in reply.json["data"]]
        assert (reply.status, codes) == (207, ["SUCCESS", "INVALID_DATA", "SUCCESS"])
        left = {each["id"] for each in zoho.crm_records("Contacts")}
        assert left.isdisjoint({first, second})

    @pytest.mark.parametrize(
        ("ids", "code"),
        [
            ("", "REQUIRED_PARAM_MISSING"),
            (",".join(map(str, range(101))), "LIMIT_EXCEEDED"),
        ],
    )
    def test_wants_one_to_a_hundred(self, client: Client, ids: str, code: str) -> None:
        reply = client.delete(f"{CONTACTS}?ids={ids}")

        assert (reply.status, reply.json["code"]) == (400, code)


class TestDeleted:
    def test_lists_the_newest_first(self, zoho: SandboxZoho, client: Client) -> None:
        ids = [each["id"] for each in zoho.crm_records("Contacts")[:2]]
        for each in ids:
            client.delete(f"{CONTACTS}/{each}")

        reply = client.get(f"{CONTACTS}/deleted?type=all")

        assert [row["id"] for row in reply.json["data"]] == ids[::-1]
        assert reply.json["data"][1]["display_name"] == "Ada Archer"
        assert reply.json["info"]["count"] == 2
        assert client.get("/crm/v8/Leads/deleted?type=all").status == 204

    def test_knows_three_types(self, client: Client, path: str) -> None:
        client.delete(path)

        assert client.get(f"{CONTACTS}/deleted?type=recycle").status == 200
        assert client.get(f"{CONTACTS}/deleted?type=permanent").status == 204
        assert client.get(f"{CONTACTS}/deleted?type=any").status == 400

    def test_tells_only_what_is_newer(self, client: Client, path: str) -> None:
        client.delete(path)
        later = {"If-Modified-Since": "2100-01-01T00:00:00+00:00"}

        assert client.get(f"{CONTACTS}/deleted", **later).status == 304


class TestIfModifiedSince:
    EARLIER = {"If-Modified-Since": "2000-01-01T00:00:00+00:00"}
    LATER = {"If-Modified-Since": "2100-01-01T00:00:00+00:00"}

    def test_says_304_without_a_body(self, client: Client, path: str) -> None:
        listed = client.get(f"{CONTACTS}?fields=Email", **self.LATER)
        one = client.get(path, **self.LATER)

        assert (listed.status, listed.text) == (304, "")
        assert (one.status, one.text) == (304, "")

    def test_lists_what_is_newer(self, client: Client, path: str) -> None:
        listed = client.get(f"{CONTACTS}?fields=Email", **self.EARLIER)

        assert len(listed.json["data"]) == 8
        assert client.get(path, **self.EARLIER).status == 200

    def test_wants_a_time_with_an_offset(self, client: Client) -> None:
        vague = {"If-Modified-Since": "2026-11-30T10:00:00"}

        reply = client.get(f"{CONTACTS}?fields=Email", **vague)

        assert (reply.status, reply.json["code"]) == (400, "INVALID_DATA")


class TestDelete:
    @pytest.mark.parametrize("version", ["2", "8"])
    def test_takes_the_record_away(
        self,
        zoho: SandboxZoho,
        client: Client,
        path: str,
        known: dict[str, Any],
        version: str,
    ) -> None:
        reply = client.delete(path.replace("v8", f"v{version}"))

        assert reply.json["data"][0]["details"] == {"id": known["id"]}
        assert known not in zoho.crm_records("Contacts")
        assert client.get(path).status == 204
        assert client.delete(path).json["code"] == "INVALID_DATA"

    def test_lets_its_address_be_used_again(
        self, client: Client, path: str, known: dict[str, Any]
    ) -> None:
        again = {"data": [{"Last_Name": "Doe", "Email": known["Email"]}]}
        client.post(f"{CONTACTS}/upsert", again)
        client.delete(path)

        reply = client.post(f"{CONTACTS}/upsert", again)

        assert reply.json["data"][0]["action"] == "insert"


class TestRecord:
    def test_is_shown_whole(self, client: Client, path: str) -> None:
        (record,) = client.get(path).json["data"]

        assert record["Full_Name"] == "Ada Archer"
        assert record["Owner"]["email"] == "admin@example.com"
        assert record["Layout"]["name"] == "Standard"
        assert record["Department"] is None
        assert record["Email_Opt_Out"] is False


@pytest.fixture(scope="module")
def crowd(running_zoho: SandboxZoho) -> Client:
    """Return a client of a CRM with 2,010 leads."""
    running_zoho.reset()
    client = connect(running_zoho)
    for start in range(0, 2_010, 100):
        leads = [
            {"Last_Name": f"Lead {number}", "Company": "Example"}
            for number in range(start, min(start + 100, 2_010))
        ]
        client.post("/crm/v8/Leads", {"data": leads})
    return client


class TestPages:
    """The list; these tests share one crowd and change nothing."""

    LEADS = "/crm/v8/Leads?fields=Last_Name"

    def names(self, client: Client, query: str) -> list[str]:
        found = client.get(f"{self.LEADS}{query}").json["data"]
        return [each["Last_Name"] for each in found]

    def test_reach_2000_records(self, crowd: Client) -> None:
        info = crowd.get(f"{self.LEADS}&page=10").json["info"]

        assert (info["count"], info["more_records"]) == (200, True)
        assert crowd.get(f"{self.LEADS}&page=11").status == 400

    def test_go_on_by_token(self, crowd: Client) -> None:
        token = crowd.get(f"{self.LEADS}&page=10").json["info"]["next_page_token"]

        reply = crowd.get(f"{self.LEADS}&page_token={token}")

        info = reply.json["info"]
        assert (info["count"], info["more_records"]) == (10, False)
        assert info["next_page_token"] is None
        assert reply.json["data"][-1]["Last_Name"] == "Lead 0"

    def test_bind_a_token_to_its_parameters(self, crowd: Client) -> None:
        token = crowd.get(self.LEADS).json["info"]["next_page_token"]

        reply = crowd.get(f"/crm/v8/Leads?fields=Company&page_token={token}")

        assert reply.json["code"] == "TOKEN_BOUND_DATA_MISMATCH"

    @pytest.mark.parametrize("token", ["x", "e30=", "WzFd", "MQ=="])
    def test_refuse_an_invented_token(self, crowd: Client, token: str) -> None:
        reply = crowd.get(f"{self.LEADS}&page_token={token}")

        assert (reply.status, reply.json["code"]) == (400, "INVALID_DATA")

    @pytest.mark.parametrize("page", ["0", "x", "-1", "9" * 5_000])
    def test_are_numbered_from_one(self, crowd: Client, page: str) -> None:
        reply = crowd.get(f"{self.LEADS}&page={page}")

        assert (reply.status, reply.json["code"]) == (400, "INVALID_DATA")

    def test_sort_both_ways(self, crowd: Client) -> None:
        assert self.names(crowd, "&per_page=1") == ["Lead 2009"]
        assert self.names(crowd, "&per_page=1&sort_order=asc") == ["Lead 0"]

    def test_sort_by_three_fields_only(self, crowd: Client) -> None:
        assert crowd.get(f"{self.LEADS}&sort_by=Modified_Time").status == 200
        assert crowd.get(f"{self.LEADS}&sort_by=Last_Name").status == 400

    def test_show_50_fields_at_most(self, crowd: Client) -> None:
        fields = ",".join(f"Field_{number}" for number in range(51))

        reply = crowd.get(f"/crm/v8/Leads?fields={fields}")

        assert reply.json["code"] == "LIMIT_EXCEEDED"


class TestOldTokens:
    def test_are_refused_after_a_day(self, zoho: SandboxZoho) -> None:
        zoho.reset(expires_in=2 * 24 * 3_600)
        client = connect(zoho)
        path = f"{CONTACTS}?fields=id&per_page=3"
        token = client.get(path).json["info"]["next_page_token"]
        zoho.advance(24 * 3_600 + 1)

        reply = client.get(f"{path}&page_token={token}")

        assert reply.json["code"] == "EXPIRED_VALUE"


class TestChangedOrder:
    def test_follows_the_last_change(
        self, client: Client, path: str, known: dict[str, Any]
    ) -> None:
        client.put(path, {"data": [{"Title": "Captain"}]})

        reply = client.get(f"{CONTACTS}?fields=id&sort_by=Modified_Time&per_page=1")

        assert reply.json["data"] == [{"id": known["id"]}]
