"""A worker dies, or sleeps, around its call: one record, and the truth about it."""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest
from django.db import OperationalError, transaction
from django.db import connection as database
from django.utils import timezone

from connections.models import Connection, Slot
from tests.desk.form import TICKETS, created_tickets
from tests.processes import until
from tests.support.deliveries import PEOPLE_SEARCH, UPSERT, upserts
from tests.sweeps.grants import say
from tests.workers.process import LATENCY, WorkerProcess, new_worker
from tests.workers.waiting import kept, kept_ticket, settled, state, wake
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User
from zohoportal.outbox.idempotency import IdempotencyKey
from zohoportal.outbox.models import Delivery

DELAYS = [step * 0.008 for step in range(10)]
CUTS = [{}, {"drop": "before"}, {"drop": "during"}, {"drop": "after"}]
INSTANTS = [(cut, delay) for cut in CUTS for delay in DELAYS]
SHORT = [INSTANTS[5], INSTANTS[10], INSTANTS[25], INSTANTS[36]]

pytestmark = pytest.mark.django_db(transaction=True)


def no_slot_is_held() -> bool:
    return not Slot.objects.filter(until__gt=timezone.now()).exists()


def tickets_of(zoho: SandboxZoho, delivery: Delivery) -> int:
    return sum(
        delivery.reference in str(ticket.get("description"))
        for ticket in zoho.records()["tickets"]
    )


class TestF29KilledAtAnyInstant:
    @pytest.mark.parametrize(
        "instants", [SHORT, pytest.param(INSTANTS, marks=pytest.mark.long)], ids=len
    )
    def test_makes_one_ticket_and_never_denies_it(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff: User,
        instants: list[tuple[dict[str, Any], float]],
    ) -> None:
        worker = new_worker()
        try:
            for cut, delay in instants:
                # What the last victim held would come free in the middle of this.
                until(no_slot_is_held)
                idempotency_key = IdempotencyKey(uuid4().hex, is_second=True)
                delivery = kept_ticket(connection, staff, idempotency_key)
                kill = {"pid": worker.pid, "delay": delay}
                zoho.script("POST", TICKETS, cut | {"delay": LATENCY, "kill": kill})
                wake(delivery)
                assert worker.wait(30) == -signal.SIGKILL
                worker.kill()
                worker = new_worker()
                until(settled)
                self.expect_the_truth(zoho, delivery, cut, delay)
        finally:
            worker.kill()

    def expect_the_truth(
        self, zoho: SandboxZoho, delivery: Delivery, cut: dict[str, Any], delay: float
    ) -> None:
        there = tickets_of(zoho, delivery)
        delivery.refresh_from_db()
        say("killed", cut=cut, at=delay, tickets=there, state=delivery.state)
        assert (there, delivery.state) == (1, "done")


class TestF28TakeOver:
    @pytest.mark.long
    def test_comes_within_a_minute_with_the_real_lease_g09(
        self, zoho: SandboxZoho, connection: Connection, staff: User
    ) -> None:
        delivery = kept(connection, staff)
        with WorkerProcess() as victim:
            victim.wait_until_ready()
            kill = {"pid": victim.pid, "delay": 0.05}
            zoho.script("POST", UPSERT, {"delay": 0.2, "kill": kill})
            wake(delivery)
            victim.wait(30)
        died = time.monotonic()

        with WorkerProcess() as other:
            other.wait_until_ready()
            until(lambda: state(delivery) == "done", 70)

        seconds = time.monotonic() - died
        say("work of a killed worker goes on", seconds=round(seconds, 1))
        assert seconds <= 60


# Long enough to be stopped in the middle of, on a busy machine as well; Zoho has what
# was sent from the beginning on.
SLOW = {"delay": 3}


class TestF32Sleeper:
    """A worker is stopped longer than its lease, and wakes when another took over."""

    def test_makes_no_call_after_it_lost_the_lease(
        self, zoho: SandboxZoho, connection: Connection, staff: User
    ) -> None:
        delivery = kept_ticket(connection, staff)
        zoho.script("GET", PEOPLE_SEARCH, SLOW)

        log = self.sleep_while(zoho, delivery, PEOPLE_SEARCH)

        assert "lost the lease" in log
        assert created_tickets(zoho) == 1
        assert sum(entry["path"] == TICKETS for entry in posts(zoho)) == 1
        assert [each.result for each in delivery.attempts.all()] == [
            "The portal stopped before anything was sent.",
            "done",
        ]

    def test_does_not_overwrite_what_the_other_found(
        self, zoho: SandboxZoho, connection: Connection, staff: User
    ) -> None:
        delivery = kept_ticket(connection, staff)
        zoho.script("POST", TICKETS, SLOW)

        log = self.sleep_while(zoho, delivery, TICKETS)

        assert "lost the lease" in log
        assert created_tickets(zoho) == 1
        assert [each.result for each in delivery.attempts.all()] == [
            "The portal stopped before an answer came."
        ]

    def test_leaves_an_upsert_to_the_other(
        self, zoho: SandboxZoho, connection: Connection, staff: User
    ) -> None:
        delivery = kept(connection, staff)
        zoho.script("POST", UPSERT, SLOW)

        log = self.sleep_while(zoho, delivery, UPSERT)

        assert "lost the lease" in log
        # The other one read before it sent, and Zoho had it.
        assert upserts(zoho) == 1
        assert [each.result for each in delivery.attempts.all()] == [
            "The portal stopped before an answer came."
        ]

    def sleep_while(self, zoho: SandboxZoho, delivery: Delivery, path: str) -> str:
        """Let a worker sleep in its call until another is done; return its log."""
        with new_worker() as sleeper:
            wake(delivery)
            until(lambda: path in [entry["path"] for entry in zoho.journal()])
            until(lambda: falls_asleep(sleeper))
            with new_worker():
                until(lambda: state(delivery) == "done")
            before = Delivery.objects.values().get(pk=delivery.pk)
            sleeper.send(signal.SIGCONT)
            until(lambda: any("lost the lease" in line for line in sleeper.log), 20)
            sleeper.send(signal.SIGTERM)
            sleeper.wait(15)

        assert Delivery.objects.values().get(pk=delivery.pk) == before
        return "".join(sleeper.log)


def falls_asleep(worker: WorkerProcess) -> bool:
    """Stop a worker; tell whether it stands where it keeps nobody from writing."""
    worker.send(signal.SIGSTOP)
    try:
        with impatient(), transaction.atomic():
            list(Delivery.objects.select_for_update(nowait=True))
    except OperationalError:
        worker.send(signal.SIGCONT)
        return False
    return True


@contextmanager
def impatient() -> Iterator[None]:
    """Wait for no lock of others: a whole database has one on SQLite."""
    if database.vendor != "sqlite":
        yield
        return
    with database.cursor() as cursor:
        (usual,) = cursor.execute("PRAGMA busy_timeout").fetchone()
        cursor.execute("PRAGMA busy_timeout = 100")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {usual}")


def posts(zoho: SandboxZoho) -> list[dict[str, Any]]:
    return [entry for entry in zoho.journal() if entry["method"] == "POST"]
