from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection as database
from django.utils import timezone

from connections import limits
from connections.models import Connection
from connections.tokens import revocation
from desk.zoho.departments import departments_of
from tests.desk.form import TICKETS, created_tickets
from tests.support.deliveries import (
    KEY,
    PEOPLE_SEARCH,
    UPSERT,
    answer,
    new_contact,
    new_ticket,
    upserts,
)
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User
from zohoportal.outbox import services as outbox
from zohoportal.outbox.delivering.first_try import attempt
from zohoportal.outbox.models import Delivery

PEOPLE = 16


class TestSubmit:
    def test_keeps_and_sends(
        self, zoho: SandboxZoho, connection: Connection, staff: User
    ) -> None:
        receipt = new_contact(connection, staff)

        delivery = receipt.delivery
        assert (delivery.state, delivery.attempt_count) == ("done", 1)
        assert delivery.outcome["sentence"] == "Sample was created."
        assert delivery.finished_at
        assert not receipt.is_repeat
        assert upserts(zoho) == 1

    def test_gives_the_first_result_to_the_same_form_f62(
        self, zoho: SandboxZoho, connection: Connection, staff: User
    ) -> None:
        first = new_contact(connection, staff, KEY).delivery

        receipt = new_contact(connection, staff, KEY)

        assert receipt == outbox.Receipt(first, is_repeat=True, same_content=True)
        assert upserts(zoho) == 1
        assert Delivery.objects.count() == 1

    def test_stores_and_sends_nothing_for_the_same_form_with_other_content_f62(
        self, zoho: SandboxZoho, connection: Connection, staff: User
    ) -> None:
        first = new_contact(connection, staff, KEY).delivery

        receipt = new_contact(connection, staff, KEY, Last_Name="Other")

        assert receipt == outbox.Receipt(first, is_repeat=True, same_content=False)
        assert upserts(zoho) == 1
        assert Delivery.objects.get().payload["values"]["Last_Name"] == "Sample"

    def test_knows_the_keys_of_two_people_apart(
        self, zoho: SandboxZoho, connection: Connection, staff: User, admin: User
    ) -> None:
        new_contact(connection, staff, KEY)

        receipt = new_contact(connection, admin, KEY)

        assert not receipt.is_repeat
        assert upserts(zoho) == 2

    @pytest.mark.django_db(transaction=True)
    def test_has_one_effect_for_sixteen_at_once_f62(
        self, zoho: SandboxZoho, connection: Connection, staff: User
    ) -> None:
        departments_of(connection)
        barrier = Barrier(PEOPLE)

        def press(_: int) -> outbox.Receipt:
            try:
                barrier.wait()
                return new_ticket(connection, staff, KEY)
            finally:
                database.close()

        with ThreadPoolExecutor(PEOPLE) as pool:
            receipts = list(pool.map(press, range(PEOPLE)))

        assert created_tickets(zoho) == 1
        assert len({receipt.delivery.pk for receipt in receipts}) == 1
        assert sum(not receipt.is_repeat for receipt in receipts) == 1
        assert Delivery.objects.get().state == "done"

    def test_cuts_a_long_title_short(self, connection: Connection, staff: User) -> None:
        delivery = new_contact(connection, staff, Last_Name="x" * 400).delivery

        assert len(delivery.title) == 300


