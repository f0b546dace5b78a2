"""What an engine of Django's Tasks API is asked to do: to send what waits.

The engine only wakes workers. The truth is the delivery's row with its lease, so a task
that is lost, late or run twice does no harm.
"""

import time
from collections.abc import Iterable
from datetime import timedelta
from threading import Event, Thread

from django.db import connection
from django.db.models import Q
from django.utils import timezone
from django_tasks import task

from connections import limits
from connections.models import Limit
from zohoportal.outbox.delivering import claims
from zohoportal.run.durability import unsynced

# One task for a limit waits for a worker at a time; after so long it counts as lost.
LOST_AFTER = timedelta(seconds=3)

# After so many seconds a limit goes to the end of the queue: others wait there too.
STAY_SECONDS = 2.0

# What workers listen on where the database can tell them.
CHANNEL = "zoho_portal_tasks"

# Set when this process is to end: it finishes its claims and makes no new ones.
stopping = Event()


def join_all(threads: Iterable[Thread], seconds: float) -> None:
    """Wait for all of them together no longer than so many seconds."""
    deadline = time.monotonic() + seconds
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))


@task
def work_on(limit_key: str) -> None:
    """Send what is due under a limit, one after the other, while it has a slot free."""
    # Whoever wants to wake somebody from now on asks anew.
    with unsynced():
        Limit.objects.filter(pk=limit_key).update(woken_at=None)
    slot = limits.take(limit_key)
    if slot is None:
        return
    leave_at = time.monotonic() + STAY_SECONDS
    try:
        claim = claims.take_next(slot)
        if claim and claims.due(limit_key).exists():
            # A second pair of hands, at once; without a slot it wakes no third one.
            wake(limit_key)
        while claim:
            claim.go()
            if stopping.is_set() or time.monotonic() > leave_at:
                break
            claim = claims.take_next(slot)
    finally:
        slot.release()
    if claim:
        wake(limit_key)


def wake(limit_key: str) -> None:
    """Ask for a worker for a limit, unless a task of it waits for one already."""
    now = timezone.now()
    lost = Q(woken_at__lt=now - LOST_AFTER) | Q(woken_at__gt=now)
    free = Limit.objects.filter(Q(woken_at=None) | lost, pk=limit_key)
    # Should it be lost, the sweep wakes somebody a second later.
    with unsynced():
        asked = free.update(woken_at=now)
        if asked or not Limit.objects.filter(pk=limit_key).exists():
            # Who takes the first slot makes the limit.
            work_on.enqueue(limit_key)
            ring()


def wake_if_due(limit_key: str) -> None:
    """Ask for a worker for a limit if there is something that it could send now."""
    if claims.due(limit_key).exists():
        wake(limit_key)


def ring() -> None:
    """Tell workers that listen to the database that there is something to do."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"NOTIFY {CHANNEL}")
