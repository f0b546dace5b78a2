import io
import re
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from django.conf import settings as portal
from django.test import Client
from django.utils import timezone

from connections import services
from connections.models import Connection, ConsentState, Grant
from connections.setup import state as consent
from connections.tokens import revocation
from connections.zoho.datacenters import table
from tests.environment import PORTAL_PORT
from tests.security.servers import Listener, closed_port
from tests.security.trip import (
    CALLBACK,
    approve,
    come_back,
    leave,
    query,
    token_calls,
)
from tests.support.people import signed_in
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User
from zohoportal.activity.models import AuditEvent

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def back(
    zoho: SandboxZoho, prepared: Connection, admin_client: Client
) -> dict[str, str]:
    """What Zoho sends the admin's browser back with."""
    return approve(zoho, leave(admin_client, prepared))


def refused(zoho: SandboxZoho, answer: Any, status: int = 403) -> None:
    assert answer.status_code == status
    assert b"data-testid=" in answer.content
    assert token_calls(zoho) == []
    assert not Grant.objects.exists()
    assert Connection.objects.get().is_draft


class TestA01State:
    def test_is_accepted_from_who_left(
        self, zoho: SandboxZoho, back: dict[str, str], admin_client: Client
    ) -> None:
        answer = come_back(admin_client, back)

        assert answer["Location"].endswith("/ready/")
        assert len(token_calls(zoho)) == 1
        assert Connection.objects.get().is_active

    def test_is_refused_when_missing(
        self, zoho: SandboxZoho, back: dict[str, str], admin_client: Client
    ) -> None:
        del back["state"]

        refused(zoho, come_back(admin_client, back))

    def test_is_refused_when_unknown(
        self, zoho: SandboxZoho, back: dict[str, str], admin_client: Client
    ) -> None:
        refused(zoho, come_back(admin_client, back | {"state": back["state"][:-1]}))

    def test_is_refused_when_expired(
        self, zoho: SandboxZoho, back: dict[str, str], admin_client: Client
    ) -> None:
        ConsentState.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

        refused(zoho, come_back(admin_client, back))

    def test_lives_ten_minutes_at_most(self, back: dict[str, str]) -> None:
        left = ConsentState.objects.get().expires_at - timezone.now()

        assert timedelta(minutes=9) < left <= timedelta(minutes=10)

    def test_is_refused_from_another_browser_of_the_same_person(
        self, zoho: SandboxZoho, back: dict[str, str], admin: User
    ) -> None:
        refused(zoho, come_back(signed_in(admin), back))

    def test_is_refused_from_another_person(
        self, zoho: SandboxZoho, back: dict[str, str], second_admin: User
    ) -> None:
        refused(zoho, come_back(signed_in(second_admin), back))

    def test_is_refused_after_signing_out_and_in_again(
        self,
        zoho: SandboxZoho,
        back: dict[str, str],
        admin_client: Client,
        admin: User,
    ) -> None:
        admin_client.post("/account/sign-out/")
        admin_client.force_login(admin)

        refused(zoho, come_back(admin_client, back))

    def test_is_refused_when_used_again(
        self, zoho: SandboxZoho, back: dict[str, str], admin_client: Client
    ) -> None:
        come_back(admin_client, back)

        answer = come_back(admin_client, back)

        assert answer.status_code == 403
        assert len(token_calls(zoho)) == 1
        assert Grant.objects.count() == 1

    def test_is_refused_after_the_draft_moved_to_another_region(
        self,
        zoho: SandboxZoho,
        back: dict[str, str],
        prepared: Connection,
        admin_client: Client,
    ) -> None:
        Connection.objects.filter(pk=prepared.pk).update(data_center="eu")

        refused(zoho, come_back(admin_client, back))

    def test_is_used_up_by_a_refusal_at_zoho(
        self, zoho: SandboxZoho, prepared: Connection, admin_client: Client
    ) -> None:
        no = approve(zoho, leave(admin_client, prepared), "reject")
        come_back(admin_client, no)

        refused(zoho, come_back(admin_client, no | {"code": "1000.late"}))

    def test_is_not_kept_in_clear(self, back: dict[str, str]) -> None:
        kept = str(list(ConsentState.objects.values_list()))

        assert back["state"] not in kept
        assert ConsentState.objects.get().hash in kept

    def test_cannot_be_guessed(self, draft: Connection, admin: User) -> None:
        values = {
            consent.issue_state(draft, person=admin, session_key="a")
            for _ in range(10_000)
        }

        assert len(values) == 10_000
        assert all(re.fullmatch(r"[\w-]{22,}", value) for value in values)

    def test_is_absent_from_the_log_when_refused(
        self,
        log: io.StringIO,
        back: dict[str, str],
        second_admin: User,
    ) -> None:
        come_back(signed_in(second_admin), back)

        assert '"code": 403' in log.getvalue()
        assert back["state"] not in log.getvalue()


