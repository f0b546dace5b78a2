"""How many calls a Zoho organisation gets at once, and when all of them wait.

Zoho counts calls in flight, and asks for pauses, per organisation and product, whoever
makes the calls: https://www.zoho.com/crm/developer/docs/api/v8/api-limits.html
So slots and pauses are rows that all processes and hosts share. A slot is taken with
one conditional UPDATE and lapses when its holder dies.
"""

import random
import secrets
import time
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, Q
from django.dispatch import Signal
from django.utils import timezone

from connections.kept_slots import KeptSlots
from connections.models import Connection, Limit, Slot
from connections.tokens.renewal import BUDGET_SPENT, THROTTLED
from connections.zoho.envelope import Pace
from connections.zoho.errors import (
    OutcomeUnknown,
    RateLimited,
    Unavailable,
    ZohoError,
)
from zohoportal.run.durability import unsynced

# Longer than a call at its deadline, with a wait for a token before it.
LEASE = timedelta(seconds=45)
SHORTEST_PAUSE = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(minutes=30)
# What is waited where Zoho does not say how long: 2, 4, 8 … seconds.
LONGEST_GUESS = 60
# After so many failures in a row one call in 30 seconds finds out whether Zoho is back.
MANY_FAILURES = 5
OUTAGE_PAUSE = timedelta(seconds=30)
# What asks a grant to wait for tokens says nothing about the organisation's calls.
OF_THE_GRANT = {THROTTLED, BUDGET_SPENT}
# Nor does a process whose keys do not open what the others' keys do.
OUR_KEYS = "vault_keys"

# What this process has not changed itself it sees so much later at most.
BELIEVED_SECONDS = 0.5

# Zoho answers again: who waits under these `keys` need not wait any longer.
answers_again = Signal()


@dataclass
class HeldSlot:
    """A slot that is ours until `release`, or until its lease ends.

    `at_once`: a person asked for the call, so no guess of ours holds it up.
    """

    limit_key: str
    pk: int
    number: int
    owner: str
    is_healthy: bool
    at_once: bool = False
    taken: float = field(default_factory=time.monotonic)
    renewed: float = field(default_factory=time.monotonic)
    looked: float = field(default_factory=time.monotonic)

    @property
    def is_for_reading(self) -> bool:
        """Whether no send takes it."""
        return self.number >= settings.CALLS_AT_ONCE - kept_for_reading()

    def renew(self) -> bool:
        """Hold it longer; return whether it still was ours."""
        self.renewed = time.monotonic()
        ours = Slot.objects.filter(pk=self.pk, owner=self.owner)
        with unsynced():
            return bool(ours.update(until=timezone.now() + LEASE))

    def goes_on(self) -> bool:
        """Tell whether it serves for one more delivery, and hold it for that.

        Not while its limit is paused, nor where the limit became too narrow for it.
        """
        if self.has_news:
            limit = Limit.objects.get(pk=self.limit_key)
            self.looked = time.monotonic()
            self.is_healthy = _is_healthy(limit)
            is_paused = limit.paused_until and limit.paused_until > timezone.now()
            # What a person asked for goes on but for a pause that Zoho asked for.
            minds = limit.was_asked or not self.at_once
            if minds and (is_paused or self.number >= limit.width):
                return False
        # A quarter of its lease is enough for one renewal among many short sends.
        age = time.monotonic() - self.renewed
        return age < LEASE.total_seconds() / 4 or self.renew()

    @property
    def has_news(self) -> bool:
        """Whether its limit may have changed since somebody looked at it."""
        is_old = time.monotonic() - self.looked > BELIEVED_SECONDS
        return is_old or kept.was_shut(self.limit_key, self.looked)

    def release(self) -> None:
        ours = Slot.objects.filter(pk=self.pk, owner=self.owner)
        with unsynced():
            ours.update(owner="", until=None)


# What the threads of this process take over from each other.
kept: KeptSlots[HeldSlot] = KeptSlots()


def key_of(connection: Connection, product: str, pace: Pace | None = None) -> str:
    """Return the limit's key: connections to one organisation share a limit."""
    accounts = connection.product_accounts.all()
    known = {account.product: account.external_id for account in accounts}
    return key(connection, product, known.get(product, ""), pace)


def key(
    connection: Connection, product: str, organisation: str, pace: Pace | None = None
) -> str:
    """Return the limit's key of an organisation; empty: the connection has none yet.

    `pace`: where Zoho counts some of the product's calls by themselves.
    """
    whole = f"{product}:{connection.data_center}:{organisation or connection.pk}"
    return f"{whole}/{pace.name}" if pace else whole


def whole(key: str) -> str:
    """Return the key of all that an organisation has at the product."""
    return key.partition("/")[0]


def keys_of(connection: Connection) -> set[str]:
    """Return the keys of all limits that a connection's calls go through."""
    return {
        key_of(connection, product.key, pace)
        for product in connection.products
        for pace in (None, *product.paces)
    }


