"""F16: a holder of the lease that comes back when its lease is long over."""

import time
from collections.abc import Iterator

import pytest

from connections.models import Connection
from tests.sweeps.grants import (
    TOKEN,
    expire,
    grant_of,
    stored_name,
    token_calls,
    wait_for_token_call,
    works,
)
from tests.sweeps.processes import CallerProcess
from tests.zoho import SandboxZoho

SHORT_LEASE = 0.6

pytestmark = pytest.mark.django_db(transaction=True)


def started(*options: str) -> Iterator[CallerProcess]:
    with CallerProcess(*options) as process:
        process.wait_until_ready()
        yield process


@pytest.fixture(params=[SHORT_LEASE, pytest.param(12, marks=pytest.mark.long)])
def lease(request: pytest.FixtureRequest, admin: object) -> float:
    seconds: float = request.param
    return seconds


@pytest.fixture
def holder(lease: float) -> Iterator[CallerProcess]:
    yield from started("--lease", str(lease))


@pytest.fixture
def dozing_holder(lease: float) -> Iterator[CallerProcess]:
    yield from started("--lease", str(lease), "--doze", str(lease + 0.8))


@pytest.fixture
def other(lease: float) -> Iterator[CallerProcess]:
    yield from started("--lease", str(lease))


class TestHolder:
    def test_overwrites_nothing_when_it_slept_past_its_lease_f16(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        holder: CallerProcess,
        other: CallerProcess,
        lease: float,
    ) -> None:
        expire(connection)
        zoho.script("POST", TOKEN, {"delay": 0.3})

        holder.order((connection, time.monotonic()))
        wait_for_token_call(zoho)
        holder.pause()
        other.order((connection, time.monotonic() + lease))
        newer = other.result()["callers"][0]
        holder.resume()
        late = holder.result()["callers"][0]

        self.expect_the_newer(zoho, connection, newer, late, calls=2)

    # Only with a short lease: a real one is as long as the deadline for an answer and
    # the callers' patience.
    @pytest.mark.long
    @pytest.mark.parametrize("lease", [SHORT_LEASE], indirect=True)
    def test_asks_nobody_when_it_slept_past_its_lease_f16(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        dozing_holder: CallerProcess,
        other: CallerProcess,
        lease: float,
    ) -> None:
        expire(connection)

        dozing_holder.order((connection, time.monotonic()))
        other.order((connection, time.monotonic() + lease + 0.3))
        newer = other.result()["callers"][0]
        late = dozing_holder.result()["callers"][0]

        self.expect_the_newer(zoho, connection, newer, late, calls=1)

    @pytest.mark.long
    @pytest.mark.parametrize("lease", [SHORT_LEASE], indirect=True)
    def test_overwrites_nothing_when_the_answer_was_late_f16(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        holder: CallerProcess,
        other: CallerProcess,
        lease: float,
    ) -> None:
        expire(connection)
        zoho.script("POST", TOKEN, {"delay": lease + 1.5})

        holder.order((connection, time.monotonic()))
        wait_for_token_call(zoho)
        other.order((connection, time.monotonic()))
        newer = other.result()["callers"][0]
        late = holder.result()["callers"][0]

        assert newer["ended"] < late["ended"]
        self.expect_the_newer(zoho, connection, newer, late, calls=2)

    def expect_the_newer(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        newer: dict[str, object],
        late: dict[str, object],
        *,
        calls: int,
    ) -> None:
        assert (newer["error"], late["error"]) == ("", "")
        assert newer["token"] == stored_name(connection)
        assert grant_of(connection).generation == 2
        assert grant_of(connection).lease_owner == ""
        assert len(token_calls(zoho)) == calls
        assert works(connection)
