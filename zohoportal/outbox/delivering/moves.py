"""How deliveries join the lines before what they change, pass each other, and leave."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db import connection as database
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from connections import limits
from zohoportal.outbox.delivering import attached, order
from zohoportal.outbox.delivering.contents import payload_of
from zohoportal.outbox.models import ENDED, Delivery, Target
from zohoportal.outbox.payloads import Unreadable
from zohoportal.outbox.senders import sender_of


def join(deliveries: Sequence[Delivery]) -> None:
    """Put them at the end of each line, in one place: none of them waits for another.

    Part of the transaction that keeps them.
    """
    keys = {each.pk: lines_of(each) for each in deliveries}
    lines = sorted(set().union(*keys.values()))
    if not lines:
        return
    _close_to_others(lines)
    last = order.in_line().filter(key__in=lines).aggregate(last=Max("place"))["last"]
    place = (last or 0) + 1
    Target.objects.bulk_create(
        Target(delivery_id=pk, key=key, place=place)
        for pk, own in keys.items()
        for key in own
    )


def rejoin(delivery: Delivery) -> None:
    """Put one that left at the end of each line again: it is newer than what passed."""
    delivery.targets.all().delete()
    join([delivery])


def _close_to_others(lines: list[int]) -> None:
    """Let nobody else join these lines before the end of this transaction.

    SQLite has one writer at a time anyway.
    """
    if database.vendor == "postgresql":
        with database.cursor() as cursor:
            # Always in the same order, so that two never wait for each other.
            cursor.execute(
                "SELECT pg_advisory_xact_lock(key) FROM unnest(%s::bigint[]) AS key",
                [lines],
            )


def settled(
    delivery: Delivery, state: Delivery.State | None, outcome: Mapping[str, Any]
) -> None:
    """Let those behind it go, and its files, if this state is an end.

    Part of the transaction that settles it.
    """
    if state not in ENDED:
        return
    _leave(delivery)
    if made := outcome.get("external_id"):
        _note_made(delivery, made)
    if state == Delivery.State.DONE:
        attached.forget_files(delivery)
    if sender_of(delivery.kind).file_kind:
        join(attached.follow(delivery, state, outcome))


def _note_made(delivery: Delivery, made: str) -> None:
    """Keep what it became, as if it had stood in that line: who follows can tell."""
    new = lines_of(delivery, made) - lines_of(delivery)
    now = timezone.now()
    Target.objects.bulk_create(
        Target(delivery=delivery, key=key, place=0, left_at=now) for key in new
    )


def overtake(delivery: Delivery) -> None:
    """Let a delivery go before those that are stuck.

    They follow when they can; those that would go over it ask a person before.
    """
    for stuck in order.before(delivery).filter(order.is_stuck()):
        later = delivery if order.may_overwrite(delivery, stuck) else None
        with transaction.atomic():
            this = Delivery.objects.filter(order.is_stuck(), pk=stuck.pk)
            # Not if somebody takes it on its way just now.
            if not this.update(overtaken_by=later):
                continue
            if later:
                _leave(stuck)
            else:
                rejoin(stuck)


def _leave(delivery: Delivery) -> None:
    delivery.targets.filter(left_at=None).update(left_at=timezone.now())


def lines_of(delivery: Delivery, made: str = "") -> set[int]:
    """Return the keys of its lines; none for one that nobody can read.

    `made`: the id of what it became at Zoho.
    """
    try:
        payload = payload_of(delivery)
    except Unreadable:
        return set()
    targets: Collection[str] = sender_of(delivery.kind).targets(payload, made)
    whole = limits.whole(delivery.limit_key)
    # One organisation's lines are never another's.
    names = (f"{whole}\n{target}".encode() for target in targets)
    digests = (hashlib.sha256(name).digest() for name in names)
    return {int.from_bytes(digest[:8], signed=True) for digest in digests}
