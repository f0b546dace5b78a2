from typing import Any

import pytest
from django.test import Client

from connections import services
from connections.models import Connection
from connections.tokens import revocation
from tests.connections import journey
from tests.connections.pages import LIST, follow, page_of
from tests.support.pages import text
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User

REVOKE = "/oauth/v2/token/revoke"


class TestConnectionList:
    def test_says_what_to_do_while_there_is_none(self, admin_client: Client) -> None:
        page = text(admin_client.get(LIST))

        assert "No Zoho account connected yet" in page
        assert "Connect Zoho account" in page

    def test_shows_each_with_its_badge_and_act(
        self, admin_client: Client, connection: Connection, draft: Connection
    ) -> None:
        rows = admin_client.get(LIST).context["rows"]

        assert sorted((row.badge.word, row.act.label) for row in rows) == [
            ("Setup not finished", "Continue"),
            ("Working", "Test"),
        ]

    def test_needs_the_same_queries_for_many(
        self,
        admin: User,
        admin_client: Client,
        connection: Connection,
        django_assert_max_num_queries: Any,
    ) -> None:
        for _ in range(20):
            journey.begin(admin)

        with django_assert_max_num_queries(8):
            admin_client.get(LIST)


class TestDetail:
    def test_shows_what_is_known_and_no_secret(
        self, admin_client: Client, connection: Connection
    ) -> None:
        page = admin_client.get(page_of(connection))

        words = text(page)
        assert "Working" in words
        assert "admin@example.com" in words
        assert "CRM organisation Example Ltd" in words
        assert "Create and update contacts, Open tickets" in words
        assert "staff@example.com" in words
        assert words.count("Passed") == 11
        for grant in connection.grants.all():
            assert grant.sealed_refresh_token not in page.content.decode()

    def test_says_when_zoho_ended_the_connection(
        self, zoho: SandboxZoho, admin_client: Client, connection: Connection
    ) -> None:
        zoho.revoke_tokens()
        services.test(connection)

        words = text(admin_client.get(page_of(connection)))

        assert "Needs reconnect" in words
        assert "Zoho has ended this connection" in words

    def test_is_not_there_for_a_draft(
        self, admin_client: Client, draft: Connection
    ) -> None:
        assert admin_client.get(page_of(draft)).status_code == 404

    def test_saves_another_name_and_keeps_the_address(
        self, admin_client: Client, connection: Connection
    ) -> None:
        words = follow(admin_client, page_of(connection), name="Our Zoho")

        found = journey.stored(connection)
        assert "The name was saved." in words
        assert (found.name, found.slug) == ("Our Zoho", connection.slug)

    @pytest.mark.parametrize("name", ["", " ", "x" * 201])
    def test_refuses_a_name_that_is_none(
        self, admin_client: Client, connection: Connection, name: str
    ) -> None:
        page = admin_client.post(page_of(connection), {"name": name})

        assert "name" in page.context["form"].errors
        assert journey.stored(connection).name == "Example Ltd"


class TestTest:
    def test_says_that_everything_passed(
        self, zoho: SandboxZoho, admin_client: Client, connection: Connection
    ) -> None:
        words = follow(admin_client, page_of(connection, "test/"))

        assert "All 11 checks passed." in words
        assert "/crm/v8/org" in journey.paths(zoho)

    def test_says_how_many_failed(
        self, zoho: SandboxZoho, admin_client: Client, connection: Connection
    ) -> None:
        zoho.script("GET", "/crm/v8/org", {"status": 500})

        words = follow(admin_client, page_of(connection, "test/"))

        assert "1 of 11 checks failed." in words
        assert "A check failed" in words

    def test_says_that_there_is_no_connection(
        self, admin_client: Client, connection: Connection
    ) -> None:
        revocation.disconnect(connection)

        words = follow(admin_client, page_of(connection, "test/"))

        assert "Example Ltd is not connected. Reconnect it." in words

    def test_is_no_page_to_open(
        self, admin_client: Client, connection: Connection
    ) -> None:
        assert admin_client.get(page_of(connection, "test/")).status_code == 405


class TestPeople:
    def test_lists_staff_and_ticks_those_who_may(
        self,
        admin_client: Client,
        connection: Connection,
        staff: User,
        stranger: User,
    ) -> None:
        form = admin_client.get(page_of(connection, "people/")).context["form"]

        assert form["members"].value() == [staff.pk]
        assert set(form.fields["members"].queryset) == {staff, stranger}

    def test_says_when_there_is_nobody_to_choose(
        self, admin_client: Client, zoho: SandboxZoho, draft: Connection
    ) -> None:
        Connection.objects.update(state="active", name="Ours")

        words = text(admin_client.get(page_of(draft, "people/")))

        assert "There are no staff yet" in words

    def test_lets_exactly_the_ticked_ones_in(
        self, admin_client: Client, connection: Connection, stranger: User
    ) -> None:
        words = follow(
            admin_client, page_of(connection, "people/"), members=[str(stranger.pk)]
        )

        assert "Who may use this connection was saved." in words
        assert list(connection.members.all()) == [stranger]

    def test_can_let_nobody_in(
        self, admin_client: Client, connection: Connection
    ) -> None:
        follow(admin_client, page_of(connection, "people/"), csrfmiddlewaretoken="x")

        assert not connection.members.exists()

    @pytest.mark.parametrize(
        "value", ["nobody", "00000000-0000-0000-0000-000000000000"]
    )
    def test_refuses_somebody_who_is_no_staff(
        self, admin_client: Client, connection: Connection, value: str
    ) -> None:
        page = admin_client.post(page_of(connection, "people/"), {"members": [value]})

        assert "members" in page.context["form"].errors
        assert connection.members.count() == 1


class TestDisconnect:
    def test_asks_for_the_name(
        self, zoho: SandboxZoho, admin_client: Client, connection: Connection
    ) -> None:
        page = admin_client.post(
            page_of(connection, "disconnect/"), {"name": "Exampel Ltd"}
        )

        assert page.context["form"].errors["name"] == [
            "Type the name as it is: Example Ltd."
        ]
        assert journey.stored(connection).is_active
        assert zoho.journal() == []

    def test_ends_it_here_and_at_zoho(
        self, zoho: SandboxZoho, admin_client: Client, connection: Connection
    ) -> None:
        words = follow(
            admin_client, page_of(connection, "disconnect/"), name="Example Ltd"
        )

        assert "Example Ltd was disconnected." in words
        assert "Disconnected" in words
        assert zoho.effects() == ["token revoked"]

    def test_says_when_zoho_did_not_confirm(
        self, zoho: SandboxZoho, admin_client: Client, connection: Connection
    ) -> None:
        zoho.script("POST", REVOKE, {"status": 500})

        words = follow(
            admin_client, page_of(connection, "disconnect/"), name="Example Ltd"
        )

        assert "Zoho did not confirm it" in words
        assert journey.stored(connection).state == "disconnected"
