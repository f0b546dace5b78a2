"""The ledger itself finds what it is there to find."""

import json
from collections import Counter

import pytest

from connections.models import Connection
from tests.campaigns.people import SUBSCRIBE, lists
from tests.desk.form import TICKETS
from tests.sandbox.client import connect
from tests.workers.ledger import Findings, Holdings, Line, compare, lines
from tests.workers.office import FILE_BYTES, Desk, Office, files_for
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User

pytestmark = pytest.mark.django_db(transaction=True)


class TestLedger:
    """The checker itself finds each kind of violation when one is planted."""

    RIGHT = [
        Line("done", "done"),
        Line("refused", "refused"),
        Line("look", "unknown", has_unanswered=True),
        Line("there", "unknown", has_unanswered=True),
        Line("in doubt", "refused", has_unanswered=True),
    ]

    @pytest.mark.parametrize(
        ("name", "line", "effects"),
        [
            ("lost", Line("x", "done"), 0),
            ("phantom", Line("x", "refused"), 1),
            ("phantom", Line("x", "cancelled"), 1),
            ("phantom", Line("x", "waiting"), 1),
            ("duplicate", Line("x", "done"), 2),
            ("duplicate", Line("x", "unknown", has_unanswered=True), 2),
            ("stuck", Line("x", "waiting", is_open=True), 0),
            ("stuck", Line("x", "unknown", is_open=True, has_unanswered=True), 1),
            ("unfounded", Line("x", "unknown"), 0),
        ],
    )
    def test_finds_what_was_planted(self, name: str, line: Line, effects: int) -> None:
        held = Counter({"done": 1, "there": 1, "in doubt": 1, "x": effects})

        findings = compare([*self.RIGHT, line], held)

        assert findings == Findings(**{name: ["x"]})

    @pytest.mark.parametrize(
        ("newer", "is_wrong"),
        [
            (Line("new", "done", target="x"), True),
            (Line("new", "refused", target="x"), False),
            (Line("new", "unknown", has_unanswered=True, target="x"), False),
            (Line("new", "waiting", has_unanswered=True, target="x"), False),
        ],
    )
    def test_finds_what_went_over_something_newer(
        self, newer: Line, is_wrong: bool
    ) -> None:
        older = Line("old", "done", target="x")

        findings = compare([older, newer], Counter(["old"]))

        wrong = Findings(out_of_order=["old"], lost=["new"])
        assert findings == (wrong if is_wrong else Findings())

    def test_lets_what_is_newer_stand_alone(self) -> None:
        lines = [Line(key, "done", target="x") for key in ("first", "second", "third")]

        assert compare(lines, Counter(["third"])) == Findings()
        assert compare(lines[:1], Counter()) == Findings(lost=["first"])

    def test_finds_what_nobody_sent(self) -> None:
        findings = compare(self.RIGHT, Counter({"done": 1, "never sent": 1}))

        assert findings == Findings(unexpected=["never sent"])

    def test_has_nothing_to_say_where_all_is_well(self) -> None:
        assert compare(self.RIGHT, Counter(["done"])) == Findings()


class TestLedgerOfFiles:
    """Half a file, or one on another ticket, is not the file that was sent."""

    @pytest.mark.parametrize(
        ("size", "is_elsewhere", "found"),
        [
            (FILE_BYTES, False, "duplicate"),
            (FILE_BYTES // 2, False, "unexpected"),
            (FILE_BYTES, True, "unexpected"),
        ],
    )
    def test_finds_what_was_planted(
        self,
        zoho: SandboxZoho,
        answering: Connection,
        staff: User,
        size: int,
        is_elsewhere: bool,
        found: str,
    ) -> None:
        office = Office(Desk.at(zoho), answering, staff)
        holdings = Holdings(zoho)
        elsewhere = zoho.records()["tickets"][0]
        office.ticket(7, files_for("No 7", 1))
        assert compare(lines(), holdings.effects()) == Findings()
        (own,) = [
            each for each in zoho.records()["tickets"] if each["subject"] == "No 7"
        ]

        desk = connect(zoho)
        desk.headers["orgId"] = own["org_id"]
        (file,) = files_for("No 7", 1, size)
        ticket = elsewhere if is_elsewhere else own
        path = f"{TICKETS}/{ticket['id']}/attachments"
        reply = desk.upload(path, file=(file.name, file.read()))

        assert reply.status == 200
        findings = compare(lines(), holdings.effects())
        assert [name for name, count in findings.counts().items() if count] == [found]


def test_finds_a_second_mail_and_who_is_back_on_a_list(
    zoho: SandboxZoho, answering: Connection, staff: User
) -> None:
    office = Office(Desk.at(zoho), answering, staff)
    holdings = Holdings(zoho)
    office.confirmed(1)
    office.come_and_leave(2)
    office.never_mail(3)
    assert compare(lines(), holdings.effects()) == Findings()
    assert len(holdings.effects()) == 3

    info = {"Contact Email": "no1@example.com", "First Name": "No 1"}
    connect(zoho, "ZohoCampaigns.contact.UPDATE").submit(
        SUBSCRIBE,
        resfmt="JSON",
        listkey=lists(zoho)["Newsletter"],
        contactinfo=json.dumps(info),
    )
    key = lists(zoho)["Customers"]
    zoho.campaigns(list=key, email="no2@example.com", state="active")

    assert compare(lines(), holdings.effects()) == Findings(
        duplicate=["No 1"],
        out_of_order=["No 2 second"],
        lost=["no2@example.com off"],
    )
