"""The version of the CRM's API is a connection's own; an admin chooses it."""

from typing import Any

import pytest
from django.test import Client

from connections.models import Connection
from connections.services import client_for
from tests.connections import journey
from tests.connections.test_views import follow, page_of, text
from tests.crm.contacts import upsert_contact
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User
from zohoportal.activity.models import AuditEvent
from zohoportal.outbox import recovery
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

        page: Any = admin_client.get(page_of(connection, "version/"))

        assert page.context["form"]["version"].value() == "v8"

    def test_is_no_matter_of_a_connection_without_the_crm(
        self, connection: Connection, admin_client: Client
    ) -> None:
        Connection.objects.update(features=["desk.tickets"])

        assert "Zoho CRM API" not in text(admin_client.get(page_of(connection)))

    def test_saves_it_tests_it_and_leaves_it_in_the_trail(
        self, zoho: SandboxZoho, connection: Connection, admin_client: Client
    ) -> None:
        address = page_of(connection, "version/")

        said = follow(admin_client, address, version="v2")

        assert journey.stored(connection).crm_version == "v2"
        assert "Zoho CRM is asked by API v2 from now on." in said
        assert "checks passed." in said
        assert "/crm/v2/Contacts" in paths(zoho)
        event = AuditEvent.objects.get(target="version of the CRM API")
        assert event.details["now"] == "v2"

    @pytest.mark.parametrize("version", ["v1", "v22", ""])
    def test_takes_no_other(
        self, connection: Connection, admin_client: Client, version: str
    ) -> None:
        address = page_of(connection, "version/")

        page: Any = admin_client.post(address, {"version": version})

        assert page.context["form"].errors
        assert admin_client.post(f"{address}v1/").status_code == 404
        assert journey.stored(connection).crm_version == "v8"


class TestVersionInUse:
    def test_is_that_of_records_while_all_else_is_read_by_v8(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        connection.crm_version = "v2"
        client = client_for(connection)

        for path in ("Contacts", "settings/modules", "org", "users"):
            client.crm("GET", path)

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
        connection.crm_version = "v2"
        connection.save()
        zoho.script("POST", "/crm/v2/Contacts/upsert", OLD_KEY)
        delivery = upsert_contact(
            connection, staff, Email="kim@example.com", Last_Name="Sample"
        ).delivery
        page: Any = admin_client.get(delivery.get_absolute_url())
        assert page.context["act"].label == "Use API v8"

        admin_client.post(page.context["act"].url)
        recovery.let_go()

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
