"""F30: workers are killed at random moments under every fault, and nothing is lost."""

import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from random import Random
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from connections import features, lanes, services, setup
from connections.models import Connection
from desk import attachments
from desk.answers import ANSWERS, add_comment, change_status
from desk.departments import departments_of
from desk.services import open_ticket
from desk.tickets import Ticket
from tests.crm.contacts import upsert_contact
from tests.desk.form import TICKETS
from tests.outbox.sample_files import TICKETS_FILES, TOO_LARGE
from tests.recorded import body_of
from tests.sandbox.client import connect
from tests.sweeps.grants import say
from tests.workers import pace
from tests.workers.ledger import OPEN, Findings, Holdings, Line, compare, lines
from tests.workers.process import WorkerProcess
from tests.workers.test_worker import fill_lane
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User
from zohoportal.outbox import services as outbox
from zohoportal.outbox.form_keys import FormKey
from zohoportal.outbox.models import Delivery

LEASE = 2.0
WAITS = 2.0
# A dead worker keeps its slots until its lease ends: the others need some too.
CALLS_AT_ONCE = 12
LOOK_AFTER = [1, 2, 4, 6]
ENVIRONMENT = {
    "CALLS_AT_ONCE": str(CALLS_AT_ONCE),
    "LOOK_AFTER": ",".join(map(str, LOOK_AFTER)),
}
SHARE = 0.25
# So many seconds at most lives a worker that has work to do.
LONGEST_LIFE = 1.0
DRAINED_WITHIN = 90

POST = {"method": "POST"}
HTML = {"status": 200, "body": "<html>"}
FAULTS: list[dict[str, Any]] = [
    {"drop": "before", "weight": 3},
    {"drop": "during", "weight": 3},
    {"drop": "after", "weight": 3},
    {"truncate": 20},
    {"delay": 0.3, "weight": 3},
    {"delay": 1.0},
    {"drip": {"bytes": 40, "interval": 0.01}},
    {"status": 500, "body": body_of("crm", "internal_error")},
    {"status": 502, "body": "<html>", "apply": True},
    {"status": 503, "body": "<html>"},
    {"status": 504, "apply": True},
    {"status": 408, "apply": True},
    {"status": 429},
    {"status": 429, "headers": {"Retry-After": 1}},
    {"status": 429, "headers": {"Retry-After": {"date_in": 1}}},
    {"status": 429, "headers": {"Retry-After": "soon"}},
    {"status": 302, "headers": {"Location": "https://www.example.com/"}},
    POST | HTML,
    POST | HTML | {"apply": True},
    POST | {"status": 200, "body": {}, "apply": True},
    POST | {"status": 204, "apply": True},
    POST | {"status": 401, "body": body_of("crm", "invalid_token"), "times": 1},
    POST | {"status": 403, "body": body_of("crm", "no_permission"), "times": 3},
    POST | {"status": 422, "body": body_of("desk", "unprocessable"), "times": 5},
    POST | TOO_LARGE | {"path": TICKETS_FILES, "weight": 2},
]
# So large that a worker may die in the middle of one.
FILE_BYTES = 40_000

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def seed() -> int:
    """LEDGER_SEED in the environment plays a run again, as far as clocks allow."""
    return int(os.environ.get("LEDGER_SEED") or Random().randrange(10**6))


@pytest.fixture
def commenting(zoho: SandboxZoho, connection: Connection) -> Connection:
    """A connection that may comment, too."""
    scopes = features.scopes([*connection.features, ANSWERS.key])
    client = connection.client.client_id
    setup.connect_with_code(connection, zoho.new_code(client, ",".join(scopes)))
    departments_of(connection)
    return connection


