"""A trip to Zoho's consent page and back, as an admin's browser makes it."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django.test import Client

from connections.models import Connection
from tests.sandbox.client import Client as Browser
from tests.zoho import SandboxZoho

CALLBACK = "/oauth/callback/"
TOKEN_PATH = "/oauth/v2/token"


def leave(client: Client, connection: Connection, **request: Any) -> str:
    """Return the address at Zoho that the portal sends the browser to."""
    answer: Any = client.post(f"/connections/{connection.pk}/consent/", **request)
    return str(answer["Location"])


def query(address: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(address).query, keep_blank_values=True))


def approve(
    zoho: SandboxZoho, address: str, decision: str = "accept"
) -> dict[str, str]:
    """Decide on Zoho's page; return what the browser is sent back with."""
    form = query(address) | {"decision": decision}
    return Browser(zoho).submit("/oauth/v2/auth", **form).callback


def come_back(client: Client, parameters: dict[str, str], **request: Any) -> Any:
    return client.get(CALLBACK, parameters, **request)


def token_calls(zoho: SandboxZoho) -> list[dict[str, Any]]:
    return [entry for entry in zoho.journal() if entry["path"] == TOKEN_PATH]
