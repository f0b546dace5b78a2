import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from connections import services
from connections.models import Connection, Grant
from connections.setup import drafts
from connections.views import overview
from tests.support.pages import text
from tests.zoho import SandboxZoho


def queries(client: Client) -> list[str]:
    with CaptureQueriesContext(database) as captured:
        client.get("/connections/")
    return [query["sql"] for query in captured.captured_queries]


class TestR20List:
    def test_shows_all_that_is_known(
        self, admin_client: Client, connection: Connection
    ) -> None:
        page = admin_client.get("/connections/")

        (row,) = page.context["rows"]
        assert row.renewed_at == Grant.objects.get().created_at
        assert row.answered_at == max(row.renewed_at, row.connection.checked_at)
        shown = text(page)
        for part in (
            "Working",
            "Zoho CRM, Zoho Desk",
            "All granted",
            "Example Ltd",
            "Test",
        ):
            assert part in shown
        assert page.content.decode().count('data-testid="act"') == 1

    def test_takes_the_last_renewal(self, connection: Connection) -> None:
        later = timezone.now() + timedelta(hours=1)
        Grant.objects.update(refreshed_at=later)

        (row,) = overview.rows()

        assert row.renewed_at == row.answered_at == later

    def test_does_not_count_a_test_that_zoho_refused(
        self, connection: Connection
    ) -> None:
        Connection.objects.update(
            checks=[{"key": "signed_in", "ok": False}], checked_at=timezone.now()
        )

        (row,) = overview.rows()

        assert row.answered_at == row.renewed_at

    def test_names_the_permission_that_is_missing(
        self, admin_client: Client, connection: Connection
    ) -> None:
        Connection.objects.update(lacking=["desk.tickets"])

        shown = text(admin_client.get("/connections/"))

        assert "Missing: open" in shown
        assert "All granted" not in shown

    def test_needs_the_same_queries_for_many_and_never_a_sealed_column(
        self, admin_client: Client, connection: Connection
    ) -> None:
        # It notes that they were here, which the next pages need not.
        admin_client.get("/")
        for_one = queries(admin_client)
        for number in range(5):
            connection.pk, connection.slug = None, f"another-{number}"
            connection._state.adding = True
            connection.save()

        for_many = queries(admin_client)

        assert len(for_many) == len(for_one)
        assert not [sql for sql in for_many if "sealed" in sql]


class TestR21Permissions:
    def test_are_shown_for_each_feature(
        self, admin_client: Client, connection: Connection
    ) -> None:
        Connection.objects.update(lacking=["desk.tickets"])

        shown = text(admin_client.get(f"/connections/{connection.pk}/"))

        _before, permissions = shown.split(" Permissions ", 1)
        assert permissions.index("Granted") < permissions.index("Permission missing")
        assert "Desk.tickets.CREATE" in permissions


class TestR36Drafts:
    def test_say_until_when_they_are_kept(
        self, admin_client: Client, draft: Connection
    ) -> None:
        own_zone = ZoneInfo(draft.created_by.time_zone)
        until = (draft.created_at + timedelta(days=7)).astimezone(own_zone)

        for address in ("/connections/", f"/connections/{draft.pk}/client/"):
            page = admin_client.get(address).content.decode()
            assert re.search(
                rf'[Kk]ept until <time datetime="{until:%Y-%m-%dT%H:%M}', page
            )

    def test_are_not_shown_longer_and_can_be_cleaned_up(
        self, admin_client: Client, draft: Connection
    ) -> None:
        Connection.objects.update(created_at=timezone.now() - drafts.KEEP)

        assert admin_client.get("/connections/").context["rows"] == []
        assert drafts.forget_old() == 1
        assert not Connection.objects.exists()

    def test_stay_while_their_time_is_not_over(self, draft: Connection) -> None:
        almost = timezone.now() - drafts.KEEP + timedelta(minutes=1)
        Connection.objects.update(created_at=almost)

        assert drafts.forget_old() == 0
        assert Connection.objects.get() == draft

    @pytest.mark.parametrize("zoho_answers", [True, False])
    def test_end_an_access_that_was_never_proven(
        self, zoho: SandboxZoho, connection: Connection, zoho_answers: bool
    ) -> None:
        Grant.objects.update(is_current=False)
        Connection.objects.update(
            state="draft", created_at=timezone.now() - drafts.KEEP
        )
        if not zoho_answers:
            zoho.script("POST", "/oauth/v2/token/revoke", {"status": 503})

        assert drafts.forget_old() == int(zoho_answers)

        assert ("token revoked" in zoho.effects()) == zoho_answers
        assert Connection.objects.exists() != zoho_answers
        waiting = Grant.objects.filter(ended_at__isnull=False)
        assert waiting.exists() != zoho_answers


class TestR50Banner:
    def test_is_on_every_page_of_an_admin_once(
        self, admin_client: Client, staff_client: Client, connection: Connection
    ) -> None:
        connection.move(leave="active", to="reconnect")

        for address in ("/", "/deliveries/", "/connections/", "/account/settings/"):
            page = admin_client.get(address).content.decode()
            assert page.count('data-testid="broken"') == 1, address
        own = admin_client.get(f"/connections/{connection.pk}/").content.decode()
        assert 'data-testid="broken"' not in own
        assert "Zoho has ended this connection" in own

    def test_tells_staff_whom_to_ask(
        self, staff_client: Client, connection: Connection
    ) -> None:
        connection.move(leave="active", to="reconnect")

        shown = text(staff_client.get("/"))

        assert "Zoho is not connected at the moment. Ask admin@example.com." in shown

    def test_goes_when_the_connection_is_repaired(
        self, admin_client: Client, connection: Connection
    ) -> None:
        connection.move(leave="active", to="reconnect")
        connection.move(leave="reconnect", to="active")
        services.test(connection)

        assert b'data-testid="broken"' not in admin_client.get("/").content
