"""A deal of the organisation that has grown, and the form that changes it."""

from typing import Any

from django.test import Client

from connections.models import Connection
from tests.crm.as_browser import form_of
from tests.zoho import SandboxZoho

NEEDED = {"Deal_Name": "New kitchen", "Stage": "Qualification"}


class Deal:
    """A deal of former times, and its change form in a browser without scripts."""

    def __init__(
        self, zoho: SandboxZoho, client: Client, grown: Connection, **held: Any
    ) -> None:
        self._zoho, self._client = zoho, client
        self.before = zoho.put_crm_record("Deals", **NEEDED, **held)
        self.address = f"/c/{grown.slug}/crm/Deals/{self.before['id']}/change/"
        self.page: Any = self.open()
        self.form = form_of(self.page)

    def open(self) -> Any:
        return self._client.get(self.address)

    def save(self, **touched: Any) -> Any:
        named = {name.replace("__", "-"): value for name, value in touched.items()}
        return self._client.post(self.address, self.form | named)

    @property
    def now(self) -> dict[str, Any]:
        rows = self._zoho.crm_records("Deals")
        return next(row for row in rows if row["id"] == self.before["id"])

    def languages(self) -> list[tuple[str, Any]]:
        return [
            (row["Language"], row.get("Level")) for row in self.now["Languages_Known"]
        ]


def puts(zoho: SandboxZoho) -> list[Any]:
    return [each["body"]["data"] for each in zoho.journal() if each["method"] == "PUT"]
