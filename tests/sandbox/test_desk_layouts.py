import json
from pathlib import Path

import pytest

from tests.sandbox.client import Client, connect
from tests.sandbox.desk_world import Department, errors
from tests.zoho import SandboxZoho

CUSTOM_TYPES = {
    "Text",
    "Textarea",
    "Picklist",
    "Multiselect",
    "Number",
    "Decimal",
    "Boolean",
    "Date",
    "DateTime",
    "Email",
    "Phone",
    "URL",
    "Currency",
    "Percent",
}


class TestRichWorld:
    def test_has_organisations_with_departments(self, rich: SandboxZoho) -> None:
        client = connect(rich)

        names = {
            organisation["companyName"]: [each["name"] for each in reply.json["data"]]
            for organisation in client.get("/api/v1/organizations").json["data"]
            for reply in [client.get("/api/v1/departments", orgId=organisation["id"])]
        }

        assert names == {
            "Example Ltd": ["Support", "Billing"],
            "Example Services": ["Repairs", "Sales"],
        }

    def test_has_custom_fields_of_every_type(self, rich: SandboxZoho) -> None:
        client = connect(rich)

        types = {
            field["type"]
            for name in ("Support", "Billing", "Repairs")
            for field in Department(rich, client, name).fields().values()
            if field["isCustomField"]
        }

        assert types == CUSTOM_TYPES

    def test_knows_worlds_by_name_only(self, zoho: SandboxZoho) -> None:
        with pytest.raises(RuntimeError, match="plain or rich"):
            zoho.reset(desk="huge")


class TestLayouts:
    def test_are_listed_for_a_department(self, support: Department) -> None:
        (layout,) = support.get(
            f"layouts?module=tickets&departmentId={support.id}"
        ).json["data"]

        assert layout["id"] == support.layout_id
        assert layout["departmentId"] == support.id
        assert layout["module"] == "Cases"

    def test_are_listed_for_the_organisation(self, support: Department) -> None:
        data = support.get("layouts?module=tickets").json["data"]

        assert [each["layoutName"] for each in data] == [
            "Support layout",
            "Billing layout",
        ]

    def test_are_none_for_other_modules(self, support: Department) -> None:
        assert support.get("layouts?module=contacts").status == 204

    @pytest.mark.parametrize(
        ("query", "pointer", "problem"),
        [
            ("", "/module", "missing"),
            ("?module=cases", "/module", "invalid"),
            ("?module=tickets&departmentId=1", "/departmentId", "invalid"),
        ],
    )
    def test_want_a_module_and_a_department(
        self, support: Department, query: str, pointer: str, problem: str
    ) -> None:
        assert errors(support.get(f"layouts{query}")) == [(pointer, problem)]

    def test_tell_what_a_field_takes(self, support: Department) -> None:
        fields = support.fields()

        assert fields["subject"]["isMandatory"]
        assert fields["subject"]["maxLength"] == 255
        assert fields["cf_serial_number"]["isMandatory"]
        assert fields["cf_serial_number"]["isCustomField"]
        assert fields["status"]["defaultValue"] == "Open"
        assert fields["priority"]["allowedValues"] == [
            "Urgent",
            "High",
            "Medium",
            "Low",
        ]
        assert "isReadOnly" not in fields["subject"]

    def test_are_not_found_in_another_organisation(
        self, support: Department, repairs: Department
    ) -> None:
        assert repairs.get(f"layouts/{support.layout_id}").status == 404

    def test_want_the_scope(self, rich: SandboxZoho) -> None:
        client = connect(rich, "Desk.tickets.ALL")
        support = Department(rich, client, "Support")

        assert support.get("layouts?module=tickets").status == 403

    def test_are_there_for_a_state_without_any(self, tmp_path: Path) -> None:
        path = tmp_path / "state.json"
        with SandboxZoho("--state", str(path)) as zoho:
            zoho.reset()
        state = json.loads(path.read_text("utf-8"))
        for table in ("layouts", "attachments", "uploads"):
            del state["tables"][table]
        for setting in ("desk", "attachment_limit"):
            del state["settings"][setting]
        path.write_text(json.dumps(state), "utf-8")

        with SandboxZoho("--state", str(path)) as zoho:
            data = connect(zoho).get("/api/v1/layouts?module=tickets").json["data"]

        assert len(data) == 2

    def test_of_the_plain_world_are_ordinary(
        self, zoho: SandboxZoho, client: Client
    ) -> None:
        (support, billing) = client.get("/api/v1/layouts?module=tickets").json["data"]

        assert support["layoutName"] == billing["layoutName"]
        assert support["id"] != billing["id"]
        assert not any(
            field["isCustomField"]
            for field in Department(zoho, client, "Support").fields().values()
        )


