"""The client of a connection: its id, and the secrets that go with it."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from connections import services
from connections.models import ClientSecret, Connection, OAuthClient
from connections.tokens import broker, vault
from connections.tokens.renewal import WINDOW
from connections.zoho.errors import ReconnectRequired

MOST_CODES = 10


def save_client(
    connection: Connection, *, client_id: str, secret: str, region: str = ""
) -> None:
    """Keep the client's id and, unless empty, its secret for the data centre.

    `region` is another data centre than the connection's that the secret is for. A
    grant in use keeps the client it was made with until the new one is proven.
    """
    client = connection.client
    with transaction.atomic():
        if client.grants.exists() and (secret or client_id != client.client_id):
            old = client
            client = OAuthClient.objects.create(kind=old.kind, client_id=old.client_id)
            for each in old.secrets.all():
                _save_secret(client, each.data_center, vault.unseal(each, "sealed"))
            connection.client = client
            connection.save(update_fields=["client"])
        client.client_id = client_id
        client.save(update_fields=["client_id"])
        if secret:
            _save_secret(client, region or connection.data_center, secret)


def note_code(client: OAuthClient) -> None:
    """Note that Zoho gave a code: after ten in ten minutes it refuses more."""
    now = timezone.now()
    client.codes = [*_lately(client), now.isoformat()]
    client.save(update_fields=["codes"])


def may_sign_in_at(client_id: str) -> datetime | None:
    """Return when Zoho gives codes for a client again; None while it should do now.

    https://www.zoho.com/accounts/protocol/oauth/token-limits.html; it counts for each
    user, and refuses with `access_denied`.
    """
    lately = sorted(
        moment
        for client in OAuthClient.objects.filter(client_id=client_id)
        for moment in _lately(client)
    )
    if len(lately) < MOST_CODES:
        return None
    return datetime.fromisoformat(lately[-MOST_CODES]) + WINDOW


def _lately(client: OAuthClient) -> list[str]:
    since = timezone.now() - WINDOW
    return [each for each in client.codes if datetime.fromisoformat(each) > since]


def _save_secret(client: OAuthClient, data_center: str, value: str) -> None:
    client.secrets.filter(data_center=data_center).delete()
    _add_secret(client, data_center, value)


def _add_secret(client: OAuthClient, data_center: str, value: str) -> None:
    secret = ClientSecret(client=client, data_center=data_center, ending=value[-4:])
    vault.seal(secret, "sealed", value)
    secret.save()


def replace_secret(connection: Connection, value: str) -> None:
    """Prove a new secret of the same client with Zoho, then keep it.

    The one before it stays as the second to be tried: both may work for a while.

    Raises:
        ZohoError: Zoho does not take it, or could not be asked; nothing was changed.
    """
    grant = connection.grants.select_related("client").filter(is_current=True).first()
    if grant is None:
        raise ReconnectRequired("not_connected")
    transport = services.transport_for(connection, grant.data_center_row)
    broker.StoredTokens(connection, transport).prove(value)
    client = grant.client
    older = client.secrets.filter(data_center=grant.data_center).order_by("-created_at")
    with transaction.atomic():
        client.secrets.filter(pk__in=[item.pk for item in older[1:]]).delete()
        _add_secret(client, grant.data_center, value)
    connection.move(
        leave=Connection.State.RECONNECT, to=Connection.State.ACTIVE, told_at=None
    )
