from typing import Any

import pytest

from tests.sandbox.client import Client, connect
from tests.zoho import SandboxZoho

FIELDS = "/crm/v8/settings/fields?module="
LAYOUTS = "/crm/v8/settings/layouts"


@pytest.fixture
def rich(zoho: SandboxZoho) -> Client:
    zoho.reset(crm_organizations=[{"name": "Rich Ltd", "sample": "rich"}])
    return connect(zoho)


def fields_of(client: Client, module: str) -> dict[str, Any]:
    found = client.get(FIELDS + module).json["fields"]
    return {each["api_name"]: each for each in found}


def layouts_of(client: Client, module: str) -> dict[str, Any]:
    found = client.get(f"{LAYOUTS}?module={module}").json["layouts"]
    return {each["name"]: each for each in found}


def fields_in(layout: dict[str, Any]) -> dict[str, Any]:
    return {
        each["api_name"]: each
        for section in layout["sections"]
        for each in section["fields"]
    }


class TestModules:
    def test_lists_those_of_an_ordinary_organisation(self, client: Client) -> None:
        found = client.get("/crm/v8/settings/modules").json["modules"]

        assert [each["api_name"] for each in found] == [
            "Contacts",
            "Leads",
            "Accounts",
            "Deals",
        ]
        assert all(each["api_supported"] and each["creatable"] for each in found)

    def test_tells_a_custom_module(self, rich: Client) -> None:
        *_, last = rich.get("/crm/v8/settings/modules").json["modules"]

        assert last["generated_type"] == "custom"
        assert (last["api_name"], last["plural_label"]) == ("CustomModule1", "Projects")

    @pytest.mark.parametrize("name", ["id", "api_name"])
    def test_can_be_read_one_by_one(self, client: Client, name: str) -> None:
        _, leads, *_ = client.get("/crm/v8/settings/modules").json["modules"]

        reply = client.get(f"/crm/v8/settings/modules/{leads[name]}")

        assert reply.json["modules"] == [leads]
        assert client.get("/crm/v8/settings/modules/Nothing").status == 400


class TestVersion2:
    """It knows fewer words, and no dependent values."""

    def test_tells_fields(self, client: Client) -> None:
        (name, *_) = client.get("/crm/v2/settings/fields?module=Leads").json["fields"]

        assert name["api_name"] == "First_Name"
        assert name.keys() >= {"data_type", "view_type", "field_label", "visible"}
        assert name.keys().isdisjoint({"operation_type", "profiles", "searchable"})

    def test_tells_modules(self, client: Client) -> None:
        found = client.get("/crm/v2/settings/modules").json["modules"]

        assert found[0]["api_supported"]
        assert "access_type" not in found[0]

    def test_tells_layouts(self, client: Client) -> None:
        (one,) = client.get("/crm/v2/settings/layouts?module=Leads").json["layouts"]

        assert one["sections"][0]["fields"][0]["api_name"] == "First_Name"
        assert "operation_type" not in one["sections"][0]["fields"][0]
        again = client.get(f"/crm/v2/settings/layouts/{one['id']}?module=Leads")
        assert again.json["layouts"] == [one]
        path = f"/crm/v2/settings/layouts/{one['id']}/map_dependency?module=Leads"
        assert client.get(path).status == 404

    def test_does_not_change_what_v8_tells(self, client: Client) -> None:
        client.get("/crm/v2/settings/fields?module=Leads")

        assert "operation_type" in fields_of(client, "Leads")["Email"]


class TestFields:
    @pytest.mark.parametrize("module", ["Contacts", "Leads", "Accounts", "Deals"])
    def test_are_as_many_as_people_have(self, client: Client, module: str) -> None:
        assert 12 <= len(fields_of(client, module)) <= 25

    def test_can_be_read_one_by_one(self, client: Client) -> None:
        email = fields_of(client, "Contacts")["Email"]

        reply = client.get(f"/crm/v8/settings/fields/{email['id']}?module=Contacts")

        assert reply.json["fields"] == [email]
        path = "/crm/v8/settings/fields/1?module=Contacts"
        assert client.get(path).json["code"] == "INVALID_DATA"

    def test_tell_what_may_be_written(self, client: Client) -> None:
        fields = fields_of(client, "Contacts")

        assert fields["Last_Name"]["system_mandatory"] is True
        assert fields["Last_Name"]["length"] == 80
        assert fields["Last_Name"]["operation_type"]["api_create"] is True
        assert fields["Created_Time"]["operation_type"]["api_create"] is False
        assert fields["Account_Name"]["lookup"]["module"]["api_name"] == "Accounts"

    def test_offer_no_value_first(self, client: Client) -> None:
        source = fields_of(client, "Contacts")["Lead_Source"]

        assert source["pick_list_values"][0]["actual_value"] == "-None-"

    def test_are_150_of_every_type_in_a_rich_organisation(self, rich: Client) -> None:
        fields = fields_of(rich, "Contacts")

        assert len(fields) == 150
        assert {each["data_type"] for each in fields.values()} == {
            *("text", "textarea", "email", "phone", "website", "picklist", "date"),
            *("multiselectpicklist", "boolean", "datetime", "integer", "bigint"),
            *("double", "currency", "percent", "lookup", "ownerlookup", "userlookup"),
            *("autonumber", "formula", "rollup_summary", "fileupload"),
            *("imageupload", "multiselectlookup"),
        }

    def test_have_ids_of_their_own(self, rich: Client) -> None:
        fields = fields_of(rich, "Contacts").values()

        assert len({each["id"] for each in fields}) == 150

    def test_may_have_the_organisations_own_names(self, rich: Client) -> None:
        language = fields_of(rich, "Contacts")["Language"]

        assert language["field_label"] == "Sprache"
        assert language["display_label"] == "Language"
        german = language["pick_list_values"][1]
        assert (german["actual_value"], german["display_value"]) == (
            "German",
            "Deutsch",
        )

    def test_of_tags_are_texts_in_a_list(self, client: Client) -> None:
        tag = fields_of(client, "Contacts")["Tag"]

        shape = (tag["data_type"], tag["json_type"], tag["ui_type"])
        assert shape == ("text", "jsonarray", 209)