def kept_for_reading() -> int:
    """Return how many slots no send takes: a quarter, and at least one of two."""
    return max(settings.CALLS_AT_ONCE // 4, min(settings.CALLS_AT_ONCE - 1, 1))


def take(key: str, *, at_once: bool = False, reads: bool = False) -> HeldSlot | None:
    """Take a free slot without waiting; none while the limit is paused.

    `at_once` is for people: only a pause that Zoho asked for holds them up. Whoever
    only `reads` may have all slots, the last ones first, which no send takes.
    """
    found = _free(key, at_once=at_once, reads=reads)
    if not found and _complete(key):
        found = _free(key, at_once=at_once, reads=reads)
    for slot in found:
        if reads and kept.leaves(slot.pk):
            continue
        owner = secrets.token_hex(16)
        now = timezone.now()
        with unsynced():
            taken = Slot.objects.filter(_is_free(now), pk=slot.pk).update(
                owner=owner, until=now + LEASE
            )
        if taken:
            is_healthy = _is_healthy(slot.limit)
            return HeldSlot(key, slot.pk, slot.number, owner, is_healthy, at_once)
    return None


def _is_healthy(limit: Limit) -> bool:
    return not limit.failures and limit.width >= settings.CALLS_AT_ONCE


def _free(key: str, *, at_once: bool, reads: bool) -> list[Slot]:
    now = timezone.now()
    is_open = Q(limit__paused_until=None) | Q(limit__paused_until__lte=now)
    is_open &= Q(number__lt=F("limit__width"))
    if at_once:
        is_open |= Q(limit__was_asked=False)
    # The setting may have been lowered since the limit was made.
    most = settings.CALLS_AT_ONCE - (0 if reads else kept_for_reading())
    free = Slot.objects.filter(_is_free(now), is_open, limit=key, number__lt=most)
    # Sends the first ones: a limit that opens step by step has no others.
    ordered = free.select_related("limit").order_by("-number" if reads else "number")
    return list(ordered)


def _is_free(now: datetime) -> Q:
    return Q(until=None) | Q(until__lt=now)


def _complete(key: str) -> bool:
    """Make the limit, or give it the number of slots set; tell if it had not."""
    wanted = settings.CALLS_AT_ONCE
    limit, made = Limit.objects.get_or_create(key=key, defaults={"width": wanted})
    numbers = set(limit.slots.values_list("number", flat=True))
    missing = set(range(wanted)) - numbers
    if limit.width > wanted or missing:
        Limit.objects.filter(pk=key).update(width=wanted)
    Slot.objects.bulk_create(
        [Slot(limit=limit, number=number) for number in missing], ignore_conflicts=True
    )
    return made or bool(missing)


def open_breaker(key: str) -> Limit | None:
    """Return the limit if its circuit breaker is open just now: nobody calls then."""
    return Limit.objects.filter(pk=key, paused_until__gt=timezone.now()).first()


def succeeded(slot: HeldSlot) -> None:
    """Note that Zoho answered; after a pause slots open step by step: 1, 2, 4.

    A failure or two are no outage: what failed keeps its own time to be tried again,
    however many pages are read meanwhile.
    """
    if slot.is_healthy:
        return
    wanted = settings.CALLS_AT_ONCE
    limit = Limit.objects.filter(pk=slot.limit_key)
    was_away = limit.filter(failures__gte=MANY_FAILURES).update(failures=0)
    limit.filter(failures__gt=0).update(failures=0)
    limit.filter(width__gt=wanted / 2).update(width=wanted)
    limit.filter(width__lte=wanted / 2).update(width=F("width") * 2)
    if was_away:
        close_breakers([slot.limit_key])


def close_breakers(keys: Collection[str]) -> None:
    """Let go what waits on a guess of ours, now that Zoho has answered.

    Slots open step by step all the same, and a pause that Zoho asked for stays.
    """
    guessed = Limit.objects.filter(pk__in=keys, was_asked=False)
    guessed.update(paused_until=None, failures=0)
    answers_again.send(sender=Limit, keys=keys)


def failed(key: str, error: ZohoError) -> None:
    """Note a failure; where all callers had better wait, the limit pauses."""
    if error.code in {*OF_THE_GRANT, OUR_KEYS}:
        return
    if isinstance(error, RateLimited):
        _pause_as_asked(key, error)
        kept.shut(key)
    elif isinstance(error, Unavailable | OutcomeUnknown):
        limit = Limit.objects.filter(pk=key)
        limit.update(failures=F("failures") + 1)
        limit.filter(failures__gte=MANY_FAILURES).update(
            paused_until=timezone.now() + OUTAGE_PAUSE, was_asked=False, width=1
        )
        kept.shut(key)


def _pause_as_asked(key: str, error: RateLimited) -> None:
    now = timezone.now()
    limit = Limit.objects.filter(pk=key)
    # Who was in flight when the pause began says nothing new. Counted and paused in one
    # step: of several who are refused at the same moment one counts.
    limit.filter(Q(paused_until=None) | Q(paused_until__lte=now)).update(
        failures=F("failures") + 1, paused_until=now + SHORTEST_PAUSE, was_asked=True
    )
    if error.is_named:
        wait = min(max(error.retry_at - now, SHORTEST_PAUSE), LONGEST_PAUSE)
    else:
        failures = limit.values_list("failures", flat=True).first() or 1
        wait = timedelta(seconds=min(2 ** min(failures, 6), LONGEST_GUESS))
    wait += timedelta(seconds=random.random())  # noqa: S311  # spreads callers
    # A shorter pause never replaces a longer one.
    limit.filter(Q(paused_until=None) | Q(paused_until__lt=now + wait)).update(
        paused_until=now + wait, was_asked=True, width=1
    )
