"""New records whose answer was lost: made once, and claimed by nobody else."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from connections.models import Connection
from connections.services import client_for
from connections.zoho.errors import OutcomeUnknown
from crm.models import ModuleSettings
from crm.payloads import RecordPayload
from crm.zoho import creating
from crm.zoho.search import MOST_RECORDS
from tests.crm import module_page
from tests.crm.contacts import PAYLOAD
from tests.crm.record_form import Form, effects, keep
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User
from zohoportal.outbox.models import Delivery
from zohoportal.outbox.senders import Outcome, Sending

INSERT = "/crm/v8/Contacts"
TYPED = {"Last_Name": "Phoneonly", "Phone": "+44 20 7946 0321"}


def inserts(zoho: SandboxZoho) -> list[dict[str, Any]]:
    return [
        each["body"]["data"][0]
        for each in zoho.journal()
        if (each["method"], each["path"]) == ("POST", INSERT)
    ]


class TestReferenceField:
    """Holds our reference, so that Zoho itself refuses to make a record twice."""

    @pytest.fixture
    def rich(self, rich: Connection) -> Connection:
        ModuleSettings.objects.create(
            connection=rich,
            module="Contacts",
            reference_field="Customer_Number",
            may_lack_duplicate=True,
        )
        return rich

    def test_makes_a_repeat_harmless_forms_08(
        self, zoho: SandboxZoho, rich: Connection, staff_client: Client
    ) -> None:
        form = Form(staff_client, rich)
        form.send(**TYPED)
        assert "Customer Number" not in form.said
        zoho.script("POST", INSERT, {"drop": "after"})
        form.send()
        delivery = Delivery.objects.get()
        assert delivery.state == "waiting"

        staff_client.post(f"{delivery.get_absolute_url()}again/")

        delivery.refresh_from_db()
        assert delivery.state == "done"
        assert delivery.outcome["sentence"] == "Phoneonly was created."
        (effect,) = effects(zoho)
        assert effect == f"created Contacts {delivery.outcome['external_id']}"
        reference = {"Customer_Number": delivery.reference}
        assert inserts(zoho)[0] == TYPED | reference

    def test_is_what_a_repeat_is_refused_for(
        self, zoho: SandboxZoho, rich: Connection, staff_client: Client
    ) -> None:
        form = Form(staff_client, rich)
        form.send(**TYPED)
        item = {
            "code": "DUPLICATE_DATA",
            "details": {"api_name": "Customer_Number", "id": "4711"},
            "message": "duplicate data",
            "status": "error",
        }
        zoho.script("POST", INSERT, {"status": 400, "body": {"data": [item]}})

        form.send()

        assert "Phoneonly was created." in form.said
        assert Delivery.objects.get().outcome["external_id"] == "4711"

    def test_is_what_a_lost_one_is_looked_for_by(
        self, zoho: SandboxZoho, rich: Connection, staff_client: Client
    ) -> None:
        keep(zoho, **TYPED)
        form = Form(staff_client, rich)
        form.send(**TYPED)
        zoho.script("POST", INSERT, {"drop": "after"})
        form.send()
        delivery = Delivery.objects.get()
        made = zoho.crm_records("Contacts")[-1]
        # A colleague mends what was typed.
        zoho.put_crm_record("Contacts", id=made["id"], Phone="mended")

        staff_client.post(f"{delivery.get_absolute_url()}again/")

        delivery.refresh_from_db()
        assert delivery.outcome["external_id"] == made["id"]
        assert len(effects(zoho)) == 1

    def test_is_never_given_to_a_record_that_is_there(
        self, zoho: SandboxZoho, rich: Connection, staff_client: Client
    ) -> None:
        there = keep(zoho, Last_Name="Other", Email="other@example.com")
        form = Form(staff_client, rich)
        for email in ("new@example.com", "other@example.com"):
            form = Form(staff_client, rich)
            form.send(**TYPED, Email=email)
            form.send()

        written = [e["body"]["data"][0] for e in zoho.journal() if e["body"]]
        assert effects(zoho)[-1] == f"updated Contacts {there}"
        assert [each for each in written if "Customer_Number" in each] == []

    def test_that_zoho_has_no_more_is_done_without(
        self, zoho: SandboxZoho, rich: Connection, staff_client: Client
    ) -> None:
        zoho.change_crm_metadata("Contacts", remove_field="Customer_Number")
        form = Form(staff_client, rich)

        form.send(**TYPED)
        form.send()

        assert inserts(zoho) == [TYPED]

    def test_is_chosen_among_those_that_zoho_takes_once(
        self, rich: Connection, admin_client: Client
    ) -> None:
        page = module_page.opened(admin_client, rich)
        field = page.context["form"].fields["reference_field"]
        assert [*field.choices] == [
            ("", "None"),
            ("Customer_Number", "Customer Number"),
        ]

        module_page.save(admin_client, rich, reference_field="")

        assert not ModuleSettings.objects.get().reference_field

    def test_is_not_asked_for_where_there_is_none(
        self, connection: Connection, admin_client: Client
    ) -> None:
        page = module_page.opened(admin_client, connection)

        assert "reference_field" not in page.context["form"].fields


class TestFind:
    """An insert whose answer was lost is looked for by all that was typed."""

    @pytest.fixture
    def row(self, zoho: SandboxZoho, connection: Connection) -> str:
        return keep(zoho, Email="kim@example.com", **TYPED)

    def find(
        self, connection: Connection, since: datetime | None = None, **typed: Any
    ) -> Outcome | None:
        values = TYPED | {"Email": "kim@example.com"} | typed
        payload = RecordPayload(**PAYLOAD | {"values": values, "name": "Phoneonly"})
        sending = Sending("ZP-OURS", typed_at=timezone.now())
        return creating.find(
            client_for(connection), payload, sending, since or timezone.now()
        )

    def other_made(
        self, connection: Connection, person: User, record_id: str, **about: Any
    ) -> None:
        Delivery.objects.create(
            **{"kind": "crm.insert", "state": "done"} | about,
            connection=connection,
            person=person,
            title="Contact",
            payload={},
            limit_key="",
            idempotency_key=uuid4().hex,
            fingerprint="",
            outcome={"external_id": record_id},
        )

    def test_knows_the_record_that_has_it_all(
        self, connection: Connection, row: str
    ) -> None:
        found = self.find(connection)

        assert found
        assert (found.external_id, found.sentence) == (row, "Phoneonly was created.")

    @pytest.mark.parametrize("kind", ["crm.insert", "crm.record"])
    def test_takes_none_that_another_delivery_made(
        self, kind: str, connection: Connection, row: str, staff: User
    ) -> None:
        self.other_made(connection, staff, row, kind=kind)

        assert self.find(connection) is None

    def test_takes_the_one_of_two_that_is_free(
        self, zoho: SandboxZoho, connection: Connection, row: str, staff: User
    ) -> None:
        free = keep(zoho, Email="kim@example.com", **TYPED)
        self.other_made(connection, staff, row)

        found = self.find(connection)

        assert found
        assert found.external_id == free

    @pytest.mark.usefixtures("row")
    def test_does_not_choose_between_two(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        keep(zoho, Email="kim@example.com", Title="More", **TYPED)

        with pytest.raises(OutcomeUnknown):
            self.find(connection)

    @pytest.mark.usefixtures("row")
    def test_takes_none_that_lacks_a_value(self, connection: Connection) -> None:
        assert self.find(connection, Mobile="1") is None
        assert self.find(connection, Phone="1") is None

    def test_looks_beyond_the_fields_that_a_list_shows(
        self, zoho: SandboxZoho, rich: Connection
    ) -> None:
        many: dict[str, Any] = {f"Text_{number}": "x" for number in range(1, 100, 10)}
        many |= {f"Count_{number}": 1 for number in range(3, 100, 10)}
        many |= {f"Remark_{number}": "x" for number in range(9, 100, 10)}
        many |= {f"Day_{number}": "2026-01-01" for number in range(4, 100, 10)}
        many |= {f"Sum_{number}": 1.5 for number in range(6, 100, 10)}
        assert len(many) > creating.MOST_FIELDS
        last = [*many][-1]
        keep(zoho, Email="kim@example.com", **TYPED | many | {last: 2})

        assert self.find(rich, **many) is None

        whole = keep(zoho, Email="kim@example.com", **TYPED | many)
        found = self.find(rich, **many)
        assert found
        assert found.external_id == whole

    def test_takes_none_that_was_there_before(
        self, connection: Connection, row: str
    ) -> None:
        later = timezone.now() + timedelta(minutes=16)

        assert row
        assert self.find(connection, since=later) is None

    @pytest.mark.usefixtures("row")
    def test_looks_behind_the_first_page(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        for number in range(MOST_RECORDS):
            keep(zoho, Last_Name=f"Other {number}")

        assert self.find(connection)

    def test_of_what_is_not_there_says_so(self, connection: Connection) -> None:
        assert self.find(connection) is None
