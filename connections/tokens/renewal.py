"""Renewing a grant's token: who may, how often, and what is kept of the outcome.

A lease is one conditional UPDATE with a random owner; only its owner may write, and
only over the generation that was read. Failures make everybody wait, longer each time.
"""

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from connections.models import Connection, Grant
from connections.tokens import vault
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
# Seven calls in ten minutes: one of the budget is left for a person.
LONGEST_BACK_OFF = timedelta(seconds=90)

THROTTLED = "Access Denied"
BUDGET_SPENT = "token_budget"
# The accounts server gave no answer when it was asked whether it is there.
SILENT = "silent"
# Here Zoho said how long to wait, or an admin has to mend it: no guess of ours.
NAMED = {THROTTLED, BUDGET_SPENT, "invalid_client", "invalid_client_secret"}


class LeaseLost(Unavailable):
    """Another one took the lease: what we were about to do is theirs to do."""


def must_wait(grant: Grant) -> bool:
    """Tell whether to wait after a failure; not where the clock was put back since."""
    now = timezone.now()
    if grant.retry_at is None or grant.retry_at <= now:
        return False
    last = last_call(grant)
    return last is None or last <= now


def last_call(grant: Grant) -> datetime | None:
    """Return when Zoho was last asked for a token; None if nothing has arrived lately.

    https://www.zoho.com/accounts/protocol/oauth/token-limits.html counts those.
    """
    calls = grant.token_calls
    return datetime.fromisoformat(calls[-1]) if calls else None


def last_try(grant: Grant) -> datetime | None:
    """Return when the last attempt began or failed, whether it arrived or not."""
    moments = [last_call(grant), grant.last_failure_at]
    return max((each for each in moments if each), default=None)


def end_outage(data_center: str) -> None:
    """Let all grants of a data centre try now that its accounts server answers."""
    now = timezone.now()
    waiting = Grant.objects.filter(
        data_center=data_center, is_current=True, retry_at__gt=now
    ).exclude(last_failure__in=NAMED)
    waiting.update(retry_at=now)


def note_silence(grant: Grant) -> None:
    """Note that the accounts server answers nothing: no token call is wasted on it.

    Once in ten minutes one is made all the same: the question may be what is broken.
    """
    now = timezone.now()
    changes = {"last_failure": SILENT, "last_failure_at": now}
    last = last_call(grant)
    if last and now - last < WINDOW:
        changes["retry_at"] = now + LONGEST_BACK_OFF
    same = Grant.objects.filter(pk=grant.pk, failures=grant.failures, lease_owner="")
    same.exclude(last_failure__in=NAMED).update(**changes)


def end_silence(data_center: str) -> None:
    """Let those grants try at once whose accounts server was silent until now."""
    silent = Grant.objects.filter(data_center=data_center, last_failure=SILENT)
    silent.update(last_failure="", retry_at=timezone.now())


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
    """Count a token call against the grant's budget, and hold the lease for it.

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
        raise RateLimited(BUDGET_SPENT, retry_at=calls[0] + WINDOW)
    counted = ours.filter(lease_until__gt=now).update(
        token_calls=[call.isoformat() for call in [*calls, now]],
        lease_until=now + LEASE,
    )
    if not counted:
        raise LeaseLost("timeout")


def give_budget_back(grant: Grant, owner: str) -> None:
    """Take back the last count: the call has not arrived at Zoho."""
    ours = Grant.objects.filter(pk=grant.pk, lease_owner=owner)
    stored = ours.values_list("token_calls", flat=True).first()
    ours.update(token_calls=(stored or [])[:-1])


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
    """Return since when Zoho refuses the client; of other failures the last counts."""
    is_same = isinstance(error, ReconnectRequired) and grant.last_failure == error.code
    return (is_same and grant.last_failure_at) or timezone.now()


def keep_failure(grant: Grant, owner: str, error: ZohoError, *, ended: bool) -> bool:
    """Note why, wait longer each time, and mark the connection if Zoho ended it.

    Returns whether it is still this grant's failure: an admin may have reconnected.
    """
    is_still_silent = grant.last_failure == SILENT and isinstance(error, Unavailable)
    with transaction.atomic():
        kept = Grant.objects.filter(
            pk=grant.pk, is_current=True, lease_owner=owner
        ).update(
            failures=F("failures") + 1,
            last_failure=SILENT if is_still_silent else error.code or str(error.status),
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
