"""What becomes of a delivery that was not sent, or not found.

Errors are named by what the caller does next; here that is decided.
"""

import random
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from connections import limits
from connections.zoho.errors import (
    NotSent,
    OutcomeUnknown,
    PermissionMissing,
    RateLimited,
    ReconnectRequired,
    Rejected,
    Unavailable,
    ZohoError,
)
from zohoportal.outbox.delivering import transitions
from zohoportal.outbox.delivering.contents import payload_of
from zohoportal.outbox.delivering.transitions import Ending
from zohoportal.outbox.models import MOST_DEATHS, Delivery
from zohoportal.outbox.payloads import Unreadable
from zohoportal.outbox.senders import sender_of

Held = Delivery.Held

LONGEST_BACK_OFF = 60
# So often at most something is sent again by itself because it was not there.
MOST_RESENDS = 2
UNSURE_CONNECTION = timedelta(seconds=60)


class NotAllowedAnyMore(ZohoError):
    """The author does not have the right to it any more."""


def is_denial(error: ZohoError) -> bool:
    """Tell whether an error says that a call had no effect."""
    said_no = Rejected | RateLimited | ReconnectRequired | PermissionMissing
    return isinstance(error, said_no | NotSent)


def after(delivery: Delivery, error: ZohoError, *, may_be_there: bool) -> Ending:
    """Return where a failure leaves the delivery, by what is to be done next."""
    is_open = may_be_there or isinstance(error, OutcomeUnknown)
    if is_open and not repeatable(delivery):
        return lost(delivery)
    match error:
        case Rejected():
            return transitions.refused()
        case RateLimited():
            # Zoho's word, else our own guess.
            limit = None if error.is_named else limits.open_breaker(delivery.limit_key)
            return transitions.waiting((limit and limit.paused_until) or error.retry_at)
        case Unavailable():
            return _backs_off(delivery)
        case ReconnectRequired() | PermissionMissing() | NotAllowedAnyMore():
            return _waits_for_an_admin(delivery, error)
        case Unreadable():
            return transitions.held(Held.PAYLOAD)
    return transitions.held(Held.REPLY)


def repeatable(delivery: Delivery) -> bool:
    """Tell whether sending it twice is harmless."""
    try:
        payload = payload_of(delivery)
    except Unreadable:
        return False
    return sender_of(delivery.kind).is_repeatable(payload)


def _backs_off(delivery: Delivery) -> Ending:
    """Wait longer each time, up to a minute, and never all at the same moment."""
    failures = delivery.failures + 1
    most = min(2 ** min(failures, 6), LONGEST_BACK_OFF)
    wait = timedelta(seconds=1 + random.random() * most)  # noqa: S311  # full jitter
    return transitions.waiting(timezone.now() + wait, failures=failures)


def _waits_for_an_admin(delivery: Delivery, error: ZohoError) -> Ending:
    if isinstance(error, NotAllowedAnyMore):
        return transitions.held(Held.PERSON)
    if isinstance(error, PermissionMissing):
        return transitions.held(Held.PERMISSION)
    delivery.connection.refresh_from_db(fields=["state"])
    if delivery.connection.is_active:
        # Not sure yet: the broker believes it when it sees it twice.
        return transitions.waiting(timezone.now() + UNSURE_CONNECTION)
    return transitions.held(Held.RECONNECT)


def lost(delivery: Delivery) -> Ending:
    """Return what a send without an answer becomes: looked for, where that works."""
    if sender_of(delivery.kind).find is None:
        return transitions.in_doubt(None)
    first = timedelta(seconds=settings.LOOK_AFTER[0])
    return transitions.in_doubt(timezone.now() + first)


def after_look(delivery: Delivery) -> Ending:
    """Return when to look again: 5 s, 30 s, 2 min, 10 min after the answer was lost."""
    waits = settings.LOOK_AFTER
    looks = delivery.looks + 1
    if looks >= len(waits) or sender_of(delivery.kind).find is None:
        return transitions.looked(None, looks=looks)
    further = timedelta(seconds=waits[looks] - waits[looks - 1])
    return transitions.looked(timezone.now() + further, looks=looks)


def unsure(delivery: Delivery) -> Ending:
    """Return what follows where something is at Zoho that may be it, or another's."""
    looked = after_look(delivery).values
    return transitions.looked(
        looked["retry_at"],
        looks=looked["looks"],
        missed_at=None,
        unsure_at=timezone.now(),
    )


def missed(delivery: Delivery) -> Ending:
    """Return what follows where Zoho was asked and does not have it.

    After the last look it is sent again; what was lost too often, or what the portal
    may have died of, is for a person.
    """
    now = timezone.now()
    looked = after_look(delivery).values
    seen = {"looks": looked["looks"], "missed_at": now, "unsure_at": None}
    sent = delivery.attempts.filter(answered=False).count()
    is_over = sent > MOST_RESENDS or delivery.deaths >= MOST_DEATHS
    if looked["retry_at"] or is_over:
        return transitions.looked(looked["retry_at"], **seen)
    return transitions.waiting(now, **seen, problem={})
