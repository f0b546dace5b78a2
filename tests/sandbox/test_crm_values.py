"""Every type of field: what the sandbox CRM takes, and how it refuses the rest."""

from typing import Any

import pytest

from tests.sandbox.client import Client, connect
from tests.zoho import SandboxZoho

CONTACTS = "/crm/v8/Contacts"
USER = "4150868000000225013"
OWNER = {"name": "Alex Admin", "id": USER, "email": "admin@example.com"}
SOUND = {
    "Last_Name": "Doe",
    "Customer_Number": "K-1",
    "Notes_on_Access": "Ring\ntwice",
    "Second_Email": "jane@example.com",
    "Door_Phone": "+44 20 7946 0001",
    "Portfolio": "https://www.example.com/jane",
    "Language": "German",
    "Interests": ["Garden", "Bath"],
    "Is_Reseller": False,
    "Customer_Since": "2026-02-28",
    "Next_Visit": "2026-11-30T10:00:00+01:00",
    "Visits": 0,
    "Meter_Reading": "123456789012345678",
    "Distance": 1.125,
    "Credit_Limit": 1000.5,
    "Discount": 12.5,
    "Owner": {"id": USER},
    "Agent": {"id": USER},
    "Tag": [{"name": "web"}],
}


@pytest.fixture
def rich(zoho: SandboxZoho) -> Client:
    zoho.reset(crm_organizations=[{"name": "Rich Ltd", "sample": "rich"}])
    return connect(zoho)


def insert(client: Client, values: dict[str, Any]) -> dict[str, Any]:
    """Return the item for one inserted record."""
    item: dict[str, Any] = client.post(CONTACTS, {"data": [values]}).json["data"][0]
    return item


def refusal(client: Client, **values: Any) -> tuple[str, dict[str, Any]]:
    item = insert(client, {"Last_Name": "Doe", **values})
    return item["code"], item["details"]


class TestSoundValues:
    def test_of_every_type_arrive(self, zoho: SandboxZoho, rich: Client) -> None:
        item = insert(rich, SOUND)

        assert item["code"] == "SUCCESS"
        stored = zoho.crm_records("Contacts")[-1]
        (tag,) = stored["Tag"]
        assert (tag["name"], tag["color_code"]) == ("web", None)
        named = SOUND | {"Owner": OWNER, "Agent": OWNER, "Tag": [tag]}
        assert {name: stored[name] for name in SOUND} == named

    def test_of_a_lookup_get_the_name(self, zoho: SandboxZoho, rich: Client) -> None:
        project = rich.post("/crm/v8/CustomModule1", {"data": [{"Name": "Roof"}]})
        project_id = project.json["data"][0]["details"]["id"]

        insert(rich, {"Last_Name": "Doe", "Project": {"id": project_id}})

        stored = zoho.crm_records("Contacts")[-1]
        assert stored["Project"] == {"name": "Roof", "id": project_id}

    def test_of_a_lookup_are_numbers_too_replies_s9(
        self, zoho: SandboxZoho, rich: Client
    ) -> None:
        account = rich.post("/crm/v8/Accounts", {"data": [{"Account_Name": "Example"}]})
        own = account.json["data"][0]["details"]["id"]

        insert(rich, {"Last_Name": "Doe", "Account_Name": {"id": int(own)}})

        stored = zoho.crm_records("Contacts")[-1]
        assert stored["Account_Name"] == {"name": "Example", "id": own}

    def test_of_people_and_layouts_are_numbers_too_replies_s9(
        self, zoho: SandboxZoho, rich: Client
    ) -> None:
        layouts = rich.get("/crm/v8/settings/layouts?module=Contacts").json["layouts"]
        # The one that has the field.
        wanted = layouts[0]["id"]

        item = insert(
            rich,
            {
                "Last_Name": "Doe",
                "Portfolio": "https://example.com",
                "Owner": {"id": int(USER)},
                "Layout": {"id": int(wanted)},
            },
        )

        assert item["code"] == "SUCCESS"
        stored = zoho.crm_records("Contacts")[-1]
        assert (stored["Owner"], stored["Layout"]["id"]) == (OWNER, wanted)

    def test_name_changed_records_by_numbers_too_replies_s9(
        self, zoho: SandboxZoho, rich: Client
    ) -> None:
        own = zoho.crm_records("Contacts")[0]["id"]

        reply = rich.put(CONTACTS, {"data": [{"id": int(own), "Title": "Dr"}]})

        assert reply.json["data"][0]["details"]["id"] == own
        assert zoho.crm_records("Contacts")[0]["Title"] == "Dr"

    @pytest.mark.parametrize("wrong", [True, 1.5, None, [1], {"id": 1}])
    def test_of_lookups_are_no_other_things(self, rich: Client, wrong: Any) -> None:
        code, details = refusal(rich, Account_Name={"id": wrong})

        assert code == "INVALID_DATA"
        assert details["expected_data_type"] == "jsonobject"

    def test_of_no_value_are_null(self, zoho: SandboxZoho, rich: Client) -> None:
        insert(rich, {"Last_Name": "Doe", "Language": "-None-", "Interests": []})

        stored = zoho.crm_records("Contacts")[-1]
        assert (stored["Language"], stored["Interests"]) == (None, None)

    @pytest.mark.parametrize("name", ["Unknown", "Running_Number", "Created_Time"])
    def test_of_fields_nobody_writes_are_dropped(
        self, zoho: SandboxZoho, rich: Client, name: str
    ) -> None:
        item = insert(rich, {"Last_Name": "Doe", name: "mine"})

        assert item["code"] == "SUCCESS"
        assert zoho.crm_records("Contacts")[-1].get(name) != "mine"


