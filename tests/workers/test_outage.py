"""Zoho is away while forms are sent: pages answer, and all arrive once it is back."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest

from connections import features
from connections.models import Connection
from connections.setup import flow
from desk.zoho.departments import departments_of
from tests.desk import form as ticket
from tests.outbox.visitor import Visitor
from tests.processes import until
from tests.support import contacts as contact
from tests.sweeps.grants import say
from tests.workers import pace
from tests.workers.ledger import OPEN, Findings, Holdings, compare, lines
from tests.workers.process import WorkerProcess
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User
from zohoportal.outbox.models import Delivery

ARRIVE_WITHIN = 120
HANDS = 4

pytestmark = pytest.mark.django_db(transaction=True)


class Office:
    """Fills in a contact or a ticket over real HTTP, each with a name of its own."""

    def __init__(self, connection: Connection, person: User) -> None:
        self._visitor = Visitor(person)
        self._contact = contact.url(connection)
        self._ticket = ticket.url(connection)
        self._department = departments_of(connection)[0].id

    def send(self, number: int) -> tuple[int, float]:
        """Send one form; return the status of the page after it, and its seconds."""
        name = f"No {number}"
        if number % 2:
            path = self._ticket
            own = {"subject": name, "department": self._department}
            values = ticket.TICKET | own
        else:
            path = self._contact
            own = {"Last_Name": name, "Email": f"{uuid4().hex}@example.com"}
            values = contact.CONTACT | own
        keys = self._visitor.keys(path)
        began = time.monotonic()
        answer = self._visitor.save(path, values | keys)
        spent = time.monotonic() - began
        assert answer.status_code == 302, answer.text
        return self._visitor.open(answer.headers["Location"]).status_code, spent


class TestOutage:
    @pytest.mark.parametrize(
        ("forms", "seconds", "waits"),
        [(30, 10, 3), pytest.param(500, 180, 60, marks=pytest.mark.long)],
    )
    def test_and_a_reconnect_lose_nothing_f10_f37(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff: User,
        live_server: Any,
        forms: int,
        seconds: float,
        waits: float,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        pace.quicken(45, waits, monkeypatch.setattr)
        office = Office(connection, staff)
        holdings = Holdings(zoho)
        one, other = WorkerProcess(waits=waits), WorkerProcess(waits=waits)
        with one, other:
            one.wait_until_ready()
            other.wait_until_ready()
            zoho.chaos(1, 1, {"drop": "before"}, {"status": 503})
            answers = during(seconds, forms, office)
            zoho.revoke_tokens()
            zoho.clear_chaos()
            reconnect(zoho, connection)
            arrived = until(
                lambda: not Delivery.objects.filter(OPEN).exists(), ARRIVE_WITHIN
            )

        told = lines()
        findings = compare(told, holdings.effects())
        say(
            "outage",
            forms=forms,
            outage=seconds,
            slowest_page=round(max(spent for _, spent in answers), 2),
            arrived_after=round(arrived, 1),
            **findings.counts(),
        )
        assert {status for status, _ in answers} == {200}
        assert findings == Findings()
        assert [line.state for line in told] == ["done"] * forms


def during(seconds: float, forms: int, office: Office) -> list[tuple[int, float]]:
    """Send the forms spread over an outage, and return when that is over."""
    ends = time.monotonic() + seconds
    with ThreadPoolExecutor(HANDS) as people:
        sent = []
        for number in range(forms):
            sent.append(people.submit(office.send, number))
            time.sleep(seconds / forms)
        answers = [each.result() for each in sent]
    time.sleep(max(0, ends - time.monotonic()))
    return answers


def reconnect(zoho: SandboxZoho, connection: Connection) -> None:
    scopes = ",".join(features.scopes(connection.features))
    code = zoho.new_code(connection.client.client_id, scopes)
    flow.connect_with_code(connection, code)
