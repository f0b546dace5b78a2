"""What workers and pages share: slots, pauses, and who goes first."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection as database
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from connections import limits
from connections.models import Connection, Limit
from connections.services import client_for
from crm.envelope import CRM
from desk.zoho.departments import departments_of
from tests.outbox.lines import fill_slots
from tests.processes import until
from tests.support.deliveries import new_ticket
from tests.sweeps.grants import say
from tests.workers.process import WorkerProcess
from tests.workers.waiting import keep, submit, waiting
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User
from zohoportal.outbox.models import Delivery

UPSERT = "/crm/v8/Contacts/upsert"
# Of a worker that only waits; nobody dies here.
LEASE = 1.5
# Seconds that others may keep the processor.
BUSY = 10

pytestmark = pytest.mark.django_db(transaction=True)


def read(connection: Connection, times: int) -> int:
    """Read so often for a page, each time as a new one; return how often."""
    try:
        for _ in range(times):
            client_for(connection).call(CRM, "GET", "org")
        return times
    finally:
        database.close()


def press(connection: Connection, person: User, number: int) -> None:
    """Submit one from a thread of its own."""
    try:
        submit(connection, person, f"Pressed {number}")
    finally:
        database.close()


def arrivals(zoho: SandboxZoho) -> list[tuple[datetime, dict[str, Any]]]:
    """Return the upserts with the moment each arrived."""
    return [
        (datetime.fromisoformat(entry["at"]), entry)
        for entry in zoho.journal()
        if entry["path"] == UPSERT
    ]


class TestF46CallsAtOnce:
    @pytest.mark.parametrize("rows", [80, pytest.param(600, marks=pytest.mark.long)])
    def test_are_never_more_than_the_setting(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff: User,
        settings: Any,
        rows: int,
    ) -> None:
        settings.CALLS_AT_ONCE = 3
        zoho.lift_limits()
        zoho.chaos(1, 1, {"delay": 0.1})
        keep(connection, staff, rows)

        with (
            WorkerProcess(LEASE, CALLS_AT_ONCE="3") as one,
            WorkerProcess(LEASE, CALLS_AT_ONCE="3") as other,
            ThreadPoolExecutor(6) as people,
        ):
            one.wait_until_ready()
            other.wait_until_ready()
            reading = [people.submit(read, connection, 20) for _ in range(2)]
            list(people.map(partial(press, connection, staff), range(20)))
            until(lambda: waiting() == 0, 300)
            pages = sum(each.result() for each in reading)

        most = zoho.limits()["most_in_flight"]["crm"]
        sends = max(entry["in_flight"] for _, entry in arrivals(zoho))
        say("calls at once", allowed=3, most=most, sends=sends, pages=pages)
        # Several leases long, so that slots in use have to be renewed.
        assert most == 3
        assert pages == 40

    def test_that_send_leave_one_for_reading(
        self, zoho: SandboxZoho, connection: Connection, staff: User
    ) -> None:
        """A page never stands behind sends, however long Zoho takes for them."""
        zoho.script("POST", UPSERT, {"delay": 8, "times": 8})
        keep(connection, staff, 8)

        with WorkerProcess() as worker, ThreadPoolExecutor(4) as people:
            worker.wait_until_ready()
            until(lambda: len(arrivals(zoho)) == 3)
            list(people.map(partial(press, connection, staff), range(4)))
            began = time.monotonic()
            read(connection, 5)
            seconds = time.monotonic() - began
            assert len(arrivals(zoho)) == 3

        say("five reads beside three sends", seconds=round(seconds, 2))
        assert seconds < 5
        # They would count among what is in flight in the next test.
        until(lambda: all(entry["milliseconds"] for _, entry in arrivals(zoho)))


class TestF44Pause:
    @pytest.mark.parametrize(
        ("wait", "least", "most"),
        [
            ("2", 2, 3.5),
            (None, 1, 3.5),
            pytest.param({"date_in": 3}, 1.9, 4.5, marks=pytest.mark.long),
            pytest.param("0", 1, 2.5, marks=pytest.mark.long),
            pytest.param("-1", 1, 3.5, marks=pytest.mark.long),
            pytest.param("soon", 1, 3.5, marks=pytest.mark.long),
            pytest.param("7", 7, 8.5, marks=pytest.mark.long),
        ],
        ids=str,
    )
    def test_is_kept_by_all_workers_which_then_begin_with_one(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff: User,
        wait: Any,
        least: float,
        most: float,
    ) -> None:
        headers = {} if wait is None else {"Retry-After": wait}
        zoho.script("POST", UPSERT, {"status": 429, "headers": headers})
        zoho.chaos(1, 1, {"delay": 0.2})
        paused_limit = Limit.objects.filter(key=OuterRef("limit_key"))
        refused = (
            Delivery.objects.filter(attempt_count=1, state="waiting")
            .annotate(pause=Subquery(paused_limit.values("paused_until")))
            .values_list("retry_at", "pause")
        )
        seen: list[Any] = []

        def is_refused() -> bool:
            seen[:] = refused.all()
            return bool(seen)

        with WorkerProcess() as one, WorkerProcess() as other:
            one.wait_until_ready()
            other.wait_until_ready()
            submit(connection, staff, "First")
            # It is over within a second: both moments are read at once.
            until(is_refused)
            keep(connection, staff, 30)
            until(lambda: waiting() == 0)

        asked, *later = arrivals(zoho)
        paused = (later[0][0] - asked[0]).total_seconds()
        retry_at, pause = seen[0]
        # Workers look into the set-up, too: whatever is answered opens the limit.
        in_flight = [
            entry["in_flight"]
            for entry in zoho.journal()
            if entry["path"].startswith("/crm/")
            and datetime.fromisoformat(entry["at"]) >= pause
        ]
        say("pause", asked=str(wait), seconds=paused, in_flight=in_flight)
        # It waits for the same moment as all others.
        assert abs(retry_at - pause) <= timedelta(seconds=1)
        # It may be a busy machine on which they come late, but never early.
        assert pause - asked[0] <= timedelta(seconds=most + BUSY)
        assert least <= paused <= most + 2 * BUSY
        assert in_flight[0] == 1
        assert max(in_flight[:3]) <= 2
        assert Delivery.objects.filter(attempt_count__gt=2).count() == 0

    def test_is_a_quarter_of_an_hour_at_most(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff: User,
        worker: WorkerProcess,
    ) -> None:
        headers = {"Retry-After": "999999"}
        zoho.script("POST", UPSERT, {"status": 429, "headers": headers})
        submit(connection, staff, "First")

        keep(connection, staff, 3)
        time.sleep(2)

        pause = Limit.objects.get(paused_until__isnull=False).paused_until
        assert pause
        left = pause - timezone.now()
        assert timedelta(minutes=14) < left <= timedelta(minutes=15, seconds=1)
        assert len(arrivals(zoho)) == 1

    def test_counts_what_zoho_says_at_one_moment_once(
        self, zoho: SandboxZoho, connection: Connection, staff: User
    ) -> None:
        keep(connection, staff, 0)
        zoho.script("POST", UPSERT, {"status": 429, "delay": 0.5, "times": 3})

        with ThreadPoolExecutor(4) as people:
            list(people.map(partial(press, connection, staff), range(3)))

        limit = Limit.objects.get(paused_until__isnull=False)
        assert len(arrivals(zoho)) == 3
        assert limit.failures == 1
        assert limit.paused_until
        # The first guess is two seconds, and up to one more spreads the callers.
        assert limit.paused_until - timezone.now() <= timedelta(seconds=3)

    def test_does_not_come_from_failures_with_successes_between_f37(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff: User,
        settings: Any,
    ) -> None:
        settings.CALLS_AT_ONCE = 1
        for _ in range(7):
            zoho.script("POST", UPSERT, {"delay": 0}, {"status": 503})
        keep(connection, staff, 20)

        with WorkerProcess(CALLS_AT_ONCE="1") as worker:
            worker.wait_until_ready()
            until(lambda: waiting() == 0)

        assert Limit.objects.get(key__startswith="crm").paused_until is None

    def test_is_not_ended_by_a_page_after_a_single_failure_a32(
        self, zoho: SandboxZoho, connection: Connection, staff: User
    ) -> None:
        zoho.script("POST", UPSERT, {"status": 503, "body": "<p>"})
        waits = submit(connection, staff, "Kept")

        client_for(connection).call(CRM, "GET", "org")

        kept = Delivery.objects.get(pk=waits.pk)
        assert (kept.retry_at, kept.failures) == (waits.retry_at, waits.failures)
        limit = Limit.objects.get(pk=waits.limit_key)
        assert limit.failures == 0

    def test_that_was_an_outage_ends_with_the_first_page_a32(
        self, zoho: SandboxZoho, connection: Connection, staff: User
    ) -> None:
        zoho.script("POST", UPSERT, {"status": 503, "body": "<p>"})
        waits = submit(connection, staff, "Kept")
        Limit.objects.filter(pk=waits.limit_key).update(failures=limits.MANY_FAILURES)

        client_for(connection).call(CRM, "GET", "org")

        due = Delivery.objects.filter(retry_at__lte=timezone.now())
        assert due.get() == waits


class TestF34Fairness:
    def test_people_overtake_bulk_work(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff: User,
        settings: Any,
    ) -> None:
        settings.CALLS_AT_ONCE = 2
        zoho.chaos(1, 1, {"delay": 0.2})
        keep(connection, staff, 40, is_bulk=True)

        with WorkerProcess(CALLS_AT_ONCE="2") as worker:
            worker.wait_until_ready()
            until(lambda: 0 < waiting() <= 38)
            kept = fill_slots(limits.key_of(connection, "crm"))
            delivery = submit(connection, staff, "A person's")
            for slot in kept:
                slot.release()
            is_done = Delivery.objects.filter(pk=delivery.pk, state="done").exists
            seconds = until(is_done)

        say("a person among bulk", seconds=round(seconds, 2), bulk_left=waiting())
        assert waiting() > 20
        assert seconds <= 2

    def test_a_busy_lane_leaves_room_for_others(
        self, zoho: SandboxZoho, connection: Connection, staff: User
    ) -> None:
        # Asked for now: later the limit is full.
        departments_of(connection)
        zoho.chaos(1, 1, {"delay": 0.2})
        keep(connection, staff, 60)

        with WorkerProcess(WORKER_THREADS="1") as worker:
            worker.wait_until_ready()
            until(lambda: 0 < waiting() < 60)
            kept = fill_slots(limits.key_of(connection, "desk"))
            ticket = new_ticket(connection, staff).delivery
            for slot in kept:
                slot.release()
            until(Delivery.objects.filter(pk=ticket.pk, state="done").exists)
            contacts_left = waiting()

        assert contacts_left > 0
