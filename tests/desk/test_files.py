"""Files of a new ticket: each a delivery of its own, after the ticket."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from connections.models import Connection
from tests.desk.form import attached, created_tickets, filled, url
from tests.outbox.sample_files import LOST, TICKETS_FILES, TOO_LARGE
from tests.support.pages import text
from tests.zoho import SandboxZoho
from zohoportal.outbox import services as outbox
from zohoportal.outbox.models import Delivery


def send(client: Client, connection: Connection, *names: str) -> Any:
    files = [SimpleUploadedFile(name, name.encode()) for name in names]
    typed = filled(client, connection)
    return client.post(url(connection), typed | {"attachments": files})


def files() -> dict[str, Delivery]:
    found = Delivery.objects.filter(kind="desk.file").select_related("upload")
    return {str(each.upload): each for each in found}


class TestFiles:
    def test_follow_their_ticket(
        self, zoho: SandboxZoho, answering: Connection, staff_client: Client
    ) -> None:
        send(staff_client, answering, "a.txt", "b.txt")

        assert attached(zoho) == ["a.txt", "b.txt"]
        assert created_tickets(zoho) == 1

    def test_are_not_offered_without_the_permission(
        self, connection: Connection, staff_client: Client
    ) -> None:
        assert "Files" not in text(staff_client.get(url(connection)))

    def test_that_are_far_too_many_are_counted_and_the_text_is_kept_a59(
        self, zoho: SandboxZoho, answering: Connection, staff_client: Client
    ) -> None:
        before = sorted(Path(settings.UPLOAD_DIR).iterdir())

        page = send(staff_client, answering, *(f"{each}.txt" for each in range(150)))

        assert "You chose 150 files; the most is 10." in text(page)
        assert page.context["form"]["subject"].value() == "The printer jams"
        assert not Delivery.objects.exists()
        page.wsgi_request.close()
        assert sorted(Path(settings.UPLOAD_DIR).iterdir()) == before

    def test_cost_one_call_each(
        self, zoho: SandboxZoho, answering: Connection, staff_client: Client
    ) -> None:
        send(staff_client, answering, "a.txt", "b.txt")

        writes = [entry for entry in zoho.journal() if entry["method"] == "POST"]
        assert len(writes) == 3

    def test_that_are_refused_never_make_a_second_ticket_r22(
        self, zoho: SandboxZoho, answering: Connection, staff_client: Client
    ) -> None:
        zoho.script("POST", TICKETS_FILES, TOO_LARGE)

        answer = send(staff_client, answering, "a.txt", "b.txt", "c.txt")

        page = text(staff_client.get(answer.url))
        assert "Ticket #105 was opened." in page
        assert "1 of 3 files was not attached." in page
        assert len(attached(zoho)) == 2
        (refused,) = [each for each in files().values() if each.state == "refused"]
        outbox.send_again(refused)
        assert attached(zoho) == ["a.txt", "b.txt", "c.txt"]
        assert created_tickets(zoho) == 1

    @pytest.mark.parametrize("names", [("a.txt",), ("a.txt", "b.txt")], ids=str)
    def test_hang_there_once_after_a_lost_answer(
        self,
        zoho: SandboxZoho,
        answering: Connection,
        staff_client: Client,
        names: tuple[str, ...],
    ) -> None:
        zoho.script("POST", TICKETS_FILES, LOST)
        send(staff_client, answering, *names)

        for each in files().values():
            if each.state != "done":
                outbox.send_again(each)

        assert attached(zoho) == list(names)
        assert {each.state for each in files().values()} == {"done"}
