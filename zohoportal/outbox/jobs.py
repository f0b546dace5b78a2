"""The workers' regular jobs: each runs when its time has come, under a lease.

Any number of workers on any number of hosts may ask; one of them runs it.
"""

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

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


JOBS = [
    RegularJob(
        "sweep", timedelta(seconds=1), recovery.sweep, lease=timedelta(seconds=20)
    ),
    RegularJob("tell admins", timedelta(seconds=30), housekeeping.tell_admins),
    RegularJob("revoke", timedelta(minutes=10), housekeeping.revoke_pending),
    RegularJob("prove", timedelta(minutes=10), housekeeping.prove_idle_connections),
    RegularJob("clean up", timedelta(hours=1), housekeeping.clean_up),
]


def run_due() -> None:
    """Run each job whose time has come and that nobody else is running."""
    for job in JOBS:
        owner = _take(job)
        if not owner:
            continue
        try:
            job.run()
        finally:
            Job.objects.filter(name=job.name, lease_owner=owner).update(
                lease_owner="", lease_until=None
            )


def _take(job: RegularJob) -> str:
    """Take the job's lease, and mark it as run now; empty if it is not due."""
    now = timezone.now()
    owner = secrets.token_hex(16)
    Job.objects.get_or_create(name=job.name)
    taken = Job.objects.filter(
        Q(ran_at=None) | Q(ran_at__lte=now - job.every) | Q(ran_at__gt=now),
        Q(lease_until=None) | Q(lease_until__lt=now),
        name=job.name,
    ).update(lease_owner=owner, lease_until=now + job.lease, ran_at=now)
    return owner if taken else ""
