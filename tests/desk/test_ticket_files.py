"""Files on a ticket's page: listed, brought back, added, and retried one by one."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext

from connections.models import Connection
from desk.zoho import attachments
from tests.desk.form import attached, filled, url
from tests.outbox.sample_files import LOST, TICKETS_FILES, TOO_LARGE
from tests.sandbox.client import connect
from tests.support.connected import connected
from tests.support.pages import text
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User
from zohoportal.outbox import services as outbox
from zohoportal.outbox.models import Delivery
from zohoportal.outbox.uploads.names import sealed

BANNED = {
    "status": 422,
    "body": {"errorCode": "UNPROCESSABLE_ENTITY", "message": "Not allowed."},
}
DOWN = {"status": 503, "times": 5}


@pytest.fixture
def address(zoho: SandboxZoho, answering: Connection) -> str:
    """The page of the oldest ticket that the sandbox has."""
    return f"/c/{answering.slug}/desk/tickets/{ticket_of(zoho)}/"


def ticket_of(zoho: SandboxZoho) -> str:
    found: str = zoho.records()["tickets"][0]["id"]
    return found


def named(*names: str) -> list[SimpleUploadedFile]:
    return [SimpleUploadedFile(name, name.encode()) for name in names]


def add(client: Client, address: str, *names: str, key: str = "") -> Any:
    """Add files by the form of the ticket's page."""
    page = client.get(address)
    typed = {
        "ticket": address.split("/")[-2],
        "form_key": key or page.context["files"]["form_key"],
        "attachments": named(*names),
    }
    slug = address.split("/")[2]
    return client.post(f"/c/{slug}/desk/files/new/", typed, follow=True)


def at_zoho(address: str) -> str:
    return f"/api/v1/tickets/{address.split('/')[-2]}/attachments"


def row(number: int, **values: object) -> dict[str, object]:
    known = {"id": str(number), "name": f"{number}.txt", "size": "2048"}
    return known | {"createdTime": "2026-11-20T09:30:00.000Z"} | values


def script_rows(zoho: SandboxZoho, address: str, *rows: object) -> None:
    answer = {"status": 200, "body": {"data": list(rows)}}
    zoho.script("GET", at_zoho(address), answer)


class TestList:
    def test_is_empty_at_first(self, address: str, staff_client: Client) -> None:
        page = text(staff_client.get(address))

        assert "No files yet. Add the first one here." in page
        assert "Up to 10 files of 20 MB each." in page

    def test_shows_name_size_and_when(
        self, zoho: SandboxZoho, address: str, staff_client: Client
    ) -> None:
        script_rows(zoho, address, row(7, name="offer.pdf"))

        page = text(staff_client.get(address))

        assert "Download offer.pdf 2 KB 20 Nov 2026, 10:30" in page

    def test_is_paged(
        self, zoho: SandboxZoho, address: str, staff_client: Client
    ) -> None:
        for start in (0, 20):
            names = [f"{number}.txt" for number in range(start, start + 10)]
            add(staff_client, address, *names)
            add(staff_client, address, *[f"more {name}" for name in names])
        add(staff_client, address, "last.txt")

        first = text(staff_client.get(address))
        second = text(staff_client.get(f"{address}?files=2"))
        third = text(staff_client.get(f"{address}?files=3"))

        assert first.count("Download") == second.count("Download") == 20
        assert ("Show more files" in first, "Show more files" in second) == (True, True)
        assert "Download last.txt" in third
        assert "Show more files" not in third
        assert "Show the files before" in third

    @pytest.mark.parametrize(
        ("number", "words"),
        [
            ("0", "No files yet."),
            ("-1", "No files yet."),
            ("x", "No files yet."),
            ("9" * 5_000, "No files yet."),
            ("99999", "There are no more files."),
            ("249", "There are no more files."),
        ],
        ids=["none", "minus", "letter", "absurd", "beyond", "last"],
    )
    def test_bears_any_page_number(
        self, address: str, staff_client: Client, number: str, words: str
    ) -> None:
        page = text(staff_client.get(f"{address}?files={number}"))

        assert words in page

    @pytest.mark.parametrize(
        "values",
        [{"name": None}, {"size": "many"}, {"createdTime": "soon"}, {"id": "../9"}],
        ids=str,
    )
    def test_bears_any_row(
        self,
        zoho: SandboxZoho,
        address: str,
        staff_client: Client,
        values: dict[str, object],
    ) -> None:
        script_rows(zoho, address, row(7, **values), row(8))

        assert "8.txt" in text(staff_client.get(address))

    def test_shows_hostile_names_as_text_a55_a63(
        self, zoho: SandboxZoho, address: str, staff_client: Client
    ) -> None:
        script_rows(zoho, address, row(7, name="../<script>alert(1)</script>.txt"))

        page = staff_client.get(address).content.decode()

        assert "<script>alert" not in page
        assert "../" not in text(staff_client.get(address))

    def test_that_cannot_be_read_leaves_the_ticket_and_the_form(
        self, zoho: SandboxZoho, address: str, staff_client: Client
    ) -> None:
        zoho.script("GET", at_zoho(address), DOWN)

        page = text(staff_client.get(address))

        assert "Zoho has a problem at the moment" in page
        assert "Add comment" in page
        assert "Add files" in page

    def test_has_a_constant_number_of_queries(
        self,
        zoho: SandboxZoho,
        address: str,
        staff_client: Client,
        django_assert_num_queries: Any,
    ) -> None:
        zoho.script("POST", TICKETS_FILES, TOO_LARGE)
        add(staff_client, address, "a.txt")
        staff_client.get(address)
        with CaptureQueriesContext(database) as few:
            staff_client.get(address)
        number = len(few)
        zoho.script("POST", TICKETS_FILES, *[TOO_LARGE] * 5)
        add(staff_client, address, *"bcdef")

        with django_assert_num_queries(number):
            staff_client.get(address)


