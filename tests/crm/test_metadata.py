"""What Zoho tells of a module, read without a network; odd rows harm nobody."""

from typing import Any

import pytest

from crm.models import ModuleSettings
from crm.schema import dependencies, replies
from crm.schema.drawing import plan
from crm.schema.metadata import Metadata, Module, Value
from crm.schema.preset import FIXED_CONTACTS

CONTACTS = Module("Contacts", "Contact", "Contacts")
TEXT = {
    "api_name": "Title",
    "data_type": "text",
    "length": 100,
    "field_label": "Title",
    "display_label": "Titel",
    "operation_type": {"api_create": True, "api_update": True},
}


def fields(*rows: Any) -> Metadata:
    return replies.metadata(CONTACTS, {"fields": list(rows)}, {})


class TestModules:
    def test_are_those_that_records_can_be_made_in(self) -> None:
        usable = {"api_supported": True, "creatable": True, "generated_type": "custom"}
        rows = [
            usable | {"api_name": "CustomModule1", "plural_label": "Projects"},
            usable | {"api_name": "Reports", "creatable": False},
            usable | {"api_name": "Lines", "generated_type": "subform"},
            usable,
            "odd",
            None,
        ]

        found = replies.modules({"modules": rows})

        assert found == [Module("CustomModule1", "CustomModule1", "Projects")]

    @pytest.mark.parametrize("reply", [{}, {"modules": None}, {"modules": "x"}])
    def test_bear_any_answer(self, reply: dict[str, Any]) -> None:
        assert replies.modules(reply) == []


class TestFields:
    def test_that_cannot_be_read_are_left_out(self) -> None:
        assert list(fields(TEXT, {"api_name": "X"}, None, 7).fields) == ["Title"]

    @pytest.mark.parametrize(
        "change",
        [
            {"read_only": True},
            {"field_read_only": True},
            {"operation_type": {"api_create": False}},
            {"operation_type": None},
        ],
    )
    def test_that_may_not_be_written_are_not_offered(
        self, change: dict[str, Any]
    ) -> None:
        assert not fields(TEXT | change).fields["Title"].can_create

    def test_of_picklists_send_the_actual_value_and_know_no_none(self) -> None:
        values = [
            {"actual_value": "-None-", "display_value": "-None-"},
            {"actual_value": "Garden", "display_value": "Garten"},
            {"actual_value": "Old", "display_value": "Alt", "type": "unused"},
            {"display_value": "odd"},
        ]
        row = TEXT | {"data_type": "picklist", "pick_list_values": values}

        assert fields(row).fields["Title"].values == (Value("Garden", "Garten"),)

    def test_of_an_unheard_type_are_named_and_not_guessed(self) -> None:
        found = fields(TEXT, TEXT | {"api_name": "Odd", "data_type": "hologram"})

        drawn = plan(ModuleSettings(module="Contacts"), found)

        assert [field.api_name for field in drawn.unsupported] == ["Odd"]
        assert drawn.fields == ("Title",)


class TestPlan:
    def test_leads_with_what_is_needed_and_folds_the_rest_away(self) -> None:
        drawn = plan(ModuleSettings(module="Contacts"), FIXED_CONTACTS)

        assert drawn.first[:2] == ("Email", "Last_Name")
        assert drawn.duplicate_field == "Email"
        assert drawn.required == {"Last_Name"}

    def test_follows_an_admins_order_and_forgets_no_needed_field(self) -> None:
        chosen = ModuleSettings(module="Contacts", fields=["Title", "Phone", "Gone"])

        drawn = plan(chosen, FIXED_CONTACTS)

        assert drawn.first == ("Title", "Phone", "Email", "Last_Name")
        assert drawn.more == ("First_Name", "Mobile", "Description")


class TestOddAnswers:
    """What has another shape than Zoho's is dropped, and harms nothing beside it."""

    ODD: tuple[Any, ...] = (
        None,
        7,
        "x",
        [],
        {},
        [None],
        "٣",
        "1" * 5_000,
        10**30,
        {"a": {"b": 1}},
    )

    @pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
    def test_are_borne_in_every_place(self, odd: Any) -> None:
        value = {"actual_value": odd, "display_value": odd, "maps": odd, "type": odd}
        section = {"name": odd, "fields": [{"api_name": odd}, {"api_name": "Title"}]}
        subform = {"isSubformSection": True, "api_name": odd, "fields": odd}
        layout = {"id": "12", "name": odd, "sections": [section, subform, odd]}
        link = {"linking_details": odd, "connected_details": odd}
        field = TEXT | {"pick_list_values": [value, odd], "default_value": odd}
        links = {"api_name": "L", "data_type": "multiselectlookup"}
        found = replies.metadata(
            CONTACTS,
            {"fields": [field, links | {"multiselectlookup": link}, odd]},
            {"layouts": [layout, {"id": odd}, odd]},
        )

        assert "Title" in found.fields
        assert "Title" in found.layout("12").fields
        sides = {"parent": {"api_name": odd}, "child": odd, "pick_list_values": [value]}
        assert dependencies.dependency({"map_dependency": [sides, odd]}) is None
        known = {"id": "5", "full_name": "Kim"}
        people = replies.users({"users": [{"id": odd, "full_name": odd}, known]})
        assert Value("5", "Kim") in people
        assert all(each.actual.isascii() for each in people)

    @pytest.mark.parametrize("odd", [*ODD, "&#x110000;", ["5"], "5/../6"])
    def test_make_no_address_of_an_odd_id(self, odd: Any) -> None:
        found = dependencies.ids({"map_dependency": [{"id": odd}, odd, {"id": "5"}]})

        assert all(each.isascii() and each.isdigit() for each in found)
        assert found[-1] == "5"


class TestSubformSections:
    """Whether a section lists the subform or its columns, nobody here knows."""

    @pytest.mark.parametrize(
        "listed",
        [
            [{"api_name": "Languages", "data_type": "subform"}],
            [{"api_name": "Level", "data_type": "text", "required": True}],
        ],
    )
    def test_show_the_subform(self, listed: list[Any]) -> None:
        section = {"isSubformSection": True, "api_name": "Languages", "name": "L"}
        layout = {"id": "1", "name": "A", "sections": [section | {"fields": listed}]}

        found = replies.metadata(CONTACTS, {"fields": []}, {"layouts": [layout]})

        assert found.layouts[0].fields == ("Languages",)
        assert not found.layouts[0].required
