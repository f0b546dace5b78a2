from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from connections import features, services
from connections.models import Connection, ConsentState, Grant
from connections.setup import clients, drafts, flow
from connections.setup import state as consent
from connections.tokens import vault
from crm.envelope import CRM
from tests.connections import journey
from tests.support.people import signed_in
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User

WRONG = "not-the-secret-of-this-client"


def secret_of(connection: Connection) -> str:
    [stored] = connection.client.secrets.all()
    return vault.unseal(stored, "sealed")


def page(connection: Connection, name: str) -> str:
    return f"/connections/{connection.pk}/{name}/"


class TestSecretView:
    def test_proves_a_new_secret_with_zoho_and_keeps_it(
        self, zoho: SandboxZoho, connection: Connection, admin_client: Client
    ) -> None:
        secret = secret_of(connection)

        answer = admin_client.post(
            page(connection, "secret"), {"client_secret": secret}
        )

        assert answer.status_code == 302
        assert connection.client.secrets.count() == 2
        assert zoho.effects() == ["token refreshed"]

    def test_keeps_the_old_one_when_zoho_refuses(
        self, zoho: SandboxZoho, connection: Connection, admin_client: Client
    ) -> None:
        answer = admin_client.post(page(connection, "secret"), {"client_secret": WRONG})

        said = answer.content.decode()
        assert "The client secret does not fit" in said
        assert WRONG not in said
        assert connection.client.secrets.count() == 1
        assert journey.stored(connection).is_active

    def test_brings_back_a_connection_that_only_the_old_one_had_ended(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        Connection.objects.update(state="reconnect")
        broken = journey.stored(connection)

        clients.replace_secret(broken, secret_of(connection))

        assert journey.stored(connection).is_active

    def test_a25_keeps_no_more_than_two(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        secret = secret_of(connection)

        for _ in range(3):
            clients.replace_secret(connection, secret)

        assert connection.client.secrets.count() == 2

    def test_f12_tries_the_older_one_where_the_newer_is_refused(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        clients._add_secret(connection.client, "sandbox", WRONG)
        Grant.objects.update(expires_at=timezone.now())

        organisation = services.client_for(connection).call(CRM, "GET", "org")

        assert organisation["org"]
        token_calls = [p for p in journey.paths(zoho) if p == "/oauth/v2/token"]
        assert len(token_calls) == 2


class TestFeaturesView:
    def test_takes_a_feature_away_without_asking_zoho(
        self, zoho: SandboxZoho, connection: Connection, admin_client: Client
    ) -> None:
        url = page(connection, "features")

        answer = admin_client.post(url, {"features": ["crm.contacts"]})

        assert answer.headers["Location"] == f"/connections/{connection.pk}/"
        assert journey.stored(connection).features == ["crm.contacts"]
        assert zoho.journal() == []

    def test_r21_leads_to_consent_with_the_union_for_a_new_one(
        self, zoho: SandboxZoho, admin: User
    ) -> None:
        draft = journey.begin(admin, "server", "crm.contacts")
        journey.give_client(zoho, draft)
        code = journey.approve(zoho, draft, admin)
        flow.complete_consent(draft, code, draft.data_center_row)
        url = page(draft, "features")

        answer = signed_in(admin).post(url, {"features": journey.BOTH})

        asked = journey.query(answer.headers["Location"])["scope"]
        assert asked == ",".join(features.scopes(journey.BOTH))

    def test_r21_switches_off_only_what_lacks_its_permission(
        self, connection: Connection, admin_client: Client, staff_client: Client
    ) -> None:
        Connection.objects.update(lacking=["desk.tickets"])
        ticket = f"/c/{connection.slug}/desk/tickets/new/"
        contact = f"/c/{connection.slug}/crm/contacts/new/"

        for_admin = admin_client.get(ticket).content.decode()
        for_staff = staff_client.get(ticket).content.decode()

        assert "A permission is missing: open tickets" in for_admin
        assert "Add permission" in for_admin
        assert "Ask admin@example.com" in for_staff
        assert "Save contact" in staff_client.get(contact).content.decode()

    def test_hides_a_form_that_the_connection_is_not_used_for(
        self, connection: Connection, staff_client: Client
    ) -> None:
        services.change_features(connection, ["crm.contacts"])

        answer = staff_client.get(f"/c/{connection.slug}/desk/tickets/new/")

        assert answer.status_code == 404


class TestWithout:
    def test_e26_takes_the_product_out_and_asks_again(
        self, zoho: SandboxZoho, draft: Connection, admin_client: Client
    ) -> None:
        journey.give_client(zoho, draft)

        answer = admin_client.post(page(draft, "without"), {"product": "desk"})

        assert "Desk." not in journey.query(answer.headers["Location"])["scope"]

    def test_leaves_the_last_product(
        self, zoho: SandboxZoho, admin: User, admin_client: Client
    ) -> None:
        draft = journey.begin(admin, "server", "crm.contacts")

        admin_client.post(page(draft, "without"), {"product": "crm"})

        assert journey.stored(draft).features == ["crm.contacts"]


class TestR38PastedValues:
    @pytest.mark.parametrize(
        "typed",
        [
            " 1000.ABC \n",
            '"1000.ABC"',
            "\u201c1000.ABC\u201d",
            "\u200b1000.\u200bABC\ufeff",
            "1000.\r\nABC",
        ],
    )
    def test_cleans_what_copying_adds(
        self, draft: Connection, admin_client: Client, typed: str
    ) -> None:
        form = {"client_id": typed, "client_secret": "secret"}

        admin_client.post(page(draft, "client"), form)

        assert journey.stored(draft).client.client_id == "1000.ABC"

    def test_puts_a_swapped_id_and_secret_right_and_says_so(
        self, draft: Connection, admin_client: Client
    ) -> None:
        form = {"client_id": "abcdef", "client_secret": "1000.ABC"}

        admin_client.post(page(draft, "client"), form)

        assert journey.stored(draft).client.client_id == "1000.ABC"
        assert secret_of(draft) == "abcdef"
        said = admin_client.get(page(draft, "client")).content.decode()
        assert "the other way round" in said
        assert "abcdef" not in said


class TestR37Address:
    def test_names_both_addresses_when_they_differ(
        self, draft: Connection, admin_client: Client, settings: Any
    ) -> None:
        settings.SITE_URL = "https://portal.example.com"

        said = admin_client.get("/connections/new/").content.decode()

        assert "http://localhost" in said
        assert "SITE_URL is https://portal.example.com" in said

    def test_warns_of_plain_http(
        self, draft: Connection, admin_client: Client, settings: Any
    ) -> None:
        settings.IS_LOOPBACK = False

        said = admin_client.get(page(draft, "client")).content.decode()

        assert "without https" in said

    def test_has_nothing_to_say_otherwise(
        self, draft: Connection, admin_client: Client
    ) -> None:
        said = admin_client.get(page(draft, "client")).content.decode()

        assert "Look at the portal" not in said


class TestA10ChangedAddress:
    def test_is_said_and_breaks_nothing(
        self, zoho: SandboxZoho, admin: User, admin_client: Client
    ) -> None:
        made = journey.begin(admin, "server")
        journey.give_client(zoho, made)
        code = journey.approve(zoho, made, admin)
        flow.complete_consent(made, code, made.data_center_row)
        Connection.objects.update(
            redirect_uri="https://old.example.com/oauth/callback/"
        )

        said = admin_client.get(f"/connections/{made.pk}/").content.decode()

        assert "The portal's address has changed" in said
        assert services.client_for(made).call(CRM, "GET", "org")


class TestA15ParallelWizards:
    def test_ends_the_oldest_of_more_than_ten(
        self, draft: Connection, admin: User
    ) -> None:
        states = [
            consent.issue_state(draft, person=admin, session_key="s") for _ in range(12)
        ]

        taken = [
            consent.redeem_state(state, person=admin, session_key="s")
            for state in (states[0], states[11])
        ]

        assert taken == [None, draft]
        assert ConsentState.objects.count() == 9


class TestR36Drafts:
    def test_are_deleted_after_a_week(
        self, zoho: SandboxZoho, draft: Connection, admin: User
    ) -> None:
        long_ago = timezone.now() - drafts.KEEP - timedelta(minutes=1)
        Connection.objects.update(created_at=long_ago)

        younger = journey.begin(admin)

        assert Connection.objects.get() == younger
