"""What admins and staff do leaves its mark, once, and without a secret."""

from typing import Any

import pytest
from django.test import Client

from connections.models import Connection
from connections.tokens import vault
from tests.connections import journey
from tests.desk import form
from tests.support.contacts import save
from tests.support.contacts import send as send_contact
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User
from zohoportal.activity.models import AuditEvent
from zohoportal.outbox.models import Delivery

Act = AuditEvent.Act
UPSERT = "/crm/v8/Contacts/upsert"


def trail() -> list[tuple[str, str, str, dict[str, Any]]]:
    """Return who did what to what, oldest first, and the facts about it."""
    rows = AuditEvent.objects.order_by("pk")
    return list(rows.values_list("person_name", "act", "target", "details"))


def by_admin(*acts: tuple[str, str, dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [("admin@example.com", *act) for act in acts]


def address(connection: Connection, step: str = "") -> str:
    return f"/connections/{connection.pk}/{step}"


def come_back(zoho: SandboxZoho, client: Client, connection: Connection) -> None:
    """Consent at Zoho and follow its redirect."""
    leaving: Any = client.post(address(connection, "consent/"))
    client.get("/oauth/callback/", journey.decide(zoho, leaving.url))


class TestConnecting:
    def test_is_recorded_the_first_time_and_again(
        self, zoho: SandboxZoho, draft: Connection, admin_client: Client
    ) -> None:
        journey.give_client(zoho, draft)
        facts = {"region": "Sandbox", "features": "crm.contacts, desk.tickets"}

        come_back(zoho, admin_client, draft)
        come_back(zoho, admin_client, draft)

        assert trail() == by_admin(
            (Act.CONNECTED, "Example Ltd", facts),
            (Act.RECONNECTED, "Example Ltd", facts),
        )
        event = AuditEvent.objects.earliest("pk")
        assert event.connection_id == draft.pk
        assert event.connection_name == "Example Ltd"
        assert event.request_id

    def test_with_a_code_is_recorded(
        self, zoho: SandboxZoho, admin: User, admin_client: Client
    ) -> None:
        made = journey.begin(admin, "self", "crm.contacts")
        journey.give_client(zoho, made)
        values = {
            "client_id": made.client.client_id,
            "code": journey.new_code(zoho, made),
        }

        admin_client.post(address(made, "client/"), values)

        assert trail() == by_admin(
            (Act.CHANGED, "client", {}),
            (
                Act.CONNECTED,
                "Example Ltd",
                {"region": "Sandbox", "features": "crm.contacts"},
            ),
        )

    def test_that_failed_is_not_recorded(
        self, zoho: SandboxZoho, draft: Connection, admin_client: Client
    ) -> None:
        journey.give_client(zoho, draft)
        zoho.script("POST", "/oauth/v2/token", {"status": 503, "body": "<p>"})

        come_back(zoho, admin_client, draft)

        assert trail() == []


class TestChanging:
    @pytest.mark.parametrize(
        ("step", "values", "target", "facts"),
        [
            ("", {"name": "Acme"}, "name", {"now": "Acme"}),
            ("people/", {"members": []}, "who may use it", {"now": "nobody"}),
            (
                "features/",
                {"features": ["crm.contacts"]},
                "features",
                {"now": "crm.contacts"},
            ),
            ("without/", {"product": "desk"}, "features", {"now": "crm.contacts"}),
        ],
    )
    def test_is_recorded(
        self,
        connection: Connection,
        admin_client: Client,
        step: str,
        values: dict[str, Any],
        target: str,
        facts: dict[str, str],
    ) -> None:
        admin_client.post(address(connection, step), values | {"any": "thing"})

        assert trail() == by_admin((Act.CHANGED, target, facts))

    def test_who_may_use_it_names_them(
        self, connection: Connection, admin_client: Client, staff: User
    ) -> None:
        admin_client.post(address(connection, "people/"), {"members": [str(staff.pk)]})

        ((_, _, _, facts),) = trail()
        assert facts == {"now": "staff@example.com"}

    def test_the_client_secret_says_nothing_of_it(
        self, connection: Connection, admin_client: Client
    ) -> None:
        right = vault.unseal(connection.client.secrets.get(), "sealed")

        for secret in ("wrong-wrong-wrong", right):
            values = {"client_secret": secret}
            admin_client.post(address(connection, "secret/"), values)

        assert trail() == by_admin((Act.CHANGED, "client secret", {}))

    def test_the_client_says_nothing_of_it(
        self, zoho: SandboxZoho, connection: Connection, admin_client: Client
    ) -> None:
        client_id, secret = zoho.new_client("self")
        values = {"client_id": client_id, "client_secret": secret, "code": "1000.no"}

        admin_client.post(address(connection, "client/"), values)

        assert trail() == by_admin((Act.CHANGED, "client", {}))

    def test_the_organisation_is_recorded(
        self, connection: Connection, admin_client: Client
    ) -> None:
        connection.choices = {"desk": [["1", "Example Ltd"], ["2", "Example Inc"]]}
        connection.save()
        values = {"product": "desk", "organisation": "2"}

        admin_client.post(address(connection, "organisation/"), values)

        facts = {"product": "desk", "organisation": "2"}
        assert trail() == by_admin((Act.CHANGED, "organisation", facts))


class TestDisconnecting:
    @pytest.mark.parametrize("confirmed", [True, False])
    def test_is_recorded_with_zohos_word(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        admin_client: Client,
        confirmed: bool,
    ) -> None:
        if not confirmed:
            zoho.script("POST", "/oauth/v2/token/revoke", {"status": 500})

        admin_client.post(address(connection, "disconnect/"), {"name": "no"})
        admin_client.post(address(connection, "disconnect/"), {"name": "Example Ltd"})

        assert trail() == by_admin(
            (Act.DISCONNECTED, "Example Ltd", {"confirmed": confirmed})
        )


class TestSending:
    def test_is_recorded_once_and_so_is_what_follows(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        zoho.script("POST", UPSERT, *[{"status": 503, "body": "<p>"}] * 2)
        send_contact(staff_client, connection)
        delivery = Delivery.objects.get()
        facts = {"reference": delivery.reference}

        for button in ("again", "cancel", "cancel", "again", "found"):
            staff_client.post(f"{delivery.get_absolute_url()}{button}/")

        assert trail() == [
            ("staff@example.com", act, delivery.title, facts)
            for act in (Act.SENT, Act.SENT_AGAIN, Act.CANCELLED)
        ]
        event = AuditEvent.objects.earliest("pk")
        assert event.connection_name == "Example Ltd"

    def test_that_was_found_at_zoho_is_recorded_once(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        zoho.script("POST", form.TICKETS, {"drop": "after"})
        form.send(staff_client, connection)
        delivery = Delivery.objects.get()

        for _ in range(2):
            staff_client.post(f"{delivery.get_absolute_url()}found/")

        assert [row[1] for row in trail()] == [Act.SENT, Act.MARKED_FOUND]

    def test_of_a_form_twice_is_recorded_once(
        self, connection: Connection, staff_client: Client
    ) -> None:
        place = f"/c/{connection.slug}/crm/contacts/new/"
        page: Any = staff_client.get(place)
        values = {
            "form_key": page.context["form_key"],
            "Email": "kim.sample@example.com",
            "Last_Name": "Sample",
        }

        for name in ("Sample", "Sample", "Simple"):
            save(staff_client, place, values | {"Last_Name": name})

        assert [row[1] for row in trail()] == [Act.SENT]
