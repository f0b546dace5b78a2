"""Metadata is read once in ten minutes, and serves on while Zoho is away."""

import time
from typing import Any

import pytest
import time_machine
from django.test import Client

from connections.models import Connection
from connections.schema.asking import LEFT_ALONE
from connections.schema.sources import FRESH
from connections.zoho.errors import PermissionMissing
from crm.schema import store
from tests.crm.schema_reads import DOWN, asked
from tests.support.contacts import save, url
from tests.zoho import SandboxZoho
from zohoportal.outbox.models import Delivery


class TestReading:
    def test_asks_once_in_ten_minutes(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        for _ in range(3):
            staff_client.get(url(connection))

        assert len(asked(zoho)) == 4

        with time_machine.travel(FRESH.total_seconds() + 1 + _now(), tick=True):
            store.modules_of(connection)
        assert len(asked(zoho)) == 5

    def test_serves_on_while_zoho_is_away(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        before = store.metadata_of(connection, "Contacts")
        zoho.script("GET", "/crm/v8/settings/fields", DOWN)
        zoho.script("GET", "/crm/v8/settings/modules", DOWN)

        with time_machine.travel(FRESH.total_seconds() + 1 + _now(), tick=True):
            assert store.metadata_of(connection, "Contacts") == before

    def test_remembers_a_missing_permission_for_a_moment_only(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        refused = {"status": 401, "body": {"code": "OAUTH_SCOPE_MISMATCH"}}
        zoho.script("GET", "/crm/v8/settings/modules", refused)

        for _ in range(2):
            with pytest.raises(PermissionMissing):
                store.modules_of(connection)
        assert len(asked(zoho)) == 1

        with time_machine.travel(LEFT_ALONE.total_seconds() + 1 + _now(), tick=True):
            assert store.modules_of(connection)


class TestZohoAway:
    def test_contacts_have_the_usual_fields_and_are_kept(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        zoho.script("GET", "/crm/v8/settings/modules", DOWN)
        page: Any = staff_client.get(url(connection))
        assert "These are the usual fields" in page.content.decode()
        zoho.script("POST", "/crm/v8/Contacts/upsert", DOWN)

        values = {"Email": "kim@example.com", "Last_Name": "Sample"}
        idempotency_key = {"form_key": page.context["form_key"]}
        save(staff_client, url(connection), values | idempotency_key)

        assert Delivery.objects.get().state == "waiting"

    def test_what_was_typed_into_other_fields_stays_on_the_page_r05(
        self, zoho: SandboxZoho, rich: Connection, staff_client: Client
    ) -> None:
        address = f"/c/{rich.slug}/crm/Deals/new/"
        typed = {"Deal_Name": "New kitchen", "Amount": "1200"}
        zoho.script("GET", "/crm/v8/settings/modules", DOWN)

        names = {"form-fields": ",".join(["Stage", *typed])}
        page: Any = staff_client.post(address, typed | names)

        said = page.content.decode()
        assert "What you typed is kept" in said
        form = page.context["form"]
        assert {name: form[name].value() for name in typed} == typed
        assert not Delivery.objects.exists()
        opened = staff_client.get(address).content.decode()
        assert "Zoho has a problem at the moment" in opened


def _now() -> float:
    return time.time()
