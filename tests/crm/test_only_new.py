"""Somebody who may create records and not change them, and what is there already."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from connections import limits
from connections.models import Connection, Membership
from crm.models import ModuleSettings
from crm.views.preview import HOLDS_SECONDS
from tests.crm.record_form import effects, keep
from tests.outbox.lines import fill_slots
from tests.support.contacts import TYPED, agree, look
from tests.support.deliveries import upserts
from tests.support.pages import text
from tests.zoho import SandboxZoho
from zohoportal.outbox.delivering.first_try import attempt
from zohoportal.outbox.models import Delivery

INSERT = "/crm/v8/Contacts"
CHANGE = "crm.contacts.change"


def give(*rights: str) -> None:
    """Give the member of the connection these rights and no others."""
    Membership.objects.update(rights=["crm.contacts.see", *rights])


@pytest.fixture(autouse=True)
def creator(connection: Connection) -> None:
    give("crm.contacts.create")


class TestOnlyNew:
    def test_goes_over_nothing_that_came_since_the_look(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        page = look(staff_client, connection, Title="Manager")
        assert "Will create a new contact" in text(page)
        there = keep(zoho, **TYPED, Title="Director")

        page = agree(staff_client, connection, page)

        said = text(page)
        assert "A contact with this address is already there" in said
        assert "Nothing was created, and you may not change contacts." in said
        assert "Ask admin@example.com." in said
        assert "instead" not in said
        assert f"/crm/Contacts/{there}/" in page.content.decode()
        assert page.context["form"]["Title"].value() == "Manager"
        assert effects(zoho) == []
        delivery = Delivery.objects.get()
        assert (delivery.kind, delivery.state) == ("crm.insert", "refused")

    @pytest.mark.parametrize("path", [INSERT, "its own"])
    def test_waits_while_zoho_cannot_tell(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff_client: Client,
        path: str,
    ) -> None:
        page = look(staff_client, connection)
        there = keep(zoho, **TYPED)
        at = f"{INSERT}/{there}" if path == "its own" else path
        zoho.script("GET", at, *[{"status": 503, "body": "<p>busy</p>"}] * 9)

        agree(staff_client, connection, page)

        assert Delivery.objects.get().state == "waiting"
        assert effects(zoho) == []

    def test_counts_a_record_that_cannot_be_read(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        page = look(staff_client, connection)
        there = keep(zoho, **TYPED)
        refused = {"status": 400, "body": {"code": "NOT_SUPPORTED", "message": "no"}}
        zoho.script("GET", f"{INSERT}/{there}", *[refused] * 9)

        agree(staff_client, connection, page)

        assert Delivery.objects.get().state == "refused"
        assert effects(zoho) == []

    def test_is_refused_by_zoho_where_even_the_last_look_came_too_early(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        page = look(staff_client, connection)
        about = {"api_name": "Email", "id": "4150868000000999001"}
        item = {"code": "DUPLICATE_DATA", "details": about, "status": "error"}
        zoho.script("POST", INSERT, {"status": 400, "body": {"data": [item]}})

        page = agree(staff_client, connection, page)

        assert "Nothing was created, and you may not change contacts." in text(page)
        assert upserts(zoho) == 0

    def test_is_looked_for_before_it_is_repeated_f29(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        page = look(staff_client, connection)
        zoho.script("POST", INSERT, {"drop": "after"})
        agree(staff_client, connection, page)
        delivery = Delivery.objects.get()
        assert delivery.state == "unknown"

        staff_client.post(f"{delivery.get_absolute_url()}again/")

        delivery.refresh_from_db()
        assert delivery.state == "done"
        assert delivery.outcome["sentence"] == "Sample was created."
        assert effects(zoho) == [f"created Contacts {delivery.outcome['external_id']}"]

    def test_knows_its_own_by_the_reference(
        self, zoho: SandboxZoho, rich: Connection, staff_client: Client
    ) -> None:
        give("crm.contacts.create")
        ModuleSettings.objects.create(
            connection=rich, module="Contacts", reference_field="Customer_Number"
        )
        page = look(staff_client, rich)
        zoho.script("POST", INSERT, {"drop": "after"})
        agree(staff_client, rich, page)
        delivery = Delivery.objects.get()
        assert delivery.state == "waiting"

        staff_client.post(f"{delivery.get_absolute_url()}again/")

        delivery.refresh_from_db()
        assert delivery.state == "done"
        assert len(effects(zoho)) == 1

    def test_is_what_a_preview_of_before_does_not_get_around(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        give("crm.contacts.create", CHANGE)
        keep(zoho, **TYPED)
        page = look(staff_client, connection, Title="Manager")
        assert page.context["preview"].shown
        give("crm.contacts.create")

        page = agree(staff_client, connection, page)

        assert "may not change contacts" in text(page)
        assert not Delivery.objects.exists()

    def test_holds_what_was_kept_while_they_might_change(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff_client: Client,
    ) -> None:
        give("crm.contacts.create", CHANGE)
        page = look(staff_client, connection)
        slots = fill_slots(limits.key_of(connection, "crm"))
        agree(staff_client, connection, page)
        give("crm.contacts.create")
        for slot in slots:
            slot.release()
        delivery = Delivery.objects.get()
        assert delivery.kind == "crm.record"

        attempt(delivery)

        assert (delivery.state, delivery.held_for) == ("waiting", "person")
        assert upserts(zoho) == 0


def test_a_preview_holds_for_an_hour(
    connection: Connection, staff_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    page: Any = look(staff_client, connection)
    later = timezone.now() + timedelta(seconds=HOLDS_SECONDS + 1)
    monkeypatch.setattr("time.time", later.timestamp)

    page = agree(staff_client, connection, page)

    assert "Will create a new contact" in text(page)
    assert not Delivery.objects.exists()
