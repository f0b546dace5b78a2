"""Files of CRM records: listed, attached each on its own, and brought back."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from connections.models import Connection
from crm.services import attach_files
from crm.views.files import FilesForm
from crm.zoho.attachments import safe_url
from tests.crm.record_files import add, key, rows
from tests.support.connected import connected
from tests.support.pages import text
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User
from zohoportal.activity.models import AuditEvent
from zohoportal.outbox import services as outbox
from zohoportal.outbox.idempotency import IdempotencyKey
from zohoportal.outbox.models import Delivery, Upload

TOO_LARGE: dict[str, Any] = {
    "status": 413,
    "body": {
        "code": "BODY_SIZE_REACHED",
        "message": "The request body limit reached",
        "status": "error",
    },
}
LOST = {"drop": "after"}
CUT = {"drop": "during"}
NO_SCOPE = {"status": 401, "body": {"code": "OAUTH_SCOPE_MISMATCH"}}
DOWN = {"status": 503, "body": ""}


@pytest.fixture
def connection(zoho: SandboxZoho, admin: User, staff: User) -> Connection:
    """A connection that may do everything with records."""
    return connected(zoho, admin, staff, ["crm.contacts", "crm.records"])


@pytest.fixture
def ada(zoho: SandboxZoho, connection: Connection) -> str:
    """The address of a record's page."""
    record = zoho.crm_records("Contacts")[0]["id"]
    return f"/c/{connection.slug}/crm/Contacts/{record}/"


def at_zoho(ada: str) -> str:
    """Return where Zoho has the files of the record whose page is `ada`."""
    return f"/crm/v8/Contacts/{ada.split('/')[-2]}/Attachments"


def attached(zoho: SandboxZoho) -> list[str]:
    return sorted(each["File_Name"] for each in zoho.attachments())


def deliveries() -> dict[str, Delivery]:
    found = Delivery.objects.filter(kind="crm.file").select_related("upload")
    return {str(each.upload): each for each in found}


def calls(zoho: SandboxZoho) -> list[tuple[str, str]]:
    return [
        (entry["method"], entry["path"].rpartition("/")[2]) for entry in zoho.journal()
    ]


def listing(*found: dict[str, Any], more: bool = False) -> dict[str, Any]:
    data = [{"id": str(number), **row} for number, row in enumerate(found, 1)]
    return {"status": 200, "body": {"data": data, "info": {"more_records": more}}}


class TestAdding:
    def test_attaches_each_file_once(
        self, version: str, zoho: SandboxZoho, ada: str, staff_client: Client
    ) -> None:
        answer = add(staff_client, ada, "a.txt", "b.txt")

        page = text(staff_client.get(answer.url))
        assert answer.url == ada
        assert "2 files were attached." in page
        assert attached(zoho) == ["a.txt", "b.txt"]
        assert {each.state for each in deliveries().values()} == {"done"}

    def test_costs_one_call_each(
        self, zoho: SandboxZoho, ada: str, staff_client: Client
    ) -> None:
        idempotency_key = key(staff_client, ada)
        zoho.clear_journal()

        add(staff_client, ada, "a.txt", "b.txt", form_key=idempotency_key)

        assert calls(zoho) == [("POST", "Attachments")] * 2

    def test_sent_twice_attaches_once_and_stands_in_the_trail_once_f62(
        self, zoho: SandboxZoho, ada: str, staff_client: Client
    ) -> None:
        idempotency_key = key(staff_client, ada)

        for _ in range(2):
            add(staff_client, ada, "a.txt", form_key=idempotency_key)

        assert attached(zoho) == ["a.txt"]
        assert AuditEvent.objects.filter(act="sent").count() == 1

    def test_takes_no_key_but_its_own(
        self, zoho: SandboxZoho, ada: str, staff_client: Client
    ) -> None:
        page = text(add(staff_client, ada, "a.txt", form_key="made up"))

        assert "or not by you" in page
        assert "Choose the files again" in page
        assert attached(zoho) == []

    def test_is_closed_to_strangers(
        self, zoho: SandboxZoho, ada: str, staff_client: Client, stranger_client: Client
    ) -> None:
        idempotency_key = key(staff_client, ada)

        answer = add(stranger_client, ada, "a.txt", form_key=idempotency_key)

        assert answer.status_code == 404
        assert attached(zoho) == []

    def test_while_zoho_is_away_keeps_the_file(
        self, zoho: SandboxZoho, ada: str, staff_client: Client
    ) -> None:
        idempotency_key = key(staff_client, ada)
        zoho.script("POST", at_zoho(ada), {"drop": "before"})
        add(staff_client, ada, "a.txt", form_key=idempotency_key)

        page: Any = staff_client.get(ada)
        (line,) = page.context["files"]["unsent"]
        assert str(line.delivery.upload) == "a.txt"
        staff_client.post(f"{line.delivery.get_absolute_url()}again/")
        assert attached(zoho) == ["a.txt"]


