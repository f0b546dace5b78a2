"""What Zoho tells of a module, read without a network; odd rows harm nobody."""

from typing import Any

import pytest

from crm import metadata
from crm.fields import FIXED_CONTACTS
from crm.metadata import Module, Value
from crm.models import ModuleSettings
from crm.plans import plan

CONTACTS = Module("Contacts", "Contact", "Contacts")
TEXT = {
    "api_name": "Title",
    "data_type": "text",
    "length": 100,
    "field_label": "Title",
    "display_label": "Titel",
    "operation_type": {"api_create": True, "api_update": True},
}


def fields(*rows: Any) -> metadata.Metadata:
    return metadata.metadata(CONTACTS, {"fields": list(rows)}, {})


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

        found = metadata.modules({"modules": rows})

        assert found == [Module("CustomModule1", "CustomModule1", "Projects")]

    @pytest.mark.parametrize("reply", [{}, {"modules": None}, {"modules": "x"}])
    def test_bear_any_answer(self, reply: dict[str, Any]) -> None:
        assert metadata.modules(reply) == []


class TestFields:
    def test_have_the_translated_label(self) -> None:
        assert fields(TEXT).fields["Title"].label == "Titel"

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
