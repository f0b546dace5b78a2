import os
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection as database
from django.test import Client
from django.utils import timezone

from connections.models import Connection
from desk.payloads import TicketFilePayload
from tests.desk.form import SEARCH, TICKETS, created_tickets, filled, url
from tests.outbox.sample_files import (
    ATTACHED,
    FILE,
    TICKETS_FILES,
    TOO_LARGE,
    chosen,
    file_calls,
    new_ticket,
    states,
)
from tests.recorded import body_of
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User
from zohoportal.outbox import services as outbox
from zohoportal.outbox.delivering import claims
from zohoportal.outbox.idempotency import IdempotencyKey
from zohoportal.outbox.models import Delivery, Upload
from zohoportal.outbox.uploads import store as files

KEY = IdempotencyKey("key")


class TestFilesOfADelivery:
    def test_are_attached_to_it_when_it_is_in_zoho(
        self, zoho: SandboxZoho, connection: Connection, staff: User
    ) -> None:
        zoho.script("POST", TICKETS_FILES, ATTACHED | {"times": 3})

        ticket = new_ticket(connection, staff, "a.txt", "b.txt", "c.txt").delivery

        assert (ticket.state, states(ticket)) == ("done", ["done"] * 3)
        number = ticket.outcome["external_id"]
        assert file_calls(zoho) == [f"/api/v1/tickets/{number}/attachments"] * 3
        assert created_tickets(zoho) == 1

    def test_are_kept_here_until_they_are_in_zoho(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff: User,
        django_capture_on_commit_callbacks: Any,
    ) -> None:
        zoho.script("POST", TICKETS_FILES, ATTACHED, TOO_LARGE)

        with django_capture_on_commit_callbacks(execute=True):
            ticket = new_ticket(connection, staff, "there.txt", "refused.txt").delivery

        kept = {
            each.upload.name: files._storage().exists(each.upload.stored)
            for each in ticket.files.all()
            if each.upload
        }
        assert kept == {"there.txt": False, "refused.txt": True}

    def test_wait_while_it_waits(
        self, zoho: SandboxZoho, connection: Connection, staff: User
    ) -> None:
        zoho.script("GET", SEARCH, {"status": 503})

        ticket = new_ticket(connection, staff, "a.txt").delivery

        assert (ticket.state, states(ticket)) == ("waiting", ["waiting"])
        file = ticket.files.get()
        assert file.held_for == "parent"
        assert not claims.due().filter(pk=file.pk).exists()
        assert not outbox.send_again(file)
        assert file_calls(zoho) == []

    def test_follow_as_soon_as_it_goes_through(
        self, zoho: SandboxZoho, connection: Connection, staff: User
    ) -> None:
        zoho.script("GET", SEARCH, {"status": 503})
        ticket = new_ticket(connection, staff, "a.txt").delivery
        zoho.script("POST", TICKETS_FILES, ATTACHED)

        outbox.send_again(ticket)

        assert states(ticket) == ["done"]

    def test_are_cancelled_with_one_that_zoho_refuses(
        self, zoho: SandboxZoho, connection: Connection, staff: User
    ) -> None:
        refusal = {"status": 422, "body": body_of("desk", "invalid_data")}
        zoho.script("POST", TICKETS, refusal)

        ticket = new_ticket(connection, staff, "a.txt").delivery

        assert (ticket.state, states(ticket)) == ("refused", ["cancelled"])
        assert file_calls(zoho) == []

    def test_are_cancelled_with_one_that_a_person_cancels(
        self, zoho: SandboxZoho, connection: Connection, staff: User
    ) -> None:
        zoho.script("GET", SEARCH, {"status": 503})
        ticket = new_ticket(connection, staff, "a.txt").delivery

        outbox.cancel(ticket)

        assert states(ticket) == ["cancelled"]

    def test_are_cancelled_where_nobody_knows_what_to_attach_them_to(
        self, zoho: SandboxZoho, connection: Connection, staff: User
    ) -> None:
        zoho.script("POST", TICKETS, {"drop": "before"})
        ticket = new_ticket(connection, staff, "a.txt").delivery

        outbox.mark_found(ticket)

        assert states(ticket) == ["cancelled"]

    def test_are_kept_once_for_a_form_sent_twice_f62(
        self, zoho: SandboxZoho, connection: Connection, staff: User
    ) -> None:
        zoho.script("POST", TICKETS_FILES, ATTACHED | {"times": 2})
        first = new_ticket(connection, staff, "a.txt", idempotency_key=KEY).delivery

        same = new_ticket(connection, staff, "a.txt", idempotency_key=KEY)
        other = new_ticket(connection, staff, "b.txt", idempotency_key=KEY)

        assert same == outbox.Receipt(first, is_repeat=True, same_content=True)
        assert other == outbox.Receipt(first, is_repeat=True, same_content=False)
        assert len(file_calls(zoho)) == Upload.objects.count() == 1

    def test_that_were_cut_are_not_sent_again_by_themselves(
        self, zoho: SandboxZoho, connection: Connection, staff: User
    ) -> None:
        zoho.script("POST", TICKETS_FILES, {"drop": "before"})

        ticket = new_ticket(connection, staff, "a.txt").delivery

        assert (ticket.state, states(ticket)) == ("done", ["unknown"])

    def test_that_are_damaged_on_disk_are_never_sent(
        self, zoho: SandboxZoho, connection: Connection, staff: User
    ) -> None:
        zoho.script("GET", SEARCH, {"status": 503})
        ticket = new_ticket(connection, staff, "a.txt").delivery
        upload = Upload.objects.get()
        storage = files._storage()
        with storage.open(upload.stored, "wb") as stored:
            stored.write(b"A.txt")

        outbox.send_again(ticket)

        file = ticket.files.get()
        assert file.state == "refused"
        assert file.problem["title"] == "a.txt was not attached"
        assert file_calls(zoho) == []


