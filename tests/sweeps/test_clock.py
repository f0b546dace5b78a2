"""F13: clocks that are wrong, jump, or stand still."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection as database
from django.utils import timezone

from connections.models import Connection
from tests.sweeps.clocks import Clocks
from tests.sweeps.grants import (
    ORG,
    TOKEN,
    expire,
    outcome_of_a_call,
    state_of,
    token_calls,
    wait_for_token_call,
)
from tests.zoho import SandboxZoho

MINUTES = 60
HOURS = 3600

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def renewed(zoho: SandboxZoho, connection: Connection, clocks: Clocks) -> Connection:
    """A connection whose token was renewed just now."""
    expire(connection)
    assert outcome_of_a_call(connection) == "ok"
    zoho.clear_journal()
    return connection


def half_an_hour(connection: Connection, clocks: Clocks) -> set[str]:
    """Make a call every 30 seconds and return how they ended."""
    outcomes = set()
    for _ in range(60):
        outcomes.add(outcome_of_a_call(connection))
        clocks.let_pass(30)
    return outcomes


def refused(zoho: SandboxZoho) -> int:
    return sum(
        entry["path"] == ORG and entry["status"] == 401 for entry in zoho.journal()
    )


class TestOurClock:
    @pytest.mark.parametrize(
        ("age", "jump", "refusals", "calls"),
        [
            (0, 10 * MINUTES, 0, 0),
            (0, -10 * MINUTES, 0, 0),
            (55 * MINUTES, 10 * MINUTES, 0, 1),
            (55 * MINUTES, -10 * MINUTES, 1, 1),
            (0, -1 * HOURS, 0, 0),
            (45 * MINUTES, -1 * HOURS, 1, 1),
            (45 * MINUTES, -0.99 * HOURS, 1, 1),
            (45 * MINUTES, 1 * HOURS, 0, 1),
        ],
    )
    def test_costs_one_renewal_when_it_jumps_f13(
        self,
        zoho: SandboxZoho,
        renewed: Connection,
        clocks: Clocks,
        age: float,
        jump: float,
        refusals: int,
        calls: int,
    ) -> None:
        clocks.let_pass(age)

        clocks.set_ours(jump)
        outcomes = half_an_hour(renewed, clocks)

        assert outcomes == {"ok"}
        assert (refused(zoho), len(token_calls(zoho))) == (refusals, calls)

    def test_costs_one_renewal_when_the_machine_slept_f13(
        self, zoho: SandboxZoho, renewed: Connection, clocks: Clocks
    ) -> None:
        clocks.suspend(5 * HOURS)
        outcomes = half_an_hour(renewed, clocks)

        assert outcomes == {"ok"}
        assert (refused(zoho), len(token_calls(zoho))) == (0, 1)

    def test_costs_one_renewal_when_it_slept_too_f13(
        self, zoho: SandboxZoho, renewed: Connection, clocks: Clocks
    ) -> None:
        clocks.let_pass(2 * MINUTES)

        clocks.suspend_unnoticed(5 * HOURS)
        asleep = half_an_hour(renewed, clocks)
        after_sleep = refused(zoho), len(token_calls(zoho))
        clocks.set_ours(5 * HOURS)
        awake = half_an_hour(renewed, clocks)

        assert asleep == awake == {"ok"}
        assert after_sleep == (1, 1)
        assert (refused(zoho), len(token_calls(zoho))) == (1, 2)

    @pytest.mark.parametrize("jump", [10 * MINUTES, -10 * MINUTES, -1 * HOURS])
    def test_may_jump_while_zoho_is_asked_f13(
        self, zoho: SandboxZoho, renewed: Connection, clocks: Clocks, jump: float
    ) -> None:
        expire(renewed)
        zoho.script("POST", TOKEN, {"delay": 0.3})

        with ThreadPoolExecutor(1) as pool:
            asked = pool.submit(outcome_and_close, renewed)
            wait_for_token_call(zoho)
            clocks.set_ours(jump)

        assert asked.result() == "ok"
        assert half_an_hour(renewed, clocks) == {"ok"}
        assert (refused(zoho), len(token_calls(zoho))) == (0, 1)

    def test_keeps_nobody_waiting_for_an_hour_when_put_back_f13(
        self, zoho: SandboxZoho, renewed: Connection, clocks: Clocks
    ) -> None:
        expire(renewed)
        zoho.script("POST", TOKEN, {"status": 503})
        before = outcome_of_a_call(renewed)

        clocks.set_ours(-1 * HOURS)
        clocks.let_pass(31)
        renewed.grants.update(expires_at=timezone.now())

        assert (before, outcome_of_a_call(renewed)) == ("Unavailable", "ok")


class TestZohosClock:
    @pytest.mark.parametrize("skew", [-1 * HOURS, 10 * MINUTES, 5 * HOURS])
    def test_may_be_wrong_f13(
        self, zoho: SandboxZoho, renewed: Connection, clocks: Clocks, skew: float
    ) -> None:
        zoho.skew(skew)
        expire(renewed)

        outcomes = half_an_hour(renewed, clocks)

        assert outcomes == {"ok"}
        assert (refused(zoho), len(token_calls(zoho))) == (0, 1)
        assert state_of(renewed) == "active"


def outcome_and_close(connection: Connection) -> str:
    try:
        return outcome_of_a_call(connection)
    finally:
        database.close()