class TestStateAfter:
    @pytest.mark.parametrize(
        ("script", "state"),
        [
            (answer("crm", "invalid_email", 400), "refused"),
            (answer("crm", "missing_field_in_success", 200), "refused"),
            (answer("crm", "missing_field", 207), "refused"),
            (answer("crm", "invalid_module", 400), "refused"),
            (answer("crm", "scope_mismatch", 401), "waiting"),
            (answer("crm", "no_permission", 403), "waiting"),
            (answer("crm", "too_many_requests", 429), "waiting"),
            (answer("crm", "internal_error", 500), "waiting"),
            (answer("crm", "missing_data", 400), "waiting"),
            ({"status": 200, "body": "<html>"}, "waiting"),
            ({"status": 200, "body": {}}, "waiting"),
            ({"status": 200, "body": {"data": None}}, "waiting"),
            ({"status": 200, "body": {"data": [{"details": []}]}}, "waiting"),
            ({"status": 204}, "waiting"),
            ({"drop": "before"}, "waiting"),
            ({"drop": "after"}, "waiting"),
        ],
        ids=str,
    )
    def test_fits_the_answer_to_an_upsert(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff: User,
        script: dict[str, Any],
        state: str,
    ) -> None:
        zoho.script("POST", UPSERT, script)

        delivery = new_contact(connection, staff).delivery

        assert delivery.state == state
        assert delivery.problem["title"]
        assert delivery.lease_owner == ""

    @pytest.mark.parametrize(
        ("script", "state"),
        [
            (answer("desk", "invalid_data", 422), "refused"),
            (answer("desk", "unprocessable", 422), "refused"),
            (answer("desk", "bad_request", 400), "refused"),
            (answer("desk", "too_large", 413), "refused"),
            (answer("desk", "scope_mismatch", 403), "waiting"),
            (answer("desk", "daily_limit", 429), "waiting"),
            (answer("desk", "internal_error", 500), "unknown"),
            ({"status": 502, "body": "<html>"}, "unknown"),
            ({"status": 502, "body": "<html>", "apply": True}, "unknown"),
            ({"status": 200, "body": "<html>"}, "unknown"),
            ({"status": 200, "body": {}}, "unknown"),
            ({"status": 200, "body": {"id": "1"}}, "unknown"),
            ({"status": 204}, "unknown"),
            ({"drop": "before"}, "unknown"),
            ({"drop": "after"}, "unknown"),
        ],
        ids=str,
    )
    def test_fits_the_answer_to_a_create_f39(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff: User,
        script: dict[str, Any],
        state: str,
    ) -> None:
        zoho.script("POST", TICKETS, script)

        delivery = new_ticket(connection, staff).delivery

        assert delivery.state == state
        assert created_tickets(zoho) <= 1
        # What is in doubt has an attempt whose answer tells nothing.
        attempt = delivery.attempts.get()
        assert attempt.answered == (state != "unknown")
        assert attempt.result != "done"

    def test_keeps_the_time_that_zoho_asks_for_f44(
        self, zoho: SandboxZoho, connection: Connection, staff: User
    ) -> None:
        busy = answer("crm", "too_many_requests", 429)
        zoho.script("POST", UPSERT, busy | {"headers": {"Retry-After": "300"}})

        delivery = new_contact(connection, staff).delivery

        assert delivery.retry_at
        left = delivery.retry_at - timezone.now()
        assert timedelta(seconds=280) < left <= timedelta(seconds=300)

    def test_waits_without_a_connection(
        self, zoho: SandboxZoho, connection: Connection, staff: User
    ) -> None:
        revocation.disconnect(connection)
        zoho.clear_journal()

        delivery = new_contact(connection, staff).delivery

        assert delivery.state == "waiting"
        assert zoho.journal() == []

    def test_says_that_zoho_ended_the_connection(
        self, zoho: SandboxZoho, connection: Connection, staff: User
    ) -> None:
        zoho.revoke_tokens()

        delivery = new_contact(connection, staff).delivery

        assert delivery.problem["ref"] == "E06"
        assert delivery.state == "waiting"


