"""F30: workers are killed at random moments under every fault, and nothing is lost."""

import os
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from random import Random
from typing import Any

import pytest

from connections import services
from connections.models import Connection
from tests.outbox.sample_files import TICKETS_FILES, TOO_LARGE
from tests.recorded import body_of
from tests.sweeps.grants import say
from tests.workers import pace
from tests.workers.ledger import OPEN, Findings, Holdings, compare, lines
from tests.workers.office import Office
from tests.workers.process import WorkerProcess
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User
from zohoportal.outbox import services as outbox
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

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def seed() -> int:
    """LEDGER_SEED in the environment plays a run again, as far as clocks allow."""
    return int(os.environ.get("LEDGER_SEED") or Random().randrange(10**6))


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
        answering: Connection,
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
        office = Office(zoho, answering, staff)
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
            drained = drain(answering)
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
