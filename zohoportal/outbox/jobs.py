"""The workers' regular jobs: each runs when its time has come, under a lease.

Any number of workers on any number of hosts may ask; one of them runs it.
"""

import logging
import secrets
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.db import DatabaseError, InterfaceError, connections
from django.db.models import Q
from django.utils import timezone

from zohoportal.outbox import housekeeping, recovery
from zohoportal.outbox.models import Job

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=10)


@dataclass(frozen=True)
class RegularJob:
    name: str
    every: timedelta
    run: Callable[[], object]
    lease: timedelta = LEASE

    def free(self, now: datetime) -> Q:
        """Return what finds its row when it is due and nobody is running it."""
        due = Q(ran_at=None) | Q(ran_at__lte=now - self.every) | Q(ran_at__gt=now)
        nobody = Q(lease_until=None) | Q(lease_until__lt=now)
        return due & nobody & Q(name=self.name)


JOBS = [
    RegularJob(
        "sweep", timedelta(seconds=1), recovery.sweep, lease=timedelta(seconds=20)
    ),
    RegularJob("tell admins", timedelta(seconds=30), housekeeping.tell_admins),
    RegularJob("revoke", timedelta(minutes=10), housekeeping.revoke_pending),
    RegularJob("prove", timedelta(minutes=10), housekeeping.prove_idle_connections),
    RegularJob("clean up", timedelta(hours=1), housekeeping.clean_up),
]


def register(job: RegularJob) -> None:
    """Add a product's job; its name must be new."""
    if any(each.name == job.name for each in JOBS):
        raise ValueError(f"job {job.name} is registered twice")
    JOBS.append(job)


class Runner:
    """Runs what is due, each job in a thread: a slow one keeps no other waiting."""

    def __init__(self, jobs: list[RegularJob]) -> None:
        self._jobs = jobs
        self._threads = ThreadPoolExecutor(len(jobs), "job")
        self._runs: dict[str, Future[None]] = {}
        rows = [Job(name=job.name) for job in jobs]
        Job.objects.bulk_create(rows, ignore_conflicts=True)

    def run_due(self) -> list[Future[None]]:
        """Start each job whose time has come; return what was started."""
        now = timezone.now()
        started = []
        for job in self._jobs:
            before = self._runs.get(job.name)
            if before and not before.done():
                continue
            if Job.objects.filter(job.free(now)).exists():
                self._runs[job.name] = self._threads.submit(_run, job)
                self._runs[job.name].add_done_callback(partial(_report, job))
                started.append(self._runs[job.name])
        return started


def _run(job: RegularJob) -> None:
    """Run a job under its lease, unless somebody else was faster."""
    try:
        owner = secrets.token_hex(16)
        now = timezone.now()
        row = Job.objects.filter(job.free(now))
        if not row.update(lease_owner=owner, lease_until=now + job.lease, ran_at=now):
            return
        try:
            job.run()
        finally:
            Job.objects.filter(name=job.name, lease_owner=owner).update(
                lease_owner="", lease_until=None
            )
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
