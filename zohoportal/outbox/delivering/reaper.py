"""The sweep: takes over what the dead left, lets held work go, wakes the workers."""

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.db.models import DateTimeField, F, QuerySet
from django.utils import timezone

from connections.models import Connection
from zohoportal.outbox.delivering import claims, failures, tasks, transitions
from zohoportal.outbox.delivering.explaining import NO_ANSWER, NOTHING_SENT
from zohoportal.outbox.models import MOST_DEATHS, Attempt, Delivery
from zohoportal.run.prepared import Given, Prepared

State = Delivery.State
Held = Delivery.Held


def sweep() -> None:
    """Do what nobody else would: an engine may lose a task, a worker may die."""
    take_over_abandoned()
    let_go()
    for (limit_key,) in _due_limits.rows(now=timezone.now()):
        tasks.wake(limit_key)


def is_needed() -> bool:
    """Tell, with one statement, whether the sweep would do anything."""
    return bool(_something.rows(now=timezone.now()))


def _work() -> QuerySet[Any]:
    parts = (_due(), _abandoned(), _repaired())
    first, *others = [rows.order_by().values("pk") for rows in parts]
    return first.union(*others, all=True)[:1]


def _due() -> QuerySet[Delivery]:
    rows: QuerySet[Delivery] = claims.due(now=_NOW)
    return rows.order_by()


def _abandoned() -> QuerySet[Delivery]:
    left = Delivery.objects.filter(state=State.SENDING, lease_until__lt=_NOW)
    # Not the newest first: SQLite would go through all of them for it.
    return left.order_by("lease_until")


_NOW = Given("now", DateTimeField())
_something = Prepared(_work)
_due_limits = Prepared(lambda: _due().values("limit_key").distinct())
_dead = Prepared(lambda: _abandoned().values("pk"))
_let_go = Prepared(lambda: _repaired().order_by().values("pk")[:1])


def take_over_abandoned() -> None:
    """Settle where each delivery stands whose sender has died on the way."""
    for (pk,) in _dead.rows(now=timezone.now()):
        take_over(Delivery.objects.get(pk=pk))


def take_over(delivery: Delivery) -> None:
    """Look for what may have been sent; what cannot have been sent waits again.

    After three deaths of its sender it is set aside: it may be what they died of.
    """
    this = Delivery.objects.filter(pk=delivery.pk)
    with transaction.atomic():
        # First, so that the one who is believed dead cannot begin an attempt any more.
        if not transitions.bury_holder(this):
            return
        delivery.refresh_from_db(fields=["deaths", "attempt_count"])
        last = delivery.attempts.last()
        open_attempt = last if last and last.ended_at is None else None
        may_be_there = open_attempt is not None and not failures.repeatable(delivery)
        if may_be_there or delivery.deaths >= MOST_DEATHS:
            ending = failures.lost(delivery)
        else:
            ending = transitions.waiting(timezone.now())
        transitions.take_over(this, ending)
        _explain(delivery, open_attempt)


def _explain(delivery: Delivery, open_attempt: Attempt | None) -> None:
    """Leave a line for people; the attempt stays one without an answer."""
    if open_attempt:
        open_attempt.result = NO_ANSWER
        open_attempt.ended_at = timezone.now()
        open_attempt.save(update_fields=["result", "ended_at"])
    else:
        number = delivery.attempt_count + 1
        Delivery.objects.filter(pk=delivery.pk).update(attempt_count=number)
        delivery.attempts.create(
            number=number,
            result=NOTHING_SENT,
            answered=True,
            ended_at=timezone.now(),
        )


def let_go() -> None:
    """Let held deliveries go whose connection was repaired since."""
    if _let_go.rows():
        transitions.release(_repaired())


def _repaired() -> QuerySet[Delivery]:
    """Return what is held for an admin who has reconnected, permitted or tested since.

    All of these leave fresh checks behind.
    """
    return Delivery.objects.filter(
        state=State.WAITING,
        held_for__in=[Held.RECONNECT, Held.PERMISSION],
        held_at__isnull=False,
        connection__state=Connection.State.ACTIVE,
        connection__checked_at__gt=F("held_at"),
    )


def end_outage(keys: Collection[str], **_signal: object) -> None:
    """Let everything go that backed off while Zoho did not answer."""
    if transitions.end_back_off(Delivery.objects.filter(limit_key__in=keys)):
        for limit_key in keys:
            tasks.wake(limit_key)
