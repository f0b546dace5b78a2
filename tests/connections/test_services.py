from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.utils import timezone

from connections import services
from connections.models import Connection, OAuthClient
from connections.setup import clients, drafts, flow
from connections.tokens import revocation, vault
from connections.zoho import datacenters
from connections.zoho.errors import ReconnectRequired, Unavailable
from crm.envelope import CRM
from tests.connections import journey
from tests.openapi import recorder
from tests.recorded import body_of
from tests.sandbox.client import Client as Browser
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User

TOKEN = "/oauth/v2/token"
REVOKE = "/oauth/v2/token/revoke"
ORGANISATIONS = "/api/v1/organizations"


@pytest.fixture(scope="module")
def running_europe() -> Iterator[SandboxZoho]:
    with SandboxZoho("--location", "eu") as zoho:
        yield zoho
        assert recorder.problems(zoho.take_requests()) == []


@pytest.fixture
def europe(running_europe: SandboxZoho, settings: Any) -> SandboxZoho:
    """A second region, with a sandbox of its own."""
    rows = datacenters.table(sandbox=f"eu={running_europe.url}", only_sandbox=True)
    settings.DATA_CENTERS = {**django_settings.DATA_CENTERS, **rows}
    running_europe.reset()
    running_europe.clear_journal()
    return running_europe


def connect(zoho: SandboxZoho, connection: Connection, person: User) -> None:
    """Go through Zoho's consent page with a fresh client."""
    journey.give_client(zoho, connection)
    code = journey.approve(zoho, connection, person)
    flow.complete_consent(connection, code, connection.data_center_row)


def reconnect(zoho: SandboxZoho, connection: Connection) -> None:
    code = journey.new_code(zoho, connection)
    flow.connect_with_code(connection, code)


def refresh_tokens(connection: Connection) -> list[str]:
    grants = connection.grants.order_by("created_at")
    return [vault.unseal(grant, "sealed_refresh_token") for grant in grants]


def works(connection: Connection) -> bool:
    client = services.client_for(journey.stored(connection))
    return bool(client.call(CRM, "GET", "org")["org"])


class TestRedirectDoor:
    def test_leads_to_an_active_connection(
        self, zoho: SandboxZoho, draft: Connection, admin: User
    ) -> None:
        connect(zoho, draft, admin)

        found = journey.stored(draft)
        assert found.state == "active"
        assert (found.name, found.slug) == ("Example Ltd", "example-ltd")
        assert found.zoho_user == "admin@example.com"
        assert [check["ok"] for check in found.checks] == [True] * 11
        assert works(draft)

    def test_takes_another_address_for_a_second_one_of_the_same_name(
        self, zoho: SandboxZoho, connection: Connection, draft: Connection, admin: User
    ) -> None:
        connect(zoho, draft, admin)

        found = journey.stored(draft)
        assert found.name == connection.name
        assert found.slug.startswith("example-ltd-")

    def test_goes_to_the_region_that_answered_r10(
        self,
        zoho: SandboxZoho,
        europe: SandboxZoho,
        draft: Connection,
        admin: User,
    ) -> None:
        journey.give_client(europe, draft)
        address = flow.consent_url(draft, person=admin, session_key="s")
        back = Browser(europe).submit(
            "/oauth/v2/auth", **journey.query(address), decision="accept"
        )
        region = flow.answering_region(
            draft, back.callback["location"], back.callback["accounts-server"]
        )
        assert region is not None

        flow.complete_consent(draft, back.callback["code"], region)

        assert journey.stored(draft).data_center == "eu"
        assert TOKEN not in journey.paths(zoho)
        assert works(draft)

    def test_leaves_a_working_connection_where_it_is_when_another_region_fails(
        self, zoho: SandboxZoho, europe: SandboxZoho, connection: Connection
    ) -> None:
        region = django_settings.DATA_CENTERS["eu"]

        with pytest.raises(ReconnectRequired):
            flow.complete_consent(journey.stored(connection), "1000.c", region)

        assert journey.stored(connection).data_center == "sandbox"
        assert works(connection)


class TestAnsweringRegion:
    @pytest.mark.parametrize(
        ("location", "is_own_server", "is_known"),
        [
            ("sandbox", True, True),
            ("", False, True),
            ("eu", True, False),
            ("sandbox", False, False),
            ("", True, False),
        ],
    )
    def test_must_be_named_twice(
        self,
        zoho: SandboxZoho,
        draft: Connection,
        location: str,
        is_own_server: bool,
        is_known: bool,
    ) -> None:
        server = zoho.url if is_own_server else ""

        found = flow.answering_region(draft, location, server)

        assert (found is not None) == is_known


