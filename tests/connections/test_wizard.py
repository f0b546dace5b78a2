from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings as django_settings
from django.test import Client

from connections import features
from connections.models import Connection, OAuthClient
from connections.zoho import datacenters
from tests.connections import journey
from tests.connections.journey import TOKEN, come_back, step
from tests.openapi import recorder
from tests.recorded import body_of
from tests.support.pages import text
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User

NEW = "/connections/new/"
SECRET = "a-very-secret-value-9f3c"
ANSWERS: dict[str, Any] = {
    "data_center": "sandbox",
    "features": ["crm.contacts", "desk.tickets"],
    "kind": "server",
}


@pytest.fixture(scope="module")
def running_europe() -> Iterator[SandboxZoho]:
    with SandboxZoho("--location", "eu") as zoho:
        yield zoho
        assert recorder.problems(zoho.take_requests()) == []


@pytest.fixture
def self_draft(zoho: SandboxZoho, admin: User) -> Connection:
    return journey.begin(admin, OAuthClient.Kind.SELF)


def problem_after(
    zoho: SandboxZoho, client: Client, connection: Connection, answer: dict[str, Any]
) -> Any:
    """Return the page that a failed exchange leads back to."""
    journey.give_client(zoho, connection)
    zoho.script("POST", TOKEN, answer)
    return client.get(come_back(zoho, client, connection).url)


class TestAccount:
    def test_shows_regions_features_and_doors(self, admin_client: Client) -> None:
        page = text(admin_client.get(NEW))

        assert "Sandbox" in page
        assert "Create and update contacts" in page
        assert "Open tickets" in page
        assert "Paste a code (Self Client)" in page

    def test_ticks_the_least_beforehand_r40(self, admin_client: Client) -> None:
        form = admin_client.get(NEW).context["form"]

        assert form["features"].value() == ["crm.contacts"]
        assert form["kind"].value() == "server"

    def test_makes_a_draft_and_goes_on(self, admin: User, admin_client: Client) -> None:
        answer: Any = admin_client.post(NEW, ANSWERS)

        draft = Connection.objects.get()
        assert answer.url == step(draft)
        assert (draft.state, draft.data_center) == ("draft", "sandbox")
        assert draft.features == ANSWERS["features"]
        assert draft.created_by == admin

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"data_center": ""}, "data_center"),
            ({"data_center": "moon"}, "data_center"),
            ({"features": []}, "features"),
            ({"features": ["parcels.parcels"]}, "features"),
            ({"kind": ""}, "kind"),
            ({"kind": "magic"}, "kind"),
            ({"data_center": "", "address": "https://evil.example"}, "address"),
            ({"data_center": "", "address": "http://["}, "address"),
            ({"data_center": "", "address": "x" * 501}, "address"),
        ],
        ids=str,
    )
    def test_shows_a_sentence_beside_a_wrong_value_and_keeps_the_rest(
        self, admin_client: Client, changes: dict[str, Any], field: str
    ) -> None:
        page = admin_client.post(NEW, ANSWERS | changes)

        form = page.context["form"]
        assert field in form.errors
        for name, value in (ANSWERS | changes).items():
            assert form[name].value() == value
        assert not Connection.objects.exists()

    def test_finds_the_region_of_a_pasted_address(
        self, admin_client: Client, settings: Any
    ) -> None:
        settings.DATA_CENTERS = datacenters.table()
        pasted = {"data_center": "", "address": "https://crm.zoho.eu/crm/org1/tab/Home"}

        admin_client.post(NEW, ANSWERS | pasted)

        assert Connection.objects.get().data_center == "eu"

    def test_can_be_changed_while_the_setup_is_not_finished(
        self, admin_client: Client, draft: Connection
    ) -> None:
        form = admin_client.get(step(draft, "account")).context["form"]
        assert form["features"].value() == ANSWERS["features"]

        admin_client.post(
            step(draft, "account"),
            ANSWERS | {"features": ["desk.tickets"], "kind": "self"},
        )

        found = journey.stored(draft)
        assert found.features == ["desk.tickets"]
        assert found.is_self_client

    def test_is_over_once_the_connection_works(
        self, admin_client: Client, connection: Connection
    ) -> None:
        assert admin_client.get(step(connection, "account")).status_code == 404


