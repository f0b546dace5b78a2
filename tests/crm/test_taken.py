"""E20: Zoho has a value already that it allows once."""

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from connections.models import Connection
from tests.crm.test_contact import save
from tests.zoho import SandboxZoho
from zohoportal.outbox.models import Delivery

UPSERT = "/crm/v8/Contacts/upsert"
TYPED = {
    "Email": "kim.sample@example.com",
    "Last_Name": "Sample",
    "Customer_Number": "C-17",
}
IS_THERE = "A contact with this Customer Number is already there"


def refuse(zoho: SandboxZoho, **details: str) -> None:
    about = {"api_name": "Customer_Number", **details}
    item = {"code": "DUPLICATE_DATA", "details": about, "status": "error"}
    zoho.script("POST", UPSERT, {"status": 400, "body": {"data": [item]}})


def text(page: Any) -> str:
    words = re.sub(r"<[^>]*>", " ", page.content.decode())
    return re.sub(r"\s+", " ", unescape(words))


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

    @pytest.mark.parametrize("other", ["1", "x", "../../users", "٣"])
    def test_with_the_id_of_something_else_names_nobody(
        self,
        other: str,
        zoho: SandboxZoho,
        address: str,
        staff_client: Client,
    ) -> None:
        refuse(zoho, id=other)

        page = text(refused(staff_client, address))

        assert f"{IS_THERE} Zoho allows" in page
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
