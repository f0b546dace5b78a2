from typing import Any
from urllib.parse import urlencode

import pytest

from tests.sandbox.client import REDIRECT_URI, SCOPE, Client, Reply, exchange
from tests.zoho import SandboxZoho


@pytest.fixture
def credentials(zoho: SandboxZoho) -> tuple[str, str]:
    return zoho.new_client(redirect_uris=[REDIRECT_URI])


def asked(credentials: tuple[str, str], **changes: str) -> dict[str, str]:
    return {
        "client_id": credentials[0],
        "response_type": "code",
        "redirect_uri": REDIRECT_URI,
        "scope": SCOPE,
        "access_type": "offline",
        "prompt": "consent",
        "state": "a-state-of-some-length",
    } | changes


def show(zoho: SandboxZoho, parameters: dict[str, str]) -> Reply:
    return Client(zoho).get(f"/oauth/v2/auth?{urlencode(parameters)}")


def decide(zoho: SandboxZoho, decision: str, parameters: dict[str, str]) -> Reply:
    return Client(zoho).submit("/oauth/v2/auth", decision=decision, **parameters)


class TestConsentPage:
    def test_lists_the_scopes_and_both_buttons(
        self, zoho: SandboxZoho, credentials: tuple[str, str]
    ) -> None:
        reply = show(zoho, asked(credentials))

        assert reply.status == 200
        assert "<code>ZohoCRM.modules.ALL</code>" in reply.text
        assert ">Accept<" in reply.text
        assert ">Reject<" in reply.text

    def test_escapes_what_it_repeats(
        self, zoho: SandboxZoho, credentials: tuple[str, str]
    ) -> None:
        reply = show(zoho, asked(credentials, state='"><script>'))

        assert "<script>" not in reply.text

    def test_offers_only_the_way_back_without_the_product(
        self, zoho: SandboxZoho
    ) -> None:
        zoho.reset(no_products=["Desk"])
        credentials = zoho.new_client(redirect_uris=[REDIRECT_URI])

        reply = show(zoho, asked(credentials))

        assert "Back to app" in reply.text
        assert ">Accept<" not in reply.text

    @pytest.mark.parametrize(
        ("change", "title"),
        [
            ({"client_id": "1000.NOBODY"}, "Invalid Client"),
            ({"redirect_uri": f"{REDIRECT_URI}/"}, "Invalid Redirect Uri"),
            ({"scope": "Desk.everything.READ"}, "Invalid OAuth Scope"),
            ({"scope": ""}, "Invalid OAuth Scope"),
            ({"response_type": "token"}, "Invalid Response Type"),
        ],
    )
    def test_keeps_mistakes_on_its_own_page(
        self,
        zoho: SandboxZoho,
        credentials: tuple[str, str],
        change: dict[str, Any],
        title: str,
    ) -> None:
        reply = show(zoho, asked(credentials, **change))

        assert reply.status == 400
        assert f"<h1>{title}</h1>" in reply.text
        assert "Location" not in reply.headers


class TestDecision:
    def test_comes_back_with_a_code(
        self, zoho: SandboxZoho, credentials: tuple[str, str]
    ) -> None:
        reply = decide(zoho, "accept", asked(credentials))

        assert reply.status == 302
        assert reply.headers["Location"].startswith(f"{REDIRECT_URI}?state=")
        assert reply.headers["Location"].endswith("&")
        assert reply.callback["state"] == "a-state-of-some-length"
        assert reply.callback["location"] == "sandbox"
        assert reply.callback["accounts-server"] == zoho.url

    def test_comes_back_denied(
        self, zoho: SandboxZoho, credentials: tuple[str, str]
    ) -> None:
        reply = decide(zoho, "reject", asked(credentials))

        assert reply.callback["error"] == "access_denied"
        assert reply.callback["state"] == "a-state-of-some-length"
        assert "code" not in reply.callback

    def test_cannot_be_accepted_without_the_product(self, zoho: SandboxZoho) -> None:
        zoho.reset(no_products=["Desk"])
        credentials = zoho.new_client(redirect_uris=[REDIRECT_URI])

        reply = decide(zoho, "accept", asked(credentials))

        assert reply.callback["error"] == "no_org"

    def test_never_redirects_to_a_foreign_address(
        self, zoho: SandboxZoho, credentials: tuple[str, str]
    ) -> None:
        foreign = asked(credentials, redirect_uri="http://example.com/")

        assert decide(zoho, "accept", foreign).status == 400


