"""What an engine of Django's Tasks API is asked to do: to work on a lane.

The engine only wakes workers. The truth is the delivery's row with its lease, so a task
that is lost, late or run twice does no harm.
"""

import logging
import time
from datetime import timedelta
from threading import Event

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django_tasks import task

from connections import lanes
from connections.models import Lane
from zohoportal.outbox import turns

# What says that the engine is away; a database has an answer to its own errors.
ENGINE_AWAY: tuple[type[Exception], ...] = ()
if settings.TASKS_REDIS_URL:
    from redis import RedisError

    ENGINE_AWAY = (RedisError,)

logger = logging.getLogger(__name__)

# One task of a lane waits for a worker at a time; after so long it counts as lost.
LOST_AFTER = timedelta(seconds=3)

# After so many seconds a lane goes to the end of the queue: others wait there too.
STAY_SECONDS = 2.0

# Set when this process is to end: it finishes its turns and takes no new ones.
stopping = Event()


@task
def work_on(lane: str) -> None:
    """Send what is due in a lane, one after the other, while it has a slot free."""
    # Whoever wants to wake somebody from now on asks anew.
    Lane.objects.filter(pk=lane).update(woken_at=None)
    slot = lanes.take(lane)
    if slot is None:
        return
    leave_at = time.monotonic() + STAY_SECONDS
    try:
        turn = turns.take_next(slot)
        if turn and turns.due(lane).exists():
            # A second pair of hands, at once; without a slot it wakes no third one.
            wake(lane)
        while turn:
            turn.go()
            if stopping.is_set() or time.monotonic() > leave_at:
                break
            turn = turns.take_next(slot)
    finally:
        slot.release()
    if turn:
        wake(lane)


def wake(lane: str) -> None:
    """Ask for a worker on a lane, unless a task of it waits for one already."""
    now = timezone.now()
    lost = Q(woken_at__lt=now - LOST_AFTER) | Q(woken_at__gt=now)
    free = Lane.objects.filter(Q(woken_at=None) | lost, pk=lane)
    asked = free.update(woken_at=now)
    if asked or not Lane.objects.filter(pk=lane).exists():
        # Who takes the first slot makes the lane.
        _enqueue(lane)


def _enqueue(lane: str) -> None:
    """Wake a worker; if the engine is away, the sweep does it in a second."""
    try:
        work_on.enqueue(lane)
    except ENGINE_AWAY as error:
        logger.warning("task engine away", extra={"error": type(error).__name__})
