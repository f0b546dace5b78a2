"""The form that changes a record, and what it leaves at Zoho."""

from typing import Any

from django.test import Client

from connections.models import Connection
from tests.crm.as_browser import Sent, form_of
from tests.zoho import SandboxZoho


class Page:
    """The change form of one record, as somebody without scripts uses it."""

    def __init__(
        self, client: Client, rich: Connection, record: dict[str, Any]
    ) -> None:
        self._client = client
        self.address = f"/c/{rich.slug}/crm/Contacts/{record['id']}/change/"
        self.shown: Any = client.get(self.address)
        self.form: Sent = form_of(self.shown)

    def save(self, **touched: Any) -> Any:
        return self._client.post(self.address, self.form | touched)


def keep(zoho: SandboxZoho, **values: Any) -> dict[str, Any]:
    """Let the sandbox have a contact of former times."""
    return zoho.put_crm_record("Contacts", **{"Last_Name": "Old", **values})


def now(zoho: SandboxZoho, record: dict[str, Any]) -> dict[str, Any]:
    rows = zoho.crm_records("Contacts")
    return next(row for row in rows if row["id"] == record["id"])


def puts(zoho: SandboxZoho) -> list[Any]:
    return [each["body"]["data"] for each in zoho.journal() if each["method"] == "PUT"]


def retire(zoho: SandboxZoho, **values: str) -> None:
    for field, value in values.items():
        wish = {"field": field, "value": value}
        zoho.change_crm_metadata("Contacts", remove_value=wish)


def opened(client: Client, kim: str) -> dict[str, Any]:
    """Open the form that changes a record; return what it holds."""
    page: Any = client.get(f"{kim}change/")
    form = page.context["form"]
    values = {name: form[name].value() for name in form.fields}
    filled = {name: value for name, value in values.items() if value not in (None, "")}
    ours = ("form_key", "opened")
    return filled | {name: page.context[name] for name in ours}
