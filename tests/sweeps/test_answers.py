"""F01-F09 at the broker: each odd answer to a refresh in its class, none ends a grant.

Throttling, pages of HTML, server errors and named errors are in
`tests/connections/test_tokens.py`, shapes of a token in `zoho/test_oauth.py`.
"""

import time
from typing import Any

import pytest

from connections.models import Connection
from connections.services import client_for
from connections.zoho import oauth
from connections.zoho.errors import Unavailable, UnexpectedReply, ZohoError
from crm.envelope import CRM
from tests.recorded import body_of
from tests.sweeps.clocks import Clocks
from tests.sweeps.grants import (
    TOKEN,
    expire,
    grant_of,
    outcome_of_a_call,
    state_of,
    token_calls,
)
from tests.zoho import SandboxZoho

JSON = {"Content-Type": "application/json;charset=UTF-8"}
SLOW = {"bytes": 2, "interval": 0.02}
ELSEWHERE = {"Location": "http://127.0.0.1:9/oauth/v2/token"}


def text(body: str) -> dict[str, Any]:
    return {"status": 200, "body": body, "headers": JSON}


ODD_ANSWERS = {
    "f03 empty": ({"status": 200}, Unavailable),
    "f03 a string": (text('"invalid_code"'), Unavailable),
    "f03 a number": (text("1"), Unavailable),
    "f03 null": (text("null"), Unavailable),
    "f03 half an object": (text('{"error": "invalid_code"'), Unavailable),
    "f03 not a number": (text('{"expires_in": NaN, "access_token": "'), Unavailable),
    "f03 deep": (text('{"a":' * 20_000), Unavailable),
    "f03 lone surrogate": (text('{"error": "\\ud800"}'), Unavailable),
    "f03 truncated": ({"truncate": 30}, Unavailable),
    "f03 truncated to nothing": ({"truncate": 0}, Unavailable),
    "f04 dripping": ({"drip": SLOW}, Unavailable),
    "f04 stalling": ({"delay": 1}, Unavailable),
    "f05 bad gateway": ({"status": 502, "apply": True}, Unavailable),
    "f03 redirected": ({"status": 307, "headers": ELSEWHERE}, UnexpectedReply),
    "f03 redirected by 302": ({"status": 302, "headers": ELSEWHERE}, UnexpectedReply),
}


def refreshed(zoho: SandboxZoho, **changes: Any) -> dict[str, Any]:
    """Return an answer with a token; the API itself will not know it."""
    body = body_of("accounts", "refreshed") | {"api_domain": zoho.url} | changes
    return {"body": body, "status": 200}


@pytest.mark.django_db
class TestOddAnswer:
    @pytest.mark.parametrize("case", ODD_ANSWERS)
    def test_is_a_reason_to_wait_only(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        clocks: Clocks,
        monkeypatch: pytest.MonkeyPatch,
        case: str,
    ) -> None:
        answer, failure = ODD_ANSWERS[case]
        monkeypatch.setattr(oauth, "TOKEN_SECONDS", 0.6)
        expire(connection)
        zoho.script("POST", TOKEN, answer)

        began = time.monotonic()
        with pytest.raises(failure) as caught:
            client_for(connection).call(CRM, "GET", "org")

        assert time.monotonic() - began < 1.5
        assert caught.type is failure
        self.expect_patience(zoho, connection, clocks)

    @pytest.mark.parametrize("domain", ["https://www.zohoapis.com", 7])
    def test_of_another_region_is_a_reason_to_wait_f09(
        self, zoho: SandboxZoho, connection: Connection, clocks: Clocks, domain: object
    ) -> None:
        expire(connection)
        zoho.script("POST", TOKEN, refreshed(zoho, api_domain=domain))

        with pytest.raises(UnexpectedReply):
            client_for(connection).call(CRM, "GET", "org")

        self.expect_patience(zoho, connection, clocks)

    def expect_patience(
        self, zoho: SandboxZoho, connection: Connection, clocks: Clocks
    ) -> None:
        with pytest.raises(ZohoError):
            client_for(connection).call(CRM, "GET", "org")
        assert state_of(connection) == "active"
        assert grant_of(connection).lease_owner == ""
        assert len(token_calls(zoho)) == 1
        clocks.let_pass(31)
        assert outcome_of_a_call(connection) == "ok"
        assert len(token_calls(zoho)) == 2


@pytest.mark.django_db
class TestRefreshedToken:
    @pytest.mark.parametrize(
        "life",
        [
            {"expires_in": None},
            {"expires_in": 0},
            {"expires_in": -5},
            {"expires_in": "3600"},
            {"expires_in": 3_600_000},
            {"expires_in": 3_600_000, "expires_in_sec": 3600},
        ],
        ids=str,
    )
    def test_of_an_odd_life_is_not_renewed_again_and_again_f07(
        self, zoho: SandboxZoho, connection: Connection, life: dict[str, Any]
    ) -> None:
        expire(connection)
        zoho.script("POST", TOKEN, refreshed(zoho, **life))
        zoho.script("GET", "/crm/v8/org", *[{"status": 200, "body": {"org": [1]}}] * 5)

        outcomes = {outcome_of_a_call(connection) for _ in range(5)}

        assert outcomes == {"ok"}
        assert len(token_calls(zoho)) == 1

    @pytest.mark.parametrize(
        "changes",
        [{"scope": "Desk.basic.READ"}, {"token_type": "MAC"}, {"api_domain": None}],
        ids=str,
    )
    def test_is_kept_whatever_else_it_says_f08_f09(
        self, zoho: SandboxZoho, connection: Connection, changes: dict[str, Any]
    ) -> None:
        expire(connection)
        zoho.script("POST", TOKEN, refreshed(zoho, **changes))
        zoho.script("GET", "/crm/v8/org", {"status": 200, "body": {"org": [1]}})

        assert outcome_of_a_call(connection) == "ok"
        assert grant_of(connection).generation == 2

    def test_may_come_slowly_f04(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        expire(connection)
        zoho.script("POST", TOKEN, {"drip": {"bytes": 50, "interval": 0.02}})

        assert outcome_of_a_call(connection) == "ok"

    def test_may_bring_another_refresh_token(
        self, zoho: SandboxZoho, connection: Connection, clocks: Clocks
    ) -> None:
        expire(connection)
        zoho.script("POST", TOKEN, refreshed(zoho, refresh_token="1000.another.one"))
        zoho.script("GET", "/crm/v8/org", {"status": 200, "body": {"org": [1]}})
        outcome_of_a_call(connection)
        clocks.let_pass(3700)

        outcome_of_a_call(connection)

        assert token_calls(zoho)[-1]["form"]["refresh_token"] == "….one"


@pytest.mark.django_db
class TestRefusedClient:
    def test_is_kept_from_callers_whose_token_lives_f02(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        expire(connection, seconds=60)
        zoho.script("POST", TOKEN, {"status": 200, "body": {"error": "invalid_client"}})

        assert outcome_of_a_call(connection) == "ok"
        assert state_of(connection) == "active"
