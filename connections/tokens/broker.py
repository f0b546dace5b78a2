"""The token broker: one access token for all callers, renewed by one of them.

Within a process one thread goes ahead and the others wait for what it brings, without
asking the database again. Between processes and hosts the one that takes the lease on
the grant goes ahead (`leases`). Nothing is held in the database while Zoho is asked,
not by the one who asks and not by those who wait.

Zoho gives one refresh token ten access tokens in ten minutes, then blocks it:
https://www.zoho.com/accounts/protocol/oauth/token-limits.html
"""

import random
import threading
import time
from collections.abc import Iterable
from concurrent.futures import Future
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

from django.db import connection as database
from django.utils import timezone

from connections import limits
from connections.models import Connection, Grant, OAuthClient
from connections.tokens import keys, renewal, vault
from connections.zoho import oauth
from connections.zoho.errors import (
    NotAsked,
    RateLimited,
    ReconnectRequired,
    TokenRefused,
    Unavailable,
    ZohoError,
)
from connections.zoho.transport import NEVER_ARRIVED, Transport

MARGIN = timedelta(seconds=90)
STILL_GOOD = timedelta(seconds=10)
REFUSED_AGAIN = timedelta(seconds=60)
# All that most callers need of a grant; the rest costs a third more time to read.
FRESH_TOKEN = ("generation", "expires_at", "sealed_access_token")

# The renewals under way in this process, by grant, generation, and whether a person
# asked: each becomes the new token, or empty where it brought none and the next one may
# try.
Key = tuple[UUID, int, bool]
_flights: dict[Key, Future[str]] = {}
# So many threads of a process read a grant at once: more of them, each opening a
# connection in the same moment, would be refused by PostgreSQL.
_readers = threading.BoundedSemaphore(8)
# When this process first met a grant's token, on a clock that nobody sets.
_met: dict[UUID, tuple[int, float]] = {}