class TestAttempt:
    @pytest.mark.django_db(transaction=True)
    def test_is_on_record_before_the_call(
        self, zoho: SandboxZoho, connection: Connection, staff: User
    ) -> None:
        zoho.script("POST", UPSERT, {"delay": 0.5})

        with ThreadPoolExecutor(1) as pool:
            sending = pool.submit(contact_and_close, connection, staff)
            until_arrives(zoho, UPSERT)
            delivery = Delivery.objects.get()
            attempt = delivery.attempts.get()
            receipt = sending.result()

        assert (delivery.state, attempt.number) == ("sending", 1)
        assert (attempt.ended_at, attempt.result) == (None, "")
        assert receipt.delivery.attempts.get().result == "done"

    def test_says_what_came_of_it(
        self, zoho: SandboxZoho, connection: Connection, staff: User
    ) -> None:
        zoho.script("POST", UPSERT, answer("crm", "no_permission", 403))

        attempt = new_contact(connection, staff).delivery.attempts.get()

        assert attempt.result == "PermissionMissing 403 NO_PERMISSION"
        assert attempt.ended_at

    @pytest.mark.parametrize("state", ["done", "refused", "cancelled", "unknown"])
    def test_does_nothing_unless_the_delivery_waits(
        self, zoho: SandboxZoho, connection: Connection, staff: User, state: str
    ) -> None:
        delivery = new_contact(connection, staff).delivery
        Delivery.objects.update(state=state)
        zoho.clear_journal()

        attempt(delivery)

        assert delivery.state == state
        assert zoho.journal() == []

    def test_leaves_a_delivery_to_whoever_is_sending_it(
        self, zoho: SandboxZoho, connection: Connection, staff: User
    ) -> None:
        delivery = new_contact(connection, staff).delivery
        soon = timezone.now() + timedelta(minutes=1)
        Delivery.objects.update(state="sending", lease_owner="o", lease_until=soon)
        zoho.clear_journal()

        outbox.send_again(delivery)

        assert delivery.state == "sending"
        assert zoho.journal() == []


class TestSendAgain:
    def test_brings_what_waits_to_zoho(
        self, zoho: SandboxZoho, connection: Connection, staff: User
    ) -> None:
        zoho.script("POST", UPSERT, {"status": 503})
        delivery = new_contact(connection, staff).delivery

        outbox.send_again(delivery)

        assert delivery.state == "done"
        assert delivery.problem == {}
        results = [attempt.result for attempt in delivery.attempts.all()]
        assert results == ["Unavailable 503 no_json", "done"]

    def test_takes_over_what_a_dead_process_left(
        self, zoho: SandboxZoho, connection: Connection, staff: User
    ) -> None:
        delivery = abandoned(zoho, connection, staff)
        assert delivery.is_abandoned

        outbox.send_again(delivery)

        assert delivery.state == "done"
        assert not delivery.is_abandoned

    @pytest.mark.django_db(transaction=True)
    def test_has_one_effect_for_sixteen_at_once(
        self, zoho: SandboxZoho, connection: Connection, staff: User
    ) -> None:
        zoho.script("GET", PEOPLE_SEARCH, {"status": 503})
        delivery = new_ticket(connection, staff).delivery
        barrier = Barrier(PEOPLE)

        def press(_: int) -> None:
            try:
                own = Delivery.objects.get(pk=delivery.pk)
                barrier.wait()
                outbox.send_again(own)
            finally:
                database.close()

        with ThreadPoolExecutor(PEOPLE) as pool:
            list(pool.map(press, range(PEOPLE)))

        assert created_tickets(zoho) == 1
        assert Delivery.objects.get().attempt_count == 1


class TestLateSender:
    @pytest.mark.django_db(transaction=True)
    def test_changes_nothing_that_was_settled_meanwhile(
        self, zoho: SandboxZoho, connection: Connection, staff: User
    ) -> None:
        zoho.script("POST", TICKETS, {"delay": 0.5})

        with ThreadPoolExecutor(1) as pool:
            sending = pool.submit(ticket_and_close, connection, staff)
            until_arrives(zoho, TICKETS)
            past = timezone.now() - timedelta(seconds=1)
            Delivery.objects.update(lease_until=past)
            outbox.mark_found(Delivery.objects.get())
            sending.result()

        assert Delivery.objects.get().outcome["sentence"] == "It was found in Zoho."


class TestMarkFound:
    def test_settles_what_was_unknown(
        self, zoho: SandboxZoho, connection: Connection, staff: User
    ) -> None:
        zoho.script("POST", TICKETS, {"drop": "after"})
        delivery = new_ticket(connection, staff).delivery

        outbox.mark_found(delivery)

        delivery.refresh_from_db()
        assert (delivery.state, delivery.problem) == ("done", {})

    def test_settles_nothing_else(
        self, zoho: SandboxZoho, connection: Connection, staff: User
    ) -> None:
        zoho.script("POST", UPSERT, {"status": 503})
        delivery = new_contact(connection, staff).delivery

        outbox.mark_found(delivery)

        delivery.refresh_from_db()
        assert delivery.state == "waiting"


