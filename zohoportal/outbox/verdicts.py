"""What the end of a turn makes of its delivery, as values for its row.

Errors are named by what the caller does next; here that is done.
"""

import random
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from connections import lanes
from connections.zoho.errors import (
    OutcomeUnknown,
    PermissionMissing,
    RateLimited,
    ReconnectRequired,
    Rejected,
    Unavailable,
    ZohoError,
)
from zohoportal.outbox.models import Delivery
from zohoportal.outbox.senders import Outcome, sender_of

State = Delivery.State
Held = Delivery.Held
Values = dict[str, Any]

LONGEST_BACK_OFF = 60
UNSURE_CONNECTION = timedelta(seconds=60)


class NotAllowedAnyMore(ZohoError):
    """The author may not use the connection any more."""


def done(outcome: Outcome) -> Values:
    """Return what becomes of a delivery that is in Zoho."""
    return {
        "state": State.DONE,
        "outcome": asdict(outcome),
        "problem": {},
        "retry_at": None,
        "finished_at": timezone.now(),
    }


def after(delivery: Delivery, error: ZohoError, *, had_effect: bool) -> Values:
    """Return where a failure leaves the delivery, by what is to be done next."""
    match error:
        case Rejected():
            return {
                "state": State.REFUSED,
                "retry_at": None,
                "finished_at": timezone.now(),
            }
        case RateLimited():
            return _waits(_end_of_pause(delivery, error))
        case Unavailable():
            return _backs_off(delivery)
        case ReconnectRequired() | PermissionMissing() | NotAllowedAnyMore():
            return _waits_for_an_admin(delivery, error)
    if isinstance(error, OutcomeUnknown) or (had_effect and not repeatable(delivery)):
        return lost(delivery)
    return _held(Held.REPLY)


def repeatable(delivery: Delivery) -> bool:
    """Tell whether sending it twice is harmless."""
    return sender_of(delivery.kind).is_repeatable(delivery.payload)


def _backs_off(delivery: Delivery) -> Values:
    """Wait longer each time, up to a minute, and never all at the same moment."""
    failures = delivery.failures + 1
    most = min(2 ** min(failures, 6), LONGEST_BACK_OFF)
    wait = timedelta(seconds=1 + random.random() * most)  # noqa: S311  # full jitter
    return _waits(timezone.now() + wait) | {"failures": failures}


def _waits_for_an_admin(delivery: Delivery, error: ZohoError) -> Values:
    if isinstance(error, NotAllowedAnyMore):
        return _held(Held.PERSON)
    if isinstance(error, PermissionMissing):
        return _held(Held.PERMISSION)
    delivery.connection.refresh_from_db(fields=["state"])
    if delivery.connection.is_active:
        # Not sure yet: the broker believes it when it sees it twice.
        return _waits(timezone.now() + UNSURE_CONNECTION)
    return _held(Held.RECONNECT)


def _end_of_pause(delivery: Delivery, error: RateLimited) -> datetime:
    """Return when Zoho wants to be asked again; if it did not say, the lane guessed."""
    guess = None if error.is_named else lanes.pause_of(delivery.lane)
    return guess.paused_until if guess and guess.paused_until else error.retry_at


def _waits(until: datetime) -> Values:
    return {"state": State.WAITING, "retry_at": until}


def _held(reason: str) -> Values:
    now = timezone.now()
    return {
        "state": State.WAITING,
        "held_for": reason,
        "held_at": now,
        "retry_at": now,
    }


def lost(delivery: Delivery) -> Values:
    """Return what a send without an answer becomes: looked for, where that works."""
    waits = settings.LOOK_AFTER
    can_look = sender_of(delivery.kind).find is not None
    first = timezone.now() + timedelta(seconds=waits[0]) if can_look else None
    return {
        "state": State.UNKNOWN,
        "looks": 0,
        "missed_at": None,
        "retry_at": first,
    }


def next_look(delivery: Delivery) -> Values:
    """Return when to look again: 5 s, 30 s, 2 min, 10 min after the answer was lost."""
    waits = settings.LOOK_AFTER
    looks = delivery.looks + 1
    if looks >= len(waits) or sender_of(delivery.kind).find is None:
        return {"looks": looks, "retry_at": None}
    further = timedelta(seconds=waits[looks] - waits[looks - 1])
    return {"looks": looks, "retry_at": timezone.now() + further}
