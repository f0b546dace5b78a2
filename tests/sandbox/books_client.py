"""Speak to the sandbox's Books as an application does."""

from typing import Any
from urllib.parse import urlencode

from tests.sandbox.client import Client, Reply, connect
from tests.zoho import SandboxZoho

SCOPE = (
    "ZohoBooks.contacts.CREATE,ZohoBooks.contacts.READ,ZohoBooks.contacts.UPDATE,"
    "ZohoBooks.contacts.DELETE,ZohoBooks.settings.READ,ZohoBooks.invoices.READ"
)
KEY = "cf_portal_reference"
DOE = {"contact_name": "Doe Ltd", "contact_type": "customer"}
JANE = {"first_name": "Jane", "last_name": "Doe", "email": "jane@example.com"}


class Books:
    """A client of one organisation, the first unless another is named."""

    def __init__(
        self, zoho: SandboxZoho, scope: str = SCOPE, organization: int = 0
    ) -> None:
        self.client: Client = connect(zoho, scope)
        self.organization: str = zoho.books()["organizations"][organization]["id"]

    def path(self, path: str, **query: str) -> str:
        asked = {"organization_id": self.organization, **query}
        return f"/books/v3/{path}?{urlencode(asked)}"

    def get(self, path: str, **query: str) -> Reply:
        return self.client.get(self.path(path, **query))

    def post(self, path: str, body: object = None) -> Reply:
        if body is None:
            return self.client.send("POST", self.path(path))
        return self.client.post(self.path(path), body)

    def put(self, path: str, body: object) -> Reply:
        return self.client.put(self.path(path), body)

    def delete(self, path: str, **query: str) -> Reply:
        return self.client.delete(self.path(path, **query))

    def upsert(
        self, body: object, value: str = "ZP-1", *, key: str = KEY, upsert: str = "true"
    ) -> Reply:
        headers = {"X-Unique-Identifier-Key": key, "X-Unique-Identifier-Value": value}
        saying = headers | ({"X-Upsert": upsert} if upsert else {})
        return self.client.put(self.path("contacts"), body, **saying)

    def make(self, **values: Any) -> dict[str, Any]:
        """Make a contact, Doe Ltd unless named otherwise, and return it."""
        reply = self.post("contacts", DOE | values)
        assert reply.status == 201, reply.text
        contact: dict[str, Any] = reply.json["contact"]
        return contact

    def names(self, **query: str) -> list[str]:
        """Return the names of the contacts that a search finds."""
        found = self.get("contacts", per_page="200", **query).json["contacts"]
        return [each["contact_name"] for each in found]


def said(reply: Reply) -> tuple[int, int]:
    """Return status and code."""
    return reply.status, reply.json["code"]
