"""A first try at once, while the person waits at the page."""

import threading
from threading import Thread
from uuid import UUID

from django.db import connections
from django.db.models import Q

from connections import limits
from connections.limits import HeldSlot
from zohoportal.outbox.delivering import claims, tasks
from zohoportal.outbox.models import Delivery

# So long a page waits for Zoho. The send goes on: it runs to its own deadline.
PATIENCE = 4.0
NAME = "first try"


def attempt(delivery: Delivery, *further: Delivery, at_once: bool = False) -> None:
    """Try to send a waiting delivery once, if a slot of its limit is free right now.

    `at_once`: a person asked for it, so no back-off of ours holds it up.

    Waits a few seconds for the outcome; the send itself runs to its own deadline, and
    goes on with its files and the further ones. Without a slot a worker is woken, and
    the delivery stays kept.
    """
    slot = limits.take(delivery.limit_key, at_once=at_once)
    chosen = [delivery.pk, *(each.pk for each in further)]
    if slot is None:
        tasks.wake(delivery.limit_key)
    elif connections["default"].in_atomic_block:
        # Another thread would not see what is not committed.
        _work_off(chosen, slot)
    else:
        # A process that ends waits for it by `finish`, and not longer than that.
        thread = Thread(target=_in_thread, args=(chosen, slot), name=NAME, daemon=True)
        thread.start()
        thread.join(PATIENCE)
    for each in (delivery, *further):
        each.refresh_from_db()


def finish(seconds: float) -> None:
    """Let the tries of this process come to their end, and begin nothing further.

    What is in flight after so many seconds is left to its lease.
    """
    tasks.stopping.set()
    tasks.join_all(
        [each for each in threading.enumerate() if each.name == NAME], seconds
    )


def _in_thread(chosen: list[UUID], slot: HeldSlot) -> None:
    try:
        _work_off(chosen, slot)
    finally:
        connections.close_all()


def _work_off(chosen: list[UUID], slot: HeldSlot) -> None:
    theirs = Q(pk__in=chosen) | Q(parent__in=chosen)
    try:
        # Files after what they belong to: that one was made first.
        rows = Delivery.objects.filter(theirs).order_by("created_at")
        for pk in list(rows.values_list("pk", flat=True)):
            if tasks.stopping.is_set() or not slot.goes_on():
                break
            if claim := claims.take(pk, slot):
                claim.go()
    finally:
        slot.release()
    tasks.wake_if_due(slot.limit_key)