class TestLimits:
    def test_are_stated_before(self, ada: str, staff_client: Client) -> None:
        page = text(staff_client.get(ada))

        assert "Up to 10 files of 100 MB each, 250 MB at once." in page

    @pytest.mark.parametrize(
        ("size", "words"),
        [
            (0, "“a.bin” is empty (0 bytes). Choose another file."),
            (10, ""),
            (11, "“a.bin” has 11 bytes; the limit is 10 bytes."),
        ],
    )
    def test_are_said_beside_the_field(
        self,
        size: int,
        words: str,
        zoho: SandboxZoho,
        ada: str,
        staff_client: Client,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        field = FilesForm.base_fields["attachments"]
        monkeypatch.setattr(field, "most_bytes", 10)

        answer = add(staff_client, ada, SimpleUploadedFile("a.bin", b"x" * size))

        assert words in text(answer)
        assert attached(zoho) == ([] if words else ["a.bin"])

    def test_want_a_file(self, ada: str, staff_client: Client) -> None:
        assert "Choose a file." in text(add(staff_client, ada))


class TestRefusal:
    @pytest.mark.parametrize(
        "code", ["BODY_SIZE_REACHED", "FILE_SIZE_MORE_THAN_ALLOWED_SIZE"]
    )
    def test_of_one_file_is_said_and_retried_alone_e23_r22(
        self, zoho: SandboxZoho, ada: str, staff_client: Client, code: str
    ) -> None:
        body = TOO_LARGE["body"] | {"code": code}
        zoho.script("POST", at_zoho(ada), {"status": 413, "body": body})

        answer = add(staff_client, ada, "a.txt", "b.txt", "c.txt")

        page = text(staff_client.get(answer.url))
        assert "1 of 3 files was not attached." in page
        assert "It has 5 bytes, which is more than Zoho takes." in page
        (refused,) = [e for e in deliveries().values() if e.state == "refused"]
        own = text(staff_client.get(refused.get_absolute_url()))
        assert f"{refused.upload} was not attached" in own
        zoho.clear_journal()
        staff_client.post(f"{refused.get_absolute_url()}again/")
        assert calls(zoho) == [("POST", "Attachments")]
        assert attached(zoho) == ["a.txt", "b.txt", "c.txt"]

    def test_because_the_record_is_gone_says_so(
        self, zoho: SandboxZoho, ada: str, staff_client: Client
    ) -> None:
        gone = ada.replace(ada.split("/")[-2], "1")

        add(staff_client, gone, "a.txt", form_key=key(staff_client, ada))

        (refused,) = deliveries().values()
        page = text(staff_client.get(refused.get_absolute_url()))
        assert "a.txt was not attached" in page
        assert "The record that it was for is not in Zoho any more." in page

    def test_with_zohos_words_shows_them(
        self, zoho: SandboxZoho, ada: str, staff_client: Client
    ) -> None:
        virus = {"code": "VIRUS_DETECTED", "message": "Virus has been detected."}
        zoho.script("POST", at_zoho(ada), {"status": 400, "body": virus})

        page = text(staff_client.get(add(staff_client, ada, "a.txt").url))

        assert "Zoho's words: “Virus has been detected.”" in page

    def test_is_not_offered_to_be_edited(
        self, zoho: SandboxZoho, ada: str, staff_client: Client
    ) -> None:
        zoho.script("POST", at_zoho(ada), TOO_LARGE)
        add(staff_client, ada, "a.txt")

        page = text(staff_client.get(reverse("outbox:list")))
        assert "File “a.txt”" in page
        assert "Edit and send" not in page


class TestLostAnswer:
    @pytest.mark.parametrize("names", [("a.txt",), ("a.txt", "b.txt")], ids=str)
    @pytest.mark.parametrize("lost", [LOST, CUT], ids=["lost", "cut"])
    def test_leaves_each_file_there_once_f29(
        self,
        lost: dict[str, Any],
        names: tuple[str, ...],
        zoho: SandboxZoho,
        ada: str,
        staff_client: Client,
    ) -> None:
        zoho.script("POST", at_zoho(ada), lost)
        add(staff_client, ada, *names)
        assert "unknown" in {each.state for each in deliveries().values()}

        for each in deliveries().values():
            if each.state != "done":
                outbox.send_again(each)

        assert attached(zoho) == list(names)
        assert {each.state for each in deliveries().values()} == {"done"}

    def test_is_not_looked_for_in_another_files_place(
        self, zoho: SandboxZoho, ada: str, staff_client: Client
    ) -> None:
        zoho.script("POST", at_zoho(ada), {"delay": 0}, {"drop": "before"})
        same = [SimpleUploadedFile("a.txt", b"same") for _ in range(2)]
        add(staff_client, ada, *same)

        for each in Delivery.objects.exclude(state="done"):
            outbox.send_again(each)

        assert attached(zoho) == ["a.txt", "a.txt"]

    def test_never_takes_half_a_file_for_the_whole_f64(
        self, zoho: SandboxZoho, ada: str, staff_client: Client
    ) -> None:
        zoho.script("POST", at_zoho(ada), {"drop": "before"})
        add(staff_client, ada, "a.txt")
        Delivery.objects.update(state="unknown")
        (delivery,) = deliveries().values()
        now = delivery.created_at.isoformat()
        half = listing({"File_Name": "a.txt", "Size": "2", "Created_Time": now})
        zoho.script("GET", at_zoho(ada), half | {"times": 2})

        outbox.send_again(delivery)

        assert zoho.attachments() == []
        outbox.send_again(delivery, none_is_it=True)
        (kept,) = zoho.attachments()
        delivery.refresh_from_db()
        assert (kept["content"], delivery.state) == (b"a.txt", "done")
        assert delivery.outcome["external_id"] == kept["id"]

    def test_does_not_take_an_older_file_for_it(
        self, zoho: SandboxZoho, ada: str, staff_client: Client
    ) -> None:
        zoho.script("POST", at_zoho(ada), {"drop": "before"})
        add(staff_client, ada, "a.txt")
        Delivery.objects.update(state="unknown")
        old = {"Size": "5", "Created_Time": "2020-01-01T10:00:00+00:00"}
        zoho.script("GET", at_zoho(ada), listing({"File_Name": "a.txt"} | old))

        outbox.send_again(deliveries()["a.txt"])

        assert attached(zoho) == ["a.txt"]


class TestHostileFiles:
    @pytest.mark.parametrize(
        ("name", "cleaned"),
        [
            ("..\\..\\evil.exe", "evil.exe"),
            ("invoice\u202efdp.exe", "invoicefdp.exe"),
            ('a"; filename="b.txt', "a_; filename=_b.txt"),
            ("CON.txt", "_CON.txt"),
            ("<script>.txt", "_script_.txt"),
        ],
    )
    def test_have_a_clean_name_everywhere_a63(
        self, name: str, cleaned: str, zoho: SandboxZoho, ada: str, staff: User
    ) -> None:
        attach_files(
            connection=Connection.objects.get(),
            person=staff,
            idempotency_key=IdempotencyKey("k"),
            module="Contacts",
            record_id=ada.split("/")[-2],
            files=[SimpleUploadedFile(name, b"x")],
        )

        assert attached(zoho) == [cleaned]
        assert cleaned not in Upload.objects.get().stored

    def test_lie_about_their_type_in_vain_a60(
        self, zoho: SandboxZoho, ada: str, staff_client: Client
    ) -> None:
        page = b"<script>alert(1)</script>"
        add(staff_client, ada, SimpleUploadedFile("a.png", page, "text/html"))

        (row,) = rows(staff_client, ada)
        answer: Any = staff_client.get(links(staff_client, ada)[0])

        assert row.name == "a.png"
        assert answer["Content-Type"] == "application/octet-stream"
        answer.close()

    def test_of_others_are_shown_with_a_clean_name_a55_a63(
        self, zoho: SandboxZoho, ada: str, staff_client: Client
    ) -> None:
        name = "<b>\u202etxt.exe"
        zoho.script("GET", at_zoho(ada), listing({"File_Name": name, "Size": "1"}))

        (row,) = rows(staff_client, ada)

        assert row.name == "_b_txt.exe"


def links(client: Client, ada: str) -> list[str]:
    """Return the addresses under which the record's files can be had."""
    page = client.get(ada).content.decode()
    found = re.findall(r'href="([^"]*/files/\d+/[^"]*)"', page)
    return [each.replace("&amp;", "&") for each in found]


class TestDownload:
    def test_is_never_shown_in_place_a60_a64(
        self, zoho: SandboxZoho, ada: str, staff_client: Client
    ) -> None:
        page = b"<script>alert(1)</script>"
        add(staff_client, ada, SimpleUploadedFile("Grüße.html", page))

        answer: Any = staff_client.get(links(staff_client, ada)[0])

        assert b"".join(answer) == page
        assert answer["Content-Type"] == "application/octet-stream"
        assert answer["Content-Disposition"] == (
            "attachment; filename*=utf-8''Gr%C3%BC%C3%9Fe.html"
        )
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert "no-store" in answer["Cache-Control"]
        answer.close()

    def test_takes_its_name_from_nobody_else_a63(
        self, zoho: SandboxZoho, ada: str, staff_client: Client
    ) -> None:
        add(staff_client, ada, "a.txt")
        address = links(staff_client, ada)[0].partition("?")[0]

        answer: Any = staff_client.get(f"{address}?name=evil.exe")

        assert answer["Content-Disposition"] == 'attachment; filename="file"'
        answer.close()

    def test_costs_one_call(
        self, version: str, zoho: SandboxZoho, ada: str, staff_client: Client
    ) -> None:
        add(staff_client, ada, "a.txt")
        (address,) = links(staff_client, ada)
        zoho.clear_journal()

        answer: Any = staff_client.get(address)

        answer.close()
        assert len(zoho.journal()) == 1

    def test_of_what_is_gone_says_so(self, ada: str, staff_client: Client) -> None:
        page = text(staff_client.get(f"{ada}files/1/", follow=True))

        assert "“The file” is not in Zoho any more." in page

    def test_that_is_cut_is_no_file_f64(
        self, zoho: SandboxZoho, ada: str, staff_client: Client
    ) -> None:
        add(staff_client, ada, "a.txt")
        (address,) = links(staff_client, ada)
        zoho.script("GET", f"{at_zoho(ada)}/*", *[CUT] * 3)

        answer = staff_client.get(address)

        assert "Content-Disposition" not in answer
        assert "We cannot reach Zoho" in text(answer)

    def test_above_the_limit_says_so(
        self,
        zoho: SandboxZoho,
        ada: str,
        staff_client: Client,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        add(staff_client, ada, "a.txt")
        (address,) = links(staff_client, ada)
        monkeypatch.setattr("zohoportal.outbox.views.files.MOST_BYTES", 4)

        page = text(staff_client.get(address, follow=True))

        assert "“a.txt” has more than 4 bytes. Download it in Zoho." in page

    def test_is_closed_to_strangers(
        self, ada: str, staff_client: Client, stranger_client: Client
    ) -> None:
        add(staff_client, ada, "a.txt")
        (address,) = links(staff_client, ada)

        assert stranger_client.get(address).status_code == 404


class TestList:
    def test_says_name_size_who_and_when(
        self, zoho: SandboxZoho, ada: str, staff_client: Client
    ) -> None:
        add(staff_client, ada, "a.txt")

        (row,) = rows(staff_client, ada)
        page = text(staff_client.get(ada))

        assert (row.name, row.size, row.by) == ("a.txt", 5, "Alex Admin")
        assert row.at
        assert "5 bytes" in page
        assert "Alex Admin" in page

    def test_that_is_empty_says_so(self, ada: str, staff_client: Client) -> None:
        assert "No files yet. Add the first one here." in text(staff_client.get(ada))

    def test_goes_on_where_zoho_has_more(
        self, zoho: SandboxZoho, ada: str, staff_client: Client
    ) -> None:
        idempotency_key = key(staff_client, ada)
        names = [f"{number}.txt" for number in range(10)]
        for _ in range(2):
            add(staff_client, ada, *names, form_key=idempotency_key)
            idempotency_key = key(staff_client, ada)
        add(staff_client, ada, "last.txt", form_key=idempotency_key)

        first = rows(staff_client, ada)
        second = rows(staff_client, ada, files="2")

        assert (len(first), len(second)) == (20, 1)
        assert "Show more files" in text(staff_client.get(ada))
        assert "Show the files before" in text(staff_client.get(ada, {"files": "2"}))

    @pytest.mark.parametrize("number", ["0", "-1", "x", "9" * 50, "999"])
    def test_bears_any_page_number(
        self, number: str, ada: str, staff_client: Client
    ) -> None:
        assert staff_client.get(ada, {"files": number}).status_code == 200

    @pytest.mark.parametrize(
        "row",
        [{}, {"File_Name": 1, "Size": [], "Created_By": "x", "Created_Time": {}}],
        ids=["nothing", "strange"],
    )
    def test_bears_any_row(
        self, row: dict[str, Any], zoho: SandboxZoho, ada: str, staff_client: Client
    ) -> None:
        zoho.script("GET", at_zoho(ada), listing(row))

        assert "not known" in text(staff_client.get(ada))

    def test_asks_zoho_twice_for_the_whole_page(
        self, zoho: SandboxZoho, ada: str, staff_client: Client
    ) -> None:
        staff_client.get(ada)
        zoho.clear_journal()

        staff_client.get(ada)

        assert len(zoho.journal()) == 2

    def test_has_a_constant_number_of_queries(
        self,
        zoho: SandboxZoho,
        ada: str,
        staff_client: Client,
        django_assert_max_num_queries: Callable[[int], Any],
    ) -> None:
        zoho.script("POST", at_zoho(ada), *[TOO_LARGE] * 5)
        add(staff_client, ada, *[f"{number}.txt" for number in range(10)])

        with django_assert_max_num_queries(45):
            staff_client.get(ada)

    def test_that_cannot_be_read_leaves_the_record_and_the_form(
        self, zoho: SandboxZoho, ada: str, staff_client: Client
    ) -> None:
        zoho.script("GET", at_zoho(ada), *[DOWN] * 3)

        page = text(staff_client.get(ada))

        assert "Ada Archer" in page
        assert "Zoho has a problem at the moment" in page
        assert "Add files" in page

    def test_without_the_permission_leaves_the_record_e13(
        self, zoho: SandboxZoho, ada: str, staff_client: Client, admin_client: Client
    ) -> None:
        zoho.script("GET", at_zoho(ada), *[NO_SCOPE] * 2)

        page, for_admin = (text(each.get(ada)) for each in (staff_client, admin_client))

        assert "Ada Archer" in page
        assert "A permission is missing: files of records. Ask admin@" in page
        assert "Add files" not in page
        assert "Add permission" in for_admin

    def test_is_no_matter_of_contacts_alone(
        self, zoho: SandboxZoho, admin: User, staff: User, staff_client: Client
    ) -> None:
        only = connected(zoho, admin, staff, ["crm.contacts"])
        record = zoho.crm_records("Contacts")[0]["id"]

        add(staff_client, f"/c/{only.slug}/crm/Contacts/{record}/", "a.txt")

        assert attached(zoho) == ["a.txt"]


class TestLinks:
    def test_lead_out_and_are_never_downloaded_a51(
        self, zoho: SandboxZoho, ada: str, staff_client: Client
    ) -> None:
        link = {"$type": "Link URL", "$link_url": "https://example.com/plan.pdf"}
        zoho.script("GET", at_zoho(ada), listing({"File_Name": "Plan"} | link))

        page = staff_client.get(ada).content.decode()

        assert 'href="https://example.com/plan.pdf" target="_blank"' in page
        assert "Leads to example.com" in page
        assert "/files/1/" not in page
        assert all("example.com" not in entry["path"] for entry in zoho.journal())

    def test_that_are_not_safe_are_not_shown_a55(
        self, zoho: SandboxZoho, ada: str, staff_client: Client
    ) -> None:
        link = {"$type": "Link URL", "$link_url": "javascript:alert(1)"}
        zoho.script("GET", at_zoho(ada), listing({"File_Name": "Plan"} | link))

        page = staff_client.get(ada).content.decode()

        assert "javascript:" not in page
        assert "Open it in Zoho" in page

    @pytest.mark.parametrize(
        "url",
        [
            "javascript:alert(1)",
            "data:text/html,x",
            "//example.com/x",
            "https://zoho.com@evil.example/",
            "https://zoho.com\\@evil.example/",
            "https://zoho.com\u202e/",
            "https://zoh\u043e.com/",
            "https://a b/",
            "https://example.com:x/",
            "https://[::1/",
            "https:///x",
            "",
        ],
    )
    def test_to_a_strange_address_are_not_safe(self, url: str) -> None:
        assert safe_url(url) == ""

    @pytest.mark.parametrize(
        "url", ["https://example.com/a?b=c#d", "http://example.com:8080/"]
    )
    def test_to_the_web_are(self, url: str) -> None:
        assert safe_url(url) == url