class TestLayouts:
    def test_of_an_ordinary_module_is_one(self, client: Client) -> None:
        (layout,) = layouts_of(client, "Contacts").values()

        fields = fields_in(layout)
        assert fields.keys() == fields_of(client, "Contacts").keys()
        assert fields["Last_Name"]["required"] is True
        assert fields["Email"]["required"] is False

    def test_differ_in_sections_and_required_marks(self, rich: Client) -> None:
        layouts = layouts_of(rich, "Contacts")

        required = {
            name: {
                each["api_name"]
                for each in fields_in(layout).values()
                if each["required"]
            }
            for name, layout in layouts.items()
        }
        assert required == {
            "Standard": {"Last_Name"},
            "Partner": {"Last_Name", "Email", "Discount"},
            "Supplier": {"Last_Name", "Portfolio"},
        }
        assert len({len(each["sections"]) for each in layouts.values()}) == 3

    def test_can_be_read_one_by_one(self, rich: Client) -> None:
        partner = layouts_of(rich, "Contacts")["Partner"]

        reply = rich.get(f"{LAYOUTS}/{partner['id']}?module=Contacts")

        assert reply.json == {"layouts": [partner]}
        assert rich.get(f"{LAYOUTS}/1?module=Contacts").status == 204


class TestDependencies:
    def test_are_listed_for_a_layout(self, rich: Client) -> None:
        layouts = layouts_of(rich, "Contacts")

        path = f"{LAYOUTS}/{layouts['Standard']['id']}/map_dependency?module=Contacts"
        found = rich.get(path).json["map_dependency"]

        pairs = [
            (each["parent"]["api_name"], each["child"]["api_name"]) for each in found
        ]
        assert pairs == [("Region", "Country"), ("Country", "City")]

    def test_tell_their_values_one_by_one(self, rich: Client) -> None:
        layout = layouts_of(rich, "Contacts")["Standard"]
        path = f"{LAYOUTS}/{layout['id']}/map_dependency"
        first = rich.get(f"{path}?module=Contacts").json["map_dependency"][0]

        reply = rich.get(f"{path}/{first['id']}?module=Contacts")

        (found,) = reply.json["map_dependency"]
        maps = {
            value["actual_value"]: [each["actual_value"] for each in value["maps"]]
            for value in found["pick_list_values"]
        }
        assert maps["Europe"] == ["France", "Germany"]

    def test_stand_in_the_layout_too(self, rich: Client) -> None:
        region = fields_in(layouts_of(rich, "Contacts")["Standard"])["Region"]

        (_, europe, *_) = region["pick_list_values"]
        (mapped,) = europe["maps"]
        assert mapped["api_name"] == "Country"
        assert [each["actual_value"] for each in mapped["pick_list_values"]] == [
            "France",
            "Germany",
        ]

    def test_are_none_in_an_ordinary_layout(self, client: Client) -> None:
        (layout,) = layouts_of(client, "Contacts").values()

        path = f"{LAYOUTS}/{layout['id']}/map_dependency"
        assert client.get(f"{path}?module=Contacts").status == 204


class TestGate:
    @pytest.mark.parametrize(
        ("path", "scope"),
        [
            ("modules", "ZohoCRM.settings.modules.READ"),
            ("fields?module=Leads", "ZohoCRM.settings.fields.READ"),
            ("layouts?module=Leads", "ZohoCRM.settings.layouts.READ"),
        ],
    )
    def test_wants_the_scope_of_each(
        self, zoho: SandboxZoho, path: str, scope: str
    ) -> None:
        other = connect(zoho, "ZohoCRM.modules.ALL").get(f"/crm/v8/settings/{path}")

        assert other.json["code"] == "OAUTH_SCOPE_MISMATCH"
        assert connect(zoho, scope).get(f"/crm/v8/settings/{path}").status == 200

    def test_wants_the_scope_of_dependencies(self, zoho: SandboxZoho) -> None:
        scope = "ZohoCRM.settings.layouts.READ,ZohoCRM.settings.fields.READ"
        path = f"{LAYOUTS}/1/map_dependency?module=Leads"

        assert connect(zoho, scope).get(path).json["code"] == "OAUTH_SCOPE_MISMATCH"

    @pytest.mark.parametrize(
        ("query", "code"),
        [("", "REQUIRED_PARAM_MISSING"), ("?module=Nothing", "INVALID_MODULE")],
    )
    @pytest.mark.parametrize("kind", ["fields", "layouts"])
    def test_wants_a_known_module(
        self, client: Client, kind: str, query: str, code: str
    ) -> None:
        reply = client.get(f"/crm/v8/settings/{kind}{query}")

        assert (reply.status, reply.json["code"]) == (400, code)