class TestClient:
    def test_shows_what_to_copy_r01(
        self, admin_client: Client, draft: Connection
    ) -> None:
        page = admin_client.get(step(draft), headers={"X-Forwarded-Port": "5678"})

        scopes = ",".join(features.scopes(draft.features))
        assert page.context["redirect_uri"] == django_settings.REDIRECT_URI
        assert django_settings.REDIRECT_URI in text(page)
        assert scopes in text(page)
        assert "I saw an error on Zoho's page" in text(page)

    def test_leads_to_zoho_with_the_same_redirect_uri_and_scopes_r01_r40(
        self, admin_client: Client, draft: Connection
    ) -> None:
        answer: Any = admin_client.post(
            step(draft), {"client_id": " 1000.ABC ", "client_secret": SECRET}
        )

        asked = journey.query(answer.url)
        assert asked["client_id"] == "1000.ABC"
        assert asked["redirect_uri"] == django_settings.REDIRECT_URI
        assert asked["scope"] == ",".join(features.scopes(draft.features))
        assert asked["prompt"] == "consent"

    @pytest.mark.parametrize(
        ("typed", "field"),
        [
            ({"client_id": "", "client_secret": SECRET}, "client_id"),
            ({"client_id": "1000.A B", "client_secret": SECRET}, "client_id"),
            ({"client_id": "x" * 101, "client_secret": SECRET}, "client_id"),
            ({"client_id": "1000.A", "client_secret": ""}, "client_secret"),
            ({"client_id": "1000.A", "client_secret": SECRET * 20}, "client_secret"),
        ],
        ids=str,
    )
    def test_keeps_the_id_but_never_shows_the_secret(
        self,
        admin_client: Client,
        draft: Connection,
        typed: dict[str, str],
        field: str,
    ) -> None:
        page = admin_client.post(step(draft), typed)

        form = page.context["form"]
        assert field in form.errors
        assert form["client_id"].value() == typed["client_id"]
        assert SECRET not in page.content.decode()

    def test_shows_only_the_end_of_a_saved_secret(
        self, admin_client: Client, draft: Connection
    ) -> None:
        typed = {"client_id": "1000.ABC", "client_secret": SECRET}
        admin_client.post(step(draft), typed)

        page = admin_client.get(step(draft))

        assert "saved, ends in 9f3c" in text(page)
        assert SECRET not in page.content.decode()
        assert page.context["form"]["client_id"].value() == "1000.ABC"


