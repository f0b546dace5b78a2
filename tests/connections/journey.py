"""The way to a connection, as an admin and their browser go it."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django.conf import settings
from django.test import Client

from connections import features
from connections.models import Connection, OAuthClient
from connections.setup import clients, flow
from tests.sandbox.client import Client as Browser
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User

BOTH = ["crm.contacts", "desk.tickets"]
CALLBACK = "/oauth/callback/"
TOKEN = "/oauth/v2/token"


def begin(
    person: User,
    kind: str = OAuthClient.Kind.SERVER,
    *keys: str,
    region: str = "sandbox",
) -> Connection:
    """Return a draft; without keys for both products."""
    return flow.begin_setup(
        person=person, data_center=region, feature_keys=keys or BOTH, kind=kind
    )


def give_client(zoho: SandboxZoho, connection: Connection) -> None:
    """Register a client at Zoho and save it."""
    kind = connection.client.kind
    uris = [settings.REDIRECT_URI] if kind == "server" else []
    client_id, secret = zoho.new_client(kind, uris)
    clients.save_client(connection, client_id=client_id, secret=secret)


def new_code(zoho: SandboxZoho, connection: Connection) -> str:
    """Return a Self Client's code for what the connection needs."""
    scopes = ",".join(features.scopes(connection.features))
    return zoho.new_code(connection.client.client_id, scopes)


def query(address: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(address).query, keep_blank_values=True))


def decide(zoho: SandboxZoho, address: str, decision: str = "accept") -> dict[str, str]:
    """Decide on Zoho's page; return what the browser comes back with."""
    form = query(address) | {"decision": decision}
    return Browser(zoho).submit("/oauth/v2/auth", **form).callback


def approve(zoho: SandboxZoho, connection: Connection, person: User) -> str:
    """Accept on Zoho's page and return the code."""
    address = flow.consent_url(connection, person=person, session_key="s")
    return decide(zoho, address)["code"]


def stored(connection: Connection) -> Connection:
    """Return the connection as a fresh request finds it."""
    return Connection.objects.select_related("client").get(pk=connection.pk)


def paths(zoho: SandboxZoho) -> list[str]:
    return [entry["path"] for entry in zoho.journal()]


def organisations(*pairs: tuple[str, str]) -> dict[str, Any]:
    """Return a scripted answer with these Desk organisations."""
    rows = [{"id": key, "companyName": name} for key, name in pairs]
    return {"status": 200, "body": {"data": rows}}


def step(connection: Connection, name: str = "client") -> str:
    return f"/connections/{connection.pk}/{name}/"


def leave(client: Client, connection: Connection) -> str:
    answer: Any = client.post(step(connection, "consent"))
    return str(answer.url)


def come_back(
    zoho: SandboxZoho, client: Client, connection: Connection, decision: str = "accept"
) -> Any:
    back = decide(zoho, leave(client, connection), decision)
    return client.get(CALLBACK, back)


def refused_with(client: Client, draft: Connection, error: str) -> Any:
    """Come back with an error; return the page that this leads to."""
    state = query(leave(client, draft))["state"]
    answer: Any = client.get(CALLBACK, {"state": state, "error": error})
    return client.get(answer.url)
