"""What becomes of files when a worker dies while it sends them."""

import pytest

from connections.models import Connection
from tests.desk.form import SEARCH, TICKETS, created_tickets
from tests.outbox.sample_files import (
    ATTACHED,
    TICKETS_FILES,
    file_calls,
    new_ticket,
    states,
)
from tests.processes import until
from tests.workers.process import WorkerProcess
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User

pytestmark = pytest.mark.django_db(transaction=True)


class TestFilesOfAWorker:
    def test_follow_their_ticket(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff: User,
        worker: WorkerProcess,
    ) -> None:
        zoho.script("GET", SEARCH, {"status": 503})
        zoho.script("POST", TICKETS_FILES, ATTACHED | {"times": 3})

        ticket = new_ticket(connection, staff, "a.txt", "b.txt", "c.txt").delivery

        assert states(ticket) == ["waiting"] * 3
        until(lambda: states(ticket) == ["done"] * 3)
        assert (created_tickets(zoho), len(file_calls(zoho))) == (1, 3)

    def test_are_sent_once_or_said_to_be_in_doubt_after_a_kill_f29(
        self, zoho: SandboxZoho, connection: Connection, staff: User
    ) -> None:
        zoho.script("GET", SEARCH, {"status": 503})
        ticket = new_ticket(connection, staff, "a.txt", "b.txt").delivery
        held_up = ATTACHED | {"delay": 20}
        zoho.script("POST", TICKETS_FILES, held_up, ATTACHED | {"times": 5})

        with WorkerProcess(lease=3, WORKER_THREADS="1") as first:
            first.wait_until_ready()
            until(lambda: len(file_calls(zoho)) == 1)
            first.kill()
        with WorkerProcess(lease=3) as second:
            second.wait_until_ready()
            until(lambda: sorted(states(ticket)) == ["done", "unknown"])

        assert len(file_calls(zoho)) == 2
        assert created_tickets(zoho) == 1

    def test_wait_for_a_ticket_whose_answer_was_lost_f29(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff: User,
        worker: WorkerProcess,
    ) -> None:
        zoho.script("POST", TICKETS, {"drop": "after"})
        zoho.script("POST", TICKETS_FILES, ATTACHED)

        ticket = new_ticket(connection, staff, "a.txt").delivery

        assert (ticket.state, states(ticket)) == ("unknown", ["waiting"])
        until(lambda: states(ticket) == ["done"])
        assert (created_tickets(zoho), len(file_calls(zoho))) == (1, 1)
