"""F67: what is promised is on the disk before Zoho hears of it."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection as database
from django.db import connections

from connections.models import Connection
from tests.sweeps.processes import database_url
from tests.workers.waiting import SUBMIT
from tests.zoho import ROOT, SandboxZoho
from zohoportal.accounts.models import User
from zohoportal.outbox.models import Delivery
from zohoportal.run.durability import prove_durable, unsynced

pytestmark = pytest.mark.django_db(transaction=True)

only_sqlite = pytest.mark.skipif(
    "postgres" in os.environ["DATABASE_URL"], reason="PostgreSQL syncs by itself"
)
only_postgresql = pytest.mark.skipif(
    "postgres" not in os.environ["DATABASE_URL"], reason="SQLite has no such setting"
)
TRACED = "pwrite64,fdatasync,fsync,sendto"
STARTED = re.compile(r"(?P<task>\d+) +(?P<call>\w+)\(\d+<(?P<file>[^>]*)>(?P<rest>.*)")
RESUMED = re.compile(r"(?P<task>\d+) +<\.\.\. (?P<call>\w+) resumed>")


def events(trace: str) -> Iterator[tuple[str, str, str]]:
    """Yield what a traced process did, in order: system call, file, arguments.

    A sync counts when it came back, everything else when it began.
    """
    begun: dict[str, str] = {}
    for line in trace.splitlines():
        if found := STARTED.match(line):
            call, rest = found["call"], found["rest"]
            begun[found["task"]] = found["file"]
            if not ("sync" in call and "unfinished" in rest):
                yield call, found["file"], rest
        elif (found := RESUMED.match(line)) and "sync" in found["call"]:
            yield found["call"], begun[found["task"]], ""


def synced_before(trace: str, request: str) -> list[bool]:
    """Tell for each such request whether the log's last write was synced by then."""
    told, is_synced = [], True
    for call, file, rest in events(trace):
        if file.endswith("-wal"):
            is_synced = "sync" in call
        elif call == "sendto" and request in rest:
            told.append(is_synced)
    return told


@only_sqlite
class TestF67PowerCut:
    def test_meets_a_form_that_is_on_the_disk_before_zoho_is_asked(
        self, zoho: SandboxZoho, connection: Connection, staff: User, tmp_path: Path
    ) -> None:
        if shutil.which("strace") is None:
            pytest.skip("strace, which shows the syncs, is not installed")
        trace = tmp_path / "trace"
        program = SUBMIT.replace('print("ready", flush=True)', "")
        strace = ["strace", "-f", "-y", "-s", "64", "-e", f"trace={TRACED}"]
        done = subprocess.run(
            [*strace, "-o", str(trace), sys.executable, "-c", program],
            cwd=ROOT,
            env=os.environ | {"DATABASE_URL": database_url()},
            capture_output=True,
            text=True,
            check=False,
        )
        if "ptrace" in done.stderr.lower():
            pytest.skip("this machine does not let a process be traced")

        assert done.returncode == 0, done.stderr
        assert Delivery.objects.get().state == "done"
        assert synced_before(trace.read_text(), "POST /crm/v8/") == [True]

    def test_is_noticed_by_this_very_look(self) -> None:
        written = '7  pwrite64(5</x/portal.sqlite3-wal>, "", 32, 0) = 32\n'
        synced = "7  fdatasync(5</x/portal.sqlite3-wal>) = 0\n"
        waits = "7  fdatasync(5</x/portal.sqlite3-wal> <unfinished ...>\n"
        woken = "7  <... fdatasync resumed>) = 0\n"
        sent = '8  sendto(6<socket:[1]>, "POST /crm/v8/Contacts/upsert"..., 9, 0) = 9\n'

        assert synced_before(written + synced + sent, "POST /crm/v8/") == [True]
        assert synced_before(written + waits + woken + sent, "POST") == [True]
        assert synced_before(written + sent + synced, "POST /crm/v8/") == [False]
        assert synced_before(written + waits + sent + woken, "POST") == [False]

    def test_may_take_marks_of_life_but_nothing_after_them(self) -> None:
        def level() -> Any:
            with database.cursor() as cursor:
                return cursor.execute("PRAGMA synchronous").fetchone()[0]

        connections.close_all()

        assert level() == 2
        with unsynced():
            assert level() == 1
        assert level() == 2


@only_postgresql
class TestF67PostgreSQL:
    def test_is_taken_as_it_is_installed(self) -> None:
        prove_durable()

    def test_that_loses_commits_stops_the_start_in_words(self) -> None:
        with database.cursor() as cursor:
            cursor.execute("SET synchronous_commit = off")
        try:
            with pytest.raises(ImproperlyConfigured, match="synchronous_commit = on"):
                prove_durable()
        finally:
            database.close()