class TestCancel:
    def test_gives_up_what_waits(
        self, zoho: SandboxZoho, connection: Connection, staff: User
    ) -> None:
        zoho.script("POST", UPSERT, {"status": 503})
        delivery = new_contact(connection, staff).delivery

        assert outbox.cancel(delivery)

        outbox.send_again(delivery)
        assert delivery.state == "cancelled"
        assert upserts(zoho) == 1

    def test_cannot_undo_what_is_done(
        self, zoho: SandboxZoho, connection: Connection, staff: User
    ) -> None:
        delivery = new_contact(connection, staff).delivery

        assert not outbox.cancel(delivery)

        delivery.refresh_from_db()
        assert delivery.state == "done"


def abandoned(zoho: SandboxZoho, connection: Connection, person: User) -> Delivery:
    """Return a delivery whose sender died on the way."""
    zoho.script("POST", UPSERT, {"drop": "before"})
    delivery = new_contact(connection, person).delivery
    past = timezone.now() - timedelta(seconds=1)
    Delivery.objects.update(state="sending", lease_owner="dead", lease_until=past)
    delivery.refresh_from_db()
    return delivery


def contact_and_close(connection: Connection, person: User) -> outbox.Receipt:
    return and_close(new_contact, connection, person)


def ticket_and_close(connection: Connection, person: User) -> outbox.Receipt:
    return and_close(new_ticket, connection, person)


def and_close(
    send: Callable[..., outbox.Receipt], connection: Connection, person: User
) -> outbox.Receipt:
    try:
        return send(connection, person)
    finally:
        database.close()


def until_arrives(zoho: SandboxZoho, path: str) -> None:
    for _ in range(1_000):
        if any(entry["path"] == path for entry in zoho.journal()):
            return
    raise AssertionError(f"Nothing arrived at {path}.")


class TestSeveral:
    def test_stop_where_zoho_asks_for_a_pause_f44(
        self, zoho: SandboxZoho, connection: Connection, staff: User
    ) -> None:
        slots = [limits.take(limits.key_of(connection, "crm")) for _ in range(3)]
        first = new_contact(connection, staff).delivery
        second = new_contact(connection, staff, Last_Name="Other").delivery
        for slot in slots:
            assert slot
            slot.release()
        zoho.script("POST", UPSERT, answer("crm", "too_many_requests", 429))

        attempt(first, second)

        assert (first.state, second.state) == ("waiting", "waiting")
        assert upserts(zoho) == 1


class TestSendAgainInDoubt:
    def test_finds_what_is_there_and_sends_nothing_f29(
        self, zoho: SandboxZoho, connection: Connection, staff: User
    ) -> None:
        zoho.script("POST", TICKETS, {"drop": "after"})
        delivery = new_ticket(connection, staff).delivery

        outbox.send_again(delivery)

        delivery.refresh_from_db()
        assert delivery.state == "done"
        assert created_tickets(zoho) == 1

    def test_sends_what_is_not_there_f29(
        self, zoho: SandboxZoho, connection: Connection, staff: User
    ) -> None:
        zoho.script("POST", TICKETS, {"drop": "before"})
        delivery = new_ticket(connection, staff).delivery

        outbox.send_again(delivery)

        assert delivery.state == "done"
        assert created_tickets(zoho) == 1

    def test_sends_nothing_while_zoho_cannot_be_searched_f29(
        self, zoho: SandboxZoho, connection: Connection, staff: User
    ) -> None:
        zoho.script("POST", TICKETS, {"drop": "after"})
        zoho.script("GET", TICKETS, {"status": 503})
        delivery = new_ticket(connection, staff).delivery

        outbox.send_again(delivery)

        delivery.refresh_from_db()
        assert delivery.state == "unknown"
        assert created_tickets(zoho) == 1
