"""F47: metadata changes while somebody fills in a form, and nothing typed is lost."""

from typing import Any

import pytest
from django.test import Client

from connections.models import Connection
from crm.models import Change
from tests.crm.record_form import RICH_TYPED, address_of
from tests.support.contacts import save
from tests.zoho import SandboxZoho

# What an admin does at Zoho, what is said here, and the field it is about.
CHANGES: list[tuple[dict[str, Any], str, str]] = [
    (
        {"require_field": "Title"},
        "Title is required in Zoho now.",
        "Title",
    ),
    (
        {"remove_value": {"field": "Region", "value": "Europe"}},
        "Region has no value “Europe” any more in Zoho.",
        "Region",
    ),
    (
        {
            "add_field": {
                "api_name": "Shoe_Size",
                "label": "Shoe size",
                "required": True,
            }
        },
        "Shoe size is new in Zoho.",
        "Shoe_Size",
    ),
]


class TestF47Drift:
    @pytest.mark.parametrize(("change", "words", "field"), CHANGES)
    def test_is_said_on_the_form_with_what_was_typed(
        self,
        change: dict[str, Any],
        words: str,
        field: str,
        zoho: SandboxZoho,
        rich: Connection,
        staff_client: Client,
        admin_client: Client,
    ) -> None:
        page: Any = staff_client.get(address_of(rich))
        zoho.change_crm_metadata("Contacts", **change)

        values = RICH_TYPED | {"form_key": page.context["form_key"]}
        page = save(staff_client, address_of(rich), values)

        form = page.context["form"]
        assert words in page.context["drift"]
        assert words in page.content.decode()
        assert field in form.errors
        assert {name: form[name].value() for name in RICH_TYPED} == RICH_TYPED
        told = admin_client.get(f"/c/{rich.slug}/crm/Contacts/settings/")
        assert words in told.content.decode()

    def test_says_what_stood_in_a_field_that_is_gone(
        self, zoho: SandboxZoho, rich: Connection, staff_client: Client
    ) -> None:
        page: Any = staff_client.get(address_of(rich))
        zoho.change_crm_metadata(
            "Contacts", rename_field={"from": "Customer_Number", "to": "Client_Number"}
        )
        zoho.change_crm_metadata("Contacts", require_field="Client_Number")

        values = RICH_TYPED | {"form_key": page.context["form_key"]}
        page = save(staff_client, address_of(rich), values)

        said = page.context["drift"]
        assert "Customer Number is not there any more in Zoho." in said
        assert "Customer Number had: C-17." in said
        assert "Client_Number" in page.context["form"].errors

    def test_is_kept_for_admins_once(
        self, zoho: SandboxZoho, rich: Connection, staff_client: Client
    ) -> None:
        changes: list[tuple[dict[str, Any], dict[str, str]]] = [
            ({"require_field": "Title"}, {}),
            ({"require_field": "Phone"}, {"Title": "Manager"}),
        ]
        for change, title in changes:
            page: Any = staff_client.get(address_of(rich))
            zoho.change_crm_metadata("Contacts", **change)
            values = RICH_TYPED | {"form_key": page.context["form_key"], **title}
            save(staff_client, address_of(rich), values)

        found = list(Change.objects.values_list("words", flat=True))
        assert sorted(found) == [
            "Phone is required in Zoho now.",
            "Title is required in Zoho now.",
        ]