class Office:
    """Somebody who fills in forms of every kind, each with a key of its own."""

    def __init__(self, zoho: SandboxZoho, connection: Connection, person: User) -> None:
        self._who: dict[str, Any] = {"connection": connection, "person": person}
        self._connection = connection
        self._tickets = [each["id"] for each in zoho.records()["tickets"]]
        self._ready: list[str] = []
        self._opened: list[str] = []
        self._forms = [
            *(self.contact, self.stranger, self.ticket, self.comment),
            *(self.ticket_with_files, self.files, self.status),
        ]

    def prepare(self, zoho: SandboxZoho, forms: int) -> None:
        """Let others open the tickets whose status so many forms will change."""
        known = zoho.records()["tickets"][0]
        desk = connect(zoho)
        desk.headers["orgId"] = known["org_id"]
        names = ("contactId", "departmentId")
        ticket = {"subject": "Of others"} | {name: known[name] for name in names}
        for _ in range(0, forms, len(self._forms)):
            self._ready.append(desk.post(TICKETS, ticket).json["id"])

    def submit(self, numbers: Iterable[int]) -> None:
        """Send one form for each number."""
        for number in numbers:
            kind = self._forms[number % len(self._forms)]
            kind(f"No {number}", FormKey(uuid4().hex))

    def submit_for_the_workers(self, numbers: Iterable[int]) -> None:
        """Send the forms while all slots are taken, as they are in a rush, but one."""
        *numbers, last = numbers
        taken = [
            slot
            for product in ("crm", "desk")
            for slot in fill_lane(lanes.key_of(self._connection, product))
        ]
        self.submit(numbers)
        for slot in taken:
            slot.release()
        # Whoever is through with a form wakes the workers for the others.
        self.submit([last])

    def contact(self, key: str, form_key: FormKey) -> None:
        email = f"{form_key.key}@example.com"
        upsert_contact(**self._who, form_key=form_key, Email=email, Last_Name=key)

    def stranger(self, key: str, form_key: FormKey) -> None:
        """Without an address Zoho knows nothing to recognise a contact by."""
        upsert_contact(**self._who, form_key=form_key, Email="", Last_Name=key)

    def ticket(
        self,
        key: str,
        form_key: FormKey,
        files: Sequence[SimpleUploadedFile] = (),
    ) -> None:
        open_ticket(
            **self._who,
            form_key=form_key,
            email="ada.archer@example.com",
            subject=key,
            department=departments_of(self._connection)[0].id,
            files=files,
        )

    def ticket_with_files(self, key: str, form_key: FormKey) -> None:
        self.ticket(key, form_key, files_for(key, 1 + len(self._opened) % 3))
        self._opened.append(key)

    def files(self, key: str, form_key: FormKey) -> None:
        """Add two files to a ticket that is there."""
        outbox.submit_files(
            kind=attachments.SENDER.kind,
            **self._who,
            form_key=form_key,
            payload={"attach_to": self._ticket(key)},
            files=files_for(key, 2),
        )

    def status(self, key: str, form_key: FormKey) -> None:
        """Close a ticket of its own, made a moment ago by somebody else."""
        ticket = self._ready.pop()
        change_status(
            **self._who, form_key=form_key, ticket=known(ticket), status="Closed"
        )

    def comment(self, key: str, form_key: FormKey) -> None:
        add_comment(
            **self._who,
            form_key=form_key,
            ticket=known(self._ticket(key)),
            content=key,
            is_public=False,
        )

    def _ticket(self, key: str) -> str:
        return self._tickets[len(key) % len(self._tickets)]


def known(ticket: str) -> Ticket:
    return Ticket(ticket, ticket, "", "", is_closed=False, made_at=None)


def files_for(key: str, count: int) -> list[SimpleUploadedFile]:
    """Return files of which no two hold the same."""
    return [
        SimpleUploadedFile(name, (name * FILE_BYTES)[:FILE_BYTES].encode())
        for name in (f"{key} file {number}.txt" for number in range(count))
    ]