class TestCodeExchange:
    def code(
        self,
        zoho: SandboxZoho,
        credentials: tuple[str, str],
        **changes: str,
    ) -> str:
        return decide(zoho, "accept", asked(credentials, **changes)).callback["code"]

    def test_gives_both_tokens(
        self, zoho: SandboxZoho, credentials: tuple[str, str]
    ) -> None:
        code = self.code(zoho, credentials)

        body = exchange(zoho, credentials, code, redirect_uri=REDIRECT_URI)

        assert body["access_token"].startswith("1000.")
        assert body["refresh_token"].startswith("1000.")
        assert body["scope"] == SCOPE.replace(",", " ")
        assert body["api_domain"] == zoho.url
        assert body["token_type"] == "Bearer"
        assert body["expires_in"] == 3600

    def test_takes_a_code_once(
        self, zoho: SandboxZoho, credentials: tuple[str, str]
    ) -> None:
        code = self.code(zoho, credentials)
        exchange(zoho, credentials, code, redirect_uri=REDIRECT_URI)

        body = exchange(zoho, credentials, code, redirect_uri=REDIRECT_URI)

        assert body == {"error": "invalid_code"}

    def test_refuses_another_redirect_uri(
        self, zoho: SandboxZoho, credentials: tuple[str, str]
    ) -> None:
        code = self.code(zoho, credentials)

        body = exchange(zoho, credentials, code, redirect_uri="http://127.0.0.1/")

        assert body == {"error": "invalid_redirect_uri"}

    def test_refuses_the_code_of_another_client(
        self, zoho: SandboxZoho, credentials: tuple[str, str]
    ) -> None:
        code = self.code(zoho, credentials)
        other = zoho.new_client(redirect_uris=[REDIRECT_URI])

        body = exchange(zoho, other, code, redirect_uri=REDIRECT_URI)

        assert body == {"error": "invalid_code"}

    def test_gives_no_refresh_token_online(
        self, zoho: SandboxZoho, credentials: tuple[str, str]
    ) -> None:
        code = self.code(zoho, credentials, access_type="online")

        body = exchange(zoho, credentials, code, redirect_uri=REDIRECT_URI)

        assert "refresh_token" not in body

    def test_gives_no_second_refresh_token_unless_asked(
        self, zoho: SandboxZoho, credentials: tuple[str, str]
    ) -> None:
        self.code(zoho, credentials)
        code = self.code(zoho, credentials, prompt="")

        body = exchange(zoho, credentials, code, redirect_uri=REDIRECT_URI)

        assert "refresh_token" not in body

    def test_wants_the_verifier_of_a_challenge(
        self, zoho: SandboxZoho, credentials: tuple[str, str]
    ) -> None:
        code = self.code(
            zoho,
            credentials,
            code_challenge="E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
            code_challenge_method="S256",
        )

        body = exchange(zoho, credentials, code, redirect_uri=REDIRECT_URI)

        assert body == {"error": "invalid_request"}

    def test_takes_the_verifier_of_a_challenge(
        self, zoho: SandboxZoho, credentials: tuple[str, str]
    ) -> None:
        # The pair is the example of RFC 7636, appendix B.
        code = self.code(
            zoho,
            credentials,
            code_challenge="E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
            code_challenge_method="S256",
        )

        body = exchange(
            zoho,
            credentials,
            code,
            redirect_uri=REDIRECT_URI,
            code_verifier="dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
        )

        assert "access_token" in body

    def test_needs_no_redirect_uri_for_a_self_client(self, zoho: SandboxZoho) -> None:
        credentials = zoho.new_client("self")
        code = zoho.new_code(credentials[0], SCOPE)

        assert "refresh_token" in exchange(zoho, credentials, code)

    @pytest.mark.parametrize(
        ("change", "error"),
        [
            ({"client_id": "1000.NOBODY"}, "invalid_client"),
            ({"client_secret": "wrong"}, "invalid_client_secret"),
            ({}, "invalid_code"),
            ({"grant_type": "password"}, "general_error"),
        ],
    )
    def test_names_the_mistake_in_a_200(
        self,
        zoho: SandboxZoho,
        credentials: tuple[str, str],
        change: dict[str, Any],
        error: str,
    ) -> None:
        assert exchange(zoho, credentials, "1000.made.up", **change) == {"error": error}


