"""Fill in and send the form for a new contact, as a browser does."""

from typing import Any

from django.test import Client

from connections.models import Connection

CONTACT = {
    "Email": "kim.sample@example.com",
    "Last_Name": "Sample",
    "First_Name": "Kim",
    "Phone": "",
    "Mobile": "+49 170 0000000",
    "Title": "",
    "Description": "",
}
# What it needs at least.
TYPED = {"Email": "kim.sample@example.com", "Last_Name": "Sample"}
SEARCH = "/crm/v8/Contacts/search"


def url(connection: Connection) -> str:
    return f"/c/{connection.slug}/crm/contacts/new/"


def send(client: Client, connection: Connection, **values: str) -> Any:
    """Fill in the form for a contact and press its button, twice if it asks."""
    return press(client, url(connection), CONTACT | values)


def press(client: Client, address: str, values: dict[str, Any]) -> Any:
    """Open a form and press its button; what a preview shows is agreed to."""
    page: Any = client.get(address)
    return save(client, address, {"form_key": page.context["form_key"]} | values)


def save(client: Client, address: str, values: dict[str, Any]) -> Any:
    """Press the button of a form that is open; what a preview shows is agreed to."""
    page: Any = client.post(address, values)
    if page.context and page.context.get("preview"):
        return client.post(address, values | {"seen": page.context["seen"]})
    return page


def look(client: Client, connection: Connection, **values: Any) -> Any:
    """Fill in the form and press its button once."""
    page: Any = client.get(url(connection))
    idempotency_key = page.context["form_key"]
    return client.post(url(connection), TYPED | {"form_key": idempotency_key} | values)


def agree(client: Client, connection: Connection, page: Any, **values: Any) -> Any:
    """Press the button of the preview."""
    kept = page.context["form"].data.dict()
    return client.post(url(connection), kept | {"seen": page.context["seen"]} | values)
