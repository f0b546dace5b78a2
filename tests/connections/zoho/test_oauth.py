from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from connections.zoho import oauth
from connections.zoho.datacenters import DataCenter, table
from connections.zoho.errors import (
    RateLimited,
    ReconnectRequired,
    Unavailable,
    UnexpectedReply,
)
from connections.zoho.transport import Transport
from tests.recorded import body_of
from tests.zoho import SandboxZoho

SCOPE = "ZohoCRM.modules.contacts.READ,ZohoCRM.org.READ"
TOKEN = "/oauth/v2/token"


@pytest.fixture
def region(zoho: SandboxZoho) -> DataCenter:
    return table(sandbox=zoho.url, only_sandbox=True)["sandbox"]


@pytest.fixture
def transport(region: DataCenter) -> Transport:
    return Transport(region.origins)


@pytest.fixture
def client(zoho: SandboxZoho) -> oauth.Client:
    return oauth.Client(*zoho.new_client("self"))


def answer(zoho: SandboxZoho, body: object, status: int = 200) -> None:
    zoho.script("POST", TOKEN, {"status": status, "body": body})


def exchanged(zoho: SandboxZoho, **changes: Any) -> dict[str, Any]:
    """Return Zoho's recorded answer for this region; None takes a key out."""
    body = body_of("accounts", "exchanged") | {"api_domain": zoho.url} | changes
    return {name: value for name, value in body.items() if value is not None}


class TestAuthorizeUrl:
    def test_asks_for_a_lasting_grant_of_just_these_scopes(self) -> None:
        url = oauth.authorize_url(
            table()["ca"],
            client_id="1000.ABC",
            redirect_uri="https://portal.example.com/oauth/callback/",
            scopes=["ZohoCRM.org.READ", "Desk.basic.READ"],
            state="a b&c",
        )

        assert url.startswith("https://accounts.zohocloud.ca/oauth/v2/auth?")
        assert parse_qs(urlsplit(url).query) == {
            "client_id": ["1000.ABC"],
            "response_type": ["code"],
            "redirect_uri": ["https://portal.example.com/oauth/callback/"],
            "scope": ["ZohoCRM.org.READ,Desk.basic.READ"],
            "access_type": ["offline"],
            "prompt": ["consent"],
            "state": ["a b&c"],
        }


