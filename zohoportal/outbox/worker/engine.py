"""Runs tasks in a worker, `settings.WORKER_THREADS` at a time in threads of it."""

import logging
from threading import Event, Thread

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connections
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from zohoportal.outbox.delivering.tasks import join_all, stopping

logger = logging.getLogger(__name__)

# What waits is asked for again so soon where SQLite has another writer just then.
LOCKED_SECONDS = 0.1
BACK_OFF_SECONDS = 2.0


class Engine:
    """Threads that sleep until one look, for all of them, has found tasks."""

    def __init__(self) -> None:
        self._threads = [_Hands(number) for number in range(settings.WORKER_THREADS)]
        for thread in self._threads:
            thread.start()

    def look(self) -> None:
        """See whether tasks wait, and have them done."""
        tasks = DBTaskResult.objects.ready().filter(backend_name="default")
        found = tasks.order_by().values_list("pk")[: len(self._threads)]
        # Those at work look once more when they are done: they may have just looked.
        idle_first = sorted(self._threads, key=lambda thread: thread.is_at_work)
        for thread, _ in zip(idle_first, found, strict=False):
            thread.is_called.set()

    def join(self, seconds: float) -> None:
        """Take no more tasks, and wait for those that are being done."""
        for thread in self._threads:
            thread.worker.running = False
            thread.is_called.set()
        join_all(self._threads, seconds)


class _Hands(Thread):
    """Does tasks when it is called, until none waits."""

    def __init__(self, number: int) -> None:
        super().__init__(daemon=True)
        self.is_called = Event()
        self.is_at_work = False
        self.worker = Worker(
            queue_names=["default"],
            interval=LOCKED_SECONDS,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=f"thread-{number}",
            excluded_queue_names=[],
        )

    def run(self) -> None:
        while not stopping.is_set():
            self.is_called.wait()
            self.is_called.clear()
            self.is_at_work = True
            self._work()
            self.is_at_work = False

    def _work(self) -> None:
        """Do what waits; a database that is away for a while is waited for."""
        try:
            self.worker.run()
        except (DatabaseError, InterfaceError) as error:
            logger.warning("database away", extra={"error": type(error).__name__})
            connections.close_all()
            stopping.wait(BACK_OFF_SECONDS)
