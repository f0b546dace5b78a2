import statistics
import time
from collections import Counter
from typing import Any

import pytest
from django.db import connection as database

from connections.models import Connection
from tests.sweeps.grants import (
    TOKEN,
    WINDOW_SECONDS,
    expire,
    say,
    stored_name,
    token_calls,
    works,
)
from tests.sweeps.processes import Fleet, callers_of
from tests.zoho import SandboxZoho

LATENCY = 0.3
THREADS = 32

pytestmark = pytest.mark.django_db(transaction=True)


def prepare(zoho: SandboxZoho, connection: Connection, latency: float) -> None:
    """Let the token be over and Zoho's window for ten tokens be a new one."""
    zoho.clear_journal()
    zoho.advance(WINDOW_SECONDS)
    zoho.script("POST", TOKEN, {"delay": latency})
    expire(connection)


class TestStampede:
    @pytest.mark.parametrize("rounds", [2, pytest.param(50, marks=pytest.mark.long)])
    def test_costs_one_token_call_f14_g07(
        self, zoho: SandboxZoho, connection: Connection, fleet: Fleet, rounds: int
    ) -> None:
        slowest = []
        for _ in range(rounds):
            prepare(zoho, connection, LATENCY)

            at = fleet.order(connection, threads=THREADS)
            callers = callers_of(fleet.results())

            assert len(callers) == len(fleet) * THREADS
            assert {caller["error"] for caller in callers} == {""}
            assert {caller["token"] for caller in callers} == {stored_name(connection)}
            assert len(token_calls(zoho)) == 1
            assert works(connection)
            slowest.append(max(caller["ended"] for caller in callers) - at)

        say(
            "128 callers, seconds to the last",
            rounds=rounds,
            median=round(statistics.median(slowest), 3),
            worst=round(max(slowest), 3),
        )
        # Of a few rounds the quickest: other tests may be using the processors.
        judged = max(slowest) if rounds >= 50 else min(slowest)
        assert judged <= LATENCY + 1

    def test_waits_without_the_database_f14(
        self, zoho: SandboxZoho, connection: Connection, fleet: Fleet
    ) -> None:
        prepare(zoho, connection, 2.0)

        at = fleet.order(connection, threads=THREADS)
        sessions = fewest_sessions(at + 0.1, at + 1.9)
        results = fleet.results()

        assert {caller["error"] for caller in callers_of(results)} == {""}
        # One thread of a process looks again and again; the others sleep.
        assert max(result["databases_held"] for result in results) <= 1
        assert sessions <= len(fleet)

    @pytest.mark.parametrize("left", [60, pytest.param(20, marks=pytest.mark.long)])
    def test_keeps_nobody_waiting_near_the_end_g07(
        self, zoho: SandboxZoho, connection: Connection, fleet: Fleet, left: int
    ) -> None:
        prepare(zoho, connection, 2.5)
        expire(connection, seconds=left)
        before = stored_name(connection)

        fleet.order(connection, threads=THREADS)
        callers = callers_of(fleet.results())

        seen = Counter(caller["token"] for caller in callers)
        assert {caller["error"] for caller in callers} == {""}
        assert seen == {before: len(callers) - 1, stored_name(connection): 1}
        assert len(token_calls(zoho)) == 1


def fewest_sessions(start: float, end: float) -> int:
    """Return the fewest sessions of others that PostgreSQL had between two moments."""
    counted: list[int] = []
    time.sleep(max(0, start - time.monotonic()))
    while time.monotonic() < end:
        counted += _sessions()
        time.sleep(0.01)
    return min(counted, default=0)


def _sessions() -> list[Any]:
    if database.vendor != "postgresql":
        return []
    with database.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return [row[0] for row in cursor.fetchall()]