class Workers:
    """Two workers, of which now and then one is killed and replaced."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._all = [self._new(), self._new()]
        self.deaths = 0

    def _new(self) -> WorkerProcess:
        return WorkerProcess(LEASE, WAITS, **ENVIRONMENT)

    def kill_one_during(self, rush: Callable[[], None]) -> None:
        """Kill one at a random moment after there is work for it."""
        number = self._random.randrange(len(self._all))
        victim = self._all[number].wait_until_ready()
        rush()
        time.sleep(self._random.uniform(0, LONGEST_LIFE))
        victim.kill()
        self.deaths += 1
        self._all[number] = self._new()

    def end(self) -> None:
        for worker in self._all:
            worker.kill()


def drain(connection: Connection) -> float:
    """Do what admin and author are asked to do; return the seconds to the end."""
    began = time.monotonic()
    while Delivery.objects.filter(OPEN).exists():
        if time.monotonic() > began + DRAINED_WITHIN:
            break
        held = Delivery.objects.filter(state="waiting").exclude(held_for="")
        if held.exclude(held_for__in=["reply", "parent"]).exists():
            services.test(connection)
        for delivery in held.filter(held_for="reply"):
            outbox.send_again(delivery)
        time.sleep(0.5)
    return time.monotonic() - began


class TestF30Kills:
    @pytest.mark.parametrize(
        ("forms", "kills"),
        [(150, 10), pytest.param(1600, 200, marks=pytest.mark.long)],
    )
    def test_lose_nothing_and_send_nothing_twice(
        self,
        zoho: SandboxZoho,
        commenting: Connection,
        staff: User,
        seed: int,
        forms: int,
        kills: int,
        settings: Any,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        print(f"LEDGER_SEED={seed}")
        settings.CALLS_AT_ONCE = CALLS_AT_ONCE
        settings.LOOK_AFTER = LOOK_AFTER
        pace.quicken(LEASE * 5, WAITS, monkeypatch.setattr)
        office = Office(zoho, commenting, staff)
        office.prepare(zoho, forms)
        holdings = Holdings(zoho)
        began = time.monotonic()
        workers = Workers(Random(seed))
        try:
            zoho.lift_limits()
            zoho.limit(index_lag=1)
            zoho.chaos(seed, SHARE, *FAULTS)
            for first in range(0, forms, forms // kills):
                numbers = range(first, first + forms // kills)
                rush = partial(office.submit_for_the_workers, numbers)
                workers.kill_one_during(rush)
                # It forgets the oldest; what was cleared is judged all the same.
                zoho.clear_journal()
            zoho.clear_chaos()
            drained = drain(commenting)
        finally:
            workers.end()

        told = lines()
        findings = compare(told, holdings.effects())
        say(
            "ledger",
            seed=seed,
            kills=workers.deaths,
            interrupted=Delivery.objects.filter(deaths__gt=0).count(),
            seconds=round(time.monotonic() - began, 1),
            drained_after=round(drained, 1),
            most_in_flight=zoho.limits()["most_in_flight"],
            deliveries=len(told),
            kinds=Counter(Delivery.objects.values_list("kind", flat=True)),
            states=Counter(line.state for line in told),
            **findings.counts(),
        )
        assert len(told) >= forms
        assert workers.deaths == kills
        assert max(zoho.limits()["most_in_flight"].values()) <= CALLS_AT_ONCE
        assert findings == Findings(), f"LEDGER_SEED={seed}"


class TestLedger:
    """The checker itself finds each kind of violation when one is planted."""

    RIGHT = [
        Line("done", "done"),
        Line("refused", "refused"),
        Line("look", "unknown", has_unanswered=True),
        Line("there", "unknown", has_unanswered=True),
    ]

    @pytest.mark.parametrize(
        ("name", "line", "effects"),
        [
            ("lost", Line("x", "done"), 0),
            ("phantom", Line("x", "refused"), 1),
            ("phantom", Line("x", "cancelled"), 1),
            ("duplicate", Line("x", "done"), 2),
            ("duplicate", Line("x", "unknown", has_unanswered=True), 2),
            ("stuck", Line("x", "waiting", is_open=True), 0),
            ("stuck", Line("x", "unknown", is_open=True, has_unanswered=True), 1),
            ("unfounded", Line("x", "unknown"), 0),
        ],
    )
    def test_finds_what_was_planted(self, name: str, line: Line, effects: int) -> None:
        held = Counter({"done": 1, "there": 1, "x": effects})

        findings = compare([*self.RIGHT, line], held)

        assert findings == Findings(**{name: ["x"]})

    def test_finds_what_nobody_sent(self) -> None:
        findings = compare(self.RIGHT, Counter({"done": 1, "never sent": 1}))

        assert findings == Findings(unexpected=["never sent"])

    def test_has_nothing_to_say_where_all_is_well(self) -> None:
        assert compare(self.RIGHT, Counter(["done"])) == Findings()
