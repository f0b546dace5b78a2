from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection as database
from django.utils import timezone

from connections import services
from connections.models import Connection, Grant
from connections.tokens import broker, renewal, vault
from connections.zoho import oauth
from connections.zoho.errors import (
    PermissionMissing,
    RateLimited,
    ReconnectRequired,
    TokenRefused,
    Unavailable,
    ZohoError,
)
from crm.envelope import CRM
from tests.recorded import body_of
from tests.zoho import SandboxZoho

TOKEN = "/oauth/v2/token"
ORG = "/crm/v8/org"
CALLERS = 32


def ask(connection: Connection) -> dict[str, Any]:
    """Make one harmless call, as a fresh request would."""
    return services.client_for(Connection.objects.get(pk=connection.pk)).call(
        CRM, "GET", "org"
    )


def set_grant(connection: Connection, **values: Any) -> None:
    connection.grants.update(**values)


def expire(connection: Connection, **left: float) -> None:
    """Let the stored access token end after this time; at once without any."""
    set_grant(connection, expires_at=timezone.now() + timedelta(**left))


def grant_of(connection: Connection) -> Grant:
    return connection.grants.get(is_current=True)


def access_token(connection: Connection) -> str:
    return vault.unseal(grant_of(connection), "sealed_access_token")


def state_of(connection: Connection) -> str:
    return Connection.objects.get(pk=connection.pk).state


def calls(zoho: SandboxZoho, path: str) -> int:
    return sum(entry["path"] == path for entry in zoho.journal())


def answer_refresh(zoho: SandboxZoho, case: str, status: int = 200) -> None:
    answer = {"status": status, "body": body_of("accounts", case)}
    zoho.script("POST", TOKEN, answer)


