"""A worker hears of a task without asking the database again and again."""

import os
import threading
import time
from typing import Any

import pytest
from django.db import connection as database

from connections import limits
from connections.models import Connection, Limit
from tests.processes import until
from tests.workers.process import WorkerProcess
from tests.zoho import SandboxZoho
from zohoportal.outbox.delivering import tasks
from zohoportal.outbox.models import Job
from zohoportal.outbox.worker.news import Listening, Polling, Watching, subscribe

pytestmark = pytest.mark.django_db(transaction=True)

IS_POSTGRESQL = "postgres" in os.environ["DATABASE_URL"]
only_postgresql = pytest.mark.skipif(
    not IS_POSTGRESQL, reason="SQLite tells nobody anything"
)
# Longer than any look of the worker's own.
LONG = 20


def wake_elsewhere() -> None:
    """Queue a task in another session, as a web process does."""

    def wake() -> None:
        tasks.wake("crm:sandbox:1")
        database.close()

    thread = threading.Thread(target=wake)
    thread.start()
    thread.join()


class TestNews:
    def test_come_with_a_task_and_not_before(self) -> None:
        heard = subscribe()
        try:
            assert not isinstance(heard, Polling)
            assert not heard.wait(0.3)

            wake_elsewhere()

            began = time.monotonic()
            assert heard.wait(LONG)
            assert time.monotonic() - began < LONG / 2
            assert not heard.wait(0.3)
        finally:
            heard.close()

    @only_postgresql
    def test_that_do_not_arrive_are_asked_for_instead(self, settings: Any) -> None:
        """As behind a pooler: the session that listens is not told anything."""
        settings.DATABASE_DIRECT = {"NAME": "postgres"}

        heard = subscribe()

        assert isinstance(heard, Polling)
        assert heard.wait(LONG)

    @only_postgresql
    def test_come_past_a_pooler_by_the_direct_address(self, settings: Any) -> None:
        direct = {"NAME": database.settings_dict["NAME"], "HOST": "localhost"}
        settings.DATABASE_DIRECT = direct

        heard = subscribe()

        assert isinstance(heard, Listening)
        assert database.settings_dict["HOST"] != "localhost"
        heard.close()

    @pytest.mark.skipif(IS_POSTGRESQL, reason="it is SQLite's number")
    def test_on_sqlite_are_what_others_committed(self) -> None:
        heard = subscribe()
        assert isinstance(heard, Watching)

        Job.objects.create(name="our own")

        assert not heard.wait(0.3)


class TestWorker:
    def test_takes_a_task_at_once_that_it_was_not_looking_for(
        self, zoho: SandboxZoho, connection: Connection, worker: WorkerProcess
    ) -> None:
        key = limits.key_of(connection, "crm")
        assert limits.take(key)
        woken = Limit.objects.filter(pk=key, woken_at__isnull=False)
        waits = []
        for _ in range(5):
            tasks.wake(key)
            waits.append(until(lambda: not woken.exists(), LONG))

        # Every look without news is seconds apart.
        assert sorted(waits)[2] < 1

    def test_leaves_a_mark_when_there_is_nothing_to_do(
        self, worker: WorkerProcess
    ) -> None:
        """Pages tell by it that workers live."""
        marks = Job.objects.filter(name="sweep").values_list("ran_at", flat=True)
        until(lambda: marks.get() is not None)
        first = marks.get()

        until(lambda: marks.get() != first, 30)
