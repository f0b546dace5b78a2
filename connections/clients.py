"""The client of a connection: its id, and the secrets that go with it."""

from django.db import transaction

from connections import services, tokens, vault
from connections.models import ClientSecret, Connection, OAuthClient
from connections.zoho.errors import ReconnectRequired


def save_client(connection: Connection, *, client_id: str, secret: str) -> None:
    """Keep the client's id and, unless empty, its secret for the data centre.

    A grant in use keeps the client it was made with until the new one is proven.
    """
    client = connection.client
    with transaction.atomic():
        if client.grants.exists() and (secret or client_id != client.client_id):
            client = _copy(client)
            connection.client = client
            connection.save(update_fields=["client"])
        client.client_id = client_id
        client.save(update_fields=["client_id"])
        if secret:
            _save_secret(client, connection.data_center, secret)


def _copy(client: OAuthClient) -> OAuthClient:
    copy = OAuthClient.objects.create(kind=client.kind, client_id=client.client_id)
    for secret in client.secrets.all():
        _save_secret(copy, secret.data_center, vault.unseal(secret, "sealed"))
    return copy


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
    tokens.StoredTokens(connection, transport).prove(value)
    client = grant.client
    older = client.secrets.filter(data_center=grant.data_center).order_by("-created_at")
    with transaction.atomic():
        client.secrets.filter(pk__in=[item.pk for item in older[1:]]).delete()
        _add_secret(client, grant.data_center, value)
    connection.move(
        leave=Connection.State.RECONNECT, to=Connection.State.ACTIVE, told_at=None
    )