class TestExchange:
    def test_trades_a_code_for_tokens(
        self,
        zoho: SandboxZoho,
        region: DataCenter,
        transport: Transport,
        client: oauth.Client,
    ) -> None:
        code = zoho.new_code(client.client_id, SCOPE)

        token = oauth.exchange(transport, region, client, code=code)

        life = token.expires_at - datetime.now(UTC)
        assert token.access
        assert token.refresh
        assert token.scopes == tuple(SCOPE.split(","))
        assert timedelta(minutes=59) < life <= timedelta(hours=1)

    def test_sends_everything_in_the_form(
        self,
        zoho: SandboxZoho,
        region: DataCenter,
        transport: Transport,
        client: oauth.Client,
    ) -> None:
        answer(zoho, exchanged(zoho))

        oauth.exchange(
            transport, region, client, code="c" * 20, redirect_uri="https://a"
        )

        entry = zoho.journal()[-1]
        assert entry["query"] == {}
        assert entry["form"] == {
            "grant_type": "authorization_code",
            "code": "…cccc",
            "redirect_uri": "https://a",
            "client_id": client.client_id,
            "client_secret": f"…{client.secret[-4:]}",
        }

    def test_sends_no_redirect_uri_for_a_self_client(
        self,
        zoho: SandboxZoho,
        region: DataCenter,
        transport: Transport,
        client: oauth.Client,
    ) -> None:
        answer(zoho, exchanged(zoho))

        oauth.exchange(transport, region, client, code="c")

        assert "redirect_uri" not in zoho.journal()[-1]["form"]

    @pytest.mark.parametrize(
        ("life", "seconds"),
        [
            ({"expires_in": 1800}, 1800),
            ({"expires_in": "1800"}, 1800),
            ({"expires_in": 1800.9}, 1800),
            ({"expires_in": None}, 3600),
            ({"expires_in": 0}, 3600),
            ({"expires_in": -5}, 3600),
            ({"expires_in": 59}, 3600),
            ({"expires_in": 86_400}, 86_400),
            ({"expires_in": 86_401}, 3600),
            ({"expires_in": 3_600_000}, 3600),
            ({"expires_in": 3_600_000, "expires_in_sec": 1800}, 1800),
            ({"expires_in": None, "expires_in_sec": 1800}, 1800),
            ({"expires_in": 1e300}, 3600),
            ({"expires_in": "an hour"}, 3600),
            ({"expires_in": [3600]}, 3600),
            ({"expires_in": {}}, 3600),
        ],
        ids=str,
    )
    def test_reads_any_life_of_a_token_f07(
        self,
        zoho: SandboxZoho,
        region: DataCenter,
        transport: Transport,
        client: oauth.Client,
        life: dict[str, Any],
        seconds: int,
    ) -> None:
        answer(zoho, exchanged(zoho, **life))

        token = oauth.exchange(transport, region, client, code="c")

        left = token.expires_at - datetime.now(UTC)
        assert abs(left - timedelta(seconds=seconds)) < timedelta(seconds=10)

    def test_survives_an_endless_life_f07(
        self,
        zoho: SandboxZoho,
        region: DataCenter,
        transport: Transport,
        client: oauth.Client,
    ) -> None:
        answer(zoho, '{"access_token": "1000.a", "expires_in": 1e999}')

        token = oauth.exchange(transport, region, client, code="c")

        assert token.expires_at < datetime.now(UTC) + timedelta(hours=1)

    @pytest.mark.parametrize(
        ("scope", "scopes"),
        [
            ("A.b.READ C.d.ALL", ("A.b.READ", "C.d.ALL")),
            ("A.b.READ,C.d.ALL", ("A.b.READ", "C.d.ALL")),
            (" A.b.READ, C.d.ALL ", ("A.b.READ", "C.d.ALL")),
            ("", ()),
            (None, ()),
            (["A.b.READ"], ()),
            (7, ()),
        ],
        ids=str,
    )
    def test_reads_the_scopes_however_they_come_f08(
        self,
        zoho: SandboxZoho,
        region: DataCenter,
        transport: Transport,
        client: oauth.Client,
        scope: object,
        scopes: tuple[str, ...],
    ) -> None:
        answer(zoho, exchanged(zoho, scope=scope))

        token = oauth.exchange(transport, region, client, code="c")

        assert token.scopes == scopes

    @pytest.mark.parametrize(
        "domain", ["https://evil.example", "https://www.zohoapis.com", ["x"], 7]
    )
    def test_refuses_an_answer_of_another_region_f09(
        self,
        zoho: SandboxZoho,
        region: DataCenter,
        transport: Transport,
        client: oauth.Client,
        domain: object,
    ) -> None:
        answer(zoho, exchanged(zoho, api_domain=domain))

        with pytest.raises(UnexpectedReply):
            oauth.exchange(transport, region, client, code="c")

    @pytest.mark.parametrize("domain", [None, ""])
    def test_takes_an_answer_that_names_no_region_f09(
        self,
        zoho: SandboxZoho,
        region: DataCenter,
        transport: Transport,
        client: oauth.Client,
        domain: str | None,
    ) -> None:
        answer(zoho, exchanged(zoho, api_domain=domain))

        assert oauth.exchange(transport, region, client, code="c").access

    @pytest.mark.parametrize("access", [None, "", 7, ["x"], {}])
    def test_takes_no_success_without_a_token(
        self,
        zoho: SandboxZoho,
        region: DataCenter,
        transport: Transport,
        client: oauth.Client,
        access: object,
    ) -> None:
        answer(zoho, exchanged(zoho, access_token=access))

        with pytest.raises(UnexpectedReply):
            oauth.exchange(transport, region, client, code="c")

    @pytest.mark.parametrize("refresh", [None, 7, ["x"]])
    def test_tells_that_no_refresh_token_came_f06(
        self,
        zoho: SandboxZoho,
        region: DataCenter,
        transport: Transport,
        client: oauth.Client,
        refresh: object,
    ) -> None:
        answer(zoho, exchanged(zoho, refresh_token=refresh))

        assert oauth.exchange(transport, region, client, code="c").refresh == ""

    def test_shows_neither_token_nor_secret(
        self,
        zoho: SandboxZoho,
        region: DataCenter,
        transport: Transport,
        client: oauth.Client,
    ) -> None:
        code = zoho.new_code(client.client_id, SCOPE)

        token = oauth.exchange(transport, region, client, code=code)

        shown = f"{token} {token!r} {client} {client!r}"
        assert not [
            secret
            for secret in (token.access, token.refresh, client.secret)
            if secret in shown
        ]

    def test_says_which_code_zoho_gave_f01(
        self,
        zoho: SandboxZoho,
        region: DataCenter,
        transport: Transport,
        client: oauth.Client,
    ) -> None:
        with pytest.raises(ReconnectRequired) as caught:
            oauth.exchange(transport, region, client, code="1000.used")

        assert caught.value.code == "invalid_code"
        assert "1000.used" not in repr(caught.value)

    @pytest.mark.parametrize("drop", ["before", "after"])
    def test_tries_later_when_the_line_breaks(
        self,
        zoho: SandboxZoho,
        region: DataCenter,
        transport: Transport,
        client: oauth.Client,
        drop: str,
    ) -> None:
        zoho.script("POST", TOKEN, {"drop": drop})

        with pytest.raises(Unavailable):
            oauth.exchange(transport, region, client, code="c")


