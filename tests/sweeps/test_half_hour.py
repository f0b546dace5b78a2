"""Half an hour of callers on grants of every kind, in a few seconds."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

from connections.models import Connection
from connections.tokens import vault
from tests.openapi import recorder
from tests.sandbox.client import Client
from tests.sweeps import grants
from tests.sweeps.clocks import Clocks
from tests.sweeps.grants import (
    TOKEN,
    outcome_of_a_call,
    say,
    state_of,
    token_calls,
)
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User

WINDOW = timedelta(minutes=10)
MOST = 8
# Tokens live ten minutes here, so that half an hour sees several of them.
LIFE = 600
BROKEN: list[dict[str, Any]] = [
    {"status": 500, "body": {"error": "internal"}},
    {"status": 200, "body": "<html>We are busy</html>"},
    {"status": 503},
    {"drop": "before"},
]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def broken_zoho(settings: Any, clocks: Clocks) -> Iterator[SandboxZoho]:
    """A data centre of its own, so that it can be broken for one grant."""
    with SandboxZoho() as zoho:
        row = settings.DATA_CENTERS["sandbox"]
        own = dict.fromkeys(("accounts", "api", "desk"), zoho.url)
        settings.DATA_CENTERS = {
            **settings.DATA_CENTERS,
            "broken": replace(row.having(**own), code="broken"),
        }
        zoho.reset(expires_in=LIFE)
        clocks.add(zoho)
        yield zoho
        assert recorder.problems(zoho.take_requests()) == []


class Grants:
    """A grant of each kind, what befalls it, and how its callers fare."""

    def __init__(
        self, zoho: SandboxZoho, broken_zoho: SandboxZoho, person: User
    ) -> None:
        self.zoho = zoho
        self.broken_zoho = broken_zoho
        connect = partial(grants.connect, zoho, person)
        self.healthy = connect()
        self.revoked = connect()
        self.throttled = connect()
        self.wrong_secret = connect()
        self.short_lived = connect()
        self.broken = grants.connect(broken_zoho, person, "broken")
        self.all = {
            "healthy": self.healthy,
            "revoked": self.revoked,
            "throttled": self.throttled,
            "wrong secret": self.wrong_secret,
            "short-lived": self.short_lived,
            "broken": self.broken,
        }
        self.seen: dict[str, Counter[str]] = {name: Counter() for name in self.all}
        self.last: dict[str, str] = {}

    def call(self) -> None:
        for name, connection in self.all.items():
            self.last[name] = outcome_of_a_call(connection)
            self.seen[name][self.last[name]] += 1

    def throttle(self) -> None:
        """Let somebody else use up the grant's tokens."""
        form = {
            "grant_type": "refresh_token",
            "client_id": self.throttled.client.client_id,
            "client_secret": unsealed_secret(self.throttled),
            "refresh_token": vault.unseal(
                grants.grant_of(self.throttled), "sealed_refresh_token"
            ),
        }
        while "access_token" in Client(self.zoho).submit(TOKEN, **form).json:
            pass

    def revoke(self) -> None:
        self.zoho.revoke_tokens(client_id=self.revoked.client.client_id)

    def change_secret(self) -> None:
        secret = self.wrong_secret.client.secrets.get()
        vault.seal(secret, "sealed", "an-outdated-secret")
        secret.save()

    def expire(self) -> None:
        """End access tokens of the healthy grant early."""
        self.zoho.expire_tokens(client_id=self.healthy.client.client_id)

    def end_early(self) -> None:
        """End the access token of the short-lived grant, as it is every minute."""
        self.zoho.expire_tokens(client_id=self.short_lived.client.client_id)

    def break_down(self) -> None:
        self.broken_zoho.script("POST", TOKEN, *BROKEN * 50)

    def recover(self) -> None:
        self.broken_zoho.clear_script()


def unsealed_secret(connection: Connection) -> str:
    return vault.unseal(connection.client.secrets.get(), "sealed")


@pytest.fixture
def every_grant(zoho: SandboxZoho, broken_zoho: SandboxZoho, admin: User) -> Grants:
    zoho.reset(expires_in=LIFE)
    made = Grants(zoho, broken_zoho, admin)
    zoho.clear_journal()
    broken_zoho.clear_journal()
    return made


def most_in_ten_minutes(entries: list[dict[str, Any]]) -> int:
    moments = [datetime.fromisoformat(entry["at"]) for entry in entries]
    return max(
        (sum(at <= other < at + WINDOW for other in moments) for at in moments),
        default=0,
    )


class TestHalfAnHour:
    @pytest.mark.parametrize("step", [30, pytest.param(5, marks=pytest.mark.long)])
    def test_of_callers_f02_f03_f12(
        self, every_grant: Grants, clocks: Clocks, step: int
    ) -> None:
        each = every_grant
        events: dict[int, list[Callable[[], None]]] = {
            0: [each.break_down],
            3 * 60: [each.expire],
            5 * 60: [each.revoke, each.change_secret],
            15 * 60: [each.expire],
            16 * 60: [each.recover],
        }
        for minute in range(13):
            events.setdefault(minute * 60, []).append(each.throttle)
        for minute in range(30):
            events.setdefault(minute * 60, []).append(each.end_early)

        for now in range(0, 30 * 60 + 1, step):
            for happen in events.get(now, []):
                happen()
            each.call()
            clocks.let_pass(step)

        self.expect_few_calls(each)
        self.expect_the_right_states(each)
        self.expect_what_callers_heard(each)

    def expect_few_calls(self, each: Grants) -> None:
        for name, connection in each.all.items():
            zoho = each.broken_zoho if name == "broken" else each.zoho
            calls = token_calls(zoho, connection)
            most = most_in_ten_minutes(calls)
            say(
                "half an hour",
                grant=name,
                calls=len(calls),
                most_in_ten_minutes=most,
                callers=each.seen[name],
            )
            assert most <= MOST
            assert most == MOST or name != "short-lived"
        assert len(token_calls(each.zoho, each.revoked)) == 1
        assert 3 <= len(token_calls(each.zoho, each.healthy)) <= 6

    def expect_the_right_states(self, each: Grants) -> None:
        states = {name: state_of(connection) for name, connection in each.all.items()}
        assert states == {
            "healthy": "active",
            "revoked": "reconnect",
            "throttled": "active",
            "wrong secret": "reconnect",
            "short-lived": "active",
            "broken": "active",
        }

    def expect_what_callers_heard(self, each: Grants) -> None:
        heard = {name: set(seen) for name, seen in each.seen.items()}
        # F19: a token that is refused within a minute is not renewed once more.
        assert heard.pop("short-lived") <= {"ok", "RateLimited", "TokenRefused"}
        assert heard == {
            "healthy": {"ok"},
            "revoked": {"ok", "ReconnectRequired"},
            "throttled": {"ok", "RateLimited"},
            "wrong secret": {"ok", "ReconnectRequired"},
            "broken": {"ok", "Unavailable", "NotAsked"},
        }
        assert each.last["throttled"] == each.last["broken"] == "ok"
