"""F30: processes are killed at random moments under every fault, and nothing is lost.

`LEDGER_SEED=… make test-long` plays a run again, as far as clocks allow; the long one
has LEDGER_FORMS forms and LEDGER_KILLS kills.
"""

import json
import os
import subprocess
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from random import Random
from threading import Event, Thread
from typing import Any

import pytest

from connections import services
from connections.models import Connection
from tests.sweeps.grants import say
from tests.sweeps.processes import database_url
from tests.workers import pace
from tests.workers.ledger import (
    FOR_A_PERSON,
    OPEN,
    Findings,
    Holdings,
    compare,
    key_of,
    lines,
)
from tests.workers.mailing import asks_by_mail
from tests.workers.office import Desk, Office
from tests.workers.process import PATIENCE, WorkerProcess
from tests.zoho import ROOT, SandboxZoho
from zohoportal.accounts.models import User
from zohoportal.outbox import services as outbox
from zohoportal.outbox.models import Delivery

# Longer than the slowest answer, as in real life.
LEASE = 10.0
WAITS = 2.0
# A dead process keeps its slots until its lease ends: the others need some too.
CALLS_AT_ONCE = 25
LOOK_AFTER = [1, 2, 4, 6]
ENVIRONMENT = {
    "CALLS_AT_ONCE": str(CALLS_AT_ONCE),
    "LOOK_AFTER": ",".join(map(str, LOOK_AFTER)),
}
FAULTS = tomllib.loads(Path(__file__).with_name("faults.toml").read_text())
# So many seconds at most lives a process that has work to do.
LONGEST_LIFE = 1.0
# It is stuck if so long nothing ends: how fast it goes is the machine's affair.
STANDS_STILL = 180
# Of all deliveries so many at most may end with a person who has to look.
FOR_PEOPLE = 0.005

