"""How many calls a Zoho organisation gets at once, and when all of them wait.

Zoho counts calls in flight, and asks for pauses, per organisation and product, whoever
makes the calls: https://www.zoho.com/crm/developer/docs/api/v8/api-limits.html
So slots and pauses are rows that all processes and hosts share. A slot is taken with
one conditional UPDATE and lapses when its holder dies.
"""

import random
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, Q
from django.utils import timezone

from connections.models import Connection, Lane, Slot
from connections.zoho.errors import (
    OutcomeUnknown,
    RateLimited,
    Unavailable,
    ZohoError,
)
from connections.zoho.multipart import Still

# Longer than a call at its deadline, with a wait for a token before it.
LEASE = timedelta(seconds=45)
# So long a page waits for a free slot.
PATIENCE = 5.0
SHORTEST_PAUSE = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(minutes=15)
# What is waited where Zoho does not say how long: 2, 4, 8 … seconds.
LONGEST_GUESS = 60
# After so many failures in a row one call in 30 seconds finds out whether Zoho is back.
MANY_FAILURES = 5
OUTAGE_PAUSE = timedelta(seconds=30)


@dataclass
class HeldSlot:
    """A slot that is ours until `release`, or until its lease ends."""

    lane: str
    pk: int
    number: int
    owner: str
    is_healthy: bool
    renewed: float = field(default_factory=time.monotonic)

    def renew(self) -> bool:
        """Hold it longer; return whether it still was ours."""
        self.renewed = time.monotonic()
        ours = Slot.objects.filter(pk=self.pk, owner=self.owner)
        return bool(ours.update(until=timezone.now() + LEASE))

    def goes_on(self) -> bool:
        """Tell whether it serves for one more delivery, and hold it for that.

        Not while its lane is paused, nor where the lane became too narrow for it.
        """
        lane = Lane.objects.get(pk=self.lane)
        self.is_healthy = _is_healthy(lane)
        is_paused = lane.paused_until and lane.paused_until > timezone.now()
        if is_paused or self.number >= lane.width:
            return False
        # A quarter of its lease is enough for one renewal among many short sends.
        age = time.monotonic() - self.renewed
        return age < LEASE.total_seconds() / 4 or self.renew()

    def release(self) -> None:
        ours = Slot.objects.filter(pk=self.pk, owner=self.owner)
        ours.update(owner="", until=None)


def key_of(connection: Connection, product: str) -> str:
    """Return the lane's key: connections to one organisation share a lane."""
    account = connection.product_accounts.filter(product=product).first()
    organisation = account.external_id if account else connection.pk
    return f"{product}:{connection.data_center}:{organisation}"


def take(key: str) -> HeldSlot | None:
    """Take a free slot without waiting; none while the lane is paused."""
    found = _free(key)
    if not found and _complete(key):
        found = _free(key)
    for slot in found:
        owner = secrets.token_hex(16)
        now = timezone.now()
        taken = Slot.objects.filter(_is_free(now), pk=slot.pk).update(
            owner=owner, until=now + LEASE
        )
        if taken:
            return HeldSlot(key, slot.pk, slot.number, owner, _is_healthy(slot.lane))
    return None


def _is_healthy(lane: Lane) -> bool:
    return not lane.failures and lane.width >= settings.CALLS_AT_ONCE


def _free(key: str) -> list[Slot]:
    now = timezone.now()
    free = Slot.objects.filter(
        _is_free(now),
        Q(lane__paused_until=None) | Q(lane__paused_until__lte=now),
        # The setting may have been lowered since the lane was made.
        Q(number__lt=F("lane__width")) & Q(number__lt=settings.CALLS_AT_ONCE),
        lane=key,
    )
    return list(free.select_related("lane"))


def _is_free(now: datetime) -> Q:
    return Q(until=None) | Q(until__lt=now)


