"""What a worker process does with what waits, against a Zoho over real sockets."""

import signal

import pytest

from connections import limits, services
from connections.models import Connection
from connections.tokens import revocation
from tests.desk.form import TICKETS, created_tickets
from tests.outbox.lines import fill_slots
from tests.processes import until
from tests.support.deliveries import UPSERT, new_contact, new_ticket, upserts
from tests.workers.process import WorkerProcess
from tests.workers.waiting import kept, kept_ticket, state, wake
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User
from zohoportal.outbox import services as outbox
from zohoportal.outbox.models import Delivery

pytestmark = pytest.mark.django_db(transaction=True)


class TestWorker:
    def test_sends_what_was_kept(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff: User,
        worker: WorkerProcess,
    ) -> None:
        slots = fill_slots(limits.key_of(connection, "crm"))
        delivery = new_contact(connection, staff).delivery
        assert (delivery.state, upserts(zoho)) == ("waiting", 0)

        for slot in slots:
            slot.release()

        until(lambda: state(delivery) == "done")
        assert upserts(zoho) == 1

    def test_sends_again_what_zoho_could_not_take_f36(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff: User,
        worker: WorkerProcess,
    ) -> None:
        zoho.script("POST", UPSERT, {"drop": "before"}, {"status": 503})

        delivery = new_contact(connection, staff).delivery

        assert delivery.state == "waiting"
        until(lambda: state(delivery) == "done")
        assert upserts(zoho) == 3

    def test_finds_the_ticket_whose_answer_was_lost_f29(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff: User,
        worker: WorkerProcess,
    ) -> None:
        zoho.script("POST", TICKETS, {"drop": "after"})

        delivery = new_ticket(connection, staff).delivery

        assert delivery.state == "unknown"
        assert delivery.is_looked_for
        until(lambda: state(delivery) == "done")
        assert created_tickets(zoho) == 1
        delivery.refresh_from_db()
        assert delivery.outcome["number"]

    def test_sends_again_what_is_not_found_f29(
        self, zoho: SandboxZoho, connection: Connection, staff: User
    ) -> None:
        zoho.script("POST", TICKETS, {"drop": "before"})
        delivery = new_ticket(connection, staff).delivery

        with WorkerProcess(LOOK_AFTER="1,2,3") as worker:
            worker.wait_until_ready()
            until(lambda: state(delivery) == "done")

        delivery.refresh_from_db()
        assert (delivery.looks, delivery.attempt_count) == (3, 2)
        assert created_tickets(zoho) == 1

    def test_lets_held_work_go_when_the_connection_is_repaired(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff: User,
        worker: WorkerProcess,
    ) -> None:
        zoho.script("POST", UPSERT, {"status": 403, "body": NO_PERMISSION})
        delivery = new_contact(connection, staff).delivery
        until(Delivery.objects.filter(pk=delivery.pk, held_for="permission").exists)

        services.test(connection)

        until(lambda: state(delivery) == "done")

    def test_leaves_what_belongs_to_a_disconnected_connection(
        self, zoho: SandboxZoho, connection: Connection, staff: User
    ) -> None:
        revocation.disconnect(connection)

        delivery = new_contact(connection, staff).delivery

        assert delivery.held_for == "reconnect"

    def test_is_known_to_the_pages(self, worker: WorkerProcess) -> None:
        until(outbox.is_anyone_working)


class TestGate:
    def test_holds_for_as_long_as_there_is_work_f46(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff: User,
    ) -> None:
        """A slot is renewed between two sends, not only within a long one."""
        zoho.lift_limits()
        zoho.script("POST", UPSERT, {"delay": 0.2, "times": 30})
        slots = fill_slots(limits.key_of(connection, "crm"))
        for number in range(30):
            new_contact(connection, staff, Email=f"person{number}@example.com")
        with (
            WorkerProcess(lease=2, CALLS_AT_ONCE="1") as one,
            WorkerProcess(lease=2, CALLS_AT_ONCE="1") as two,
        ):
            one.wait_until_ready()
            two.wait_until_ready()
            for slot in slots:
                slot.release()
            until(lambda: Delivery.objects.filter(state="done").count() == 30)

        assert zoho.limits()["most_in_flight"]["crm"] == 1
        assert upserts(zoho) == 30


class TestStop:
    def test_finishes_what_is_in_flight_f31(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff: User,
        worker: WorkerProcess,
    ) -> None:
        delivery = kept(connection, staff)
        zoho.script("POST", UPSERT, {"delay": 2})
        wake(delivery)
        until(lambda: upserts(zoho) == 1)

        worker.send(signal.SIGTERM)

        assert worker.wait(10) == 0
        assert state(delivery) == "done"

    def test_leaves_a_long_create_to_be_looked_for_f31(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff: User,
    ) -> None:
        delivery = kept_ticket(connection, staff)
        zoho.script("POST", TICKETS, {"delay": 20})
        with WorkerProcess(lease=12) as first:
            first.wait_until_ready()
            wake(delivery)
            until(lambda: state(delivery) == "sending" and created_tickets(zoho) == 1)

            first.send(signal.SIGTERM)

            assert first.wait(10) == 0
        assert state(delivery) == "sending"
        with WorkerProcess() as second:
            second.wait_until_ready()
            until(lambda: state(delivery) == "done")
        assert created_tickets(zoho) == 1


class TestDeath:
    def test_has_the_next_one_go_on_f28(
        self, zoho: SandboxZoho, connection: Connection, staff: User
    ) -> None:
        delivery = kept(connection, staff)
        with WorkerProcess(lease=3) as first:
            first.wait_until_ready()
            kill = {"pid": first.pid, "delay": 0.05}
            zoho.script("POST", UPSERT, {"delay": 0.2, "kill": kill})
            wake(delivery)
            assert first.wait(30) == -signal.SIGKILL

        with WorkerProcess(lease=3) as second:
            second.wait_until_ready()
            until(lambda: state(delivery) == "done")

        delivery.refresh_from_db()
        results = [attempt.result for attempt in delivery.attempts.all()]
        # The next one reads before it sends, and Zoho had it.
        assert results == ["The portal stopped before an answer came."]
        assert (delivery.deaths, upserts(zoho)) == (1, 1)

    def test_three_times_sets_a_delivery_aside_f33(
        self, zoho: SandboxZoho, connection: Connection, staff: User
    ) -> None:
        delivery = kept(connection, staff)
        for _ in range(3):
            with WorkerProcess(lease=2) as victim:
                victim.wait_until_ready()
                kill = {"pid": victim.pid, "delay": 0.05}
                zoho.script("POST", UPSERT, {"status": 503, "delay": 0.2, "kill": kill})
                wake(delivery)
                assert victim.wait(30) == -signal.SIGKILL

        with WorkerProcess(lease=2) as last:
            last.wait_until_ready()
            until(lambda: state(delivery) == "unknown")

        delivery.refresh_from_db()
        # It is looked for, and never sent again by itself.
        assert delivery.was_set_aside


NO_PERMISSION = {
    "code": "NO_PERMISSION",
    "details": {"permissions": ["Crm_Implied_Api_Access"]},
    "message": "permission denied",
    "status": "error",
}