class TestCallback:
    def test_leads_to_the_checks_and_hides_the_code(
        self, zoho: SandboxZoho, admin_client: Client, draft: Connection
    ) -> None:
        journey.give_client(zoho, draft)

        answer = come_back(zoho, admin_client, draft)

        assert answer.url == step(draft, "ready")
        assert urlsplit(answer.url).query == ""
        page = text(admin_client.get(answer.url))
        assert "Connected to Example Ltd" in page
        assert page.count("Passed") == 11

    @pytest.mark.parametrize(
        ("answer", "title"),
        [
            (
                {"status": 200, "body": body_of("accounts", "invalid_code")},
                "The sign-in took too long",
            ),
            (
                {"status": 200, "body": body_of("accounts", "invalid_client")},
                "The client secret does not fit",
            ),
            (
                {"status": 200, "body": body_of("accounts", "invalid_client_secret")},
                "The client secret does not fit",
            ),
            (
                {"status": 200, "body": body_of("accounts", "invalid_redirect_uri")},
                "The redirect address at Zoho is different from ours",
            ),
            (
                {"status": 400, "body": body_of("accounts", "throttled")},
                "Zoho asks us to wait",
            ),
            (
                {"status": 200, "body": {"access_token": "1000.a"}},
                "Zoho gave access for one hour only",
            ),
            (
                {"status": 200, "body": "<html>"},
                "Zoho has a problem at the moment",
            ),
            ({"status": 503, "body": "<html>"}, "Zoho has a problem at the moment"),
            ({"drop": "after"}, "We cannot reach Zoho"),
            (
                {"status": 200, "body": {"error": "never_heard_of"}},
                "Zoho answered in a way that we do not know",
            ),
        ],
        ids=str,
    )
    def test_says_why_the_exchange_failed_and_keeps_the_settings_f01_r02(
        self,
        zoho: SandboxZoho,
        admin_client: Client,
        draft: Connection,
        answer: dict[str, Any],
        title: str,
    ) -> None:
        page = problem_after(zoho, admin_client, draft, answer)

        problem = page.context["problem"]
        assert problem.title == title
        assert problem.next_step in text(page)
        assert page.context["form"]["client_id"].value()
        assert '{"' not in page.content.decode()
        assert "Traceback" not in page.content.decode()

    @pytest.mark.parametrize(
        "answer",
        [
            {"status": 200, "body": {"error": "invalid_code"}},
            {"status": 503, "body": "<html>"},
            {"status": 400, "body": body_of("accounts", "throttled")},
        ],
        ids=str,
    )
    def test_offers_a_button_that_works(
        self,
        zoho: SandboxZoho,
        admin_client: Client,
        draft: Connection,
        answer: dict[str, Any],
    ) -> None:
        act = problem_after(zoho, admin_client, draft, answer).context["act"]

        assert act.posts
        gone: Any = admin_client.post(act.url)
        assert gone.url.startswith(f"{zoho.url}/oauth/v2/auth?")

    def test_says_it_once(
        self, zoho: SandboxZoho, admin_client: Client, draft: Connection
    ) -> None:
        problem_after(zoho, admin_client, draft, {"status": 500})

        assert admin_client.get(step(draft)).context["problem"] is None

    def test_says_that_access_was_not_granted(
        self, zoho: SandboxZoho, admin_client: Client, draft: Connection
    ) -> None:
        journey.give_client(zoho, draft)

        answer = come_back(zoho, admin_client, draft, "reject")

        problem = admin_client.get(answer.url).context["problem"]
        assert (problem.ref, problem.title) == ("E07", "Access was not granted")
        assert TOKEN not in journey.paths(zoho)

    def test_says_that_the_account_lacks_a_product(
        self, zoho: SandboxZoho, admin_client: Client, draft: Connection
    ) -> None:
        zoho.reset(no_products=["Desk"])
        journey.give_client(zoho, draft)

        answer = come_back(zoho, admin_client, draft, "back")

        page = admin_client.get(answer.url)
        problem = page.context["problem"]
        assert problem.ref == "E26"
        assert "Zoho Desk" in problem.title
        assert page.context["act"].url == step(draft, "account")

    def test_says_that_it_switched_the_region_r10(
        self,
        zoho: SandboxZoho,
        running_europe: SandboxZoho,
        admin_client: Client,
        draft: Connection,
        settings: Any,
    ) -> None:
        rows = datacenters.table(sandbox=f"eu={running_europe.url}", only_sandbox=True)
        settings.DATA_CENTERS = {**django_settings.DATA_CENTERS, **rows}
        journey.give_client(running_europe, draft)

        answer = come_back(running_europe, admin_client, draft)

        assert journey.stored(draft).data_center == "eu"
        assert "We switched to Europe." in text(admin_client.get(answer.url))
        assert TOKEN not in journey.paths(zoho)

    def test_leads_a_reconnect_back_to_the_same_connection_r09(
        self, zoho: SandboxZoho, admin_client: Client, draft: Connection
    ) -> None:
        journey.give_client(zoho, draft)
        come_back(zoho, admin_client, draft)
        zoho.revoke_tokens()

        answer = come_back(zoho, admin_client, draft)

        assert answer.url == step(draft, "ready")
        assert Connection.objects.count() == 1
        assert journey.stored(draft).grants.filter(is_current=True).count() == 1

    def test_refuses_another_organisation_in_words(
        self, zoho: SandboxZoho, admin_client: Client, draft: Connection
    ) -> None:
        journey.give_client(zoho, draft)
        come_back(zoho, admin_client, draft)
        other = journey.organisations(("7", "Other Ltd"))
        zoho.script("GET", "/api/v1/organizations", other)

        answer = come_back(zoho, admin_client, draft)

        problem = admin_client.get(answer.url).context["problem"]
        assert problem.ref == "E15"
        assert "Example Ltd" in problem.next_step


