"""What workers and pages share: slots, pauses, and who goes first."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection as database
from django.utils import timezone

from connections import lanes
from connections.models import Connection, Lane
from desk.departments import departments_of
from tests.crm.contacts import PAYLOAD
from tests.outbox.test_services import new_ticket
from tests.processes import until
from tests.sweeps.grants import say
from tests.workers.process import WorkerProcess
from tests.workers.test_worker import fill_lane
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User
from zohoportal.outbox import services as outbox
from zohoportal.outbox.form_keys import FormKey
from zohoportal.outbox.models import Delivery

UPSERT = "/crm/v8/Contacts/upsert"
# Of a worker that only waits; nobody dies here.
LEASE = 1.5

pytestmark = pytest.mark.django_db(transaction=True)


def submit(
    connection: Connection, person: User, name: str, *, is_bulk: bool = False
) -> Delivery:
    return outbox.submit(
        kind="crm.record",
        connection=connection,
        person=person,
        form_key=FormKey(uuid4().hex),
        title=name,
        payload=PAYLOAD
        | {"values": {"Email": f"{uuid4().hex}@example.com", "Last_Name": name}},
        is_bulk=is_bulk,
    ).delivery


def keep(
    connection: Connection, person: User, count: int, *, is_bulk: bool = False
) -> None:
    """Let so many contacts wait for a worker."""
    slots = fill_lane(lanes.key_of(connection, "crm"))
    for number in range(count):
        submit(connection, person, f"Kept {number}", is_bulk=is_bulk)
    for slot in slots:
        slot.release()


def press(connection: Connection, person: User, number: int) -> None:
    """Submit one from a thread of its own."""
    try:
        submit(connection, person, f"Pressed {number}")
    finally:
        database.close()


def waiting() -> int:
    return Delivery.objects.exclude(state="done").count()


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
            ThreadPoolExecutor(4) as people,
        ):
            one.wait_until_ready()
            other.wait_until_ready()
            list(people.map(partial(press, connection, staff), range(20)))
            until(lambda: waiting() == 0, 300)

        most = zoho.limits()["most_in_flight"]["crm"]
        say("calls at once", allowed=3, most=most, calls=len(arrivals(zoho)))
        # Several leases long, so that slots in use have to be renewed.
        assert most == 3


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

        with WorkerProcess() as one, WorkerProcess() as other:
            one.wait_until_ready()
            other.wait_until_ready()
            first = submit(connection, staff, "First")
            # A worker may have been quicker than the page.
            refused = Delivery.objects.filter(attempt_count=1, state="waiting")
            until(refused.exists)
            first.refresh_from_db()
            pause = Lane.objects.get(paused_until__isnull=False).paused_until
            keep(connection, staff, 30)
            until(lambda: waiting() == 0)

        asked, *later = arrivals(zoho)
        paused = (later[0][0] - asked[0]).total_seconds()
        in_flight = [entry["in_flight"] for _, entry in later]
        say("pause", asked=str(wait), seconds=paused, in_flight=in_flight)
        assert pause
        assert first.retry_at
        # It waits for the same moment as all others.
        assert abs(first.retry_at - pause) <= timedelta(seconds=1)
        assert pause - asked[0] <= timedelta(seconds=most)
        # A worker looks for work once a second.
        assert least <= paused <= most + 3
        assert in_flight[0] == 1
        assert in_flight[1] <= 2
        assert max(in_flight[:3]) <= 2
        assert max(in_flight) <= 4
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

        pause = Lane.objects.get(paused_until__isnull=False).paused_until
        assert pause
        left = pause - timezone.now()
        assert timedelta(minutes=14) < left <= timedelta(minutes=15, seconds=1)
        assert len(arrivals(zoho)) == 1

    def test_counts_what_zoho_says_at_one_moment_once(
        self, zoho: SandboxZoho, connection: Connection, staff: User
    ) -> None:
        keep(connection, staff, 0)
        zoho.script("POST", UPSERT, {"status": 429, "delay": 0.5, "times": 4})

        with ThreadPoolExecutor(4) as people:
            list(people.map(partial(press, connection, staff), range(4)))

        lane = Lane.objects.get(paused_until__isnull=False)
        assert len(arrivals(zoho)) == 4
        assert lane.failures == 1
        assert lane.paused_until
        # The first guess is two seconds, and up to one more spreads the callers.
        assert lane.paused_until - timezone.now() <= timedelta(seconds=3)

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

        assert Lane.objects.get(key__startswith="crm").paused_until is None


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
            kept = fill_lane(lanes.key_of(connection, "crm"))
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
        # Asked for now: later the lane is full.
        departments_of(connection)
        zoho.chaos(1, 1, {"delay": 0.2})
        keep(connection, staff, 60)

        with WorkerProcess(WORKER_THREADS="1") as worker:
            worker.wait_until_ready()
            until(lambda: 0 < waiting() < 60)
            kept = fill_lane(lanes.key_of(connection, "desk"))
            ticket = new_ticket(connection, staff).delivery
            for slot in kept:
                slot.release()
            until(Delivery.objects.filter(pk=ticket.pk, state="done").exists)
            contacts_left = waiting()

        assert contacts_left > 0
