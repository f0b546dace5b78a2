"""The workers' regular jobs: each runs when its time has come, under a lease.

Any number of workers on any number of hosts may ask; one of them runs it.
"""

import logging
import secrets
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import cast

from django.db import DatabaseError, InterfaceError, connections
from django.db.models import Q
from django.utils import timezone

from connections import product
from connections.schema import refresh
from connections.tokens import outages
from zohoportal.outbox.delivering import reaper
from zohoportal.outbox.models import Job
from zohoportal.outbox.worker import housekeeping
from zohoportal.run.durability import unsynced

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=10)
# A job that is only done when needed leaves its mark this often all the same.
MARK_EVERY = timedelta(seconds=15)


@dataclass(frozen=True)
class RegularJob:
    """Something that one worker does regularly.

    Attributes:
        is_needed: tells cheaply whether there is anything to do. It is asked `every` so
            often, and the job runs when there is, else to leave its mark.
    """

    name: str
    every: timedelta
    run: Callable[[], object]
    lease: timedelta = LEASE
    is_needed: Callable[[], bool] | None = None

    def free(self, now: datetime) -> Q:
        """Return what finds its row when it is due and nobody is running it."""
        due = Q(ran_at=None) | Q(ran_at__lte=now - self.every) | Q(ran_at__gt=now)
        nobody = Q(lease_until=None) | Q(lease_until__lt=now)
        return due & nobody & Q(name=self.name)

    def wait(self) -> timedelta:
        """Return how long its row says to wait; nothing when it is due."""
        row, now = Job.objects.get(name=self.name), timezone.now()
        due = now
        if row.ran_at and row.ran_at <= now:
            due = row.ran_at + self.every
        if row.lease_until and row.lease_until >= now:
            # Whoever has it may be done sooner.
            due = max(due, min(row.lease_until, now + self.every))
        return max(due - now, timedelta())


JOBS = [
    RegularJob(
        "sweep",
        timedelta(seconds=1),
        reaper.sweep,
        lease=timedelta(seconds=20),
        is_needed=reaper.is_needed,
    ),
    RegularJob("outages", timedelta(seconds=15), outages.notice_end),
    RegularJob("schema", timedelta(minutes=1), refresh.refresh),
    RegularJob("tell admins", timedelta(seconds=30), housekeeping.tell_admins),
    RegularJob("revoke", timedelta(minutes=10), housekeeping.revoke_pending),
    RegularJob("prove", timedelta(minutes=10), housekeeping.prove_idle_connections),
    RegularJob("clean up", timedelta(hours=1), housekeeping.clean_up),
]


def jobs() -> list[RegularJob]:
    """Return all jobs: the platform's own, and those of the products."""
    of_products = (job for each in product.every() for job in each.jobs)
    return [*JOBS, *(cast("RegularJob", job) for job in of_products)]


class Runner:
    """Runs what is due, each job in a thread: a slow one keeps no other waiting."""

    def __init__(self, jobs: list[RegularJob]) -> None:
        self._jobs = jobs
        self._threads = ThreadPoolExecutor(len(jobs), "job")
        self._runs: dict[str, Future[None]] = {}
        # When to look at a job's row again, on a clock that nobody sets.
        self._look_at: dict[str, float] = {}
        self._mark_at: dict[str, float] = {}
        rows = [Job(name=job.name) for job in jobs]
        Job.objects.bulk_create(rows, ignore_conflicts=True)

    def run_due(self) -> list[Future[None]]:
        """Start each job whose time has come; return what was started."""
        started = []
        for job in self._jobs:
            before = self._runs.get(job.name)
            is_running = before is not None and not before.done()
            if is_running or not self._is_due(job):
                continue
            run = self._runs[job.name] = self._threads.submit(_run, job)
            run.add_done_callback(partial(_report, job))
            started.append(run)
        return started

    def _is_due(self, job: RegularJob) -> bool:
        now = time.monotonic()
        if now < self._look_at.get(job.name, 0):
            return False
        if job.is_needed is None:
            wait = job.wait()
            self._look_at[job.name] = now + (wait or job.every).total_seconds()
            return not wait
        self._look_at[job.name] = now + job.every.total_seconds()
        if now < self._mark_at.get(job.name, 0) and not job.is_needed():
            return False
        self._mark_at[job.name] = now + MARK_EVERY.total_seconds()
        return True


def _run(job: RegularJob) -> None:
    """Run a job under its lease, unless somebody else was faster."""
    try:
        owner = secrets.token_hex(16)
        now = timezone.now()
        row = Job.objects.filter(job.free(now))
        with unsynced():
            mine = row.update(
                lease_owner=owner, lease_until=now + job.lease, ran_at=now
            )
        if not mine:
            return
        try:
            job.run()
        finally:
            held = Job.objects.filter(name=job.name, lease_owner=owner)
            with unsynced():
                held.update(lease_owner="", lease_until=None)
    finally:
        connections.close_all()


def _report(job: RegularJob, run: Future[None]) -> None:
    """Tell the log what kept a job from its end; it is run again at its next time."""
    error = run.exception()
    if isinstance(error, DatabaseError | InterfaceError):
        kind = type(error).__name__
        logger.warning("database away", extra={"job": job.name, "error": kind})
    elif error:
        logger.error("job failed", extra={"job": job.name}, exc_info=error)
