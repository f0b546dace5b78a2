"""What a worker and pages do when the database, or one of them, is in trouble."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

import pytest
from django.conf import settings as django_settings
from django.db import connection as database
from django.db import connections, transaction
from django_tasks_db.models import DBTaskResult

from connections.models import Connection, Limit
from tests.outbox.visitor import Visitor
from tests.processes import until
from tests.support import contacts as contact
from tests.sweeps.grants import say
from tests.sweeps.processes import database_url
from tests.workers.process import WorkerProcess
from tests.workers.waiting import SUBMIT, keep, submit, waiting
from tests.zoho import ROOT, SandboxZoho
from zohoportal.accounts.models import User
from zohoportal.outbox.models import Delivery

pytestmark = pytest.mark.django_db(transaction=True)
only_postgresql = pytest.mark.skipif(
    "postgres" not in os.environ["DATABASE_URL"],
    reason="SQLite has no sessions that could be ended or counted",
)


class TestF21ManyWriters:
    def test_never_see_a_locked_database(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff: User,
        worker: WorkerProcess,
        live_server: Any,
    ) -> None:
        visitor = Visitor(staff)
        path = contact.url(connection)

        def press(number: int) -> int:
            own = {"Email": f"{uuid4().hex}@example.com", "Last_Name": f"No {number}"}
            values = contact.CONTACT | own | visitor.keys(path)
            return visitor.save(path, values).status_code

        with ThreadPoolExecutor(8) as people, long_reader():
            statuses = list(people.map(press, range(120)))
        until(lambda: waiting() == 0)

        say("writers at once", people=8, forms=len(statuses))
        assert set(statuses) == {302}
        assert Delivery.objects.filter(state="done").count() == 120
        assert not [line for line in worker.log if "database away" in line]


@contextmanager
def long_reader() -> Iterator[None]:
    """Read as a backup does, in one transaction of its own, while others write."""
    reader = connections.create_connection("default")
    try:
        with reader.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT count(*) FROM outbox_delivery")
            yield
            cursor.execute("ROLLBACK")
    finally:
        reader.close()


# So often all sessions are ended; for longer, a busy machine would get nothing done.
ROUNDS = 10


@only_postgresql
class TestF22EndedSessions:
    def test_are_opened_anew_and_nothing_is_lost(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff: User,
    ) -> None:
        zoho.chaos(1, 1, {"delay": 0.05})
        with WorkerProcess(lease=3, waits=2) as worker:
            worker.wait_until_ready()
            keep(connection, staff, 60)
            ended = 0
            for _ in range(ROUNDS):
                ended += end_sessions()
                time.sleep(0.7)
            until(lambda: not waiting())

        say("ended sessions", ended=ended, deliveries=60)
        assert ended > 4
        assert Delivery.objects.filter(state="done").count() == 60
        names = [each["Last_Name"] for each in zoho.records()["contacts"]]
        assert len([name for name in names if name.startswith("Kept")]) == 60


def end_sessions() -> int:
    with database.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return len(cursor.fetchall())


@only_postgresql
class TestF23Sessions:
    def test_of_a_worker_are_few_and_do_not_grow(
        self, zoho: SandboxZoho, connection: Connection, staff: User
    ) -> None:
        before = sessions()
        with WorkerProcess() as worker:
            worker.wait_until_ready()
            keep(connection, staff, 100)
            most = 0
            while waiting():
                most = max(most, sessions() - before)
                time.sleep(0.05)

        say("sessions of a worker", threads=4, sessions=most)
        # One for each thread that sends, two for the regular jobs and who starts them,
        # one that listens, and one for the log of calls.
        assert 1 <= most <= django_settings.WORKER_THREADS + 4


def sessions() -> int:
    with database.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
        )
        return len(cursor.fetchall())


class TestF26CrashBeforeTheCommit:
    def test_leaves_nothing_here_and_nothing_at_zoho(
        self, zoho: SandboxZoho, connection: Connection, staff: User
    ) -> None:
        with everybody_locked_out():
            page = subprocess.Popen(
                [sys.executable, "-c", SUBMIT],
                cwd=ROOT,
                env=os.environ | {"DATABASE_URL": database_url()},
                stdout=subprocess.PIPE,
                text=True,
            )
            with page:
                assert page.stdout
                assert page.stdout.readline() == "ready\n"
                time.sleep(1)
                page.send_signal(signal.SIGKILL)

        assert not Delivery.objects.exists()
        assert not zoho.journal()
        assert submit(connection, staff, "Again").state == "done"


@contextmanager
def everybody_locked_out() -> Iterator[None]:
    """Let nobody else write: SQLite's transactions do so, PostgreSQL is asked to."""
    with transaction.atomic():
        if database.vendor == "postgresql":
            with database.cursor() as cursor:
                cursor.execute("LOCK TABLE outbox_delivery IN SHARE MODE")
        yield


class TestF27LostWakeUp:
    def test_delays_a_delivery_by_seconds_only(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff: User,
        worker: WorkerProcess,
    ) -> None:
        keep(connection, staff, 3)
        DBTaskResult.objects.all().delete()
        Limit.objects.update(woken_at=None)

        seconds = until(lambda: waiting() == 0)

        say("lost wake-up", seconds=round(seconds, 2))
        assert seconds <= 5


class TestF64FormThatIsCutOff:
    def test_keeps_nothing_and_the_next_try_works(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff: User,
        live_server: Any,
    ) -> None:
        visitor = Visitor(staff)
        path = contact.url(connection)
        page = visitor.open(path).text
        typed = {"Description": "word " * 200}
        values = contact.CONTACT | typed | visitor.keys(path)
        ordered = {name: values[name] for name in names_in(page) if name in values}
        assert ordered == values
        body = urlencode(ordered).encode()

        answer = send_a_part(visitor, path, body, body.rindex(b"word"))

        assert answer == b"" or b" 200 " in answer.splitlines()[0]
        assert not Delivery.objects.exists()
        assert visitor.save(path, values).status_code == 302
        assert Delivery.objects.get().state == "done"


def names_in(page: str) -> list[str]:
    """Return the fields of a page in the order in which a browser sends them."""
    return re.findall(r'<(?:input|textarea)[^>]* name="([^"]+)"', page)


def send_a_part(visitor: Visitor, path: str, body: bytes, size: int) -> bytes:
    site = urlsplit(django_settings.SITE_URL)
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {site.netloc}\r\n"
        f"Cookie: {visitor.cookie_header}\r\nOrigin: {django_settings.SITE_URL}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection((site.hostname, site.port), 10) as line:
        line.sendall(head.encode() + body[:size])
        line.shutdown(socket.SHUT_WR)
        return line.recv(4096)
