"""The form for a new record of a CRM module, as somebody without scripts uses it."""

from typing import Any

from django.test import Client

from connections.models import Connection
from tests.crm.as_browser import Sent, form_of
from tests.support.contacts import press
from tests.zoho import SandboxZoho

RICH_TYPED = {
    "Email": "kim.sample@example.com",
    "Last_Name": "Sample",
    "Region": "Europe",
    "Customer_Number": "C-17",
}


def address_of(connection: Connection, module: str = "Contacts") -> str:
    return f"/c/{connection.slug}/crm/{module}/new/"


def add_account(client: Client, rich: Connection, name: str) -> None:
    press(client, address_of(rich, "Accounts"), {"Account_Name": name})


class Form:
    """The form for a new record, as somebody without scripts uses it."""

    def __init__(
        self, client: Client, connection: Connection, module: str = "Contacts"
    ) -> None:
        self._client = client
        self.address = address_of(connection, module)
        self.page: Any = client.get(self.address)

    def send(self, **touched: Any) -> Any:
        """Press the first button of the form as it is, but for what is touched."""
        form: Sent = form_of(self.page)
        self.page = self._client.post(self.address, form | touched)
        if self.page.status_code == 302:
            self.page = self._client.get(self.page.url)
        return self.page

    @property
    def said(self) -> str:
        text: str = self.page.content.decode()
        return text


def keep(zoho: SandboxZoho, module: str = "Contacts", **values: Any) -> str:
    record_id: str = zoho.put_crm_record(module, **values)["id"]
    return record_id


def effects(zoho: SandboxZoho) -> list[str]:
    return [each for each in zoho.effects() if "sample" not in each]
