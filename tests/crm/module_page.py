"""The page on which an admin settles how staff use a module."""

from typing import Any

from django.test import Client

from connections.models import Connection


def address(rich: Connection, module: str = "Contacts") -> str:
    return f"/c/{rich.slug}/crm/{module}/settings/"


def opened(client: Client, rich: Connection, module: str = "Contacts") -> Any:
    return client.get(address(rich, module))


def filled_in(page: Any, **changes: Any) -> dict[str, Any]:
    """Return what the page's form would send, with these answers changed."""
    picker = page.context["picker"]
    initial = page.context["form"].initial
    values = {name: value for name, value in initial.items() if value is not False}
    values |= {
        "picked": [row.name for row in picker.ticked],
        "shown": page.context["drawn"].layout.id,
        "usual": page.context["usual"],
    }
    return values | changes


def save(client: Client, rich: Connection, **changes: Any) -> Any:
    page = opened(client, rich)
    return client.post(address(rich), filled_in(page, **changes))
