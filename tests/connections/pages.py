"""The pages of a connection, as their readers see them."""

from typing import Any

from django.test import Client

from connections.models import Connection
from tests.support.pages import text

LIST = "/connections/"


def page_of(connection: Connection, name: str = "") -> str:
    return f"{LIST}{connection.pk}/{name}"


def follow(client: Client, url: str, **data: Any) -> str:
    """Post a form and return the words of the page that follows."""
    return text(client.post(url, data, follow=True))
