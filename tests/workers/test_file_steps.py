"""A ticket with two files, and what can befall it at each step of its way."""

import signal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from connections import limits
from connections.models import Connection
from desk.payloads import TicketFilePayload
from desk.services import open_ticket
from desk.zoho import attachments
from desk.zoho.departments import departments_of
from tests.desk.form import TICKETS
from tests.outbox.lines import fill_slots
from tests.outbox.sample_files import TICKETS_FILES, TOO_LARGE
from tests.processes import until
from tests.workers.ledger import Findings, Holdings, compare, lines
from tests.workers.office import files_for
from tests.workers.process import LATENCY, WorkerProcess, new_worker
from tests.workers.waiting import hold, settled, wake
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User
from zohoportal.outbox import services as outbox
from zohoportal.outbox.idempotency import IdempotencyKey
from zohoportal.outbox.models import Delivery

FINE: dict[str, Any] = {"delay": 0}
LOST = {"drop": "after"}
# So slow an answer that a worker dies waiting for it.
SLOW = {"delay": 1}

STEPS: dict[tuple[str, str], tuple[str, list[dict[str, Any]]]] = {
    ("ticket", "refused"): (TICKETS, [TOO_LARGE]),
    ("ticket", "cut"): (TICKETS, [LOST]),
    ("ticket", "killed"): (TICKETS, [SLOW]),
    ("between", "refused"): (TICKETS_FILES, [TOO_LARGE]),
    ("between", "cut"): (TICKETS_FILES, [{"drop": "before"}]),
    ("between", "killed"): (TICKETS, [FINE]),
    ("upload", "refused"): (TICKETS_FILES, [FINE, TOO_LARGE]),
    ("upload", "cut"): (TICKETS_FILES, [{"drop": "during"}]),
    ("upload", "killed"): (TICKETS_FILES, [SLOW | {"drop": "before"}]),
    ("answer", "refused"): (TICKETS_FILES, [LOST, TOO_LARGE]),
    ("answer", "cut"): (TICKETS_FILES, [LOST, LOST]),
    ("answer", "killed"): (TICKETS_FILES, [SLOW]),
}
# Far more than fits into the buffers of a line whose other end does not read.
LARGE = 24_000_000

pytestmark = pytest.mark.django_db(transaction=True)


def kept_ticket(connection: Connection, person: User) -> Delivery:
    """Return a ticket with two files that waits until it is woken."""
    department = departments_of(connection)[0].id
    slots = fill_slots(limits.key_of(connection, "desk"))
    delivery = open_ticket(
        connection=connection,
        person=person,
        idempotency_key=IdempotencyKey(uuid4().hex),
        email="ada.archer@example.com",
        subject="With files",
        department=department,
        files=files_for("Step", 2),
    ).delivery
    hold(delivery, slots)
    return delivery


def kept_file(zoho: SandboxZoho, connection: Connection, person: User) -> Delivery:
    """Return a large file for a ticket that is there; it waits until it is woken."""
    slots = fill_slots(limits.key_of(connection, "desk"))
    (receipt,) = outbox.submit_files(
        kind=attachments.SENDER.kind,
        connection=connection,
        person=person,
        idempotency_key=IdempotencyKey(uuid4().hex),
        payload=TicketFilePayload(attach_to=zoho.records()["tickets"][0]["id"]),
        files=files_for("Large", 1, LARGE),
    )
    hold(receipt.delivery, slots)
    return receipt.delivery


def bytes_read(worker: WorkerProcess) -> int:
    counts = Path(f"/proc/{worker.pid}/io").read_text("ascii")
    return int(counts.partition("rchar: ")[2].partition("\n")[0])


def expect_the_truth(holdings: Holdings, tickets: int) -> None:
    held = holdings.effects()
    assert held["With files"] == tickets
    assert compare(lines(), held) == Findings()


class TestF29FilesAtEachStep:
    @pytest.mark.parametrize(("step", "fault"), STEPS)
    def test_hang_once_on_one_ticket_or_are_said_to_be_missing(
        self,
        zoho: SandboxZoho,
        answering: Connection,
        staff: User,
        step: str,
        fault: str,
    ) -> None:
        holdings = Holdings(zoho)
        ticket = kept_ticket(answering, staff)
        path, answers = STEPS[step, fault]
        with new_worker() as worker:
            kill = {"kill": {"pid": worker.pid, "delay": LATENCY}}
            is_killed = fault == "killed"
            fatal = kill if is_killed else {}
            zoho.script("POST", path, *(each | fatal for each in answers))
            wake(ticket)
            if is_killed:
                assert worker.wait(30) == -signal.SIGKILL
            else:
                until(settled)
        if is_killed:
            with new_worker():
                until(settled)

        expect_the_truth(holdings, tickets=(step, fault) != ("ticket", "refused"))

    def test_are_not_there_in_part_after_a_death_in_the_middle(
        self, zoho: SandboxZoho, answering: Connection, staff: User
    ) -> None:
        holdings = Holdings(zoho)
        file = kept_file(zoho, answering, staff)
        with new_worker() as worker:
            read_before = bytes_read(worker)
            with zoho.frozen():
                wake(file)
                # Once to see that it is whole, and then to send it.
                until(lambda: bytes_read(worker) > read_before + LARGE * 1.05)
                worker.kill()
        with new_worker():
            until(settled)

        expect_the_truth(holdings, tickets=0)
        path = f"{TICKETS}/{file.payload['attach_to']}/attachments"
        sent = [
            each
            for each in zoho.journal()
            if (each["method"], each["path"]) == ("POST", path)
        ]
        assert [each["is_whole"] for each in sent] == [False, True]
        file.refresh_from_db()
        # Desk takes none that is so large.
        assert file.state == "refused"