class TestBadValues:
    @pytest.mark.parametrize(
        ("name", "value", "expected"),
        [
            ("Department", 1, "text"),
            ("Notes_on_Access", ["a"], "text"),
            ("Second_Email", "nowhere", "email"),
            ("Portfolio", "no website", "website"),
            ("Language", "Deutsch", "picklist"),
            ("Interests", "Garden", "jsonarray"),
            ("Interests", ["Garten"], "multiselectpicklist"),
            ("Is_Reseller", "true", "boolean"),
            ("Customer_Since", "28/02/2026", "date"),
            ("Customer_Since", "2026-02-30", "date"),
            ("Next_Visit", "2026-11-30T10:00:00", "datetime"),
            ("Next_Visit", "2026-11-30T10:00:00.000+01:00", "datetime"),
            ("Visits", "1", "integer"),
            ("Visits", True, "integer"),
            ("Meter_Reading", "12a", "bigint"),
            ("Distance", "1.5", "double"),
            ("Distance", float("nan"), "double"),
            ("Credit_Limit", "1000", "double"),
            ("Discount", "5%", "double"),
            ("Project", "Roof", "jsonobject"),
            ("Owner", USER, "jsonobject"),
            ("Tag", "web", "jsonarray"),
        ],
    )
    def test_name_the_type_expected(
        self, rich: Client, name: str, value: Any, expected: str
    ) -> None:
        code, details = refusal(rich, **{name: value})

        assert code == "INVALID_DATA"
        assert details == {
            "api_name": name,
            "json_path": f"$.data[0].{name}",
            "expected_data_type": expected,
        }

    @pytest.mark.parametrize(
        ("name", "value", "longest"),
        [
            ("Department", "x" * 51, 50),
            ("Second_Email", "x" * 100 + "@example.com", 100),
            ("Portfolio", "https://example.com/" + "x" * 450, 450),
            ("Visits", 1_234_567_890, 9),
            ("Meter_Reading", "1" * 19, 18),
            ("Discount", 123_456, 5),
            ("Discount", 10**400, 5),
            ("Meter_Reading", "1" * 5_000, 18),
            ("Tag", [{"name": "x" * 26}], 25),
        ],
    )
    def test_name_the_length_allowed(
        self, rich: Client, name: str, value: Any, longest: int
    ) -> None:
        code, details = refusal(rich, **{name: value})

        assert (code, details["maximum_length"]) == ("INVALID_DATA", longest)

    @pytest.mark.parametrize("name", ["Project", "Owner", "Agent"])
    def test_lead_nowhere(self, rich: Client, name: str) -> None:
        item = insert(rich, {"Last_Name": "Doe", name: {"id": "1"}})

        assert item["code"] == "INVALID_DATA"
        assert item["message"] == "the id given seems to be invalid"
        assert item["details"]["api_name"] == name

    def test_are_told_all_at_once(self, rich: Client) -> None:
        item = insert(rich, {"Visits": "many", "Portfolio": "none at all"})

        assert item["code"] == "MULTIPLE_OR_MULTI_ERRORS"
        errors = item["details"]["errors"]
        assert [(each["code"], each["details"]["api_name"]) for each in errors] == [
            ("MANDATORY_NOT_FOUND", "Last_Name"),
            ("INVALID_DATA", "Portfolio"),
            ("INVALID_DATA", "Visits"),
        ]

    def test_are_told_one_by_one_in_version_2(self, rich: Client) -> None:
        reply = rich.post("/crm/v2/Contacts/upsert", {"data": [{"Visits": "many"}]})

        (item,) = reply.json["data"]
        assert item["code"] == "MANDATORY_NOT_FOUND"
        assert item["details"] == {"api_name": "Last_Name"}