def submit_files(
    connection: Connection, person: User, *names: str
) -> list[outbox.Receipt]:
    return outbox.submit_files(
        kind=FILE.kind,
        connection=connection,
        person=person,
        idempotency_key=KEY,
        payload=TicketFilePayload(attach_to="4711"),
        files=chosen(*names),
    )


class TestFilesForSomethingInZoho:
    def test_are_deliveries_of_their_own(
        self, zoho: SandboxZoho, connection: Connection, staff: User
    ) -> None:
        zoho.script("POST", TICKETS_FILES, ATTACHED | {"times": 2})

        made, again = (
            submit_files(connection, staff, "a.txt", "b.txt") for _ in range(2)
        )

        assert [each.delivery.state for each in made] == ["done", "done"]
        assert [each.is_repeat for each in made + again] == [False] * 2 + [True] * 2
        assert [each.delivery for each in made] == [each.delivery for each in again]
        assert file_calls(zoho) == ["/api/v1/tickets/4711/attachments"] * 2
        assert Upload.objects.count() == 2

    @pytest.mark.django_db(transaction=True)
    def test_posted_by_eight_at_once_are_attached_once_f62(
        self, zoho: SandboxZoho, connection: Connection, staff: User
    ) -> None:
        zoho.script("POST", TICKETS_FILES, ATTACHED | {"times": 16})
        barrier = Barrier(8)

        def press(_: int) -> list[outbox.Receipt]:
            barrier.wait()
            try:
                return submit_files(connection, staff, "a.txt", "b.txt")
            finally:
                database.close()

        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(press, range(8)))

        made = Delivery.objects.filter(kind=FILE.kind)
        receipts = [receipt for each in found for receipt in each]
        assert {each.delivery.pk for each in receipts} == {each.pk for each in made}
        assert [each.state for each in made] == ["done", "done"]
        assert len(file_calls(zoho)) == 2
        assert Upload.objects.count() == 2

    def test_that_come_later_with_the_same_form_are_not_lost_f62(
        self, zoho: SandboxZoho, connection: Connection, staff: User
    ) -> None:
        zoho.script("POST", TICKETS_FILES, ATTACHED | {"times": 2})
        submit_files(connection, staff, "a.txt")

        receipts = submit_files(connection, staff, "a.txt", "b.txt")

        assert [each.is_repeat for each in receipts] == [True, False]
        assert [each.delivery.state for each in receipts] == ["done", "done"]
        assert len(file_calls(zoho)) == 2


