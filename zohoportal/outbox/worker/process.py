"""A worker process: threads that do tasks, and a loop for the regular jobs."""

import logging
import os
import signal
import time
from types import FrameType

from django.db import DatabaseError, InterfaceError, connections

from zohoportal.outbox.delivering.tasks import stopping
from zohoportal.outbox.worker import news, schedule
from zohoportal.outbox.worker.engine import Engine
from zohoportal.run.later import later

logger = logging.getLogger(__name__)

# What is in flight then is left to its lease: a create is looked for, an update sent
# again.
GRACE_SECONDS = 8.0
PAUSE_SECONDS = 1.0
# So often tasks are looked for without any news of them.
LOOK_SECONDS = 5.0


def run() -> None:
    """Work until SIGTERM or SIGINT, then finish what is in flight, for 8 seconds."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)
    engine = Engine()
    loop = _Loop(engine, schedule.Runner(schedule.jobs()))
    logger.info("worker started")
    while not stopping.is_set():
        try:
            loop.once()
        except (DatabaseError, InterfaceError) as error:
            logger.warning("database away", extra={"error": type(error).__name__})
            loop.begin_anew()
    deadline = time.monotonic() + GRACE_SECONDS
    engine.join(GRACE_SECONDS)
    later.finish()
    logger.info("worker stopped", extra={"early": time.monotonic() < deadline})


class _Loop:
    """Looks for tasks when there is news of them, and for jobs when they are due."""

    def __init__(self, engine: Engine, runner: schedule.Runner) -> None:
        self._engine = engine
        self._runner = runner
        self._news: news.News | None = None
        self._look_at = 0.0

    def once(self) -> None:
        if self._news is None:
            self._news = news.subscribe()
        if self._look_at <= time.monotonic():
            self._engine.look()
            self._look_at = time.monotonic() + LOOK_SECONDS
        self._runner.run_due()
        if self._news.wait(PAUSE_SECONDS):
            self._look_at = 0.0

    def begin_anew(self) -> None:
        """Give up all that the database gave us, and wait a moment."""
        if self._news:
            self._news.close()
            self._news = None
        self._look_at = 0.0
        connections.close_all()
        stopping.wait(PAUSE_SECONDS)


def _stop(_number: int, _frame: FrameType | None) -> None:
    if stopping.is_set():
        # Asked twice: at once.
        os._exit(1)
    stopping.set()