class TestLayoutRules:
    def layout(self, client: Client, name: str) -> dict[str, str]:
        path = "/crm/v8/settings/layouts?module=Contacts"
        found = client.get(path).json["layouts"]
        return {"id": next(each["id"] for each in found if each["name"] == name)}

    def test_require_more_in_another_layout(self, rich: Client) -> None:
        supplier = self.layout(rich, "Supplier")

        code, details = refusal(rich, Layout=supplier)

        assert (code, details["api_name"]) == ("MANDATORY_NOT_FOUND", "Portfolio")
        assert refusal(rich)[0] == "SUCCESS"

    def test_hold_where_a_record_names_the_layout(self, rich: Client) -> None:
        supplier = self.layout(rich, "Supplier")
        made = insert(
            rich, {"Last_Name": "Doe", "Layout": supplier, "Portfolio": "example.com"}
        )
        path = f"{CONTACTS}/{made['details']['id']}"

        reply = rich.put(path, {"data": [{"Portfolio": None, "Layout": supplier}]})

        assert reply.json["data"][0]["code"] == "MANDATORY_NOT_FOUND"
        assert rich.put(path, {"data": [{"Portfolio": None}]}).status == 200

    def test_leave_out_what_a_layout_that_is_named_has_not(self, rich: Client) -> None:
        supplier = self.layout(rich, "Supplier")
        values = {"Last_Name": "Doe", "Portfolio": "example.com", "Visits": 3}

        made = insert(rich, values | {"Layout": supplier})

        record = rich.get(f"{CONTACTS}/{made['details']['id']}").json["data"][0]
        assert record["Portfolio"] == "example.com"
        assert record["Visits"] is None

    def test_refuse_an_unknown_layout(self, rich: Client) -> None:
        code, details = refusal(rich, Layout={"id": "1"})

        assert (code, details["api_name"]) == ("INVALID_DATA", "Layout")

    def test_refuse_an_unknown_layout_for_its_record_only(self, rich: Client) -> None:
        data = [{"Last_Name": "Doe"}, {"Last_Name": "Dole", "Layout": {"id": "1"}}]

        reply = rich.post(CONTACTS, {"data": data})

        assert reply.status == 207


class TestDependentValues:
    def test_must_go_with_their_parent(self, rich: Client) -> None:
        code, details = refusal(rich, Region="Asia", Country="France")

        assert code == "DEPENDENT_MISMATCH"
        assert details["api_name"] == "Country"
        assert details["dependee"]["api_name"] == "Region"

    def test_go_with_their_parent(self, rich: Client) -> None:
        code, _ = refusal(rich, Region="Europe", Country="France", City="Lyon")

        assert code == "SUCCESS"

    def test_are_judged_with_what_the_record_has(self, rich: Client) -> None:
        made = insert(
            rich, {"Last_Name": "Doe", "Region": "Europe", "Country": "France"}
        )
        path = f"{CONTACTS}/{made['details']['id']}"

        changed = rich.put(path, {"data": [{"Region": "Asia"}]}).json["data"][0]

        assert changed["code"] == "DEPENDENT_MISMATCH"
        assert rich.put(path, {"data": [{"Country": "Germany"}]}).status == 200


class TestUniqueValues:
    def test_are_refused_a_second_time(self, rich: Client) -> None:
        first = insert(rich, {"Last_Name": "Doe", "Customer_Number": "K-1"})

        code, details = refusal(rich, Customer_Number="k-1")

        assert (code, details["api_name"]) == ("DUPLICATE_DATA", "Customer_Number")
        assert details["id"] == first["details"]["id"]
        assert details["duplicate_record"]["id"] == first["details"]["id"]

    def test_find_the_record_to_update(self, rich: Client) -> None:
        first = insert(rich, {"Last_Name": "Doe", "Customer_Number": "K-1"})

        reply = rich.post(
            f"{CONTACTS}/upsert",
            {
                "data": [{"Last_Name": "Dole", "Customer_Number": "K-1"}],
                "duplicate_check_fields": ["Phone"],
            },
        )

        (item,) = reply.json["data"]
        assert (item["action"], item["duplicate_field"]) == (
            "update",
            "Customer_Number",
        )
        assert item["details"]["id"] == first["details"]["id"]

    def test_may_stay_with_their_record(self, rich: Client) -> None:
        first = insert(rich, {"Last_Name": "Doe", "Customer_Number": "K-1"})

        reply = rich.put(
            f"{CONTACTS}/{first['details']['id']}",
            {"data": [{"Customer_Number": "K-1", "Title": "Ms"}]},
        )

        assert reply.status == 200