class TestA03TripFinishedBySomebodyElse:
    def test_is_refused_to_another_admin_and_used_up(
        self,
        zoho: SandboxZoho,
        back: dict[str, str],
        admin_client: Client,
        second_admin: User,
    ) -> None:
        refused(zoho, come_back(signed_in(second_admin), back))

        refused(zoho, come_back(admin_client, back))

    def test_is_refused_to_a_browser_without_a_sign_in_and_used_up(
        self,
        zoho: SandboxZoho,
        back: dict[str, str],
        admin_client: Client,
        anonymous_client: Client,
    ) -> None:
        refused(zoho, come_back(anonymous_client, back))

        refused(zoho, come_back(admin_client, back))

    def test_is_refused_to_staff_and_used_up(
        self,
        zoho: SandboxZoho,
        back: dict[str, str],
        admin_client: Client,
        staff_client: Client,
    ) -> None:
        refused(zoho, come_back(staff_client, back))

        refused(zoho, come_back(admin_client, back))

    def test_is_refused_to_who_signed_in_on_the_same_browser_since(
        self,
        zoho: SandboxZoho,
        back: dict[str, str],
        admin_client: Client,
        second_admin: User,
    ) -> None:
        admin_client.post("/account/sign-out/")
        admin_client.force_login(second_admin)

        refused(zoho, come_back(admin_client, back))

    def test_is_refused_to_an_admin_who_was_made_staff_meanwhile(
        self,
        zoho: SandboxZoho,
        back: dict[str, str],
        admin_client: Client,
        admin: User,
    ) -> None:
        User.objects.filter(pk=admin.pk).update(role="staff")

        refused(zoho, come_back(admin_client, back))

    def test_is_refused_to_another_person_even_with_the_same_session(
        self, draft: Connection, admin: User, second_admin: User
    ) -> None:
        state = consent.issue_state(draft, person=admin, session_key="the same")

        found = consent.redeem_state(state, person=second_admin, session_key="the same")

        assert found is None
        assert not ConsentState.objects.exists()


# {own} is the address of the Zoho that is in the table, {evil} a server that listens.
HOSTILE = (
    "{evil}",
    "{evil}/",
    "https://evil.example",
    "http://evil.example",
    "//evil.example",
    "//{evil_host}",
    "///evil.example",
    "\\\\evil.example",
    "evil.example",
    "https://accounts.zoho.com.evil.example",
    "https://accounts.zoho.com@evil.example",
    "https://accounts.zoho.com:443@evil.example",
    "https://evil.example#accounts.zoho.com",
    "https://evil.example?accounts.zoho.com",
    "https://evil.example/https://accounts.zoho.com",
    "https://evil.example\\@accounts.zoho.com",
    "https://accounts.zoho.com%2eevil.example",
    "https://accounts.zoho.com%00.evil.example",
    "https://accounts.zoho.com%2f@evil.example",
    "https://accounts.zoho.com/oauth/v2/token",
    "https://accounts.zoho.com//",
    "https://accounts.zoho.com:8443",
    "https://accounts.zoho.com.",
    "http://accounts.zoho.com",
    "https://accounts.zoho.com ",
    " https://accounts.zoho.com",
    "https://accounts.zoho.com\n",
    "https://accounts.zoho.com\thttps://evil.example",
    "https://accounts.z\u043eho.com",
    "https://accounts.xn--zho-ged.com",
    "https://accounts.zoho\u3002com",
    "https://accounts\uff0ezoho.com",
    "https://accounts.zoho.com\u200b",
    "https://accountszoho.com",
    "https://zoho.com",
    "https://www.zohoapis.com",
    "https://accounts.zoho.example",
    "https://127.0.0.1",
    "https://[::1]",
    "http://2130706433",
    "http://0x7f.1",
    "http://169.254.169.254/latest/meta-data",
    "http://localhost:{own_port}",
    "http://user@127.0.0.1:{own_port}",
    "http://127.0.0.1:{own_port}/?",
    "http://127.0.0.1:{own_port}/..//{evil_host}",
    "http://127.0.0.1:{own_port}@{evil_host}",
    "http://127.0.0.1:{own_port}.evil.example",
    "http://127.0.0.1:0{own_port}",
    "http://127.0.0.1",
    "https://127.0.0.1:{own_port}",
    "javascript:alert(1)",
    "file:///etc/passwd",
    "null",
    "[]",
    "a" * 5000,
)
assert len(HOSTILE) >= 40


