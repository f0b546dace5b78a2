"""The outbox's waits, shorter than in real life."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from connections import lanes
from zohoportal.outbox import jobs, turns, verdicts


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
    put(verdicts, "UNSURE_CONNECTION", min(verdicts.UNSURE_CONNECTION, wait))
    put(verdicts, "LONGEST_BACK_OFF", min(verdicts.LONGEST_BACK_OFF, waits))
