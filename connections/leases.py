"""Renewing a grant's token: who may, how often, and what is kept of the outcome.

A lease is one conditional UPDATE with a random owner; only its owner may write, and
only over the generation that was read. Failures make everybody wait, longer each time.
"""

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from connections import vault
from connections.models import Connection, Grant
from connections.zoho import oauth
from connections.zoho.errors import (
    RateLimited,
    ReconnectRequired,
    Unavailable,
    ZohoError,
)

LEASE = timedelta(seconds=12)
BUDGET = 8
WINDOW = timedelta(minutes=10)
CONFIRM_AFTER = timedelta(seconds=60)
FIRST_BACK_OFF = timedelta(seconds=30)
LONGEST_BACK_OFF = timedelta(hours=1)

THROTTLED = "Access Denied"


class LeaseLost(Unavailable):
    """Another one took the lease: what we were about to do is theirs to do."""


def must_wait(grant: Grant) -> bool:
    """Tell whether to wait after a failure; not where the clock was put back since."""
    now = timezone.now()
    if grant.retry_at is None or grant.retry_at <= now:
        return False
    last_call = grant.token_calls[-1] if grant.token_calls else now.isoformat()
    return datetime.fromisoformat(last_call) <= now


def take(grant: Grant) -> str:
    """Take the lease and return its owner's name; empty if somebody else has it."""
    now = timezone.now()
    owner = secrets.token_hex(16)
    taken = Grant.objects.filter(
        Q(lease_until=None) | Q(lease_until__lt=now),
        pk=grant.pk,
        generation=grant.generation,
    ).update(lease_owner=owner, lease_until=now + LEASE)
    return owner if taken else ""


def give_back(grant: Grant, owner: str) -> None:
    """End the lease without having asked Zoho for anything worth keeping."""
    held = Grant.objects.filter(pk=grant.pk, lease_owner=owner)
    held.update(lease_owner="", lease_until=None)


def spend_budget(grant: Grant, owner: str) -> None:
    """Count a token call against the grant's budget.

    Raises:
        RateLimited: eight calls were made in ten minutes; Zoho blocks at ten.
        LeaseLost: the lease, or the grant, is no longer the owner's.
    """
    now = timezone.now()
    ours = Grant.objects.filter(pk=grant.pk, lease_owner=owner)
    stored = ours.values_list("token_calls", flat=True).first()
    moments = map(datetime.fromisoformat, stored or ())
    # Calls far in the future were counted before the clock was put back.
    calls = [moment for moment in moments if abs(now - moment) < WINDOW]
    if len(calls) >= BUDGET:
        raise RateLimited(THROTTLED, retry_at=calls[0] + WINDOW)
    counted = ours.filter(lease_until__gt=now).update(
        token_calls=[call.isoformat() for call in [*calls, now]]
    )
    if not counted:
        raise LeaseLost("timeout")


def keep_token(grant: Grant, owner: str, token: oauth.Token) -> bool:
    """Store the token; return whether the grant is still the one it was made with."""
    vault.seal(grant, "sealed_access_token", token.access)
    changes = {"sealed_access_token": grant.sealed_access_token}
    if token.refresh:
        # Zoho keeps the refresh token; should it ever send another, that one counts.
        vault.seal(grant, "sealed_refresh_token", token.refresh)
        changes["sealed_refresh_token"] = grant.sealed_refresh_token
    kept = Grant.objects.filter(
        pk=grant.pk, is_current=True, lease_owner=owner, generation=grant.generation
    ).update(
        expires_at=token.expires_at,
        generation=F("generation") + 1,
        refreshed_at=timezone.now(),
        lease_owner="",
        lease_until=None,
        failures=0,
        last_failure="",
        last_failure_at=None,
        retry_at=None,
        **changes,
    )
    return bool(kept)


def ends_grant(grant: Grant, error: ZohoError) -> bool:
    """Tell whether an admin is needed.

    `invalid_code` is Zoho's word for a refresh token that is gone. A refused client
    counts when it is seen twice a minute apart; nothing else ends a grant.
    """
    if not isinstance(error, ReconnectRequired):
        return False
    age = timezone.now() - _first_seen(grant, error)
    return error.code == "invalid_code" or (
        "client" in error.code and age >= CONFIRM_AFTER
    )


def _first_seen(grant: Grant, error: ZohoError) -> datetime:
    is_same = grant.last_failure == error.code
    return (is_same and grant.last_failure_at) or timezone.now()


def keep_failure(grant: Grant, owner: str, error: ZohoError, *, ended: bool) -> bool:
    """Note why, wait longer each time, and mark the connection if Zoho ended it.

    Returns whether it is still this grant's failure: an admin may have reconnected.
    """
    with transaction.atomic():
        kept = Grant.objects.filter(
            pk=grant.pk, is_current=True, lease_owner=owner
        ).update(
            failures=F("failures") + 1,
            last_failure=error.code or str(error.status),
            last_failure_at=_first_seen(grant, error),
            retry_at=_next_try(grant, error, timezone.now()),
            lease_owner="",
            lease_until=None,
        )
        if kept and ended:
            grant.connection.move(
                leave=Connection.State.ACTIVE, to=Connection.State.RECONNECT
            )
    return bool(kept)


def _next_try(grant: Grant, error: ZohoError, now: datetime) -> datetime:
    if isinstance(error, RateLimited):
        return error.retry_at
    if isinstance(error, ReconnectRequired):
        return now + CONFIRM_AFTER
    return now + min(FIRST_BACK_OFF * (1 << min(grant.failures, 10)), LONGEST_BACK_OFF)