class TestForm:
    def test_says_what_cannot_be_changed(self, support: Department) -> None:
        form = support.get(f"myForm?layoutId={support.layout_id}").json

        fields = [each for section in form["sections"] for each in section["fields"]]
        assert not any(each["isReadOnly"] for each in fields)

    def test_wants_a_layout(self, support: Department) -> None:
        assert errors(support.get("myForm")) == [("/layoutId", "invalid")]


class TestOrganisationFields:
    def test_put_the_values_of_all_layouts_together(self, support: Department) -> None:
        data = support.get("organizationFields?module=tickets").json["data"]

        fields = {each["apiName"]: each for each in data}
        values = [each["value"] for each in fields["priority"]["allowedValues"]]
        assert values == ["Urgent", "High", "Medium", "Low"]
        assert {"value": "Solved", "statusType": "Closed"} in fields["status"][
            "allowedValues"
        ]
        assert {"cf_serial_number", "cf_invoice_number"} <= fields.keys()

    def test_are_those_of_a_department(self, support: Department) -> None:
        data = support.get(
            f"organizationFields?module=tickets&departmentId={support.id}"
        ).json["data"]

        assert "cf_invoice_number" not in {each["apiName"] for each in data}

    def test_want_the_scope_of_settings(self, rich: SandboxZoho) -> None:
        support = Department(rich, connect(rich, "Desk.basic.READ"), "Support")

        assert support.get("organizationFields?module=tickets").status == 403


class TestDependencies:
    def test_name_parent_and_child(self, repairs: Department) -> None:
        (found,) = repairs.get(f"dependencyMappings?layoutId={repairs.layout_id}").json[
            "data"
        ]

        fields = repairs.fields()
        assert found["parentId"] == fields["cf_device"]["id"]
        assert found["childId"] == fields["cf_model"]["id"]
        assert found["mappings"]["Laptop"] == ["L-13", "L-15 (touch)"]
        assert fields["cf_model"]["allowedValues"] == []

    def test_have_no_body_when_there_are_none(self, rich: SandboxZoho) -> None:
        sales = Department(rich, connect(rich), "Sales")

        reply = sales.get(f"dependencyMappings?layoutId={sales.layout_id}")

        assert reply.status == 204


class TestHiddenDepartment:
    @pytest.fixture
    def legal(self, rich: SandboxZoho) -> Department:
        return Department(rich, connect(rich), "Legal")

    def test_keeps_everything_to_itself(self, legal: Department) -> None:
        replies = [
            legal.get(f"layouts?module=tickets&departmentId={legal.id}"),
            legal.get(f"layouts/{legal.layout_id}"),
            legal.open(),
        ]

        assert {(each.status, each.json["errorCode"]) for each in replies} == {
            (403, "FORBIDDEN")
        }

    def test_shows_itself_on_command(
        self, rich: SandboxZoho, legal: Department
    ) -> None:
        rich.show_department(legal.id, visible=True)

        names = [each["name"] for each in legal.get("departments").json["data"]]
        assert names == ["Support", "Billing", "Legal"]
        assert legal.open().status == 200

    def test_hides_its_tickets(self, rich: SandboxZoho, support: Department) -> None:
        ticket_id = support.open().json["id"]

        rich.show_department(support.id, visible=False)

        assert support.get(f"tickets/{ticket_id}").status == 403
        assert ticket_id not in support.get("tickets").text
        assert support.get("tickets/search?subject=Broken").status == 204

    def test_must_be_one(self, rich: SandboxZoho) -> None:
        with pytest.raises(RuntimeError, match="no such department"):
            rich.show_department("1", visible=True)