class TestRefresh:
    def test_brings_another_access_token_only(
        self,
        zoho: SandboxZoho,
        region: DataCenter,
        transport: Transport,
        client: oauth.Client,
    ) -> None:
        code = zoho.new_code(client.client_id, SCOPE)
        first = oauth.exchange(transport, region, client, code=code)

        second = oauth.refresh(transport, region, client, first.refresh)

        assert second.access != first.access
        assert second.refresh == ""

    def test_waits_when_zoho_throttles_f02(
        self,
        zoho: SandboxZoho,
        region: DataCenter,
        transport: Transport,
        client: oauth.Client,
    ) -> None:
        answer(zoho, body_of("accounts", "throttled"), 400)

        with pytest.raises(RateLimited):
            oauth.refresh(transport, region, client, "1000.r")


class TestRevoke:
    def test_ends_the_refresh_token(
        self,
        zoho: SandboxZoho,
        region: DataCenter,
        transport: Transport,
        client: oauth.Client,
    ) -> None:
        code = zoho.new_code(client.client_id, SCOPE)
        token = oauth.exchange(transport, region, client, code=code)

        oauth.revoke(transport, region, token.refresh)

        assert zoho.effects()[-1] == "token revoked"
        assert zoho.journal()[-1]["query"] == {}

    def test_takes_a_token_that_zoho_does_not_know_for_ended(
        self, zoho: SandboxZoho, region: DataCenter, transport: Transport
    ) -> None:
        oauth.revoke(transport, region, "1000.unknown")

        assert zoho.journal()[-1]["status"] == 400

    def test_says_when_zoho_did_not_confirm_it(
        self, zoho: SandboxZoho, region: DataCenter, transport: Transport
    ) -> None:
        busy = {"status": 500, "body": "<p>"}
        zoho.script("POST", "/oauth/v2/token/revoke", busy)

        with pytest.raises(Unavailable):
            oauth.revoke(transport, region, "1000.unknown")
