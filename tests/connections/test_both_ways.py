"""What nobody could confirm about Zoho's sign-in, one way and the other (U01-U18)."""

from typing import Any

import pytest
from django.test import Client

from connections import features, services
from connections.messages.explain import explain
from connections.models import Connection, OAuthClient
from connections.product import named
from connections.setup import flow
from connections.tokens import outages, revocation
from connections.zoho import datacenters, oauth
from connections.zoho.errors import (
    PermissionMissing,
    RateLimited,
    Rejected,
    Unavailable,
    UnexpectedReply,
)
from connections.zoho.transport import Transport
from crm.envelope import CRM
from desk.envelope import DESK
from tests.connections import journey
from tests.connections.journey import come_back, leave, refused_with, step
from tests.recorded import body_of
from tests.support.pages import text
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User

TOKEN = "/oauth/v2/token"
PROFILE = "/oauth/user/info"
ORGANISATIONS = "/api/v1/organizations"
REVOKE = "/oauth/v2/token/revoke"
YOUNG = ["uk", "sg", "ae"]
UNSEEN = {"jp", "ca", "sa", *YOUNG}


def expire(connection: Connection) -> None:
    connection.grants.update(expires_at=connection.created_at, token_calls=[])


def check_of(connection: Connection, key: str) -> dict[str, Any]:
    found: dict[str, Any] = next(
        each for each in journey.stored(connection).checks if each["key"] == key
    )
    return found


class TestHostsOfYoungRegions:
    @pytest.mark.parametrize("code", YOUNG)
    def test_are_those_of_the_table_u01(self, code: str) -> None:
        row = datacenters.table()[code]

        assert row.hosts["desk"] == f"https://desk.zoho.{code}"
        assert row.api == f"https://www.zohoapis.{code}"

    @pytest.mark.parametrize("code", YOUNG)
    def test_or_are_corrected_after_a_sentence_that_names_them_u01(
        self, code: str
    ) -> None:
        host = f"desk.zoho.{code}"
        said = explain(Unavailable("name_not_found", host=host), step="read")
        rows = datacenters.table(corrections=f"{code}.desk=desk.zoho.example")

        assert f"no answer from {host}: its name could not be found" in said.cause
        assert rows[code].hosts["desk"] == "https://desk.zoho.example"


class TestConsoles:
    @pytest.mark.parametrize("kind", ["server", "self"])
    @pytest.mark.parametrize("code", ["us", "eu", "in", "au", "cn", *sorted(UNSEEN)])
    def test_that_nobody_has_seen_have_another_way_beside_them_u16(
        self, admin_client: Client, settings: Any, admin: User, code: str, kind: str
    ) -> None:
        settings.DATA_CENTERS = datacenters.table()
        made = journey.begin(admin, kind, region=code)

        page = admin_client.get(step(made)).content.decode()

        assert f'href="{made.data_center_row.hosts["console"]}"' in page
        assert ("leads to yours" in page) == (code in UNSEEN)
        is_first = 'href="https://api-console.zoho.com"' in page
        assert is_first == (code in {"us", *UNSEEN})

    def test_are_corrected_by_who_installs_the_portal_u16(self) -> None:
        rows = datacenters.table(corrections="jp.console=console.zoho.example")

        assert rows["jp"].hosts["console"] == "https://console.zoho.example"


class TestScopesThatAreAskedFor:
    """Whether Zoho takes spaces between them as well is not confirmed."""

    def test_have_commas_between_them_u17(
        self, zoho: SandboxZoho, admin_client: Client, draft: Connection
    ) -> None:
        journey.give_client(zoho, draft)

        asked = journey.query(leave(admin_client, draft))["scope"]

        assert asked.split(",") == list(features.scopes(draft.features))
        assert " " not in asked

    @pytest.mark.parametrize("between", [" ", ",", ", "])
    def test_are_read_with_anything_between_them_u17(
        self, zoho: SandboxZoho, connection: Connection, between: str
    ) -> None:
        row = connection.data_center_row
        scopes = between.join(["ZohoCRM.modules.ALL", "Desk.tickets.ALL"])
        body = {"access_token": "1000.a", "scope": scopes}
        zoho.script("POST", TOKEN, {"status": 200, "body": body})
        client = oauth.Client("1000.X", "s")

        token = oauth.refresh(Transport(row.origins), row, client, "1000.r")

        assert token.scopes == ("ZohoCRM.modules.ALL", "Desk.tickets.ALL")


class TestRejection:
    @pytest.mark.parametrize(
        ("error", "ref"), [("access_denied", "E07"), ("user_rejected", "E29")]
    )
    @pytest.mark.parametrize("is_from_somewhere", [True, False])
    def test_is_said_and_can_be_taken_back_u18(
        self,
        zoho: SandboxZoho,
        admin_client: Client,
        draft: Connection,
        error: str,
        ref: str,
        is_from_somewhere: bool,
    ) -> None:
        journey.give_client(zoho, draft)
        back = {"state": journey.query(leave(admin_client, draft))["state"]}
        if is_from_somewhere:
            back |= {"location": "sandbox", "accounts-server": zoho.url}

        answer: Any = admin_client.get("/oauth/callback/", back | {"error": error})

        assert admin_client.get(answer.url).context["problem"].ref == ref
        assert come_back(zoho, admin_client, draft).url == step(draft, "ready")


