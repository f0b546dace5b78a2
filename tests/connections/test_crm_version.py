"""The version of the CRM's API is a connection's own; an admin chooses it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection as db
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from django.utils import timezone

from connections.models import Connection
from connections.services import client_for
from crm.envelope import CRM
from tests.connections import journey
from tests.connections.pages import follow, page_of
from tests.crm.contacts import upsert_contact
from tests.support.pages import text
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User
from zohoportal.activity.models import AuditEvent
from zohoportal.outbox.delivering import reaper
from zohoportal.outbox.models import Delivery

OLD_KEY = {"status": 403, "body": {"code": "AUTHTOKEN_DEPRECATED"}}


def paths(zoho: SandboxZoho) -> set[str]:
    return {each["path"] for each in zoho.journal()}


class TestVersionPage:
    def test_shows_what_is_set_and_recommends_v8(
        self, connection: Connection, admin_client: Client
    ) -> None:
        assert "Zoho CRM API v8 (recommended)" in text(
            admin_client.get(page_of(connection))
        )

        page: Any = admin_client.get(page_of(connection, "version/crm/"))

        assert page.context["form"]["version"].value() == "v8"

    def test_is_no_matter_of_a_connection_without_the_crm(
        self, connection: Connection, admin_client: Client
    ) -> None:
        Connection.objects.update(features=["desk.tickets"])

        assert "Zoho CRM API" not in text(admin_client.get(page_of(connection)))

    def test_saves_it_tests_it_and_leaves_it_in_the_trail(
        self, zoho: SandboxZoho, connection: Connection, admin_client: Client
    ) -> None:
        address = page_of(connection, "version/crm/")

        said = follow(admin_client, address, version="v2")

        assert journey.stored(connection).versions == {"crm": "v2"}
        assert "Zoho CRM is asked by API v2 from now on." in said
        assert "checks passed." in said
        assert "/crm/v2/Contacts" in paths(zoho)
        event = AuditEvent.objects.get(target="version of the CRM API")
        assert event.details["now"] == "v2"

    @pytest.mark.parametrize("version", ["v1", "v22", ""])
    def test_takes_no_other(
        self, connection: Connection, admin_client: Client, version: str
    ) -> None:
        address = page_of(connection, "version/crm/")

        page: Any = admin_client.post(address, {"version": version})

        assert page.context["form"].errors
        assert admin_client.post(f"{address}v1/").status_code == 404
        assert journey.stored(connection).versions == {}


@pytest.mark.django_db(transaction=True)
class TestVersionChosenBefore:
    @pytest.fixture
    def before(self) -> Iterator[MigrationExecutor]:
        """The database as it was, and as it will be again."""
        executor = MigrationExecutor(db)
        executor.migrate([("connections", "0005_limits")])
        yield executor
        executor.loader.build_graph()
        # Of all apps: others lost what stands on this one's.
        executor.migrate(executor.loader.graph.leaf_nodes())

    @pytest.mark.parametrize(("old", "new"), [("v2", {"crm": "v2"}), ("v8", {})])
    def test_stays(
        self,
        draft: Connection,
        before: MigrationExecutor,
        old: str,
        new: dict[str, str],
    ) -> None:
        state = before.loader.project_state(("connections", "0005_limits"))
        rows = state.apps.get_model("connections", "Connection").objects
        rows.update(crm_version=old)
        before.loader.build_graph()

        before.migrate([("connections", "0006_versions")])

        assert journey.stored(draft).versions == new


@pytest.mark.django_db(transaction=True)
class TestTablesOfTheVersionBefore:
    """Its processes go on with them until each is replaced."""

    def run(self, statement: str, *values: Any) -> Any:
        with db.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchone() if cursor.description else None

    def test_say_which_version_of_the_crm_is_used(self, draft: Connection) -> None:
        (version,) = self.run("SELECT crm_version FROM connections_connection")

        assert version == "v8"

    def test_keep_what_it_reads_and_no_connection_from_its_end(
        self, draft: Connection
    ) -> None:
        now = timezone.now()
        key = Connection._meta.pk.get_db_prep_value(draft.pk, db)
        self.run(
            "INSERT INTO crm_reading (kind, module, layout, answer, read_at, "
            "fresh_until, used_at, connection_id) "
            "VALUES ('users', '', '', '[]', %s, %s, %s, %s)",
            *(now, now, now, key),
        )

        draft.delete()

        assert self.run("SELECT count(*) FROM crm_reading") == (1,)
        self.run("DELETE FROM crm_reading")


class TestVersionInUse:
    def test_is_that_of_records_while_all_else_is_read_by_v8(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        connection.versions = {"crm": "v2"}
        client = client_for(connection)

        client.call(CRM, "GET", "Contacts", params={"fields": "Last_Name"})
        for path in ("settings/modules", "org", "users"):
            client.call(CRM, "GET", path)

        assert paths(zoho) == {
            "/crm/v2/Contacts",
            "/crm/v8/settings/modules",
            "/crm/v8/org",
            "/crm/v8/users",
        }


class TestVersionTooOldE28:
    def test_sends_what_was_kept_once_v8_is_used(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff: User,
        admin_client: Client,
    ) -> None:
        connection.versions = {"crm": "v2"}
        connection.save()
        zoho.script("POST", "/crm/v2/Contacts/upsert", OLD_KEY)
        delivery = upsert_contact(
            connection, staff, Email="kim@example.com", Last_Name="Sample"
        ).delivery
        page: Any = admin_client.get(delivery.get_absolute_url())
        assert page.context["act"].label == "Use API v8"

        admin_client.post(page.context["act"].url)
        reaper.let_go()

        found = Delivery.objects.get()
        assert (found.state, found.held_for) == ("waiting", "")
        admin_client.post(f"{found.get_absolute_url()}again/")
        assert Delivery.objects.get().state == "done"
        assert "/crm/v8/Contacts/upsert" in paths(zoho)

    def test_tells_staff_whom_to_ask(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff: User,
        staff_client: Client,
    ) -> None:
        zoho.script("POST", "/crm/v8/Contacts/upsert", OLD_KEY)
        delivery = upsert_contact(
            connection, staff, Email="kim@example.com", Last_Name="Sample"
        ).delivery

        page: Any = staff_client.get(delivery.get_absolute_url())

        assert page.context["act"] is None
        assert "Ask admin@example.com. Your form is kept." in text(page)
        assert "API v8" not in text(page)