class TestChangedLayout:
    def test_loses_a_field(self, rich: SandboxZoho, support: Department) -> None:
        rich.change_layout(support.layout_id, remove_field="cf_severity")

        assert "cf_severity" not in support.fields()
        refused = support.open(cf={"cf_severity": "Minor"})
        assert errors(refused) == [("/cf/cf_severity", "invalid")]

    def test_loses_dependencies_with_a_field(
        self, rich: SandboxZoho, repairs: Department
    ) -> None:
        rich.change_layout(repairs.layout_id, remove_field="cf_device")

        reply = repairs.get(f"dependencyMappings?layoutId={repairs.layout_id}")

        assert reply.status == 204

    def test_loses_a_system_field(self, rich: SandboxZoho, support: Department) -> None:
        rich.change_layout(support.layout_id, remove_field="classification")

        refused = support.open(classification="Question")
        assert errors(refused) == [("/classification", "invalid")]

    def test_requires_a_field_and_frees_it(
        self, rich: SandboxZoho, support: Department
    ) -> None:
        rich.change_layout(support.layout_id, require_field="cf_severity")
        refused = support.open()
        rich.change_layout(support.layout_id, free_field="cf_severity")

        assert errors(refused) == [("/cf/cf_severity", "missing")]
        assert support.open().status == 200

    def test_gets_a_field(self, rich: SandboxZoho, support: Department) -> None:
        field = {
            "apiName": "cf_floor",
            "displayLabel": "Floor",
            "type": "Picklist",
            "allowedValues": ["1", "2"],
            "isMandatory": True,
        }

        rich.change_layout(support.layout_id, add_field=field)

        assert support.fields()["cf_floor"]["allowedValues"] == ["1", "2"]
        assert errors(support.open()) == [("/cf/cf_floor", "missing")]
        assert support.open(cf={"cf_floor": "2"}).status == 200

    def test_loses_and_gets_values(
        self, rich: SandboxZoho, support: Department
    ) -> None:
        rich.change_layout(
            support.layout_id,
            remove_value={"field": "priority", "value": "Low"},
            add_value={"field": "status", "value": "Gone", "statusType": "Closed"},
        )

        assert errors(support.open(priority="Low")) == [("/priority", "invalid")]
        assert support.open(status="Gone").json["statusType"] == "Closed"

    def test_tells_when_it_changed(
        self, rich: SandboxZoho, support: Department
    ) -> None:
        path = f"layouts/{support.layout_id}"
        before = support.get(path).json["modifiedTime"]

        rich.change_layout(support.layout_id, require_field="cf_severity")

        assert support.get(path).json["modifiedTime"] > before

    @pytest.mark.parametrize(
        "change",
        [
            {},
            {"paint": "red"},
            {"remove_field": "cf_nothing"},
            {"add_field": "cf_floor"},
            {"add_field": {"apiName": "floor", "displayLabel": "F", "type": "Text"}},
            {"add_field": {"apiName": "cf_f", "displayLabel": "F", "type": "Colour"}},
            {"remove_value": {"field": "priority", "value": "Whenever"}},
            {"add_value": {"field": "subject", "value": "x"}},
        ],
    )
    def test_does_not_change_by_a_mistake(
        self, rich: SandboxZoho, support: Department, change: dict[str, object]
    ) -> None:
        with pytest.raises(RuntimeError):
            rich.change_layout(support.layout_id, **change)
