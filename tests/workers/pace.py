"""The outbox's waits, shorter than in real life."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from campaigns.zoho import codes
from connections import kept_slots, limits
from zohoportal.outbox.delivering import claims, failures
from zohoportal.outbox.worker import schedule


def quicken(lease: float, waits: float, put: Callable[..., Any] = setattr) -> None:
    """Let leases last so many seconds, and no wait that we choose be longer."""
    lanes_lease = timedelta(seconds=lease)
    put(limits, "LEASE", lanes_lease)
    put(claims, "LEASE", lanes_lease)
    put(claims, "FRESH", min(claims.FRESH, lease / 9))
    jobs = [replace(job, lease=lanes_lease) for job in schedule.jobs()]
    put(schedule, "jobs", lambda: jobs)
    wait = timedelta(seconds=waits)
    put(kept_slots, "HOLD_SECONDS", min(kept_slots.HOLD_SECONDS, lease / 9))
    put(limits, "OUTAGE_PAUSE", min(limits.OUTAGE_PAUSE, wait))
    put(codes, "LOCKED", min(codes.LOCKED, wait))
    put(limits, "LONGEST_GUESS", min(limits.LONGEST_GUESS, waits))
    put(claims, "LOOK_AGAIN", min(claims.LOOK_AGAIN, wait))
    put(failures, "UNSURE_CONNECTION", min(failures.UNSURE_CONNECTION, wait))
    put(failures, "LONGEST_BACK_OFF", min(failures.LONGEST_BACK_OFF, waits))
