"""What a turn leaves on record of its calls, and what it says while that is open."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from connections.models import Connection
from connections.zoho.errors import NotSent, Unavailable
from crm.services import attach_files
from desk.services import open_ticket
from desk.zoho.status import change_status
from tests.desk.form import TICKETS
from tests.support.deliveries import UPSERT, answer, new_contact
from tests.support.pages import text
from tests.workers.office import known
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User
from zohoportal.outbox import services as outbox
from zohoportal.outbox.delivering.explaining import attempt_words
from zohoportal.outbox.delivering.failures import is_denial
from zohoportal.outbox.idempotency import IdempotencyKey
from zohoportal.outbox.models import Attempt, Delivery
from zohoportal.outbox.status import with_standing

LIST = "/deliveries/"

KEY = IdempotencyKey("key")
E25 = "We do not know yet whether Zoho saved this"
KEPT = "Kept, not sent yet"
# Zoho saved it, and its answer does not say so.
UNCLEAR: list[dict[str, Any]] = [
    {"drop": "after"},
    {"drop": "during"},
    {"truncate": 20},
    {"status": 502, "body": "<html>", "apply": True},
    {"status": 500, "body": {"code": "INTERNAL_ERROR"}, "apply": True},
    {"status": 200, "body": "<html>", "apply": True},
    {"status": 200, "body": {}, "apply": True},
    {"status": 200, "body": {"data": []}, "apply": True},
    {"status": 204, "apply": True},
]


def is_in_doubt(delivery: Delivery) -> bool:
    return with_standing(Delivery.objects.filter(pk=delivery.pk)).get().is_in_doubt


class TestAttemptLog:
    """replies/S7: a later GET says nothing about the call before it."""

    def test_keeps_the_refusal_of_a_file_s7(
        self, zoho: SandboxZoho, connection: Connection, staff: User
    ) -> None:
        record = zoho.crm_records("Contacts")[0]["id"]
        path = f"/crm/v8/Contacts/{record}/Attachments"
        refusal = {"code": "INVALID_DATA", "details": {}, "status": "error"}
        zoho.script("POST", path, {"status": 400, "body": refusal})

        (receipt,) = attach_files(
            connection=connection,
            person=staff,
            idempotency_key=KEY,
            module="Contacts",
            record_id=record,
            files=[SimpleUploadedFile("hello.txt", b"hello")],
        )

        attempt = receipt.delivery.attempts.get()
        assert f"/crm/v8/Contacts/{record}" in [each["path"] for each in zoho.journal()]
        assert (receipt.delivery.state, attempt.answered) == ("refused", True)
        assert attempt.result == "Rejected 400 INVALID_DATA"
        assert attempt_words(attempt) == "Zoho refused it"

    def test_keeps_a_refusal_when_reading_fails_after_it_s7(
        self, zoho: SandboxZoho, connection: Connection, staff: User
    ) -> None:
        extra = {"errorCode": "INVALID_DATA", "message": "An extra parameter 'phone'"}
        zoho.script("POST", TICKETS, {"status": 422, "body": extra})
        contacts = "/api/v1/contacts*"
        zoho.script("GET", contacts, {"status": 204}, {"status": 503, "times": 9})

        delivery = open_ticket(
            connection=connection,
            person=staff,
            idempotency_key=KEY,
            email="new@example.com",
            last_name="New",
            phone="+49 30 000000",
            subject="No paper",
            department=zoho.records()["tickets"][0]["departmentId"],
        ).delivery

        attempt = delivery.attempts.get()
        assert (delivery.state, is_in_doubt(delivery)) == ("waiting", False)
        assert attempt.result == "Rejected 422 INVALID_DATA"

    def test_keeps_an_answer_that_said_nothing_s7(
        self, zoho: SandboxZoho, connection: Connection, staff: User
    ) -> None:
        ticket = zoho.records()["tickets"][0]["id"]
        nothing = {"status": 204, "apply": True}
        zoho.script("PATCH", f"{TICKETS}/{ticket}", nothing)

        delivery = change_status(
            connection=connection,
            person=staff,
            idempotency_key=KEY,
            ticket=known(ticket),
            status="Closed",
        ).delivery

        attempt = delivery.attempts.get()
        assert (attempt.answered, attempt.result) == (False, "Unavailable 204 empty")
        assert (delivery.state, is_in_doubt(delivery)) == ("waiting", True)

    def test_calls_no_connection_no_doubt(self) -> None:
        assert is_denial(NotSent("no_connection"))
        assert not is_denial(Unavailable("timeout"))


class TestDoubt:
    """R23: what may be saved is not called unsent while it waits to be sent again."""

    @pytest.mark.parametrize("script", UNCLEAR, ids=str)
    def test_is_said_everywhere_r23(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff: User,
        staff_client: Client,
        script: dict[str, Any],
    ) -> None:
        zoho.script("POST", UPSERT, script)

        delivery = new_contact(connection, staff).delivery

        page = text(staff_client.get(delivery.get_absolute_url()))
        assert E25 in page
        assert KEPT not in page
        for url in (LIST, "/"):
            rows = text(staff_client.get(url))
            assert "Not known yet" in rows
            assert KEPT not in rows

    def test_ends_with_a_clear_answer_r23(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff: User,
        staff_client: Client,
    ) -> None:
        zoho.script("POST", UPSERT, {"drop": "after"})
        delivery = new_contact(connection, staff).delivery

        outbox.send_again(delivery)

        assert delivery.state == "done"
        page = text(staff_client.get(delivery.get_absolute_url()))
        assert E25 not in page
        # The read just before the second try found what the first one had saved.
        assert [each.answered for each in delivery.attempts.all()] == [False]

    def test_stays_when_zoho_asks_to_wait_meanwhile_r23(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff: User,
        staff_client: Client,
    ) -> None:
        busy = answer("crm", "too_many_requests", 429)
        zoho.script("POST", UPSERT, {"drop": "before"}, busy)
        delivery = new_contact(connection, staff).delivery

        outbox.send_again(delivery)

        assert delivery.state == "waiting"
        page = text(staff_client.get(delivery.get_absolute_url()))
        assert E25 in page
        assert KEPT not in page

    @pytest.mark.parametrize(
        "script",
        [
            answer("crm", "too_many_requests", 429),
            answer("crm", "no_permission", 403),
            answer("crm", "scope_mismatch", 401),
        ],
        ids=str,
    )
    def test_is_none_where_zoho_said_no(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff: User,
        staff_client: Client,
        script: dict[str, Any],
    ) -> None:
        zoho.script("POST", UPSERT, script)

        delivery = new_contact(connection, staff).delivery

        assert delivery.state == "waiting"
        page = text(staff_client.get(delivery.get_absolute_url()))
        assert KEPT in page
        assert E25 not in page


class TestRepeat:
    """A person who was made by the try before is not called updated."""

    @pytest.mark.parametrize("ahead", [-3600, 0, 3600])
    def test_is_told_as_what_the_first_try_did(
        self, zoho: SandboxZoho, connection: Connection, staff: User, ahead: int
    ) -> None:
        ours = timezone.now() + timedelta(seconds=ahead)
        with time_machine.travel(ours):
            zoho.script("POST", UPSERT, {"drop": "after"})
            delivery = new_contact(connection, staff).delivery
            outbox.send_again(delivery)

        assert delivery.outcome["sentence"] == "Sample was created."

    def test_is_an_update_where_the_record_is_older(
        self, zoho: SandboxZoho, connection: Connection, staff: User
    ) -> None:
        new_contact(connection, staff)
        zoho.script("POST", UPSERT, {"drop": "after"})
        delivery = new_contact(connection, staff, Title="Manager").delivery
        later = timezone.now() + timedelta(seconds=10)
        Attempt.objects.filter(delivery=delivery).update(started_at=later)

        outbox.send_again(delivery)

        sentence = "Sample has in Zoho what you typed. No fields changed."
        assert delivery.outcome["sentence"] == sentence


class TestCorrected:
    def test_is_said_with_the_link_wherever_it_is_listed(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff: User,
        staff_client: Client,
    ) -> None:
        refused = self.refused(zoho, connection, staff)
        key = IdempotencyKey("second", replaces=refused.reference)

        sent = new_contact(connection, staff, key, Email="kim@example.com").delivery

        for url in (refused.get_absolute_url(), LIST, "/"):
            page = staff_client.get(url)
            assert "Corrected" in text(page)
            assert "badge-bad" not in page.content.decode()
            assert sent.get_absolute_url() in page.content.decode()
        listed = staff_client.get(f"{LIST}?state=corrected").context["rows"]
        assert list(listed) == [refused]
        assert not staff_client.get(f"{LIST}?state=refused").context["rows"]

    def test_is_not_said_when_the_correction_was_cancelled(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff: User,
        staff_client: Client,
    ) -> None:
        refused = self.refused(zoho, connection, staff)
        key = IdempotencyKey("second", replaces=refused.reference)
        zoho.script("POST", UPSERT, answer("crm", "too_many_requests", 429))
        sent = new_contact(connection, staff, key, Email="kim@example.com").delivery

        outbox.cancel(sent)

        page = text(staff_client.get(refused.get_absolute_url()))
        assert "Refused by Zoho" in page
        assert "Edit and send" in page

    def refused(
        self, zoho: SandboxZoho, connection: Connection, person: User
    ) -> Delivery:
        zoho.script("POST", UPSERT, answer("crm", "invalid_email", 400))
        delivery = new_contact(connection, person).delivery
        assert delivery.state == "refused"
        return delivery