@pytest.fixture
def evil() -> Iterator[Listener]:
    with Listener() as server:
        yield server


@contextmanager
def names_asked_for() -> Iterator[list[str]]:
    """Collect every name or address given to the resolver; resolve none."""
    asked: list[str] = []

    def record(host: object, *_args: object, **_kwargs: object) -> None:
        asked.append(str(host))
        raise socket.gaierror(f"not in this test: {host}")

    with pytest.MonkeyPatch.context() as stdlib:
        stdlib.setattr(socket, "getaddrinfo", record)
        yield asked


@pytest.fixture
def all_regions(zoho: SandboxZoho, settings: Any) -> None:
    """The table of a real installation, with the sandbox as one more row."""
    settings.DATA_CENTERS = table(sandbox=zoho.url)


@pytest.mark.usefixtures("all_regions")
class TestA05HostileAccountsServer:
    @pytest.mark.parametrize("value", HOSTILE, ids=range(len(HOSTILE)))
    def test_is_neither_called_nor_looked_up(
        self,
        value: str,
        zoho: SandboxZoho,
        back: dict[str, str],
        evil: Listener,
        admin_client: Client,
    ) -> None:
        port = urlsplit(zoho.url).port
        hostile = value.format(evil=evil.url, evil_host=evil.address, own_port=port)
        location = "sandbox" if "{own_port}" in value else "us"
        sent = back | {"accounts-server": hostile, "location": location}

        with names_asked_for() as asked:
            answer = come_back(admin_client, sent)

        assert asked == []
        assert evil.connections == 0
        refused(zoho, answer, 400)
        assert not ConsentState.objects.exists()

    @pytest.mark.parametrize(
        "location", ["", "us", "sandbox ", "sandbox.", "../sandbox", "de"]
    )
    def test_is_refused_when_the_location_names_another_region(
        self,
        location: str,
        zoho: SandboxZoho,
        back: dict[str, str],
        admin_client: Client,
    ) -> None:
        with names_asked_for() as asked:
            answer = come_back(admin_client, back | {"location": location})

        assert asked == []
        refused(zoho, answer, 400)

    @pytest.mark.parametrize("server", ["https://accounts.zoho.eu", ""])
    def test_is_refused_when_it_names_another_region_than_the_location(
        self,
        server: str,
        zoho: SandboxZoho,
        back: dict[str, str],
        admin_client: Client,
    ) -> None:
        with names_asked_for() as asked:
            answer = come_back(admin_client, back | {"accounts-server": server})

        assert asked == []
        refused(zoho, answer, 400)

    def test_is_in_the_trail_as_a_possible_mix_up_a79(
        self, back: dict[str, str], admin_client: Client, second_admin: User
    ) -> None:
        come_back(admin_client, back | {"accounts-server": "https://evil.test"})
        come_back(signed_in(second_admin), back)

        found = AuditEvent.objects.filter(act="mix_up").order_by("pk")
        assert [(each.person_name, each.details["why"]) for each in found] == [
            ("admin@example.com", "another host answered"),
            ("second@example.com", "no trip began here"),
        ]

    def test_is_not_shown_or_linked(
        self, back: dict[str, str], admin_client: Client
    ) -> None:
        answer = come_back(
            admin_client, back | {"accounts-server": "https://evil.test"}
        )

        assert b"evil.test" not in answer.content

    def test_leads_nowhere_with_an_error_either(
        self,
        zoho: SandboxZoho,
        prepared: Connection,
        evil: Listener,
        admin_client: Client,
    ) -> None:
        no = approve(zoho, leave(admin_client, prepared), "reject")

        with names_asked_for() as asked:
            answer = come_back(admin_client, no | {"accounts-server": evil.url})

        assert asked == []
        assert evil.connections == 0
        assert answer["Location"] == f"/connections/{prepared.pk}/client/"


