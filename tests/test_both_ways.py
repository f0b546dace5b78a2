"""Facts that nobody outside Zoho has confirmed: the portal bears both ways.

`docs/cases.md` has the table of all of them; the rest is tested where it belongs.
"""

from typing import Any

import pytest
from django.test import Client

from connections.models import Connection
from tests.crm.record_files import add, rows
from tests.desk.form import created_tickets, send, sent
from tests.support.connected import connected
from tests.support.contacts import look
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User

CONTACTS = "/crm/v8/Contacts"


@pytest.fixture
def connect(zoho: SandboxZoho, admin: User, staff: User) -> Any:
    """Return how to connect to a Zoho with these settings."""

    def made(*features: str, **settings: Any) -> Connection:
        zoho.reset(**settings)
        return connected(zoho, admin, staff, list(features))

    return made


class TestRecordThatIsNotThere:
    @pytest.mark.parametrize("status", [204, 400, 404])
    def test_is_said_to_be_gone(
        self, connect: Any, staff_client: Client, status: int
    ) -> None:
        made = connect("crm.records", crm_unknown_record=status)

        for step in ("", "change/"):
            page = staff_client.get(f"/c/{made.slug}/crm/Contacts/1111/{step}")
            assert page.status_code == 404


class TestEquals:
    """Whether it finds what only contains the value, too."""

    @pytest.mark.parametrize("is_exact", [True, False])
    @pytest.mark.parametrize(
        ("number", "said"),
        [("K-1", "Will create a new contact"), ("K-12", "Will update Jane Doe")],
    )
    def test_is_compared_here_again(
        self,
        zoho: SandboxZoho,
        connect: Any,
        staff_client: Client,
        is_exact: bool,
        number: str,
        said: str,
    ) -> None:
        world = [{"name": "Rich Ltd", "sample": "rich"}]
        made = connect(
            "crm.contacts", crm_organizations=world, crm_equals_is_exact=is_exact
        )
        stored = {"First_Name": "Jane", "Last_Name": "Doe", "Customer_Number": "K-12"}
        zoho.put_crm_record("Contacts", **stored)

        page = look(staff_client, made, Customer_Number=number)

        assert said in page.content.decode()


class TestAttachments:
    @pytest.mark.parametrize("wants_fields", [True, False])
    def test_are_listed_whether_their_fields_have_to_be_named(
        self, zoho: SandboxZoho, connect: Any, staff_client: Client, wants_fields: bool
    ) -> None:
        made = connect("crm.records", crm_attachments_want_fields=wants_fields)
        own = zoho.crm_records("Contacts")[0]["id"]
        ada = f"/c/{made.slug}/crm/Contacts/{own}/"

        add(staff_client, ada, "a.txt")

        assert [each.name for each in rows(staff_client, ada)] == ["a.txt"]


class TestContactOfATicket:
    @pytest.mark.parametrize("reuses", [True, False])
    def test_is_the_one_that_is_there(
        self, zoho: SandboxZoho, connect: Any, staff_client: Client, reuses: bool
    ) -> None:
        made = connect("desk.tickets", desk_reuses_contacts=reuses)

        send(staff_client, made, email="ada.archer@example.com")

        assert created_tickets(zoho) == 1
        assert "contactId" in sent(zoho)
        assert [each for each in zoho.effects() if "created Desk contact" in each] == []