class TestParametersRepliesS8:
    """However a client sends them, they are the same."""

    @pytest.fixture
    def credentials(self, zoho: SandboxZoho) -> tuple[str, str]:
        return zoho.new_client("self")

    @pytest.fixture
    def wanted(self, zoho: SandboxZoho, credentials: tuple[str, str]) -> dict[str, str]:
        body = exchange(zoho, credentials, zoho.new_code(credentials[0], SCOPE))
        return {
            "grant_type": "refresh_token",
            "client_id": credentials[0],
            "client_secret": credentials[1],
            "refresh_token": body["refresh_token"],
        }

    def test_come_in_parts(self, zoho: SandboxZoho, wanted: dict[str, str]) -> None:
        reply = Client(zoho).upload("/oauth/v2/token", **wanted)

        assert reply.json["access_token"]

    def test_come_in_the_address(
        self, zoho: SandboxZoho, wanted: dict[str, str]
    ) -> None:
        reply = Client(zoho).send("POST", f"/oauth/v2/token?{urlencode(wanted)}")

        assert reply.json["access_token"]
        assert wanted["client_secret"] not in str(zoho.journal())

    def test_come_by_two_ways_at_once(
        self, zoho: SandboxZoho, wanted: dict[str, str]
    ) -> None:
        client_id = wanted.pop("client_id")

        reply = Client(zoho).upload(f"/oauth/v2/token?client_id={client_id}", **wanted)

        assert reply.json["access_token"]

    def test_come_in_parts_with_a_code(
        self, zoho: SandboxZoho, credentials: tuple[str, str]
    ) -> None:
        wanted = {
            "grant_type": "authorization_code",
            "client_id": credentials[0],
            "client_secret": credentials[1],
            "code": zoho.new_code(credentials[0], SCOPE),
        }

        reply = Client(zoho).upload("/oauth/v2/token", **wanted)

        assert reply.json["refresh_token"]

    def test_come_in_the_address_of_a_revocation(
        self, zoho: SandboxZoho, wanted: dict[str, str]
    ) -> None:
        token = urlencode({"token": wanted["refresh_token"]})

        reply = Client(zoho).send("POST", f"/oauth/v2/token/revoke?{token}")

        assert reply.json == {"status": "success"}
        again = Client(zoho).submit("/oauth/v2/token", **wanted)
        assert again.json == {"error": "invalid_code"}


class TestRefresh:
    @pytest.fixture
    def grant(self, zoho: SandboxZoho) -> dict[str, str]:
        credentials = zoho.new_client("self")
        code = zoho.new_code(credentials[0], SCOPE)
        body = exchange(zoho, credentials, code)
        return {
            "grant_type": "refresh_token",
            "client_id": credentials[0],
            "client_secret": credentials[1],
            "refresh_token": body["refresh_token"],
        }

    def test_gives_an_access_token_that_works(
        self, zoho: SandboxZoho, grant: dict[str, str]
    ) -> None:
        zoho.expire_tokens()

        body = Client(zoho).submit("/oauth/v2/token", **grant).json

        assert "refresh_token" not in body
        assert Client(zoho, body["access_token"]).get("/crm/v8/org").status == 200

    def test_refuses_a_revoked_token(
        self, zoho: SandboxZoho, grant: dict[str, str]
    ) -> None:
        zoho.revoke_tokens()

        body = Client(zoho).submit("/oauth/v2/token", **grant).json

        assert body == {"error": "invalid_code"}

    def test_is_throttled_after_ten_in_ten_minutes(
        self, zoho: SandboxZoho, grant: dict[str, str]
    ) -> None:
        for _ in range(10):
            Client(zoho).submit("/oauth/v2/token", **grant)

        reply = Client(zoho).submit("/oauth/v2/token", **grant)

        assert reply.status == 400
        assert reply.json["error"] == "Access Denied"

    def test_loses_the_oldest_of_twenty_one_tokens(
        self, zoho: SandboxZoho, grant: dict[str, str]
    ) -> None:
        for _ in range(20):
            code = zoho.new_code(grant["client_id"], SCOPE)
            credentials = grant["client_id"], grant["client_secret"]
            exchange(zoho, credentials, code)

        body = Client(zoho).submit("/oauth/v2/token", **grant).json

        assert body == {"error": "invalid_code"}


class TestRevoke:
    def test_kills_the_access_tokens_of_a_refresh_token(
        self, zoho: SandboxZoho
    ) -> None:
        credentials = zoho.new_client("self")
        body = exchange(zoho, credentials, zoho.new_code(credentials[0], SCOPE))
        app = Client(zoho, body["access_token"])

        reply = app.submit("/oauth/v2/token/revoke", token=body["refresh_token"])

        assert reply.json == {"status": "success"}
        assert app.get("/crm/v8/org").json["code"] == "INVALID_TOKEN"

    def test_refuses_an_unknown_token(self, zoho: SandboxZoho) -> None:
        assert Client(zoho).submit("/oauth/v2/token/revoke", token="x").status == 400


class TestUserInfo:
    def test_tells_who_connected(self, client: Client) -> None:
        body = client.get("/oauth/user/info").json

        assert body["Email"] == "admin@example.com"
        assert body.keys() == {
            "First_Name",
            "Last_Name",
            "Display_Name",
            "Email",
            "ZUID",
        }

    def test_refuses_without_a_token(self, zoho: SandboxZoho) -> None:
        assert Client(zoho).get("/oauth/user/info").status == 401


class TestServers:
    def test_are_named_to_everybody(self, zoho: SandboxZoho) -> None:
        reply = Client(zoho).get("/oauth/serverinfo")

        assert reply.json == {"result": "success", "locations": {"sandbox": zoho.url}}