class TestDownload:
    def test_brings_the_file_and_never_shows_it_a60_a64(
        self, address: str, staff_client: Client
    ) -> None:
        add(staff_client, address, "a.html")
        page = staff_client.get(address)
        (file,) = page.context["files"]["page"].attachments

        answer = staff_client.get(f"{address}files/{file.id}/?name={file.name_token}")

        assert b"".join(answer) == b"a.html"
        assert answer["Content-Disposition"] == 'attachment; filename="a.html"'
        assert answer["Content-Type"] == "application/octet-stream"
        answer.close()

    def test_believes_no_name_but_its_own_a63(
        self, address: str, staff_client: Client
    ) -> None:
        add(staff_client, address, "a.html")
        (file,) = staff_client.get(address).context["files"]["page"].attachments

        answer = staff_client.get(f"{address}files/{file.id}/?name=setup.exe")

        assert answer["Content-Disposition"] == 'attachment; filename="file"'
        answer.close()

    def test_says_that_it_is_gone(self, address: str, staff_client: Client) -> None:
        token = sealed("a.txt")

        page = staff_client.get(f"{address}files/77/?name={token}", follow=True)

        assert page.redirect_chain == [(address, 302)]
        assert "“a.txt” is not in Zoho any more." in text(page)

    def test_of_one_that_is_too_large_leads_to_zoho(
        self,
        address: str,
        staff_client: Client,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        add(staff_client, address, "a.txt")
        (file,) = staff_client.get(address).context["files"]["page"].attachments
        monkeypatch.setattr("zohoportal.outbox.views.files.MOST_BYTES", 3)

        page = staff_client.get(f"{address}files/{file.id}/", follow=True)

        assert "has more than 3 bytes. Download it in Zoho." in text(page)

    def test_explains_what_stands_in_the_way(
        self, zoho: SandboxZoho, address: str, staff_client: Client
    ) -> None:
        zoho.script("GET", f"{at_zoho(address)}/77/content", DOWN)

        page = text(staff_client.get(f"{address}files/77/"))

        assert "Zoho has a problem at the moment" in page


class TestAdding:
    def test_makes_each_a_delivery_of_its_own_r44(
        self, zoho: SandboxZoho, address: str, staff_client: Client
    ) -> None:
        zoho.clear_journal()

        page = add(staff_client, address, "a.txt", "b.txt")

        assert page.redirect_chain == [(address, 302)]
        assert "2 files were attached." in text(page)
        assert "Download a.txt" in text(page)
        assert attached(zoho) == ["a.txt", "b.txt"]
        assert Delivery.objects.filter(kind="desk.file", state="done").count() == 2
        posts = [each for each in zoho.journal() if each["method"] == "POST"]
        assert [each["path"] for each in posts] == [at_zoho(address)] * 2

    @pytest.mark.parametrize(
        ("refusal", "words"),
        [(TOO_LARGE, "more than Zoho takes"), (BANNED, "“Not allowed.”")],
        ids=["too large", "barred type"],
    )
    def test_retries_only_what_failed_r22_e23(
        self,
        zoho: SandboxZoho,
        address: str,
        staff_client: Client,
        refusal: dict[str, Any],
        words: str,
    ) -> None:
        zoho.script("POST", TICKETS_FILES, refusal)

        page = add(staff_client, address, "a.txt", "b.txt", "c.txt")

        assert "1 of 3 files was not attached." in text(page)
        (line,) = page.context["files"]["unsent"]
        assert words in text(page)
        assert len(attached(zoho)) == 2
        staff_client.post(f"{line.delivery.get_absolute_url()}again/")
        assert attached(zoho) == ["a.txt", "b.txt", "c.txt"]
        assert staff_client.get(address).context["files"]["unsent"] == []

    def test_shows_what_a_new_ticket_lacks_r22(
        self, zoho: SandboxZoho, answering: Connection, staff_client: Client
    ) -> None:
        zoho.script("POST", TICKETS_FILES, TOO_LARGE)
        typed = filled(staff_client, answering) | {"attachments": named("a.txt")}
        staff_client.post(url(answering), typed)
        ticket = Delivery.objects.get(kind="desk.ticket").outcome["external_id"]

        page = staff_client.get(f"/c/{answering.slug}/desk/tickets/{ticket}/")

        (line,) = page.context["files"]["unsent"]
        assert line.delivery.title == "File “a.txt”"

    def test_twice_with_one_form_attaches_once_f62(
        self, zoho: SandboxZoho, address: str, staff_client: Client
    ) -> None:
        key = staff_client.get(address).context["files"]["form_key"]
        add(staff_client, address, "a.txt", "b.txt", key=key)

        add(staff_client, address, "b.txt", "c.txt", key=key)

        assert attached(zoho) == ["a.txt", "b.txt", "c.txt"]

    def test_that_lost_its_answer_is_not_sent_again(
        self, zoho: SandboxZoho, address: str, staff_client: Client
    ) -> None:
        zoho.script("POST", TICKETS_FILES, LOST)

        page = add(staff_client, address, "a.txt")

        assert "1 file needs a look." in text(page)
        assert attached(zoho) == ["a.txt"]

    def test_that_lost_its_answer_is_found_behind_a_hundred_others(
        self, zoho: SandboxZoho, address: str, staff_client: Client
    ) -> None:
        desk = connect(zoho)
        desk.headers["orgId"] = zoho.records()["tickets"][0]["org_id"]
        for number in range(100):
            desk.upload(at_zoho(address), file=(f"{number}.txt", b"x"))
        zoho.script("POST", TICKETS_FILES, LOST)
        add(staff_client, address, "a.txt")

        outbox.send_again(Delivery.objects.get())

        assert Delivery.objects.get().state == "done"
        assert attached(zoho).count("a.txt") == 1

    def test_says_what_is_wrong_before_anything_is_kept_e23(
        self, zoho: SandboxZoho, address: str, staff_client: Client
    ) -> None:
        page = add(staff_client, address)
        assert "Choose a file." in text(page)

        slug, ticket = address.split("/")[2], address.split("/")[-2]
        empty = {"ticket": ticket, "attachments": SimpleUploadedFile("a.txt", b"")}
        page = staff_client.post(f"/c/{slug}/desk/files/new/", empty)

        assert "“a.txt” is empty (0 bytes). Choose another file." in text(page)
        assert not Delivery.objects.filter(kind="desk.file").exists()

    @pytest.mark.parametrize("is_chosen", [True, False])
    def test_is_explained_where_the_permission_is_missing_e13(
        self,
        zoho: SandboxZoho,
        admin: User,
        staff: User,
        staff_client: Client,
        *,
        is_chosen: bool,
    ) -> None:
        features = ["desk.tickets", "desk.answers"][: 2 if is_chosen else 1]
        connection = connected(zoho, admin, staff, features)
        Connection.objects.update(lacking=["desk.answers"])
        address = f"/c/{connection.slug}/desk/tickets/{ticket_of(zoho)}/"

        page = text(staff_client.get(address))

        assert "Ask admin@example.com to allow “Answer tickets”." in page
        assert "No files yet." in page
        assert "Files to add" not in page


class TestPage:
    def test_of_a_file_leads_to_its_ticket(
        self, address: str, staff_client: Client
    ) -> None:
        add(staff_client, address, "a.txt")
        file = Delivery.objects.get(kind=attachments.SENDER.kind)

        page = staff_client.get(file.get_absolute_url()).content.decode()

        assert f'href="{address}">Show tickets' in page