class TestA07Pollution:
    @pytest.mark.parametrize(
        "name", ["state", "code", "accounts-server", "location", "error"]
    )
    @pytest.mark.parametrize("place", ["before", "after"])
    def test_of_any_parameter_is_refused(
        self,
        name: str,
        place: str,
        zoho: SandboxZoho,
        back: dict[str, str],
        admin_client: Client,
    ) -> None:
        second = [(name, "another")]
        own = list((back | {name: back.get(name, "access_denied")}).items())
        pairs = [*second, *own] if place == "before" else [*own, *second]

        answer = admin_client.get(f"{CALLBACK}?{urlencode(pairs)}")

        refused(zoho, answer, 400)

    @pytest.mark.parametrize("name", ["code[]", "code[0]", "code.0", "Code", "code;"])
    def test_of_a_name_is_refused(
        self,
        name: str,
        zoho: SandboxZoho,
        back: dict[str, str],
        admin_client: Client,
    ) -> None:
        back[name] = back.pop("code")

        refused(zoho, come_back(admin_client, back), 400)

    @pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "HEAD"])
    def test_of_the_method_is_refused(
        self,
        method: str,
        zoho: SandboxZoho,
        back: dict[str, str],
        admin_client: Client,
    ) -> None:
        answer = admin_client.generic(method, f"{CALLBACK}?{urlencode(back)}")

        assert answer.status_code == 405
        assert token_calls(zoho) == []
        assert ConsentState.objects.count() == 1

    def test_in_a_body_is_not_read(
        self, zoho: SandboxZoho, back: dict[str, str], admin_client: Client
    ) -> None:
        assert admin_client.post(CALLBACK, back).status_code == 405
        assert token_calls(zoho) == []


SPOOFS: tuple[dict[str, str], ...] = (
    {},
    {"X-Forwarded-Host": "evil.example"},
    {"X-Forwarded-Proto": "https"},
    {"X-Forwarded-Port": "8443"},
    {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"},
    {"X-Forwarded-Prefix": "/evil", "X-Script-Name": "/evil"},
    {"X-Original-Host": "evil.example", "X-Host": "evil.example"},
    {"X-Original-Url": "//evil.example/", "X-Rewrite-Url": "//evil.example/"},
    {"Forwarded": "for=1.2.3.4;host=evil.example;proto=https"},
    {"Host": "localhost:1"},
    {"Host": "LOCALHOST"},
    {"Host": "localhost."},
)
FOREIGN = (
    "evil.example",
    "127.0.0.1",
    "[::1]",
    f"127.0.0.1:{PORTAL_PORT}",
    "evil.localhost",
    "localhost.evil.example",
    "localhost@evil.example",
    "localhost,evil.example",
    "localhost/evil",
    "*",
    "",
)


class TestA09PoisonedHost:
    @pytest.mark.parametrize("headers", SPOOFS, ids=str)
    def test_leaves_the_redirect_address_alone(
        self, headers: dict[str, str], prepared: Connection, admin_client: Client
    ) -> None:
        address = leave(admin_client, prepared, headers=headers)

        expected = f"http://localhost:{PORTAL_PORT}/oauth/callback/"
        assert query(address)["redirect_uri"] == expected
        assert f"&{urlencode({'redirect_uri': expected})}&" in address

    @pytest.mark.parametrize("host", FOREIGN)
    @pytest.mark.parametrize("path", ["/", CALLBACK, "/account/sign-in/", "/healthz"])
    def test_is_refused_when_it_is_not_ours(
        self, host: str, path: str, admin_client: Client
    ) -> None:
        answer = admin_client.get(path, headers={"Host": host})

        assert answer.status_code == 400

    def test_is_refused_behind_a_good_forwarded_one(self, admin_client: Client) -> None:
        spoof = {"Host": "evil.example", "X-Forwarded-Host": f"localhost:{PORTAL_PORT}"}

        assert admin_client.get("/", headers=spoof).status_code == 400

    def test_changes_neither_of_the_two_requests(
        self, zoho: SandboxZoho, prepared: Connection, admin_client: Client
    ) -> None:
        spoof = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}
        address = leave(admin_client, prepared, headers=spoof)

        come_back(admin_client, approve(zoho, address), headers=spoof)

        form = token_calls(zoho)[0]["form"]
        assert form["redirect_uri"] == query(address)["redirect_uri"]
        assert form["redirect_uri"] == portal.REDIRECT_URI

    @pytest.mark.parametrize("word", ["build_absolute_uri", "get_host", "HTTP_HOST"])
    def test_is_not_read_by_any_code_about_connections(self, word: str) -> None:
        files = list((ROOT / "connections").rglob("*.py"))

        assert len(files) > 10
        assert [file.name for file in files if word in file.read_text()] == []


