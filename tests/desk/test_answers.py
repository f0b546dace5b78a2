"""Comments on tickets and their status, all through the outbox."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from connections.models import Connection
from desk.views.my_tickets import known_ticket
from desk.zoho import answers
from tests.desk.ticket_page import comment, page_of
from tests.openapi.normaliser import FOLDER, errors, folder, request_schema
from tests.support.pages import text
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User
from zohoportal.outbox import services as outbox
from zohoportal.outbox.idempotency import IdempotencyKey
from zohoportal.outbox.models import Delivery

NASTY = "<img src=x onerror=alert(1)>"
COMMENTS = "/api/v1/tickets/*"
LOST = {"drop": "after"}
CUT = {"drop": "before"}


@pytest.fixture
def ticket(zoho: SandboxZoho, answering: Connection) -> dict[str, Any]:
    """The oldest ticket that the sandbox has."""
    found: dict[str, Any] = zoho.records()["tickets"][0]
    return found


def direct_comment(connection: Connection, person: User, ticket_id: str) -> Delivery:
    return answers.add_comment(
        connection=connection,
        person=person,
        idempotency_key=IdempotencyKey(uuid4().hex, is_second=True),
        ticket=known_ticket(connection, ticket_id),
        content="Done.",
        is_public=False,
    ).delivery


def said(zoho: SandboxZoho) -> list[str]:
    return [each["content"] for each in zoho.records()["comments"]]


class TestTicketPage:
    def test_shows_the_ticket_and_what_was_said(
        self, answering: Connection, staff_client: Client, ticket: dict[str, Any]
    ) -> None:
        comment(staff_client, answering, ticket, content="One\nTwo")

        page = text(page_of(staff_client, answering, ticket))

        assert f"#{ticket['ticketNumber']} {ticket['subject']}" in page
        assert "One Two" in page
        assert "only for colleagues" in page

    def test_shows_what_comes_from_zoho_as_text_a55(
        self,
        zoho: SandboxZoho,
        answering: Connection,
        staff_client: Client,
        ticket: dict[str, Any],
    ) -> None:
        comment(staff_client, answering, ticket, content=NASTY)

        page = page_of(staff_client, answering, ticket).content.decode()

        assert said(zoho) == [NASTY]
        assert "<img" not in page
        assert "&lt;img src=x" in page

    def test_explains_what_is_not_there(
        self, answering: Connection, staff_client: Client
    ) -> None:
        page = page_of(staff_client, answering, {"id": "1"})

        assert page.status_code == 200
        assert page.context["problem"].next_step

    def test_has_no_forms_where_answers_were_not_chosen(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        page = page_of(staff_client, connection, zoho.records()["tickets"][0])

        assert "Add comment" not in text(page)

    def test_says_whom_to_ask_where_the_permission_is_missing_e13(
        self, answering: Connection, staff_client: Client, ticket: dict[str, Any]
    ) -> None:
        Connection.objects.update(lacking=["desk.answers"])

        page = text(page_of(staff_client, answering, ticket))

        assert "Ask admin@example.com to allow “Answer tickets”." in page
        assert "Add comment" not in page


class TestComment:
    @pytest.mark.parametrize(("choice", "is_public"), [("no", False), ("yes", True)])
    def test_is_added(
        self,
        zoho: SandboxZoho,
        answering: Connection,
        staff_client: Client,
        ticket: dict[str, Any],
        choice: str,
        is_public: bool,
    ) -> None:
        answer = comment(staff_client, answering, ticket, is_public=choice)

        (made,) = zoho.records()["comments"]
        assert made["ticketId"] == ticket["id"]
        assert made["isPublic"] is is_public
        page = text(staff_client.get(answer.url))
        number = ticket["ticketNumber"]
        assert f"The comment was added to ticket #{number}." in page

    def test_costs_one_call(
        self,
        zoho: SandboxZoho,
        answering: Connection,
        staff_client: Client,
        ticket: dict[str, Any],
    ) -> None:
        comment(staff_client, answering, ticket)
        key = page_of(staff_client, answering, ticket).context["comment_key"]
        zoho.clear_journal()

        typed = {"ticket": ticket["id"], "content": "Two", "is_public": "no"}
        address = f"/c/{answering.slug}/desk/comments/new/"
        staff_client.post(address, typed | {"form_key": key})

        assert [entry["method"] for entry in zoho.journal()] == ["POST"]

    @pytest.mark.parametrize("lost", [LOST, CUT], ids=str)
    def test_is_there_once_after_a_lost_answer(
        self,
        zoho: SandboxZoho,
        answering: Connection,
        staff: User,
        ticket: dict[str, Any],
        lost: dict[str, Any],
    ) -> None:
        zoho.script("POST", COMMENTS, lost)
        delivery = direct_comment(answering, staff, ticket["id"])
        assert delivery.state in {"unknown", "waiting"}

        outbox.send_again(delivery)

        assert Delivery.objects.get().state == "done"
        assert said(zoho) == ["Done."]

    def test_is_not_taken_for_the_same_words_of_a_moment_ago(
        self,
        zoho: SandboxZoho,
        answering: Connection,
        staff: User,
        ticket: dict[str, Any],
    ) -> None:
        direct_comment(answering, staff, ticket["id"])
        refused = {"status": 502, "body": "<p>"}
        zoho.script("POST", COMMENTS, refused)
        delivery = direct_comment(answering, staff, ticket["id"])
        assert delivery.state == "unknown"

        outbox.send_again(delivery)

        assert said(zoho) == ["Done.", "Done."]

    def test_needs_words(
        self,
        zoho: SandboxZoho,
        answering: Connection,
        staff_client: Client,
        ticket: dict[str, Any],
    ) -> None:
        page = comment(staff_client, answering, ticket, content="")

        assert page.context["form"].errors == {"content": ["Enter the comment."]}
        assert f"#{ticket['ticketNumber']}" in text(page)
        assert said(zoho) == []

    def test_without_a_ticket_leads_to_the_list(
        self, answering: Connection, staff_client: Client
    ) -> None:
        place = f"/c/{answering.slug}/desk/comments/new/"
        answer: Any = staff_client.get(place)

        assert answer.url == f"/c/{answering.slug}/desk/tickets/"

    def test_that_was_refused_can_be_edited(
        self,
        zoho: SandboxZoho,
        answering: Connection,
        staff_client: Client,
        ticket: dict[str, Any],
    ) -> None:
        no = {"errorCode": "INVALID_DATA", "message": "No.", "errors": []}
        zoho.script("POST", COMMENTS, {"status": 422, "body": no})
        comment(staff_client, answering, ticket, content="Mine", is_public="yes")

        reference = Delivery.objects.get().reference
        place = f"/c/{answering.slug}/desk/comments/new/?from={reference}"
        shown = staff_client.get(place).context["form"]

        assert (shown["content"].value(), shown["is_public"].value()) == ("Mine", "yes")

    @pytest.mark.skipif(
        folder() is None,
        reason=f"{FOLDER} does not name a folder with Zoho's OpenAPI files",
    )
    def test_fits_zohos_description_of_the_request(
        self,
        zoho: SandboxZoho,
        answering: Connection,
        staff_client: Client,
        ticket: dict[str, Any],
    ) -> None:
        comment(staff_client, answering, ticket)

        path = "/api/v1/tickets/{ticketId}/comments"
        schema = request_schema("desk-v1/TicketComment.json", path, "POST")
        # The file requires attachmentIds, which the service does not.
        schema.pop("required", None)
        (body,) = [e["body"] for e in zoho.journal() if e["method"] == "POST"]
        assert [error.message for error in errors(schema, body)] == []
