"""The sweep: takes over what the dead left, lets held work go, wakes the lanes."""

from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from connections.models import Connection
from zohoportal.outbox import tasks, turns, verdicts
from zohoportal.outbox.explaining import NO_ANSWER, NOTHING_SENT
from zohoportal.outbox.models import MOST_DEATHS, Attempt, Delivery

State = Delivery.State
Held = Delivery.Held


def sweep() -> None:
    """Do what nobody else would: an engine may lose a task, a worker may die."""
    take_over_abandoned()
    let_go()
    for lane in turns.due().order_by().values_list("lane", flat=True).distinct():
        tasks.wake(lane)


def take_over_abandoned() -> None:
    """Settle where each delivery stands whose sender has died on the way."""
    dead = Delivery.objects.filter(
        state=State.SENDING, lease_until__lt=timezone.now()
    ).select_related("connection__client")
    for delivery in dead:
        take_over(delivery)


def take_over(delivery: Delivery) -> None:
    """Look for what may have been sent; what cannot have been sent waits again.

    After three deaths of its sender it is set aside: it may be what they died of.
    """
    this = Delivery.objects.filter(pk=delivery.pk)
    with transaction.atomic():
        # First, so that the one who is believed dead cannot begin an attempt any more.
        if not this.filter(state=State.SENDING, lease_until__lt=timezone.now()).update(
            lease_owner="", lease_until=None, deaths=F("deaths") + 1
        ):
            return
        delivery.refresh_from_db(fields=["deaths", "attempt_count"])
        last = delivery.attempts.last()
        open_attempt = last if last and last.ended_at is None else None
        this.update(**_stands(delivery, has_open_attempt=open_attempt is not None))
        _explain(delivery, open_attempt)


def _stands(delivery: Delivery, *, has_open_attempt: bool) -> dict[str, Any]:
    may_be_there = has_open_attempt and not verdicts.repeatable(delivery)
    if may_be_there or delivery.deaths >= MOST_DEATHS:
        return verdicts.lost(delivery) | {"problem": {}}
    return {"state": State.WAITING, "retry_at": timezone.now()}


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
            number=number, result=NOTHING_SENT, ended_at=timezone.now()
        )


def let_go() -> None:
    """Let held deliveries go whose connection was repaired since.

    An admin who reconnects, adds a permission or tests leaves fresh checks behind.
    """
    Delivery.objects.filter(
        state=State.WAITING,
        held_for__in=[Held.RECONNECT, Held.PERMISSION],
        connection__state=Connection.State.ACTIVE,
        connection__checked_at__gt=F("held_at"),
    ).update(held_for="", held_at=None, retry_at=timezone.now())