class TestSelfClientDoor:
    def test_leads_to_an_active_connection(
        self, zoho: SandboxZoho, admin: User
    ) -> None:
        draft = journey.begin(admin, OAuthClient.Kind.SELF)
        journey.give_client(zoho, draft)

        flow.connect_with_code(draft, journey.new_code(zoho, draft))

        assert journey.stored(draft).state == "active"
        assert works(draft)

    def test_is_named_after_the_user_when_no_organisation_answers(
        self, zoho: SandboxZoho, admin: User
    ) -> None:
        draft = journey.begin(admin, OAuthClient.Kind.SELF, "crm.contacts")
        journey.give_client(zoho, draft)
        zoho.script("GET", "/crm/v8/org", {"status": 500})

        flow.connect_with_code(draft, journey.new_code(zoho, draft))

        assert journey.stored(draft).name == "admin@example.com"

    def test_bears_names_of_any_length(self, zoho: SandboxZoho, admin: User) -> None:
        draft = journey.begin(admin, OAuthClient.Kind.SELF, "crm.contacts")
        journey.give_client(zoho, draft)
        org = {"org": [{"zgid": "1", "company_name": "Ä" * 5_000}]}
        zoho.script("GET", "/crm/v8/org", {"status": 200, "body": org})
        user = {"Email": "e" * 5_000}
        zoho.script("GET", "/oauth/user/info", {"status": 200, "body": user})

        flow.connect_with_code(draft, journey.new_code(zoho, draft))

        assert journey.stored(draft).is_active

    def test_tells_region_from_expiry_when_the_first_call_is_refused(
        self, zoho: SandboxZoho, admin: User
    ) -> None:
        draft = journey.begin(admin, OAuthClient.Kind.SELF, "crm.contacts")
        journey.give_client(zoho, draft)
        refusal = {"status": 401, "body": body_of("crm", "invalid_token")}
        zoho.script("GET", "/crm/v8/org", refusal)

        flow.connect_with_code(draft, journey.new_code(zoho, draft))

        (check,) = [
            check
            for check in journey.stored(draft).checks
            if check["key"] == "crm_organisation"
        ]
        assert "this mostly means another region" in check["text"]


class TestFailedExchange:
    @pytest.mark.parametrize(
        ("answer", "failure"),
        [
            ({"status": 200, "body": {"error": "invalid_code"}}, ReconnectRequired),
            ({"status": 200, "body": {"error": "invalid_client"}}, ReconnectRequired),
            ({"status": 500, "body": "<p>"}, Unavailable),
            ({"drop": "after"}, Unavailable),
        ],
        ids=str,
    )
    def test_stores_nothing_f01(
        self,
        zoho: SandboxZoho,
        draft: Connection,
        admin: User,
        answer: dict[str, Any],
        failure: type[Exception],
    ) -> None:
        zoho.script("POST", TOKEN, answer)

        with pytest.raises(failure):
            connect(zoho, draft, admin)

        found = journey.stored(draft)
        assert found.is_draft
        assert not found.grants.exists()

    def test_stores_nothing_without_a_refresh_token_f06(
        self, zoho: SandboxZoho, draft: Connection, admin: User
    ) -> None:
        body = body_of("accounts", "refreshed") | {"api_domain": zoho.url}
        zoho.script("POST", TOKEN, {"status": 200, "body": body})

        with pytest.raises(ReconnectRequired) as caught:
            connect(zoho, draft, admin)

        assert caught.value.code == "no_refresh_token"
        assert not journey.stored(draft).grants.exists()
        assert journey.paths(zoho)[-1] == TOKEN