class TestServerInfo:
    @pytest.mark.parametrize(
        "answer",
        [
            {"status": 200, "body": {"result": "success", "locations": {}}},
            {"status": 404, "body": "<html>"},
            {"status": 200, "body": "<html>"},
        ],
        ids=str,
    )
    def test_is_an_answer_whatever_it_says_u02(
        self, zoho: SandboxZoho, connection: Connection, answer: dict[str, Any]
    ) -> None:
        row = connection.data_center_row
        zoho.script("GET", "/oauth/serverinfo", answer)

        assert oauth.is_answering(Transport(row.origins), row)

    def test_that_never_answers_stops_no_renewal_u02(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        expire(connection)
        zoho.script("POST", TOKEN, {"status": 503})
        services.test(connection)
        zoho.script("GET", "/oauth/serverinfo", {"status": 500, "times": 9})
        connection.grants.update(retry_at=connection.created_at, token_calls=[])

        outages.notice_end()

        assert journey.stored(connection).grants.get().failures == 0


class TestMistakeAtZoho:
    def test_stays_on_zohos_page_u03(
        self, zoho: SandboxZoho, admin_client: Client, draft: Connection
    ) -> None:
        page = admin_client.get(step(draft))

        said = text(page)
        for words in ("Invalid Redirect Uri", "Invalid Client", "Invalid OAuth Scope"):
            assert words in said
        assert "switch on yours there, under Settings" in said

    @pytest.mark.parametrize(
        ("error", "ref"),
        [("invalid_redirect_uri", "E01"), ("invalid_client", "E02")],
    )
    def test_or_is_sent_back_u03(
        self,
        zoho: SandboxZoho,
        admin_client: Client,
        draft: Connection,
        error: str,
        ref: str,
    ) -> None:
        page = refused_with(admin_client, draft, error)

        assert page.context["problem"].ref == ref


class TestWrongSecret:
    @pytest.mark.parametrize("code", ["invalid_client_secret", "invalid_client"])
    def test_has_either_name_u04(
        self,
        zoho: SandboxZoho,
        admin_client: Client,
        draft: Connection,
        code: str,
    ) -> None:
        journey.give_client(zoho, draft)
        zoho.script("POST", TOKEN, {"status": 200, "body": {"error": code}})

        page = admin_client.get(come_back(zoho, admin_client, draft).url)

        assert page.context["problem"].ref == "E03"


class TestUnclearErrors:
    @pytest.mark.parametrize("status", [200, 400])
    @pytest.mark.parametrize(
        "code", ["general_error", "invalid_grant", "invalid_request"]
    )
    def test_end_nothing_and_are_named_u05(
        self, zoho: SandboxZoho, connection: Connection, status: int, code: str
    ) -> None:
        expire(connection)
        zoho.script("POST", TOKEN, {"status": status, "body": {"error": code}})

        services.test(connection)

        assert journey.stored(connection).state == "active"
        assert code in check_of(connection, "signed_in")["text"]
        services.test(connection)
        assert check_of(connection, "signed_in")["ok"]


class TestThrottling:
    @pytest.mark.parametrize("status", [200, 400])
    def test_has_either_status_u06(
        self, zoho: SandboxZoho, connection: Connection, status: int
    ) -> None:
        expire(connection)
        body = body_of("accounts", "throttled")
        zoho.script("POST", TOKEN, {"status": status, "body": body})

        with pytest.raises(RateLimited):
            services.client_for(connection).call(CRM, "GET", "org")


class TestScopesOfTheAnswer:
    @pytest.mark.parametrize("is_said", [True, False])
    def test_are_said_or_found_by_asking_u07(
        self, zoho: SandboxZoho, connection: Connection, is_said: bool
    ) -> None:
        scopes = [] if not is_said else ["ZohoCRM.modules.ALL", "ZohoCRM.org.READ"]
        connection.grants.update(scopes=scopes)
        refusal = {"errorCode": "SCOPE_MISMATCH", "message": "no"}
        zoho.script("GET", "/api/v1/departments", {"status": 403, "body": refusal})

        services.test(connection)

        assert journey.stored(connection).lacking == ["desk.tickets"]
        assert "open tickets" in check_of(connection, "permissions")["text"]


class TestProfile:
    @pytest.mark.parametrize(
        ("answer", "said"),
        [
            (None, "as admin@example.com"),
            ({"status": 404, "body": "<html>"}, "yes"),
            ({"status": 401, "body": {"cause": "INVALID_OAUTHSCOPE"}}, "yes"),
        ],
    )
    def test_is_there_or_not_u08(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        answer: dict[str, Any] | None,
        said: str,
    ) -> None:
        if answer:
            zoho.script("GET", PROFILE, answer)

        services.test(connection)

        assert all(check["ok"] for check in journey.stored(connection).checks)
        assert check_of(connection, "signed_in")["text"] == said


class TestWriteScope:
    NARROW = ["ZohoCRM.modules.contacts.READ", "ZohoCRM.modules.contacts.WRITE"]
    REST = ["ZohoCRM.org.READ", "aaaserver.profile.READ"]

    @pytest.fixture
    def made(self, zoho: SandboxZoho, admin: User) -> Connection:
        draft = journey.begin(admin, OAuthClient.Kind.SELF, "crm.contacts")
        journey.give_client(zoho, draft)
        scopes = ",".join(self.NARROW + self.REST)
        code = zoho.new_code(draft.client.client_id, scopes)
        flow.connect_with_code(draft, code)
        return journey.stored(draft)

    def test_is_for_new_records_u09(self, zoho: SandboxZoho, made: Connection) -> None:
        client = services.client_for(made)

        contact = {"Last_Name": "Sample"}
        client.call(CRM, "POST", "Contacts", json={"data": [contact]})

        assert made.lacking == []

    def test_or_not_and_then_the_permission_is_named_u09(
        self, zoho: SandboxZoho, made: Connection
    ) -> None:
        refusal = {"status": 401, "body": body_of("crm", "scope_mismatch")}
        zoho.script("POST", "/crm/v8/Contacts", refusal)

        with pytest.raises(PermissionMissing) as caught:
            services.client_for(made).call(CRM, "POST", "Contacts", json={"data": [{}]})

        said = explain(caught.value, facts={"feature": "create contacts"})
        assert said.title == "A permission is missing: create contacts"


class TestLifeOfAToken:
    @pytest.mark.parametrize(
        "life",
        [
            {"expires_in": 3600},
            {"expires_in": 3_600_000},
            {"expires_in_sec": 3600, "expires_in": 3_600_000},
            {},
        ],
        ids=str,
    )
    def test_is_an_hour_however_it_is_counted_u11(
        self, zoho: SandboxZoho, connection: Connection, life: dict[str, int]
    ) -> None:
        row = connection.data_center_row
        body = {"access_token": "1000.a", "refresh_token": "1000.r"} | life
        zoho.script("POST", TOKEN, {"status": 200, "body": body})
        client = oauth.Client("1000.X", "s")

        token = oauth.exchange(Transport(row.origins), row, client, code="c")

        left = token.expires_at - connection.created_at
        assert 3500 < left.total_seconds() < 3700


class TestEndOfAGrant:
    @pytest.mark.parametrize(
        ("answer", "is_confirmed"),
        [
            ({"status": 200, "body": {"status": "success"}}, True),
            ({"status": 400, "body": {"error": "invalid_token"}}, True),
            ({"status": 404, "body": "<html>"}, False),
            ({"status": 200, "body": "<html>"}, False),
        ],
        ids=str,
    )
    def test_is_confirmed_or_kept_to_ask_again_u12(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        answer: dict[str, Any],
        is_confirmed: bool,
    ) -> None:
        zoho.script("POST", REVOKE, answer)

        assert revocation.disconnect(connection) == is_confirmed
        assert connection.grants.exists() != is_confirmed
        assert journey.stored(connection).state == "disconnected"


class TestMissingScopeAtDesk:
    @pytest.mark.parametrize("status", [401, 403])
    def test_has_either_status_u13(
        self, zoho: SandboxZoho, connection: Connection, status: int
    ) -> None:
        refusal = {"errorCode": "SCOPE_MISMATCH", "message": "no"}
        zoho.script("GET", ORGANISATIONS, {"status": status, "body": refusal})
        zoho.clear_journal()

        with pytest.raises(PermissionMissing):
            services.client_for(connection).call(DESK, "GET", "organizations")

        assert TOKEN not in journey.paths(zoho)


class TestWhoAnswered:
    @pytest.mark.parametrize("is_named", [True, False])
    def test_is_named_or_is_the_chosen_region_u14(
        self,
        zoho: SandboxZoho,
        admin_client: Client,
        draft: Connection,
        is_named: bool,
    ) -> None:
        journey.give_client(zoho, draft)
        back = journey.decide(zoho, leave(admin_client, draft))
        if not is_named:
            del back["location"], back["accounts-server"]

        answer: Any = admin_client.get("/oauth/callback/", back)

        assert answer.url == step(draft, "ready")


class TestOldVersion:
    @pytest.mark.parametrize(
        ("status", "body", "kind"),
        [
            (403, {"code": "AUTHTOKEN_DEPRECATED"}, PermissionMissing),
            (404, {"code": "INVALID_URL_PATTERN"}, Rejected),
            (410, "<html>", UnexpectedReply),
        ],
    )
    def test_works_or_says_that_it_is_over_u15(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        status: int,
        body: Any,
        kind: type[Exception],
    ) -> None:
        services.use_version(connection, named("crm"), "v2")
        assert all(check["ok"] for check in journey.stored(connection).checks)
        answer = {"status": status, "body": body}
        zoho.script("GET", "/crm/v2/Contacts", answer, answer)

        with pytest.raises(kind):
            services.client_for(connection).call(
                CRM, "GET", "Contacts", params={"fields": "Last_Name"}
            )
        services.test(connection)

        check = check_of(connection, "crm_contacts")
        assert not check["ok"]
        assert check["next_step"]