def _complete(key: str) -> bool:
    """Make the lane, or give it the number of slots that is set; tell if it had not."""
    wanted = settings.CALLS_AT_ONCE
    lane, made = Lane.objects.get_or_create(key=key, defaults={"width": wanted})
    numbers = set(lane.slots.values_list("number", flat=True))
    missing = set(range(wanted)) - numbers
    if lane.width > wanted or missing:
        Lane.objects.filter(pk=key).update(width=wanted)
    Slot.objects.bulk_create(
        [Slot(lane=lane, number=number) for number in missing], ignore_conflicts=True
    )
    return made or bool(missing)


def pause_of(key: str) -> Lane | None:
    """Return the lane if it is paused just now."""
    return Lane.objects.filter(pk=key, paused_until__gt=timezone.now()).first()


def succeeded(slot: HeldSlot) -> None:
    """Note that Zoho answered; a lane that was paused opens step by step: 1, 2, 4."""
    if slot.is_healthy:
        return
    wanted = settings.CALLS_AT_ONCE
    lane = Lane.objects.filter(pk=slot.lane)
    lane.filter(width__gt=wanted / 2).update(failures=0, width=wanted)
    lane.filter(width__lte=wanted / 2).update(failures=0, width=F("width") * 2)


def failed(key: str, error: ZohoError) -> None:
    """Note a failure; where all callers had better wait, the lane pauses."""
    if isinstance(error, RateLimited):
        _pause_as_asked(key, error)
    elif isinstance(error, Unavailable | OutcomeUnknown):
        lane = Lane.objects.filter(pk=key)
        lane.update(failures=F("failures") + 1)
        lane.filter(failures__gte=MANY_FAILURES).update(
            paused_until=timezone.now() + OUTAGE_PAUSE, was_asked=False, width=1
        )


def _pause_as_asked(key: str, error: RateLimited) -> None:
    now = timezone.now()
    lane = Lane.objects.filter(pk=key)
    # Who was in flight when the pause began says nothing new. Counted and paused in one
    # step: of several who are refused at the same moment one counts.
    lane.filter(Q(paused_until=None) | Q(paused_until__lte=now)).update(
        failures=F("failures") + 1, paused_until=now + SHORTEST_PAUSE, was_asked=True
    )
    if error.is_named:
        wait = min(max(error.retry_at - now, SHORTEST_PAUSE), LONGEST_PAUSE)
    else:
        failures = lane.values_list("failures", flat=True).first() or 1
        wait = timedelta(seconds=min(2 ** min(failures, 6), LONGEST_GUESS))
    wait += timedelta(seconds=random.random())  # noqa: S311  # spreads callers
    # A shorter pause never replaces a longer one.
    lane.filter(Q(paused_until=None) | Q(paused_until__lt=now + wait)).update(
        paused_until=now + wait, was_asked=True, width=1
    )


class OneByOne:
    """Lets the calls of a page or a check through, each with a slot of its own."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @contextmanager
    def call(self, product: str, method: str) -> Iterator[Still]:  # noqa: ARG002  # a delivery's gate needs the method
        """Hold a slot for the time of one call.

        Raises:
            RateLimited: Zoho asked this organisation's callers to wait.
            Unavailable: no slot came free for a few seconds.
        """
        slot = self._taken(key_of(self._connection, product))
        try:
            yield slot.renew
        except ZohoError as error:
            failed(slot.lane, error)
            raise
        else:
            succeeded(slot)
        finally:
            slot.release()

    def _taken(self, key: str) -> HeldSlot:
        deadline = time.monotonic() + PATIENCE
        while True:
            if slot := take(key):
                return slot
            pause = pause_of(key)
            if pause and pause.was_asked and pause.paused_until:
                raise RateLimited("TOO_MANY_REQUESTS", retry_at=pause.paused_until)
            if pause or time.monotonic() > deadline:
                host = self._connection.data_center_row.api
                raise Unavailable("busy", host=host)
            time.sleep(0.05 + random.random() * 0.05)  # noqa: S311  # spreads callers
