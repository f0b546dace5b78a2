"""The outbox's waits, shorter than in real life."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from connections import lanes
from zohoportal.outbox import jobs, turns


def quicken(lease: float, waits: float, put: Callable[..., Any] = setattr) -> None:
    """Let leases last so many seconds, and no wait that we choose be longer."""
    lanes_lease = timedelta(seconds=lease)
    put(lanes, "LEASE", lanes_lease)
    put(turns, "LEASE", lanes_lease)
    put(turns, "FRESH", min(turns.FRESH, lease / 9))
    put(jobs, "JOBS", [replace(job, lease=lanes_lease) for job in jobs.JOBS])
    wait = timedelta(seconds=waits)
    put(lanes, "OUTAGE_PAUSE", min(lanes.OUTAGE_PAUSE, wait))
    put(lanes, "LONGEST_GUESS", min(lanes.LONGEST_GUESS, waits))
    put(turns, "LOOK_AGAIN", min(turns.LOOK_AGAIN, wait))
    put(turns, "UNSURE_CONNECTION", min(turns.UNSURE_CONNECTION, wait))
    put(turns, "LONGEST_BACK_OFF", min(turns.LONGEST_BACK_OFF, waits))
