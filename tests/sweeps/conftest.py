from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine

from connections.models import Connection
from tests.sweeps import grants
from tests.sweeps.clocks import Clocks
from tests.sweeps.processes import Fleet
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User


@pytest.fixture(scope="session")
def running_fleet(django_db_setup: None) -> Iterator[list[Fleet]]:
    """Holds the fleet; the first test that needs it starts it on the test database."""
    fleets: list[Fleet] = []
    yield fleets
    for fleet in fleets:
        fleet.kill()


@pytest.fixture
def fleet(running_fleet: list[Fleet], admin: User) -> Fleet:
    """Four portal processes, each with a warm start."""
    if not running_fleet:
        running_fleet.append(Fleet(4))
    return running_fleet[0]


@pytest.fixture
def connection(zoho: SandboxZoho, admin: User) -> Connection:
    made = grants.connect(zoho, admin)
    zoho.clear_journal()
    return made


@pytest.fixture
def clocks(zoho: SandboxZoho, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clocks]:
    with time_machine.travel(datetime.now(UTC), tick=True) as ours:
        yield Clocks(ours, monkeypatch, zoho)
