"""The token broker: one access token for all callers, renewed by one of them.

Renewing takes a lease on the grant (one conditional UPDATE with a random owner) and
holds no transaction while Zoho is asked. The new token is written only if the grant's
generation is still the one that was read, so a caller who slept past its lease cannot
overwrite a newer token. Zoho gives ten tokens in ten minutes to one refresh token:
https://www.zoho.com/accounts/protocol/oauth/token-limits.html
"""

import random
import secrets
import time
from datetime import datetime, timedelta

from django.db.models import F, Q
from django.utils import timezone

from connections import vault
from connections.models import Connection, Grant, OAuthClient
from connections.zoho import oauth
from connections.zoho.errors import (
    RateLimited,
    ReconnectRequired,
    Unavailable,
    ZohoError,
)
from connections.zoho.transport import Transport

MARGIN = timedelta(seconds=90)
LEASE = timedelta(seconds=12)
BUDGET = 8
WINDOW = timedelta(minutes=10)
CONFIRM_AFTER = timedelta(seconds=60)
WAIT_SECONDS = 13.0
NEAR_EXPIRY_TRY = timedelta(seconds=10)


class StoredTokens:
    """The access tokens of one connection, for a `ZohoClient`."""

    def __init__(self, connection: Connection, transport: Transport) -> None:
        self._connection = connection
        self._transport = transport

    def current(self) -> str:
        """Return the stored token while it is fresh, else a renewed one.

        Raises:
            ReconnectRequired: there is no grant, or Zoho ended it.
            RateLimited: the grant's budget of token calls is used up.
            Unavailable: Zoho's accounts server did not answer in time.
        """
        grant = self._grant()
        if grant.expires_at - MARGIN > timezone.now():
            return _opened(grant, "sealed_access_token")
        return self._renewed(grant)

    def renewed(self, refused: str) -> str:
        """Return a token newer than the one that Zoho refused.

        Raises: as `current`.
        """
        grant = self._grant()
        stored = _opened(grant, "sealed_access_token")
        return stored if stored != refused else self._renewed(grant, refused=True)

    def _grant(self) -> Grant:
        grant = (
            Grant.objects.filter(
                connection=self._connection,
                is_current=True,
                connection__state=Connection.State.ACTIVE,
            )
            .exclude(sealed_refresh_token="")
            .first()
        )
        if grant is None:
            raise ReconnectRequired("not_connected")
        return grant

    def _renewed(self, grant: Grant, *, refused: bool = False) -> str:
        """Renew the grant's token, or wait for whoever is renewing it."""
        seen = grant.generation
        deadline = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < deadline:
            owner = _lease(grant, seen)
            if owner:
                return self._refresh_as(owner, grant)
            if not refused and grant.expires_at > timezone.now() + NEAR_EXPIRY_TRY:
                return _opened(grant, "sealed_access_token")
            time.sleep(0.02 + random.random() * 0.05)  # noqa: S311  # spreads callers
            grant = self._grant()
            if grant.generation != seen:
                return _opened(grant, "sealed_access_token")
        raise Unavailable("timeout", host=self._connection.data_center_row.accounts)

    def _refresh_as(self, owner: str, grant: Grant) -> str:
        held = Grant.objects.filter(pk=grant.pk, lease_owner=owner)
        try:
            _spend_budget(grant, owner)
            token = oauth.refresh(
                self._transport,
                self._connection.data_center_row,
                client_of(grant.client, self._connection.data_center),
                _opened(grant, "sealed_refresh_token"),
            )
        except ZohoError as error:
            self._note_failure(grant, error)
            held.update(lease_owner="", lease_until=None)
            raise
        vault.seal(grant, "sealed_access_token", token.access)
        held.filter(generation=grant.generation).update(
            sealed_access_token=grant.sealed_access_token,
            expires_at=token.expires_at,
            generation=F("generation") + 1,
            refreshed_at=timezone.now(),
            last_failure="",
            last_failure_at=None,
            lease_owner="",
            lease_until=None,
            **_new_refresh_token(grant, token),
        )
        return token.access

    def _note_failure(self, grant: Grant, error: ZohoError) -> None:
        """Mark the connection when Zoho ended the grant, and only then.

        `invalid_code` is Zoho's word for a refresh token that is gone. A refused client
        counts when it is seen twice a minute apart; nothing else ends a grant.
        """
        now = timezone.now()
        repeated = (
            grant.last_failure == error.code
            and grant.last_failure_at is not None
            and now - grant.last_failure_at >= CONFIRM_AFTER
        )
        if grant.last_failure != error.code:
            Grant.objects.filter(pk=grant.pk).update(
                last_failure=error.code, last_failure_at=now
            )
        ended = isinstance(error, ReconnectRequired) and (
            error.code == "invalid_code" or repeated
        )
        if ended:
            self._connection.move(
                leave=Connection.State.ACTIVE, to=Connection.State.RECONNECT
            )


class FreshToken:
    """A token just exchanged, to prove a grant before it is adopted."""

    def __init__(self, access: str) -> None:
        self._access = access

    def current(self) -> str:
        return self._access

    def renewed(self, refused: str) -> str:  # noqa: ARG002  # there is no other one
        raise ReconnectRequired("INVALID_TOKEN")


def client_of(client: OAuthClient, data_center: str) -> oauth.Client:
    """Return the client with its secret for a data centre.

    Raises:
        ReconnectRequired: no secret is stored, or it cannot be opened.
    """
    secret = client.secret_for(data_center)
    if secret is None:
        raise ReconnectRequired("invalid_client_secret")
    try:
        value = vault.unseal(secret, "sealed")
    except vault.CannotOpen as error:
        raise ReconnectRequired("cannot_open") from error
    return oauth.Client(client.client_id, value)


def _opened(grant: Grant, field: str) -> str:
    try:
        return vault.unseal(grant, field)
    except vault.CannotOpen as error:
        raise ReconnectRequired("cannot_open") from error


def _lease(grant: Grant, generation: int) -> str:
    """Take the lease and return its owner's name; empty if somebody else has it."""
    now = timezone.now()
    owner = secrets.token_hex(16)
    taken = Grant.objects.filter(
        Q(lease_until=None) | Q(lease_until__lt=now),
        pk=grant.pk,
        generation=generation,
    ).update(lease_owner=owner, lease_until=now + LEASE)
    return owner if taken else ""


def _spend_budget(grant: Grant, owner: str) -> None:
    """Count a token call against the grant's budget.

    Raises:
        RateLimited: eight calls were made in ten minutes; Zoho blocks at ten.
    """
    now = timezone.now()
    stored = Grant.objects.values_list("token_calls", flat=True).get(pk=grant.pk)
    calls = [
        called
        for called in map(datetime.fromisoformat, stored)
        if now - called < WINDOW
    ]
    if len(calls) >= BUDGET:
        raise RateLimited("Access Denied", retry_at=calls[0] + WINDOW)
    Grant.objects.filter(pk=grant.pk, lease_owner=owner).update(
        token_calls=[call.isoformat() for call in [*calls, now]]
    )


def _new_refresh_token(grant: Grant, token: oauth.Token) -> dict[str, str]:
    """Zoho keeps the refresh token; should it ever send another, that one counts."""
    if not token.refresh:
        return {}
    vault.seal(grant, "sealed_refresh_token", token.refresh)
    return {"sealed_refresh_token": grant.sealed_refresh_token}
