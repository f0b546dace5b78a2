"""Make connections, look at their grants and at what they cost."""

import json
import time
from datetime import timedelta
from typing import Any

from django.db import connection as database
from django.utils import timezone

from connections import features, services
from connections.models import Connection, Grant, OAuthClient
from connections.setup import clients, flow
from connections.tokens import vault
from connections.zoho.errors import ZohoError
from crm.envelope import CRM
from tests.sweeps.caller import name_of
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User

TOKEN = "/oauth/v2/token"
ORG = "/crm/v8/org"
# Zoho counts tokens in windows of ten minutes; this much later a new one has begun.
WINDOW_SECONDS = 601
KEYS = ["crm.contacts", "desk.tickets"]


def connect(
    zoho: SandboxZoho, person: User, data_center: str = "sandbox"
) -> Connection:
    """Return a new connection with a client and a grant of its own."""
    made = flow.begin_setup(
        person=person,
        data_center=data_center,
        feature_keys=KEYS,
        kind=OAuthClient.Kind.SELF,
    )
    client_id, secret = zoho.new_client("self")
    clients.save_client(made, client_id=client_id, secret=secret)
    flow.connect_with_code(made, new_code(zoho, made))
    return made


def new_code(zoho: SandboxZoho, connection: Connection) -> str:
    scope = ",".join(features.scopes(KEYS))
    return zoho.new_code(connection.client.client_id, scope)


def grant_of(connection: Connection) -> Grant:
    return connection.grants.get(is_current=True)


def state_of(connection: Connection) -> str:
    return Connection.objects.get(pk=connection.pk).state


def stored_token(connection: Connection) -> str:
    return vault.unseal(grant_of(connection), "sealed_access_token")


def stored_name(connection: Connection) -> str:
    return name_of(stored_token(connection))


def expire(connection: Connection, **left: float) -> None:
    """Let the stored access token end after this time, with a whole budget."""
    ends = timezone.now() + timedelta(**left)
    connection.grants.update(expires_at=ends, token_calls=[])


def token_calls(zoho: SandboxZoho, *wanted: Connection) -> list[dict[str, Any]]:
    """Return the portal's own requests for a token, for these connections if any."""
    clients = [each.client.client_id for each in wanted]
    return [
        entry
        for entry in zoho.journal()
        if entry["path"] == TOKEN
        and entry["user_agent"] == "Zoho-Portal"
        and (not clients or entry["form"]["client_id"] in clients)
    ]


def wait_for_token_call(zoho: SandboxZoho) -> None:
    """Return when a token call has arrived; the journal is written at once."""
    deadline = time.monotonic() + 30
    while not token_calls(zoho):
        assert time.monotonic() < deadline, "Nobody asked for a token."
        time.sleep(0.01)


def outcome_of_a_call(connection: Connection) -> str:
    """Make one harmless call as a fresh request would; return its error's name."""
    fresh = Connection.objects.get(pk=connection.pk)
    try:
        services.client_for(fresh).call(CRM, "GET", "org")
    except ZohoError as error:
        return type(error).__name__
    return "ok"


def works(connection: Connection) -> bool:
    """Tell whether Zoho takes the token that is stored now."""
    fresh = Connection.objects.get(pk=connection.pk)
    return bool(services.client_for(fresh).call(CRM, "GET", "org")["org"])


def say(figure: str, **values: Any) -> None:
    """Print a figure of a sweep; `pytest -s` or `-rP` shows it."""
    print(json.dumps({"figure": figure, "database": database.vendor} | values))
