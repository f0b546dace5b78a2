"""The engines that run tasks in a worker process, and how each is started.

Both run `settings.WORKER_THREADS` tasks at a time in threads of this process. Which one
it is, `settings.TASKS` says: the database by default, Redis by a setting.
"""

import logging
import time
from collections.abc import Callable
from threading import Thread
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connections
from django_tasks_db.management.commands.db_worker import Worker

from zohoportal.outbox.tasks import stopping

logger = logging.getLogger(__name__)

# Four threads that look twice a second: a task waits an eighth of a second at the mean.
POLL_SECONDS = 0.5
BACK_OFF_SECONDS = 2.0

Join = Callable[[float], None]


def start() -> Join:
    """Start the engine that is set; return what waits for the end of its tasks."""
    return _start_redis() if settings.TASKS_REDIS_URL else _start_database()


def _start_database() -> Join:
    workers = [_worker(number) for number in range(settings.WORKER_THREADS)]
    threads = [Thread(target=_run, args=(each,), daemon=True) for each in workers]
    for thread in threads:
        thread.start()

    def join(seconds: float) -> None:
        for worker in workers:
            worker.running = False
        _join(threads, seconds)

    return join


def _worker(number: int) -> Worker:
    return Worker(
        queue_names=["default"],
        interval=POLL_SECONDS,
        batch=False,
        backend_name="default",
        startup_delay=True,
        max_tasks=None,
        worker_id=f"thread-{number}",
        excluded_queue_names=[],
    )


def _run(worker: Worker) -> None:
    """Do tasks until the end; a database that is away for a while is waited for."""
    while not stopping.is_set():
        try:
            worker.run()
        except (DatabaseError, InterfaceError) as error:
            logger.warning("database away", extra={"error": type(error).__name__})
            connections.close_all()
            stopping.wait(BACK_OFF_SECONDS)


def _start_redis() -> Join:
    # Only here: huey reads its settings when it is imported, and needs Redis for it.
    from huey.contrib.djhuey import HUEY  # noqa: PLC0415

    consumer: Any = HUEY.create_consumer(
        workers=settings.WORKER_THREADS, periodic=False, check_worker_health=False
    )
    threads = [thread for _, thread in consumer.worker_threads]
    for thread in threads:
        thread.start()

    def join(seconds: float) -> None:
        consumer.stop_flag.set()
        _join(threads, seconds)

    return join


def _join(threads: list[Thread], seconds: float) -> None:
    """Wait for all of them together no longer than so many seconds."""
    deadline = time.monotonic() + seconds
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
