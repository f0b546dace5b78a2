"""F18: what happens to a refresh whose connection goes away or is repaired."""

import pytest

from connections.models import Connection, Grant
from connections.setup import flow
from connections.tokens import revocation as endings
from tests.sweeps.grants import (
    TOKEN,
    expire,
    grant_of,
    new_code,
    state_of,
    stored_name,
    token_calls,
    wait_for_token_call,
    works,
)
from tests.sweeps.processes import Fleet, callers_of
from tests.zoho import SandboxZoho

REVOKE = "/oauth/v2/token/revoke"
# Longer than what happens meanwhile, on a busy machine too.
LATE = {"delay": 1.5}
REFUSED_LATE = LATE | {"status": 200, "body": {"error": "invalid_code"}}

pytestmark = pytest.mark.django_db(transaction=True)


class TestDisconnected:
    def test_drops_what_comes_back_f18(
        self, zoho: SandboxZoho, connection: Connection, fleet: Fleet
    ) -> None:
        expire(connection)
        zoho.script("POST", TOKEN, LATE)

        fleet.order(connection, threads=4)
        wait_for_token_call(zoho)
        endings.disconnect(connection)
        callers = callers_of(fleet.results())

        assert {caller["error"] for caller in callers} == {"ReconnectRequired"}
        assert not Grant.objects.exists()
        assert state_of(connection) == "disconnected"
        assert len(token_calls(zoho)) == 1


@pytest.mark.parametrize("answer", [LATE, REFUSED_LATE], ids=["token", "refused"])
@pytest.mark.parametrize("revocation", [0, 1.8], ids=["ended", "being ended"])
class TestReconnected:
    def test_drops_what_comes_back_for_the_old_grant_f18(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        fleet: Fleet,
        answer: dict[str, object],
        revocation: float,
    ) -> None:
        expire(connection)
        zoho.script("POST", TOKEN, answer)
        zoho.script("POST", REVOKE, {"delay": revocation})

        fleet.order(connection, threads=4)
        wait_for_token_call(zoho)
        flow.connect_with_code(connection, new_code(zoho, connection))
        callers = callers_of(fleet.results())

        assert {caller["error"] for caller in callers} == {""}
        assert {caller["token"] for caller in callers} == {stored_name(connection)}
        assert state_of(connection) == "active"
        assert grant_of(connection).generation == 1
        assert len(token_calls(zoho)) == 2
        assert works(connection)