class StoredTokens:
    """The access tokens of one connection, for a `ZohoClient`.

    `at_once` is for people: after a failure they need not wait for the next try. They
    make one of their own, and no second one within what they asked for.
    """

    def __init__(
        self, connection: Connection, transport: Transport, *, at_once: bool = False
    ) -> None:
        self._connection = connection
        self._transport = transport
        self._asked_at = timezone.now() if at_once else None

    def current(self) -> str:
        """Return the stored token while it is fresh, else a renewed one.

        Near its end nobody waits: who finds somebody renewing goes on with it.

        Raises:
            ReconnectRequired: there is no grant, or Zoho ended it.
            RateLimited: Zoho, or the grant's own budget, asks us to wait.
            Unavailable: Zoho's accounts server did not answer; `NotAsked` where it was
                not asked just now.
        """
        grant = self._grant(only=FRESH_TOKEN)
        _age(grant)
        if grant.expires_at - timezone.now() > MARGIN:
            return opened(grant, "sealed_access_token")
        grant = self._grant()
        left = grant.expires_at - timezone.now()
        token = opened(grant, "sealed_access_token") if left > STILL_GOOD else ""
        return token if left > MARGIN else self._renewed(grant, meanwhile=token)

    def renewed(self, refused: str) -> str:
        """Return a token newer than the one that Zoho refused.

        Raises: as `current`; `TokenRefused` where the refused one is brand-new.
        """
        grant = self._grant()
        stored = opened(grant, "sealed_access_token")
        if stored != refused:
            return stored
        if _is_new(grant):
            raise TokenRefused("INVALID_TOKEN")
        return self._renewed(grant)

    def prove(self, secret: str) -> None:
        """Renew the token with just this client secret.

        Raises:
            ZohoError: Zoho refused it, or could not be asked; nothing was changed.
        """
        grant = self._grant(Connection.State.ACTIVE, Connection.State.RECONNECT)
        owner = renewal.take(grant)
        if not owner:
            raise Unavailable("timeout", host=self._connection.data_center_row.accounts)
        client = oauth.Client(grant.client.client_id, secret)
        try:
            token = self._ask(grant, owner, [client])
        except ZohoError:
            renewal.give_back(grant, owner)
            raise
        self._keep(grant, owner, token)

    def _grant(self, *states: str, only: Iterable[str] = ()) -> Grant:
        found = Grant.objects.filter(
            connection=self._connection,
            is_current=True,
            connection__state__in=states or (Connection.State.ACTIVE,),
        ).exclude(sealed_refresh_token="")
        if only:
            found = found.only(*only)
        with _readers:
            # At most one is current: `first` would sort it.
            grants = list(found[:1])
        if not grants:
            raise ReconnectRequired("not_connected")
        return grants[0]

    def _renewed(self, grant: Grant, meanwhile: str = "") -> str:
        """Renew the token, or take the one that somebody else is renewing.

        `meanwhile` is a token that still works: with it nobody waits or fails.
        """
        key = grant.pk, grant.generation, self._asked_at is not None
        deadline = time.monotonic() + longest_wait()
        while time.monotonic() < deadline:
            own: Future[str] = Future()
            flight = _flights.setdefault(key, own)
            if flight is own:
                return self._go_ahead(key, own, meanwhile)
            if meanwhile:
                return meanwhile
            _leave_database()
            with suppress(TimeoutError):
                token = flight.result(timeout=deadline - time.monotonic())
                if token:
                    return token
        raise Unavailable("timeout", host=self._connection.data_center_row.accounts)

    def _go_ahead(self, key: Key, flight: Future[str], meanwhile: str) -> str:
        """Renew the token for all threads that wait; Zoho's refusal is theirs too."""
        token = meanwhile
        failure = None
        try:
            token = self._renewed_by_one(key, meanwhile)
            return token
        except ZohoError as error:
            failure = error
            raise
        finally:
            del _flights[key]
            if failure:
                flight.set_exception(failure)
            else:
                flight.set_result("" if token == meanwhile else token)

    def _renewed_by_one(self, seen: Key, meanwhile: str) -> str:
        deadline = time.monotonic() + longest_wait()
        while time.monotonic() < deadline:
            grant = self._grant()
            if (grant.pk, grant.generation) != seen[:2]:
                return opened(grant, "sealed_access_token")
            if self._must_wait(grant):
                return meanwhile or self._wait_longer(grant)
            owner = renewal.take(grant)
            if owner:
                with suppress(renewal.LeaseLost):
                    return self._refresh(grant, owner, meanwhile)
            if meanwhile:
                return meanwhile
            _leave_database()
            time.sleep(0.05 + random.random() * 0.1)  # noqa: S311  # spreads callers
        raise Unavailable("timeout", host=self._connection.data_center_row.accounts)

    def _must_wait(self, grant: Grant) -> bool:
        """Tell whether to wait after a failure; a person only for the next one."""
        tried_at = renewal.last_try(grant)
        is_old = self._asked_at and (tried_at is None or tried_at < self._asked_at)
        return not is_old and renewal.must_wait(grant)

    def _refresh(self, grant: Grant, owner: str, meanwhile: str) -> str:
        """Ask Zoho as the lease's owner, and keep what came of it.

        Where the grant was replaced meanwhile, its successor counts.
        """
        try:
            clients = clients_of(grant.client, grant.data_center)
            token = self._ask(grant, owner, clients)
        except renewal.LeaseLost:
            raise
        except ZohoError as error:
            ended = renewal.ends_grant(grant, error)
            kept = renewal.keep_failure(grant, owner, error, ended=ended)
            working = "" if ended else meanwhile
            if not kept:
                working = self._newer(grant) or working
            if working:
                return working
            raise
        if not self._keep(grant, owner, token):
            now = self._grant()
            if now.pk != grant.pk:
                return opened(now, "sealed_access_token")
        # Late perhaps, but Zoho takes the older of two tokens as well.
        return token.access

    def _keep(self, grant: Grant, owner: str, token: oauth.Token) -> bool:
        """Store the token; the first one after failures ends all waiting for it."""
        kept = renewal.keep_token(grant, owner, token)
        if kept and grant.failures:
            renewal.end_outage(grant.data_center)
            limits.close_breakers(limits.keys_of(self._connection))
        return kept

    def _newer(self, grant: Grant) -> str:
        """Return the token that replaced the grant's; empty if none did."""
        now = self._grant()
        if (now.pk, now.generation) == (grant.pk, grant.generation):
            return ""
        return opened(now, "sealed_access_token")

    def _ask(
        self, grant: Grant, owner: str, clients: list[oauth.Client]
    ) -> oauth.Token:
        """Refresh with the first of the client's secrets, else with the next."""
        region = grant.data_center_row
        refresh_token = opened(grant, "sealed_refresh_token")
        for client in clients:
            renewal.spend_budget(grant, owner)
            try:
                return oauth.refresh(self._transport, region, client, refresh_token)
            except Unavailable as error:
                if error.code in NEVER_ARRIVED:
                    renewal.give_budget_back(grant, owner)
                raise
            except ReconnectRequired as error:
                if client is clients[-1] or "client" not in error.code:
                    raise
        raise ReconnectRequired("invalid_client_secret")

    def _wait_longer(self, grant: Grant) -> str:
        """Say what the last failure was, without asking Zoho again so soon."""
        code = grant.last_failure
        if grant.retry_at and code in limits.OF_THE_GRANT:
            raise RateLimited(code, retry_at=grant.retry_at)
        if "client" in code:
            raise ReconnectRequired(code)
        raise NotAsked(
            "" if code.isdecimal() else code,
            asked_at=grant.last_failure_at or timezone.now(),
            status=int(code) if code.isdecimal() else 0,
            host=self._connection.data_center_row.accounts,
        )