def expire(connection: Connection) -> None:
    Grant.objects.filter(connection=connection).update(expires_at=timezone.now())


class TestA17WhereSecretsTravel:
    def test_an_exchange_has_them_in_its_body_only(
        self, zoho: SandboxZoho, back: dict[str, str], admin_client: Client
    ) -> None:
        come_back(admin_client, back)

        call = token_calls(zoho)[0]
        assert call["query"] == {}
        assert call["form"]["code"] == f"…{back['code'][-4:]}"
        assert {"client_id", "client_secret", "grant_type"} < call["form"].keys()

    def test_a_renewal_has_them_in_its_body_only(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        expire(connection)

        services.test(connection)

        call = token_calls(zoho)[0]
        assert call["query"] == {}
        assert {"refresh_token", "client_secret"} < call["form"].keys()

    def test_a_revocation_has_them_in_its_body_only(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        revocation.disconnect(connection)

        (call,) = zoho.journal()
        assert call["path"] == "/oauth/v2/token/revoke"
        assert call["query"] == {}
        assert set(call["form"]) == {"token"}

    def test_no_call_of_a_whole_connection_has_one_in_its_address(
        self, zoho: SandboxZoho, back: dict[str, str], admin_client: Client
    ) -> None:
        zoho.clear_journal()

        come_back(admin_client, back)

        queries = [entry["query"] for entry in zoho.journal()]
        assert len(queries) > 4
        assert not {"code", "state", "client_secret", "token"} & {
            name for query in queries for name in query
        }

    def test_the_log_at_its_most_talkative_has_none(
        self,
        zoho: SandboxZoho,
        log: io.StringIO,
        back: dict[str, str],
        secrets_of: Callable[[Connection], dict[str, str]],
        admin_client: Client,
    ) -> None:
        come_back(admin_client, back)

        secrets = secrets_of(Connection.objects.get()) | back
        assert "/oauth/v2/token" in log.getvalue()
        for name in ("client secret", "access token", "refresh token", "code", "state"):
            assert secrets[name] not in log.getvalue()

    def test_the_log_has_none_when_nobody_answers(
        self,
        log: io.StringIO,
        back: dict[str, str],
        secrets_of: Callable[[Connection], dict[str, str]],
        admin_client: Client,
        settings: Any,
    ) -> None:
        deaf = f"http://127.0.0.1:{closed_port()}"
        settings.DATA_CENTERS = table(sandbox=deaf, only_sandbox=True)

        come_back(admin_client, back | {"accounts-server": deaf})

        secrets = secrets_of(Connection.objects.get()) | back
        assert "no_connection" in log.getvalue()
        for name in ("client secret", "code", "state"):
            assert secrets[name] not in log.getvalue()
