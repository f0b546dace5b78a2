"""How grants end: at Zoho where it confirms, and here in any case."""

from collections.abc import Iterable
from datetime import timedelta

from django.utils import timezone

from connections import services
from connections.models import Connection, Grant, OAuthClient
from connections.tokens import broker, keys
from connections.zoho import oauth
from connections.zoho.errors import ReconnectRequired, Unavailable, ZohoError

KEEP_UNCONFIRMED = timedelta(hours=24)


def disconnect(connection: Connection) -> bool:
    """Revoke the grant at Zoho and delete it here; return whether Zoho confirmed.

    Unconfirmed, it is out of use in any case; `revoke_pending` asks again.
    """
    grants = list(connection.grants.all())
    connection.move(leave=connection.state, to=Connection.State.DISCONNECTED)
    confirmed = [end(grant) for grant in grants]
    return all(confirmed)


def revoke_pending() -> tuple[int, int]:
    """Ask Zoho again to end what it has not confirmed; return (confirmed, left).

    After 24 hours a grant is given up and deleted here: it can still be removed at
    Zoho by hand.
    """
    confirmed = left = 0
    if not keys.fit():
        # What cannot be opened for now is not to be given up.
        return 0, Grant.objects.filter(ended_at__isnull=False).count()
    too_old = timezone.now() - KEEP_UNCONFIRMED
    waiting = Grant.objects.filter(ended_at__isnull=False).select_related("connection")
    for grant in waiting:
        if end(grant):
            confirmed += 1
        elif grant.ended_at and grant.ended_at < too_old:
            _forget(grant)
        else:
            left += 1
    return confirmed, left


def end_later(grants: Iterable[Grant]) -> None:
    """Take grants out of use for `revoke_pending` to end."""
    pks = [grant.pk for grant in grants]
    Grant.objects.filter(pk__in=pks).update(
        is_current=False, ended_at=timezone.now(), sealed_access_token=""
    )


def end(grant: Grant) -> bool:
    """Revoke one grant and delete it; return whether Zoho confirmed.

    Without Zoho's word only what is needed to ask again stays, out of use.
    """
    try:
        refresh_token = broker.opened(grant, "sealed_refresh_token")
    except ReconnectRequired:
        # It is damaged: nobody can revoke it from here.
        _forget(grant)
        return False
    except Unavailable:
        return _unconfirmed(grant)
    row = grant.data_center_row
    try:
        transport = services.transport_for(grant.connection, row)
        oauth.revoke(transport, row, refresh_token)
    except ZohoError:
        return _unconfirmed(grant)
    _forget(grant)
    return True


def _unconfirmed(grant: Grant) -> bool:
    if grant.ended_at is None:
        end_later([grant])
    return False


def _forget(grant: Grant) -> None:
    """Delete a grant, and its client if nothing else needs it."""
    client_id = grant.client_id
    grant.delete()
    OAuthClient.objects.filter(pk=client_id, grants=None, connection=None).delete()