class TestCurrent:
    def test_costs_no_token_call_while_the_token_is_fresh(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        for _ in range(5):
            ask(connection)

        assert calls(zoho, TOKEN) == 0
        assert calls(zoho, ORG) == 5

    @pytest.mark.parametrize("seconds", [-3600, 0, 5, 60])
    def test_costs_one_token_call_near_the_tokens_end(
        self, zoho: SandboxZoho, connection: Connection, seconds: int
    ) -> None:
        before = access_token(connection)
        expire(connection, seconds=seconds)

        ask(connection)
        ask(connection)

        assert calls(zoho, TOKEN) == 1
        assert access_token(connection) != before
        assert grant_of(connection).generation == 2

    def test_goes_on_with_a_token_that_still_lives_f02(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        expire(connection, seconds=60)
        answer_refresh(zoho, "throttled", 400)

        reply = ask(connection)

        assert reply["org"]
        assert state_of(connection) == "active"

    def test_needs_a_connection_that_is_active(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        Connection.objects.update(state="reconnect")

        with pytest.raises(ReconnectRequired):
            ask(connection)

        assert zoho.journal() == []

    def test_needs_the_keys_that_sealed_the_tokens(
        self, zoho: SandboxZoho, connection: Connection, settings: Any
    ) -> None:
        settings.VAULT_KEYS = vault.parse_keys(f"other:{vault.new_key()}")

        # An admin who connected anew would lose what the right keys still open.
        with pytest.raises(Unavailable, match="vault_keys"):
            ask(connection)

        assert state_of(connection) == "active"

        assert zoho.journal() == []


class TestRenewed:
    def test_is_invisible_after_one_refusal_f19(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        zoho.expire_tokens()

        reply = ask(connection)

        assert reply["org"]
        assert calls(zoho, ORG) == 2
        assert calls(zoho, TOKEN) == 1

    @pytest.mark.parametrize("case", ["invalid_token", "no_authentication"])
    def test_is_tried_just_once_f19(
        self, zoho: SandboxZoho, connection: Connection, case: str
    ) -> None:
        refusal = {"status": 401, "body": body_of("crm", case)}
        zoho.script("GET", ORG, *[refusal] * 9)

        with pytest.raises(TokenRefused):
            ask(connection)

        assert calls(zoho, ORG) == 2
        assert calls(zoho, TOKEN) == 1

    def test_takes_a_newer_token_that_somebody_else_stored(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        stored = broker.StoredTokens(connection, services.transport_to(row(connection)))

        assert stored.renewed("1000.an.older.one") == access_token(connection)
        assert calls(zoho, TOKEN) == 0

    @pytest.mark.parametrize(
        ("status", "case"),
        [(401, "scope_mismatch"), (403, "no_permission")],
    )
    def test_never_follows_a_missing_permission_f20(
        self, zoho: SandboxZoho, connection: Connection, status: int, case: str
    ) -> None:
        zoho.script("GET", ORG, {"status": status, "body": body_of("crm", case)})

        with pytest.raises(PermissionMissing):
            ask(connection)

        assert calls(zoho, ORG) == 1
        assert calls(zoho, TOKEN) == 0


class TestFailedRefresh:
    def test_ends_the_connection_when_the_grant_is_gone_f02(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        zoho.revoke_tokens()

        with pytest.raises(ReconnectRequired):
            ask(connection)

        assert state_of(connection) == "reconnect"

    def test_costs_no_further_call_once_the_grant_is_gone(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        zoho.revoke_tokens()
        with pytest.raises(ReconnectRequired):
            ask(connection)
        zoho.clear_journal()

        with pytest.raises(ReconnectRequired):
            ask(connection)

        assert zoho.journal() == []

    @pytest.mark.parametrize(
        ("answer", "failure"),
        [
            ({"status": 400, "body": body_of("accounts", "throttled")}, RateLimited),
            ({"status": 200, "body": body_of("accounts", "throttled")}, RateLimited),
            ({"status": 200, "body": "<html>Maintenance</html>"}, Unavailable),
            ({"status": 503, "body": "<html>Maintenance</html>"}, Unavailable),
            ({"status": 500, "body": {"error": "internal"}}, Unavailable),
            ({"status": 200, "body": ["invalid_code"]}, Unavailable),
            ({"status": 200, "body": {"error": "invalid_client"}}, ReconnectRequired),
            (
                {"status": 200, "body": {"error": "invalid_client_secret"}},
                ReconnectRequired,
            ),
            ({"status": 200, "body": {"error": "general_error"}}, ZohoError),
            ({"status": 400, "body": {"error": "x" * 500}}, ZohoError),
            ({"status": 200, "body": {"error": ["invalid_code"]}}, ZohoError),
            ({"status": 200, "body": {"access_token": None}}, ZohoError),
            ({"drop": "before"}, Unavailable),
            ({"drop": "after"}, Unavailable),
        ],
        ids=str,
    )
    def test_ends_nothing_for_any_other_reason_f02_f03(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        answer: dict[str, Any],
        failure: type[ZohoError],
    ) -> None:
        expire(connection)
        zoho.script("POST", TOKEN, answer)

        with pytest.raises(failure):
            ask(connection)

        assert state_of(connection) == "active"
        assert calls(zoho, TOKEN) == 1
        assert calls(zoho, ORG) == 0
        assert grant_of(connection).lease_owner == ""

    @pytest.mark.parametrize("code", ["invalid_client", "invalid_client_secret"])
    def test_ends_the_connection_when_the_client_is_refused_a_minute_apart_f02(
        self, zoho: SandboxZoho, connection: Connection, code: str
    ) -> None:
        expire(connection)
        answer_refresh(zoho, code)
        with pytest.raises(ReconnectRequired):
            ask(connection)
        let_pass(connection, seconds=61)
        answer_refresh(zoho, code)

        with pytest.raises(ReconnectRequired):
            ask(connection)

        assert state_of(connection) == "reconnect"

    def test_forgets_a_refused_client_that_worked_in_between_f02(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        expire(connection)
        answer_refresh(zoho, "invalid_client")
        with pytest.raises(ReconnectRequired):
            ask(connection)
        let_pass(connection, seconds=61)
        ask(connection)
        expire(connection)
        answer_refresh(zoho, "invalid_client")

        with pytest.raises(ReconnectRequired):
            ask(connection)

        assert state_of(connection) == "active"

    def test_asks_zoho_no_more_than_eight_times_in_ten_minutes_f02(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        for _ in range(8):
            expire(connection)
            ask(connection)
        expire(connection)

        with pytest.raises(RateLimited) as caught:
            ask(connection)

        left = caught.value.retry_at - timezone.now()
        assert timedelta(minutes=9) < left <= timedelta(minutes=10)
        assert calls(zoho, TOKEN) == 8
        assert state_of(connection) == "active"

    def test_asks_again_when_the_window_has_passed_f02(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        past = (timezone.now() - timedelta(minutes=10, seconds=1)).isoformat()
        set_grant(connection, token_calls=[past] * 8)
        expire(connection)

        ask(connection)

        assert calls(zoho, TOKEN) == 1
        assert len(grant_of(connection).token_calls) == 1


class TestLease:
    def test_is_taken_over_when_its_owner_died(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        expire(connection)
        past = timezone.now() - timedelta(seconds=1)
        set_grant(connection, lease_owner="dead", lease_until=past)

        ask(connection)

        assert calls(zoho, TOKEN) == 1

    @pytest.mark.django_db(transaction=True)
    @pytest.mark.long
    @pytest.mark.parametrize("slow", [1.5, 6])
    def test_is_outlasted_by_who_waits_although_zoho_is_slow_then_f15(
        self, zoho: SandboxZoho, connection: Connection, slow: float
    ) -> None:
        expire(connection)
        set_grant(
            connection, lease_owner="dead", lease_until=timezone.now() + renewal.LEASE
        )
        zoho.script("POST", TOKEN, {"delay": slow})

        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(ask_and_close, [connection] * 4))

        assert all(answer["org"] for answer in answers)
        assert calls(zoho, TOKEN) == 1

    def test_is_shorter_than_the_patience_of_who_waits_f15(self) -> None:
        longest = renewal.LEASE.total_seconds() + oauth.TOKEN_SECONDS

        assert broker.longest_wait() > longest

    def test_keeps_nobody_waiting_while_the_token_lives(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        expire(connection, seconds=60)
        soon = timezone.now() + timedelta(seconds=12)
        set_grant(connection, lease_owner="other", lease_until=soon)

        ask(connection)

        assert calls(zoho, TOKEN) == 0

    @pytest.mark.django_db(transaction=True)
    def test_lets_a_late_writer_overwrite_nothing(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        expire(connection)
        zoho.script("POST", TOKEN, {"delay": 0.5})
        newer = timezone.now() + timedelta(hours=1)

        with ThreadPoolExecutor(1) as pool:
            late = pool.submit(ask_and_close, connection)
            wait_for_token_call(zoho)
            grant = grant_of(connection)
            vault.seal(grant, "sealed_access_token", "1000.newer")
            set_grant(
                connection,
                sealed_access_token=grant.sealed_access_token,
                expires_at=newer,
                generation=9,
            )
            late.result()

        assert access_token(connection) == "1000.newer"
        assert grant_of(connection).generation == 9


@pytest.mark.django_db(transaction=True)
class TestThirtyTwoThreads:
    def test_cost_one_token_call_together(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        expire(connection)
        zoho.script("POST", TOKEN, {"delay": 0.3})

        with ThreadPoolExecutor(CALLERS) as pool:
            seen = list(pool.map(token_seen_by, together(connection)))

        assert calls(zoho, TOKEN) == 1
        assert set(seen) == {access_token(connection)}

    def test_cost_one_token_call_after_a_refusal_f19(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        zoho.expire_tokens()
        zoho.script("POST", TOKEN, {"delay": 0.3})
        barrier = Barrier(CALLERS)

        def call(_: int) -> bool:
            barrier.wait()
            return bool(ask_and_close(connection)["org"])

        with ThreadPoolExecutor(CALLERS) as pool:
            answers = list(pool.map(call, range(CALLERS)))

        assert all(answers)
        assert calls(zoho, TOKEN) == 1


def row(connection: Connection) -> Any:
    return connection.data_center_row


def let_pass(connection: Connection, **time: float) -> None:
    """Move what the grant remembers into the past."""
    for grant in connection.grants.all():
        passed = timedelta(**time)
        for name in ("last_failure_at", "retry_at"):
            moment = getattr(grant, name)
            setattr(grant, name, moment and moment - passed)
        grant.save()


def together(connection: Connection) -> list[tuple[Connection, Barrier]]:
    barrier = Barrier(CALLERS)
    return [(connection, barrier)] * CALLERS


def token_seen_by(caller: tuple[Connection, Barrier]) -> str:
    connection, barrier = caller
    try:
        stored = broker.StoredTokens(connection, services.transport_to(row(connection)))
        barrier.wait()
        return stored.current()
    finally:
        database.close()


def ask_and_close(connection: Connection) -> dict[str, Any]:
    try:
        return ask(connection)
    finally:
        database.close()


def wait_for_token_call(zoho: SandboxZoho) -> None:
    """Return when a token call has arrived; the journal is written at once."""
    for _ in range(1_000):
        if calls(zoho, TOKEN):
            return
    raise AssertionError("No token call arrived.")
