"""Calls take turns where Zoho counts them by the minute and locks who asks too much.

A limit's row says until when it is booked. Whoever calls moves that on with one
conditional UPDATE and waits for its own turn, whatever process it is in.
"""

import time
from datetime import datetime, timedelta

from django.utils import timezone

from connections.models import Limit
from connections.zoho.envelope import Pace
from zohoportal.run.durability import unsynced

# More turns than calls can wait, beyond those at once: a clock was set back.
MOST_TURNS = 200


def turn(
    pace: Pace, booked: datetime | None, now: datetime
) -> tuple[datetime, datetime]:
    """Return when a call may go, and until when its limit is booked with it.

    Of all that goes in any time, `at_once` go on top of one in `every` seconds.
    """
    each = timedelta(seconds=pace.every)
    most = MOST_TURNS + pace.at_once
    is_sound = booked is not None and now < booked <= now + each * most
    begins = booked if booked and is_sound else now
    return max(begins - each * (pace.at_once - 1), now), begins + each


def wait_for_turn(key: str, pace: Pace) -> None:
    """Return when a call may go under this limit.

    The shortest time comes last: what waited for the others does not bunch up in it.
    """
    for each in pace.longer:
        wait_for_turn(f"{key}/{each.name}", each)
    while True:
        wait = _booked(key, pace)
        if wait is not None:
            time.sleep(wait)
            return


def _booked(key: str, pace: Pace) -> float | None:
    """Book a turn; return the seconds until then, or None if somebody was faster."""
    now = timezone.now()
    limit, _ = Limit.objects.get_or_create(key=key)
    mine, booked = turn(pace, limit.booked_until, now)
    free = Limit.objects.filter(pk=key, booked_until=limit.booked_until)
    with unsynced():
        is_ours = free.update(booked_until=booked)
    return (mine - now).total_seconds() if is_ours else None