def longest_wait() -> float:
    """Return for how many seconds to wait for somebody else's renewal.

    Who went ahead may have been killed as soon as it had the lease; who takes over then
    needs as long as a call may take.
    """
    return renewal.LEASE.total_seconds() + oauth.TOKEN_SECONDS + 1


class FreshToken:
    """A token just exchanged, to prove a grant before it is adopted."""

    def __init__(self, access: str) -> None:
        self._access = access

    def current(self) -> str:
        return self._access

    def renewed(self, refused: str) -> str:  # noqa: ARG002  # there is no other one
        raise ReconnectRequired("INVALID_TOKEN")


def clients_of(client: OAuthClient, data_center: str) -> list[oauth.Client]:
    """Return the client with each of its secrets for a data centre, newest first.

    Raises:
        ReconnectRequired: no secret is stored, or one is damaged.
        Unavailable: our keys do not fit it.
    """
    stored = client.secrets_for(data_center)
    if not stored:
        raise ReconnectRequired("invalid_client_secret")
    try:
        values = [vault.unseal(secret, "sealed") for secret in stored]
    except vault.CannotOpen as error:
        raise _unopened(error) from error
    return [oauth.Client(client.client_id, value) for value in values]


def opened(grant: Grant, field: str) -> str:
    """Return a sealed token.

    Raises:
        ReconnectRequired: it is damaged.
        Unavailable: our keys do not fit it.
    """
    try:
        return vault.unseal(grant, field)
    except vault.CannotOpen as error:
        raise _unopened(error) from error


def _unopened(error: vault.CannotOpen) -> ZohoError:
    """Return what is wrong: with our keys, which no reconnect mends, or the value.

    Keys may be changed while this process still works with those before.
    """
    if isinstance(error, vault.NoSuchKey) or not keys.fit():
        return Unavailable(limits.OUR_KEYS)
    return ReconnectRequired("cannot_open")


def _leave_database() -> None:
    """Give the thread's database connection back before waiting."""
    if not database.in_atomic_block:
        database.close()


def _age(grant: Grant) -> float:
    """Return for how many seconds this process has known the grant's token."""
    generation, met = _met.get(grant.pk, (0, 0.0))
    if generation != grant.generation:
        met = time.monotonic()
        _met[grant.pk] = grant.generation, met
    return time.monotonic() - met


def _is_new(grant: Grant) -> bool:
    """Tell whether the token was renewed a moment ago, even if the clock was set."""
    renewed_at = grant.refreshed_at
    if renewed_at is None or abs(timezone.now() - renewed_at) >= REFUSED_AGAIN:
        return False
    return _age(grant) < REFUSED_AGAIN.total_seconds()