@pytest.fixture
def one_refused(zoho: SandboxZoho, connection: Connection, staff: User) -> Delivery:
    """A ticket with three files, the second of them too large for Zoho."""
    zoho.script("POST", TICKETS_FILES, ATTACHED, TOO_LARGE, ATTACHED)
    return new_ticket(connection, staff, "a.txt", "b.txt", "c.txt").delivery


class TestPage:
    def test_says_which_file_was_not_attached_r22(
        self, one_refused: Delivery, staff_client: Client
    ) -> None:
        page = staff_client.get(one_refused.get_absolute_url()).content.decode()

        assert "1 of 3 files was not attached." in page
        assert page.count("Retry") == 1
        assert states(one_refused) == ["done", "refused", "done"]

    def test_retries_that_file_only_r22(
        self, zoho: SandboxZoho, one_refused: Delivery, staff_client: Client
    ) -> None:
        file = one_refused.files.get(state="refused")
        zoho.script("POST", TICKETS_FILES, ATTACHED)
        zoho.clear_journal()

        answer: Any = staff_client.post(f"{file.get_absolute_url()}again/", follow=True)

        assert answer.redirect_chain == [(one_refused.get_absolute_url(), 302)]
        assert "3 files were attached." in answer.content.decode()
        assert (len(file_calls(zoho)), created_tickets(zoho)) == (1, 0)

    def test_of_a_file_leads_to_what_it_belongs_to(
        self, one_refused: Delivery, staff_client: Client
    ) -> None:
        file = one_refused.files.get(state="refused")

        page = staff_client.get(file.get_absolute_url()).content.decode()

        assert one_refused.get_absolute_url() in page
        assert "b.txt was not attached" in page
        assert "Retry" in page

    def test_does_not_offer_to_send_what_has_to_wait(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff: User,
        staff_client: Client,
    ) -> None:
        zoho.script("GET", SEARCH, {"status": 503})
        ticket = new_ticket(connection, staff, "a.txt").delivery

        page = staff_client.get(ticket.files.get().get_absolute_url()).content.decode()

        assert "as soon as what it belongs to is in Zoho" in page
        assert "Send again now" not in page


class TestFormThatComesBack:
    def test_names_the_files_to_choose_again(
        self, connection: Connection, staff_client: Client
    ) -> None:
        values = filled(staff_client, connection, email="nobody")
        files = {"files": chosen("a.txt", "b<i>.txt")}

        page = staff_client.post(url(connection), values | files).content.decode()

        assert "Choose the files again" in page
        assert "a.txt, b_i_.txt" in page


class TestForgetting:
    @pytest.mark.parametrize(
        ("state", "days", "stays"),
        [("refused", 89, 1), ("done", 91, 0), ("unknown", 91, 1), ("waiting", 400, 1)],
    )
    def test_waits_for_the_end_of_the_delivery(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff: User,
        state: str,
        days: int,
        stays: int,
    ) -> None:
        zoho.script("POST", TICKETS_FILES, TOO_LARGE)
        new_ticket(connection, staff, "a.txt")
        then = timezone.now() - timedelta(days=days)
        Upload.objects.update(created_at=then)
        Delivery.objects.update(state=state, finished_at=then)
        stored = Upload.objects.get().stored

        files.forget_old_uploads()

        assert Upload.objects.count() == stays
        assert files._storage().exists(stored) == bool(stays)
        assert Delivery.objects.count() == 2

    def test_takes_what_was_delivered_by_a_process_that_died_then(
        self, zoho: SandboxZoho, connection: Connection, staff: User
    ) -> None:
        zoho.script("POST", TICKETS_FILES, TOO_LARGE)
        new_ticket(connection, staff, "a.txt")
        Delivery.objects.update(state="done", finished_at=timezone.now())
        path = Path(files._storage().path(Upload.objects.get().stored))
        os.utime(path, (0, 0))

        files.forget_old_uploads()

        assert not path.exists()
        assert Upload.objects.count() == 1

    def test_takes_what_no_delivery_named(self, staff: User) -> None:
        (old,) = files.keep(staff, chosen("a.txt"))
        files.keep(staff, chosen(f"{uuid4()}.txt"))
        Upload.objects.filter(pk=old.pk).update(
            created_at=timezone.now() - timedelta(days=2)
        )

        files.forget_old_uploads()

        assert Upload.objects.count() == 1
