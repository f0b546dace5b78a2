"""E20: Zoho has a value already that it allows once."""

import re
from typing import Any

import pytest
from django.test import Client

from connections.models import Connection
from crm.models import ModuleSettings
from tests.support.contacts import save
from tests.support.pages import text
from tests.zoho import SandboxZoho
from zohoportal.outbox.models import Delivery

UPSERT = "/crm/v8/Contacts/upsert"
TYPED = {
    "Email": "kim.sample@example.com",
    "Last_Name": "Sample",
    "Customer_Number": "C-17",
}
IS_THERE = "A contact with this Customer Number is already there"


def refuse(zoho: SandboxZoho, **details: Any) -> None:
    about = {"api_name": "Customer_Number", **details}
    item = {"code": "DUPLICATE_DATA", "details": about, "status": "error"}
    zoho.script("POST", UPSERT, {"status": 400, "body": {"data": [item]}})


def refused(client: Client, address: str) -> Any:
    """Type a new contact into its form and save it."""
    opened: Any = client.get(f"{address}new/")
    typed = TYPED | {"form_key": opened.context["form_key"]}
    return save(client, f"{address}new/", typed)


@pytest.fixture
def address(rich: Connection) -> str:
    return f"/c/{rich.slug}/crm/Contacts/"


class TestE20Taken:
    def test_names_the_other_record_and_leads_there(
        self, zoho: SandboxZoho, address: str, staff_client: Client
    ) -> None:
        other = zoho.crm_records("Contacts")[0]["id"]
        refuse(zoho, id=other)

        page = refused(staff_client, address)

        assert f"{IS_THERE}: Ada Archer" in text(page)
        assert "Zoho allows “C-17” only once." in text(page)
        kept = Delivery.objects.get().reference
        change = f"{address}{other}/change/?from={kept}"
        assert f'href="{change}"' in page.content.decode()
        assert "Update Ada Archer instead" in text(page)
        form = staff_client.get(change).context["form"]
        assert form["Customer_Number"].value() == "C-17"
        assert form["Last_Name"].value() == "Sample"
        # Left blank, so it stays what it is at Zoho.
        assert form["First_Name"].value() == "Ada"

    def test_without_its_id_names_nobody(
        self, zoho: SandboxZoho, address: str, staff_client: Client
    ) -> None:
        refuse(zoho)

        page = text(refused(staff_client, address))

        assert f"{IS_THERE} Zoho allows “C-17” only once." in page
        assert "Change Customer Number" in page
        assert "instead" not in page

    @pytest.mark.parametrize(
        ("other", "what"),
        [
            ("1", "Another record"),
            ("x", "A contact"),
            ("../../users", "A contact"),
            ("٣", "A contact"),
        ],
    )
    def test_with_the_id_of_something_else_names_nobody(
        self,
        other: str,
        what: str,
        zoho: SandboxZoho,
        address: str,
        staff_client: Client,
    ) -> None:
        refuse(zoho, id=other)

        page = text(refused(staff_client, address))

        is_there = IS_THERE.replace("A contact", what)
        assert f"{is_there} Zoho allows" in page
        assert "instead" not in page

    def test_with_a_record_that_cannot_be_read_leads_there_all_the_same(
        self, zoho: SandboxZoho, address: str, staff_client: Client
    ) -> None:
        other = zoho.crm_records("Contacts")[0]["id"]
        refuse(zoho, id=other)
        down = {"status": 503, "body": "", "times": 3}
        zoho.script("GET", f"/crm/v8/Contacts/{other}", down)

        page = text(refused(staff_client, address))

        assert f"{IS_THERE} Zoho allows" in page
        assert "Update that one instead" in page


class TestForms05OtherModule:
    def leads(self, zoho: SandboxZoho, **lead: Any) -> dict[str, Any]:
        row = {"id": "4150868000000999001", "Full_Name": "Lee Lead", **lead}
        found = {"status": 200, "body": {"data": [row]}}
        zoho.script("GET", f"/crm/v8/Leads/{row['id']}", found)
        return row

    def test_names_a_lead_and_offers_to_open_it_forms_05(
        self, zoho: SandboxZoho, address: str, staff_client: Client
    ) -> None:
        lead = self.leads(zoho)["id"]
        other = {"id": lead, "module": {"api_name": "Leads"}}
        refuse(zoho, api_name="Email", id=lead, duplicate_record=other)

        page = refused(staff_client, address)

        words = text(page)
        assert "A lead with this address is already there: Lee Lead" in words
        assert "Zoho allows “kim.sample@example.com” only once." in words
        assert f'href="{address.replace("Contacts", "Leads")}{lead}/"' in (
            page.content.decode()
        )
        assert re.search(rf'href="[^"]+/tab/Leads/{lead}"', page.content.decode())
        assert "instead" not in words
        assert "A contact with" not in words

    def test_leads_to_zoho_alone_where_the_module_is_not_used(
        self, zoho: SandboxZoho, rich: Connection, address: str, staff_client: Client
    ) -> None:
        ModuleSettings.objects.create(connection=rich, module="Leads", is_used=False)
        # One that was converted cannot be read.
        other = {"id": "4150868000000999001", "module": {"api_name": "Leads"}}
        refuse(zoho, api_name="Customer_Number", duplicate_record=other)

        page = refused(staff_client, address)

        words = text(page)
        assert "A lead with this Customer Number is already there Zoho allows" in words
        assert "Open in Zoho CRM" in words
        assert "/crm/Leads/" not in page.content.decode()

    @pytest.mark.parametrize(
        "module", ["Secret_Module__c", "../Leads", "x" * 200, 7, None]
    )
    def test_of_a_module_that_nobody_knows_is_another_record(
        self, module: Any, zoho: SandboxZoho, address: str, staff_client: Client
    ) -> None:
        other = {"id": "4150868000000999001", "module": {"api_name": module}}
        refuse(zoho, api_name="Customer_Number", duplicate_record=other)

        page = refused(staff_client, address)

        assert page.status_code == 200
        words = "Another record with this Customer Number is already there Zoho allows"
        assert words in text(page)
        assert "../Leads" not in page.content.decode().split("<details")[0]
