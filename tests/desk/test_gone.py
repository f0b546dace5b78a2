"""A ticket that vanished at Zoho is said to be gone, and what was typed is kept."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from connections.models import Connection
from tests.desk.form import TICKETS, know_nothing, send
from tests.desk.ticket_page import comment, page_of
from tests.support.pages import text
from tests.zoho import SandboxZoho
from zohoportal.outbox.models import Delivery

NOT_FOUND = {
    "status": 404,
    "body": {"errorCode": "URL_NOT_FOUND", "message": "Not found."},
}
# A ticket in the bin: which of the two Desk answers with is not confirmed.
GONE = [NOT_FOUND, {"status": 204}]
SAID = "This ticket is not in Zoho Desk any more"


@pytest.fixture
def ticket(zoho: SandboxZoho, answering: Connection) -> dict[str, Any]:
    """The oldest ticket that the sandbox has."""
    found: dict[str, Any] = zoho.records()["tickets"][0]
    return found


def vanish(zoho: SandboxZoho, ticket: dict[str, Any], answer: dict[str, Any]) -> None:
    """Let Desk not have the ticket any more."""
    place = f"{TICKETS}/{ticket['id']}"
    zoho.script("GET", place, *[answer] * 4)
    for method in ("POST", "PATCH"):
        zoho.script(method, f"{place}*", *[NOT_FOUND] * 4)


class TestGone:
    @pytest.mark.parametrize("answer", GONE, ids=lambda each: str(each["status"]))
    def test_is_said_of_a_comment_which_is_kept(
        self,
        zoho: SandboxZoho,
        answering: Connection,
        staff_client: Client,
        ticket: dict[str, Any],
        answer: dict[str, Any],
    ) -> None:
        key = page_of(staff_client, answering, ticket).context["comment_key"]
        vanish(zoho, ticket, answer)

        typed = {"ticket": ticket["id"], "content": "Done.", "is_public": "yes"}
        place = f"/c/{answering.slug}/desk/comments/new/"
        page = staff_client.post(place, typed | {"form_key": key})

        form = page.context["form"]
        (words,) = form.non_field_errors()
        assert SAID in words
        assert form["content"].value() == "Done."
        assert ticket["id"] not in text(page)
        again = f"{place}?from={Delivery.objects.get().reference}"
        know_nothing()
        kept = staff_client.get(again)
        assert kept.context["form"]["content"].value() == "Done."
        assert "not in Zoho any more" in text(kept)
        assert ticket["id"] not in text(kept)

    @pytest.mark.parametrize("answer", GONE, ids=lambda each: str(each["status"]))
    def test_is_said_of_a_status(
        self,
        zoho: SandboxZoho,
        answering: Connection,
        staff_client: Client,
        ticket: dict[str, Any],
        answer: dict[str, Any],
    ) -> None:
        page = page_of(staff_client, answering, ticket)
        form = page.context["status_form"]
        names = ("ticket", "shown")
        posted = {name: form[name].value() for name in names} | {"status": "Closed"}
        vanish(zoho, ticket, answer)

        address = f"/c/{answering.slug}/desk/status/new/"
        key = {"form_key": page.context["status_key"]}
        page = staff_client.post(address, posted | key)

        (words,) = page.context["form"].non_field_errors()
        assert SAID in words
        assert page.context["form"]["status"].value() == "Closed"

    def test_is_said_of_a_file(
        self,
        zoho: SandboxZoho,
        answering: Connection,
        staff_client: Client,
        ticket: dict[str, Any],
    ) -> None:
        key = page_of(staff_client, answering, ticket).context["files"]["form_key"]
        vanish(zoho, ticket, NOT_FOUND)

        file = SimpleUploadedFile("a.txt", b"A")
        typed = {"ticket": ticket["id"], "form_key": key, "attachments": [file]}
        staff_client.post(f"/c/{answering.slug}/desk/files/new/", typed)

        page = text(staff_client.get(Delivery.objects.get().get_absolute_url()))
        assert "a.txt was not attached" in page
        assert "is not in Zoho any more" in page

    def test_is_said_only_when_a_read_says_so(
        self,
        zoho: SandboxZoho,
        answering: Connection,
        staff_client: Client,
        ticket: dict[str, Any],
    ) -> None:
        zoho.script("POST", f"{TICKETS}/*", NOT_FOUND)

        page = comment(staff_client, answering, ticket)

        assert SAID not in text(page)
        assert page.context["form"].non_field_errors()
        assert page.context["form"]["content"].value() == "Done."

    @pytest.mark.parametrize("answer", GONE, ids=lambda each: str(each["status"]))
    @pytest.mark.parametrize("form", ["comments", "status", "files"])
    def test_is_said_where_a_form_would_be(
        self,
        zoho: SandboxZoho,
        answering: Connection,
        staff_client: Client,
        ticket: dict[str, Any],
        answer: dict[str, Any],
        form: str,
    ) -> None:
        vanish(zoho, ticket, answer)

        address = f"/c/{answering.slug}/desk/{form}/new/?ticket={ticket['id']}"
        page = staff_client.get(address)

        assert "not in Zoho any more" in page.context["problem"].title
        assert ticket["id"] not in text(page)

    @pytest.mark.parametrize("answer", GONE, ids=lambda each: str(each["status"]))
    def test_is_said_on_its_page_and_in_the_list(
        self,
        zoho: SandboxZoho,
        answering: Connection,
        staff_client: Client,
        answer: dict[str, Any],
    ) -> None:
        for subject in ("One", "Two"):
            send(staff_client, answering, subject=subject)
        ticket = zoho.records()["tickets"][-1]
        other = zoho.records()["tickets"][-2]
        zoho.script("GET", TICKETS, {"status": 200, "body": {"data": [other]}})
        vanish(zoho, ticket, answer)

        listed = text(staff_client.get(f"/c/{answering.slug}/desk/tickets/"))
        page = page_of(staff_client, answering, ticket)

        assert "not there any more" in listed
        assert "How your tickets stand is not known" not in listed
        assert "not in Zoho any more" in page.context["problem"].title