class TestReconnect:
    def test_keeps_everything_but_the_grant_r09(
        self, zoho: SandboxZoho, connection: Connection, staff: User
    ) -> None:
        services.rename(connection, "Our Zoho")
        before = journey.stored(connection)
        (old,) = refresh_tokens(connection)

        reconnect(zoho, journey.stored(connection))

        after = journey.stored(connection)
        (new,) = refresh_tokens(connection)
        assert (after.pk, after.name, after.slug) == (
            before.pk,
            "Our Zoho",
            before.slug,
        )
        assert list(after.members.all()) == [staff]
        assert new != old
        assert works(connection)

    def test_revokes_the_old_grant_only_after_the_new_one_is_proven_f11(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        (old,) = refresh_tokens(connection)

        reconnect(zoho, journey.stored(connection))

        seen = journey.paths(zoho)
        (revoked,) = [e for e in zoho.journal() if e["path"] == REVOKE]
        assert seen.index(TOKEN) < seen.index("/oauth/user/info") < seen.index(REVOKE)
        assert revoked["form"]["token"] == f"…{old[-4:]}"

    def test_mends_a_connection_that_zoho_ended(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        zoho.revoke_tokens()
        with pytest.raises(ReconnectRequired):
            works(connection)

        reconnect(zoho, journey.stored(connection))

        assert journey.stored(connection).is_active
        assert works(connection)

    def test_keeps_the_old_grant_when_the_new_one_cannot_be_had(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        with pytest.raises(ReconnectRequired):
            flow.connect_with_code(journey.stored(connection), "1000.used")

        assert REVOKE not in journey.paths(zoho)
        assert works(connection)

    @pytest.mark.parametrize(
        "others", [[("7", "Other Ltd")], [("7", "Other Ltd"), ("8", "Third Ltd")]]
    )
    def test_refuses_another_organisation_and_gives_its_grant_back(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        others: list[tuple[str, str]],
    ) -> None:
        before = refresh_tokens(connection)
        zoho.script("GET", ORGANISATIONS, journey.organisations(*others))

        with pytest.raises(flow.OtherOrganisation) as caught:
            reconnect(zoho, journey.stored(connection))

        assert caught.value.message == "Example Ltd"
        assert refresh_tokens(connection) == before
        assert zoho.effects()[-1] == "token revoked"
        assert works(connection)

    def test_mends_a_disconnected_connection(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        revocation.disconnect(connection)

        reconnect(zoho, journey.stored(connection))

        assert journey.stored(connection).is_active
        assert works(connection)

    def test_keeps_the_client_in_use_until_another_one_is_proven(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        clients.save_client(
            journey.stored(connection), client_id="1000.TYPO", secret="typo"
        )
        zoho.expire_tokens()

        assert works(connection)


class TestSaveClient:
    def test_keeps_the_secret_where_none_is_given(
        self, zoho: SandboxZoho, draft: Connection
    ) -> None:
        clients.save_client(draft, client_id="1000.A", secret="the-secret-abcd")

        clients.save_client(draft, client_id="1000.B", secret="")

        (secret,) = draft.client.secrets.all()
        assert journey.stored(draft).client.client_id == "1000.B"
        assert vault.unseal(secret, "sealed") == "the-secret-abcd"
        assert secret.ending == "abcd"
        assert "the-secret" not in secret.sealed


class TestChooseAccount:
    def test_settles_on_one_of_several_organisations(
        self, zoho: SandboxZoho, admin: User
    ) -> None:
        zoho.reset(desk_organizations=[{"name": "First"}, {"name": "Second"}])
        draft = journey.begin(admin, OAuthClient.Kind.SELF)
        journey.give_client(zoho, draft)
        flow.connect_with_code(draft, journey.new_code(zoho, draft))
        (_, second) = journey.stored(draft).choices["desk"]
        zoho.clear_journal()

        services.choose_account(journey.stored(draft), "desk", second[0])

        found = journey.stored(draft)
        calls = {e["path"]: e["org_id"] for e in zoho.journal()}
        assert second[1] == "Second"
        assert found.choices == {}
        assert calls["/api/v1/departments"] == second[0]
        assert found.product_accounts.get(product="desk").name == "Second"


class TestDisconnect:
    def test_revokes_and_wipes(self, zoho: SandboxZoho, connection: Connection) -> None:
        confirmed = revocation.disconnect(connection)

        assert confirmed
        assert journey.stored(connection).state == "disconnected"
        assert not connection.grants.exists()
        assert zoho.effects() == ["token revoked"]

    @pytest.mark.parametrize(
        "answer",
        [
            {"status": 500, "body": "<p>"},
            {"status": 400, "body": {"error": "Access Denied"}},
            {"drop": "before"},
        ],
        ids=str,
    )
    def test_a22_keeps_only_what_asks_again_when_zoho_does_not_confirm(
        self, zoho: SandboxZoho, connection: Connection, answer: dict[str, Any]
    ) -> None:
        zoho.script("POST", REVOKE, answer)

        confirmed = revocation.disconnect(connection)

        assert not confirmed
        assert journey.stored(connection).state == "disconnected"
        kept = connection.grants.get()
        assert not kept.is_current
        assert not kept.sealed_access_token
        assert revocation.revoke_pending() == (1, 0)
        assert not connection.grants.exists()

    def test_a22_gives_up_after_a_day(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        down = {"status": 500, "body": "<p>"}
        zoho.script("POST", REVOKE, down, down, down)
        revocation.disconnect(connection)
        assert revocation.revoke_pending() == (0, 1)
        long_ago = timezone.now() - revocation.KEEP_UNCONFIRMED - timedelta(minutes=1)
        connection.grants.update(ended_at=long_ago)

        assert revocation.revoke_pending() == (0, 0)

        assert not connection.grants.exists()

    def test_ends_every_further_call_here(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        revocation.disconnect(connection)
        zoho.clear_journal()

        with pytest.raises(ReconnectRequired):
            works(connection)

        assert zoho.journal() == []


class TestDiscardDraft:
    def test_deletes_the_draft_with_its_secret(
        self, zoho: SandboxZoho, draft: Connection
    ) -> None:
        journey.give_client(zoho, draft)

        drafts.discard(draft)

        assert not Connection.objects.exists()
        assert not OAuthClient.objects.exists()

    def test_leaves_a_connection_alone(self, connection: Connection) -> None:
        drafts.discard(connection)

        assert Connection.objects.get().grants.exists()


class TestTest:
    def test_notes_what_fails_and_what_passes(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        zoho.script("GET", "/crm/v8/Contacts", {"status": 500, "body": "<p>"})

        services.test(connection)

        failed = [check for check in connection.checks if not check["ok"]]
        assert [check["key"] for check in failed] == ["crm_contacts"]

    def test_keeps_the_state_that_the_broker_found(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        zoho.revoke_tokens()

        services.test(connection)

        assert journey.stored(connection).state == "reconnect"

    def test_asks_nobody_without_a_connection(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        revocation.disconnect(connection)
        zoho.clear_journal()

        services.test(journey.stored(connection))

        assert zoho.journal() == []