class TestSelfClient:
    def typed(self, zoho: SandboxZoho, connection: Connection) -> dict[str, str]:
        client_id, secret = zoho.new_client("self")
        scopes = ",".join(features.scopes(connection.features))
        return {
            "client_id": client_id,
            "client_secret": secret,
            "code": zoho.new_code(client_id, scopes),
        }

    def test_connects_at_once(
        self, zoho: SandboxZoho, admin_client: Client, self_draft: Connection
    ) -> None:
        typed = self.typed(zoho, self_draft)

        answer: Any = admin_client.post(step(self_draft), typed)

        assert answer.url == step(self_draft, "ready")
        assert journey.stored(self_draft).is_active

    def test_keeps_id_and_secret_and_clears_only_a_used_code_r11(
        self, zoho: SandboxZoho, admin_client: Client, self_draft: Connection
    ) -> None:
        typed = self.typed(zoho, self_draft) | {"code": "1000.used"}

        page = admin_client.post(step(self_draft), typed)

        form = page.context["form"]
        assert form["client_id"].value() == typed["client_id"]
        assert not form["code"].value()
        assert form.errors["code"] == [
            "This code has expired or was used before. Make a new one and paste it "
            "here."
        ]
        assert list(form.errors) == ["code"]
        assert f"saved, ends in {typed['client_secret'][-4:]}" in text(page)
        assert typed["client_secret"] not in page.content.decode()
        assert "1000.used" not in page.content.decode()

    def test_goes_on_with_a_new_code_alone_r11(
        self, zoho: SandboxZoho, admin_client: Client, self_draft: Connection
    ) -> None:
        typed = self.typed(zoho, self_draft)
        admin_client.post(step(self_draft), typed | {"code": "1000.used"})

        answer: Any = admin_client.post(step(self_draft), typed | {"client_secret": ""})

        assert answer.url == step(self_draft, "ready")

    @pytest.mark.parametrize(
        ("change", "title"),
        [
            ({"client_id": "1000.TYPO"}, "Zoho does not know this client in Sandbox"),
            ({"client_secret": "typo"}, "The client secret does not fit"),
        ],
    )
    def test_says_which_value_is_wrong_f01(
        self,
        zoho: SandboxZoho,
        admin_client: Client,
        self_draft: Connection,
        change: dict[str, str],
        title: str,
    ) -> None:
        typed = self.typed(zoho, self_draft) | change

        page = admin_client.post(step(self_draft), typed)

        assert page.context["problem"].title == title
        assert page.context["form"]["client_id"].value() == typed["client_id"]
        assert page.context["form"].errors == {}

    def test_needs_a_code(
        self, zoho: SandboxZoho, admin_client: Client, self_draft: Connection
    ) -> None:
        typed = self.typed(zoho, self_draft) | {"code": ""}

        page = admin_client.post(step(self_draft), typed)

        assert "code" in page.context["form"].errors
        assert zoho.journal() == []


class TestReady:
    def test_is_not_there_before_the_connection_is(
        self, admin_client: Client, draft: Connection
    ) -> None:
        answer: Any = admin_client.get(step(draft, "ready"))

        assert answer.url == step(draft)


class TestDiscard:
    def test_deletes_an_unfinished_setup(
        self, admin_client: Client, draft: Connection
    ) -> None:
        answer: Any = admin_client.post(step(draft, "discard"))

        assert answer.url == "/connections/"
        assert "The unfinished setup was deleted." in text(admin_client.get(answer.url))
        assert not Connection.objects.exists()

    def test_deletes_nothing_else(
        self, admin_client: Client, connection: Connection
    ) -> None:
        assert admin_client.post(step(connection, "discard")).status_code == 404
        assert Connection.objects.exists()


class TestOrganisation:
    def test_is_chosen_from_several(
        self, zoho: SandboxZoho, admin_client: Client, draft: Connection
    ) -> None:
        zoho.reset(desk_organizations=[{"name": "First"}, {"name": "Second"}])
        journey.give_client(zoho, draft)
        page = admin_client.get(come_back(zoho, admin_client, draft).url)
        assert "Which organisation do you want to work with?" in text(page)
        (_, second) = journey.stored(draft).choices["desk"]

        answer: Any = admin_client.post(
            step(draft, "organisation"),
            {"product": "desk", "organisation": second[0]},
        )

        after = text(admin_client.get(answer.url))
        assert "Which organisation" not in after
        assert journey.stored(draft).product_accounts.get(product="desk").name == (
            "Second"
        )

    @pytest.mark.parametrize(
        "posted", [{}, {"product": "desk", "organisation": "1"}, {"product": "parcels"}]
    )
    def test_must_be_one_of_them(
        self, admin_client: Client, connection: Connection, posted: dict[str, str]
    ) -> None:
        known = connection.product_accounts.get(product="desk")

        answer: Any = admin_client.post(step(connection, "organisation"), posted)

        page = text(admin_client.get(answer.url))
        known.refresh_from_db()
        assert "Choose one of the organisations." in page
        assert known.name == "Example Ltd"
