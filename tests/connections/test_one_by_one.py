"""Reads for pages: slots that a process keeps for its next call, and gives back."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection as database
from django.db import transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from connections import kept_slots, limits
from connections.models import Connection, Limit, Slot
from connections.services import client_for
from connections.zoho.errors import RateLimited, Unavailable
from crm.envelope import CRM
from tests.processes import until
from tests.sweeps.grants import say
from tests.sweeps.processes import environment
from tests.zoho import ROOT, SandboxZoho
from zohoportal.run.later import later

pytestmark = pytest.mark.django_db(transaction=True)

ORG = "/crm/v8/org"
# A process that reads for a page until it is ended, and says so once it has begun.
READER = """
import itertools
import django
django.setup()
from connections.models import Connection
from connections.services import client_for
from crm.envelope import CRM
client = client_for(Connection.objects.get())
for count in itertools.count(1):
    client.call(CRM, "GET", "org")
    print(count, flush=True)
"""


def key_of(connection: Connection) -> str:
    return limits.key_of(connection, "crm")


def held(connection: Connection) -> int:
    rows = Slot.objects.filter(limit=key_of(connection), until__gt=timezone.now())
    return rows.count()


def read(connection: Connection) -> None:
    client_for(connection).call(CRM, "GET", "org")


@contextmanager
def reader() -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", READER],
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    with process.stdout:
        assert process.stdout.readline() == "1\n"
        try:
            yield process
        finally:
            process.kill()
            process.wait()


class TestKeptSlot:
    def test_serves_the_next_call_without_a_statement(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        client = client_for(connection)
        client.call(CRM, "GET", "org")

        with CaptureQueriesContext(database) as queries:
            client.call(CRM, "GET", "org")

        about = [each["sql"] for each in queries if "connections_" in each["sql"]]
        assert about == []

    def test_is_given_back_when_nobody_calls_any_more(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        read(connection)

        assert held(connection) == 1
        assert until(lambda: held(connection) == 0, 10) < 5

    def test_is_not_held_longer_than_others_like_to_wait(
        self, zoho: SandboxZoho, connection: Connection, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(kept_slots, "HOLD_SECONDS", 0.2)
        owners: set[tuple[str, ...]] = set()

        def was_passed_on() -> bool:
            read(connection)
            owners.update(Slot.objects.exclude(owner="").values_list("owner"))
            return len(owners) > 2

        until(was_passed_on)

    def test_is_not_kept_within_a_transaction(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        with transaction.atomic():
            read(connection)
            assert held(connection) == 0

    def test_ends_with_a_pause_that_this_process_was_asked_for(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        read(connection)
        zoho.script("GET", ORG, {"status": 429, "headers": {"Retry-After": "60"}})
        with pytest.raises(RateLimited):
            read(connection)
        zoho.clear_journal()

        with pytest.raises(RateLimited):
            read(connection)

        assert zoho.journal() == []

    def test_lets_the_pause_of_others_be_seen_within_a_second(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        client = client_for(connection)
        client.call(CRM, "GET", "org")
        until_then = timezone.now() + timedelta(minutes=1)
        Limit.objects.update(paused_until=until_then, was_asked=True)

        def is_seen() -> bool:
            try:
                client.call(CRM, "GET", "org")
            except RateLimited:
                return True
            return False

        assert until(is_seen, 10) < kept_slots.HOLD_SECONDS + 1


class TestProcesses:
    def test_share_the_slots_for_reading(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        """No process keeps the only slot from the other for long."""
        zoho.lift_limits()
        read(connection)
        later.finish()
        # As if sends had all of theirs.
        Slot.objects.filter(number__lt=3).update(
            owner="a send", until=timezone.now() + timedelta(minutes=5)
        )
        with reader() as one, reader() as other:
            time.sleep(6)
            for process in (one, other):
                process.send_signal(signal.SIGTERM)
            counts = [
                len((each.communicate()[0]).splitlines()) for each in (one, other)
            ]

        assert {entry["in_flight"] for entry in zoho.journal()} == {1}
        say("reads of two processes", counts=counts)
        assert min(counts) * 5 > max(counts)

    def test_that_are_killed_give_it_back_when_its_lease_ends(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        with reader() as process:
            process.send_signal(signal.SIGKILL)
            process.wait()
        mine = Slot.objects.filter(limit=key_of(connection)).exclude(owner="")
        assert mine.count() == 1
        Slot.objects.exclude(pk=mine.get().pk).update(
            owner="a send", until=timezone.now() + timedelta(minutes=5)
        )
        assert limits.take(key_of(connection), reads=True) is None

        mine.update(until=timezone.now() - timedelta(seconds=1))

        assert limits.take(key_of(connection), reads=True)


class TestShare:
    @pytest.mark.parametrize(
        ("at_once", "share"), [(1, 0), (2, 1), (4, 1), (8, 2), (25, 6)]
    )
    def test_of_reading_is_a_quarter(
        self, connection: Connection, settings: Any, at_once: int, share: int
    ) -> None:
        settings.CALLS_AT_ONCE = at_once
        key = key_of(connection)

        sends = [slot for slot in iter(lambda: limits.take(key), None) if slot]
        reads = [
            slot for slot in iter(lambda: limits.take(key, reads=True), None) if slot
        ]

        assert (len(sends), len(reads)) == (at_once - share, share)

    def test_is_not_taken_by_a_page_that_writes(
        self, zoho: SandboxZoho, connection: Connection, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("connections.one_by_one.PATIENCE", 0.1)
        key = key_of(connection)
        assert len(list(iter(lambda: limits.take(key), None))) == 3

        with pytest.raises(Unavailable):
            client_for(connection).call(CRM, "POST", "Contacts", json={})
        read(connection)
