"""F15, F17: the process that renews the token is killed at any instant."""

import time
from typing import Any

import pytest

from connections.models import Connection
from tests.sweeps import grants
from tests.sweeps.grants import TOKEN, expire, say, token_calls, works
from tests.sweeps.processes import CallerProcess
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User

LATENCY = 0.3
# From one victim to the next, and from a victim's call to that of the others.
APART = 1.0
BEHIND = 0.6
RECOVERY = 15
# Before asking, while Zoho thinks, after it answered: steps of our own code, or seconds
# after the request has arrived.
INSTANTS: list[str | float] = [
    *("counting", "asking"),
    *(0.0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.28, 0.29, 0.3),
    *(0.3005, 0.301, 0.302, 0.303, 0.305, 0.31, 0.32, 0.34, 0.38),
]
SWEEP = [
    pytest.param(12.0, INSTANTS[:10], marks=pytest.mark.long, id="first ten"),
    pytest.param(12.0, INSTANTS[10:], marks=pytest.mark.long, id="last ten"),
    pytest.param(2.0, ["asking", 0.15], id="short lease"),
]

pytestmark = pytest.mark.django_db(transaction=True)


class Victim:
    """A process that is killed while it renews the token of one connection."""

    def __init__(
        self, connection: Connection, instant: str | float, lease: float
    ) -> None:
        self.connection = connection
        self.instant = instant
        steps = ("--die-before", instant) if isinstance(instant, str) else ()
        self.process = CallerProcess("--lease", str(lease), *steps)

    def go(self, zoho: SandboxZoho, at: float) -> float:
        """Let it renew the token at a moment; return the moment of its death."""
        if isinstance(self.instant, float):
            kill = {"pid": self.process.pid, "delay": self.instant}
            zoho.script("POST", TOKEN, {"delay": LATENCY, "kill": kill})
        self.process.order((self.connection, at))
        return self.process.wait_until_dead()


class TestKilledHolder:
    @pytest.mark.parametrize(("lease", "instants"), SWEEP)
    def test_is_replaced_f15_f17(
        self, zoho: SandboxZoho, admin: User, lease: float, instants: list[str | float]
    ) -> None:
        victims = [
            Victim(grants.connect(zoho, admin), each, lease) for each in instants
        ]
        for victim in victims:
            victim.process.wait_until_ready()
            expire(victim.connection)
        zoho.clear_journal()

        with CallerProcess("--lease", str(lease)) as others:
            others.wait_until_ready()
            deaths, callers = sweep(zoho, victims, others)

        for victim, death in zip(victims, deaths, strict=True):
            seen = of(victim.connection, callers)
            calls = len(token_calls(zoho, victim.connection))
            recovered = max(caller["ended"] for caller in seen) - death
            say("killed holder", at=victim.instant, calls=calls, seconds=recovered)
            stored = grants.stored_name(victim.connection)
            assert {(caller["error"], caller["token"]) for caller in seen} == {
                ("", stored)
            }
            assert recovered <= RECOVERY
            assert calls <= 2
            assert works(victim.connection)


def sweep(
    zoho: SandboxZoho, victims: list[Victim], others: CallerProcess
) -> tuple[list[float], list[dict[str, Any]]]:
    """Kill one after the other while others want their tokens; return what came."""
    start = time.monotonic() + 1
    moments = [start + APART * number for number in range(len(victims))]
    waiting = [
        (victim.connection, at + BEHIND)
        for victim, at in zip(victims, moments, strict=True)
    ]
    others.order(*waiting, threads=4)
    deaths = []
    for victim, at in zip(victims, moments, strict=True):
        deaths.append(victim.go(zoho, at))
        victim.process.kill()
    return deaths, others.result()["callers"]


def of(connection: Connection, callers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [each for each in callers if each["connection"] == str(connection.pk)]
