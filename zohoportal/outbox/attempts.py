"""A first try at once, while the person waits at the page."""

from threading import Thread
from uuid import UUID

from django.db import connections
from django.db.models import Q

from connections import lanes
from connections.lanes import HeldSlot
from zohoportal.outbox import tasks, turns
from zohoportal.outbox.models import Delivery

# So long a page waits for Zoho. The send goes on: it runs to its own deadline.
PATIENCE = 4.0


def attempt(delivery: Delivery, *further: Delivery) -> None:
    """Try to send a waiting delivery once, if a slot of its lane is free right now.

    Waits a few seconds for the outcome; the send itself runs to its own deadline, and
    goes on with its files and the further ones. Without a slot a worker is woken, and
    the delivery stays kept.
    """
    slot = lanes.take(delivery.lane)
    chosen = [delivery.pk, *(each.pk for each in further)]
    if slot is None:
        tasks.wake(delivery.lane)
    elif connections["default"].in_atomic_block:
        # Another thread would not see what is not committed.
        _take_turns(chosen, slot)
    else:
        thread = Thread(target=_in_thread, args=(chosen, slot), daemon=True)
        thread.start()
        thread.join(PATIENCE)
    for each in (delivery, *further):
        each.refresh_from_db()


def _in_thread(chosen: list[UUID], slot: HeldSlot) -> None:
    try:
        _take_turns(chosen, slot)
    finally:
        connections.close_all()


def _take_turns(chosen: list[UUID], slot: HeldSlot) -> None:
    theirs = Q(pk__in=chosen) | Q(parent__in=chosen)
    try:
        # Files after what they belong to: that one was made first.
        rows = Delivery.objects.filter(theirs).order_by("created_at")
        for pk in list(rows.values_list("pk", flat=True)):
            if not slot.goes_on():
                break
            if turn := turns.take(pk, slot):
                turn.go()
    finally:
        slot.release()
    if turns.due(slot.lane).exists():
        tasks.wake(slot.lane)