# Forms and kills of the long run.
LONG = (
    int(os.environ.get("LEDGER_FORMS", "1600")),
    int(os.environ.get("LEDGER_KILLS", "200")),
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def seed() -> int:
    return int(os.environ.get("LEDGER_SEED") or Random().randrange(10**6))


def unleash(zoho: SandboxZoho, seed: int) -> None:
    """Let chance give writes and reads their faults, each kind by its own share."""
    writes, reads = FAULTS["writes"], FAULTS["reads"]
    methods = ("POST", "PUT", "PATCH", "DELETE")
    faults = [
        {"method": method} | fault
        for method in methods
        for fault in writes["faults"]
        if fault.get("method", method) == method
    ]
    faults += [{"method": "GET"} | fault for fault in reads["faults"]]
    # What is drawn for a read is mostly nothing, so that its share comes out.
    weight = sum(fault.get("weight", 1) for fault in reads["faults"])
    idle = weight * (writes["share"] / reads["share"] - 1)
    faults.append({"method": "GET", "delay": 0, "weight": idle})
    zoho.chaos(seed, writes["share"], *faults)


def _until_none(left: Callable[[], int]) -> float:
    """Wait until nothing is left, or it does not get less; return the seconds."""
    began = progress = time.monotonic()
    least = left()
    while least and time.monotonic() < progress + STANDS_STILL:
        time.sleep(0.5)
        if (now := left()) < least:
            least, progress = now, time.monotonic()
    return time.monotonic() - began


class Clerk:
    """A web process; whoever waits at its pages knows which forms it took in."""

    def __init__(self, desk: Desk, connection: Connection, person: User) -> None:
        who = (str(connection.pk), str(person.pk))
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-m", "tests.workers.clerk", *who),
                *("--lease", str(LEASE), "--waits", str(WAITS)),
            ],
            cwd=ROOT,
            env=os.environ
            | ENVIRONMENT
            | {"DATABASE_URL": database_url(), "LOG_LEVEL": "ERROR"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._taken_in: set[int] = set()
        self._given: list[int] = []
        self._ready = Event()
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()
        self._write(json.dumps(asdict(desk)))

    def _read(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            if line.strip() == "ready":
                self._ready.set()
            else:
                self._taken_in.add(int(line))

    def _write(self, line: str) -> None:
        assert self._process.stdin
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def wait_until_ready(self) -> None:
        assert self._ready.wait(PATIENCE)

    def give(self, numbers: Sequence[int]) -> None:
        self._given += numbers
        for number in numbers:
            self._write(str(number))

    def unsure(self) -> list[int]:
        """Return the forms of which nobody knows whether they were taken in."""
        return [number for number in self._given if number not in self._taken_in]

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
        self._reader.join()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe
            pipe.close()


class Processes:
    """Two workers and a web process, of which now and then one is killed."""

    def __init__(
        self, random: Random, desk: Desk, connection: Connection, person: User
    ) -> None:
        self._random = random
        self._for_clerk = (desk, connection, person)
        self._office = Office(*self._for_clerk)
        self._workers = [self._new_worker(), self._new_worker()]
        self._clerk = Clerk(*self._for_clerk)
        self.deaths: Counter[str] = Counter()

    def _new_worker(self) -> WorkerProcess:
        return WorkerProcess(LEASE, WAITS, **ENVIRONMENT)

    def kill_one_during(self, forms: Sequence[int]) -> None:
        """Kill one at a random moment after there is work for all of them."""
        number = self._random.randrange(len(self._workers) + 1)
        victims: list[WorkerProcess | Clerk] = [*self._workers, self._clerk]
        victims[number].wait_until_ready()
        half = len(forms) // 2
        self._clerk.give(forms[:half])
        self._office.submit_for_the_workers(forms[half:])
        time.sleep(self._random.uniform(0, LONGEST_LIFE))
        if number == len(self._workers):
            self._kill_clerk()
        else:
            self._workers[number].kill()
            self._workers[number] = self._new_worker()
            self.deaths["worker"] += 1

    def _kill_clerk(self) -> None:
        """Kill the web process; people send again what they have no answer for."""
        self._clerk.kill()
        unsure = self._clerk.unsure()
        self._clerk = Clerk(*self._for_clerk)
        self._clerk.give(unsure)
        self.deaths["web"] += 1

    def finish_forms(self) -> None:
        """Wait until the web process has taken in what it was given."""
        _until_none(lambda: len(self._clerk.unsure()))

    def end(self) -> None:
        for worker in self._workers:
            worker.kill()
        self._clerk.kill()


class People:
    """Admin and author, who do what they are asked to do."""

    def __init__(self, connection: Connection, holdings: Holdings) -> None:
        self._connection = connection
        self._holdings = holdings
        # What somebody had to look for, and what they had to let go once more.
        self.looked: dict[str, Delivery] = {}
        self.pressed: set[str] = set()
        self.unfounded: list[str] = []

    def act(self) -> None:
        held = Delivery.objects.filter(state="waiting").exclude(held_for="")
        if held.exclude(held_for__in=["reply", "parent"]).exists():
            services.test(self._connection)
        for delivery in held.filter(held_for="reply"):
            self.pressed.add(delivery.reference)
            outbox.send_again(delivery)
        for delivery in Delivery.objects.filter(FOR_A_PERSON):
            self._look(delivery)

    def _look(self, delivery: Delivery) -> None:
        """Look in Zoho, and say what is there."""
        key = key_of(delivery)
        self.looked[delivery.reference] = delivery
        if not (delivery.may_have_arrived() or delivery.was_set_aside):
            self.unfounded.append(key)
        if self._holdings.effects()[key]:
            outbox.mark_found(delivery)
        else:
            outbox.send_again(delivery, none_is_it=True)

    def drain(self) -> float:
        """Return the seconds to the end of everything."""

        def left() -> int:
            self.act()
            return Delivery.objects.filter(OPEN | FOR_A_PERSON).count()

        return _until_none(left)


class TestF30Kills:
    @pytest.mark.parametrize(
        ("forms", "kills"),
        [(150, 10), pytest.param(*LONG, marks=pytest.mark.long)],
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
        pace.quicken(LEASE * 2, WAITS, monkeypatch.setattr)
        # Who comes back to a list after they have left it is not refused over there.
        zoho.reset(keep_grants=True, campaigns_takes_back=True)
        desk = Desk.at(zoho, forms)
        holdings = Holdings(zoho)
        people = People(answering, holdings)
        began = time.monotonic()
        processes = Processes(Random(seed), desk, answering, staff)
        try:
            zoho.lift_limits()
            zoho.limit(index_lag=1)
            unleash(zoho, seed)
            for first in range(0, forms, forms // kills):
                processes.kill_one_during(range(first, first + forms // kills))
                people.act()
                # It forgets the oldest; what was cleared is judged all the same.
                zoho.clear_journal()
            processes.finish_forms()
            # Faults go on until chance gives everybody a clear answer.
            drained = people.drain()
            zoho.clear_chaos()
        finally:
            processes.end()

        told = lines()
        findings = compare(told, holdings.effects())
        findings.unfounded += people.unfounded
        say(
            "ledger",
            seed=seed,
            kills=processes.deaths,
            interrupted=Delivery.objects.filter(deaths__gt=0).count(),
            seconds=round(time.monotonic() - began, 1),
            drained_after=round(drained, 1),
            most_in_flight=zoho.limits()["most_in_flight"],
            deliveries=len(told),
            kinds=Counter(Delivery.objects.values_list("kind", flat=True)),
            states=Counter(line.state for line in told),
            looked_for=Delivery.objects.filter(looks__gt=0).count(),
            for_people=Counter(each.kind for each in people.looked.values()),
            share_for_people=f"{len(people.looked) / len(told):.2%}",
            pressed=len(people.pressed),
            **findings.counts(),
        )
        assert len(told) >= forms
        assert processes.deaths.total() == kills
        assert max(zoho.limits()["most_in_flight"].values()) <= CALLS_AT_ONCE
        assert findings == Findings(), f"LEDGER_SEED={seed}"
        # A few hundred are too few for a share. Whether a mail went out that asks for a
        # confirmation only people can find out.
        looked = [each for each in people.looked.values() if not asks_by_mail(each)]
        assert len(told) < 1000 or len(looked) < FOR_PEOPLE * len(told)
