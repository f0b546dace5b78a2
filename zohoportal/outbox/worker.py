"""A worker process: threads that do tasks, and a loop for the regular jobs."""

import logging
import os
import signal
import time
from types import FrameType

from django.db import DatabaseError, InterfaceError, connections

from zohoportal.outbox import engines, jobs
from zohoportal.outbox.tasks import stopping

logger = logging.getLogger(__name__)

# What is in flight then is left to its lease: a create is looked for, an update sent
# again.
GRACE_SECONDS = 8.0
PAUSE_SECONDS = 1.0


def run() -> None:
    """Work until SIGTERM or SIGINT, then finish what is in flight, for 8 seconds."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)
    runner = jobs.Runner(jobs.JOBS)
    join = engines.start()
    logger.info("worker started")
    while not stopping.is_set():
        _run_due(runner)
        stopping.wait(PAUSE_SECONDS)
    deadline = time.monotonic() + GRACE_SECONDS
    join(GRACE_SECONDS)
    logger.info("worker stopped", extra={"early": time.monotonic() < deadline})


def _run_due(runner: jobs.Runner) -> None:
    try:
        runner.run_due()
    except (DatabaseError, InterfaceError) as error:
        logger.warning("database away", extra={"error": type(error).__name__})
        connections.close_all()


def _stop(_number: int, _frame: FrameType | None) -> None:
    if stopping.is_set():
        # Asked twice: at once.
        os._exit(1)
    stopping.set()
