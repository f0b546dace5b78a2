"""Somebody counts ticket numbers, and finds only what they opened here."""

from typing import Any

import pytest
from django.test import Client

from connections import limits
from connections.models import Connection, Membership
from tests.desk.form import TICKET, TICKETS, forget, send, sent, url
from tests.desk.ticket_page import comment, now
from tests.outbox.lines import fill_slots
from tests.support.pages import text
from tests.support.people import add_person, signed_in
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import Role, User
from zohoportal.outbox.delivering.first_try import attempt
from zohoportal.outbox.models import Delivery


@pytest.fixture
def newcomer(answering: Connection) -> User:
    """Somebody with what people start with: their own tickets only."""
    person = add_person("newcomer@example.com", Role.STAFF)
    Membership.objects.create(connection=answering, person=person)
    return person


@pytest.fixture
def opened(newcomer: User, answering: Connection) -> list[str]:
    """The three tickets that they opened here."""
    for subject in ("One", "Two", "Three"):
        send(signed_in(newcomer), answering, subject=subject)
    found = Delivery.objects.filter(person=newcomer)
    return [str(each.outcome["external_id"]) for each in found]


class TestA27CountedTickets:
    def test_are_200_of_which_only_ones_own_open(
        self,
        zoho: SandboxZoho,
        answering: Connection,
        newcomer: User,
        opened: list[str],
    ) -> None:
        others = [each["id"] for each in zoho.records()["tickets"]]
        first = min(map(int, others))
        numbers = range(first - 50, first + 150)
        assert {*map(int, [*others, *opened])} <= {*numbers}
        browser = signed_in(newcomer)
        zoho.clear_journal()

        statuses = {
            number: browser.get(
                f"/c/{answering.slug}/desk/tickets/{number}/"
            ).status_code
            for number in numbers
        }

        found = {str(number) for number, status in statuses.items() if status != 404}
        assert found == {*opened}
        asked = {each["path"].split("/")[4] for each in zoho.journal()}
        assert asked <= {*opened}

    def test_of_others_get_no_comment(
        self,
        zoho: SandboxZoho,
        answering: Connection,
        newcomer: User,
        opened: list[str],
    ) -> None:
        (other, *_) = [
            each for each in zoho.records()["tickets"] if each["id"] not in opened
        ]
        browser = signed_in(newcomer)
        own = {"id": opened[0]}
        key = browser.get(f"/c/{answering.slug}/desk/tickets/{own['id']}/").context[
            "comment_key"
        ]
        typed = {"ticket": other["id"], "content": "Hm.", "is_public": "no"}

        answer = browser.post(
            f"/c/{answering.slug}/desk/comments/new/", typed | {"form_key": key}
        )

        assert answer.status_code == 404
        assert not Delivery.objects.filter(kind="desk.comment").exists()
        assert zoho.records()["comments"] == []


class TestOpenTicketsOfAContact:
    def test_are_shown_as_far_as_they_are_ones_own(
        self,
        zoho: SandboxZoho,
        answering: Connection,
        newcomer: User,
        opened: list[str],
        staff_client: Client,
    ) -> None:
        send(staff_client, answering, subject="Somebody else's")
        contact = now(zoho, {"id": opened[0]})["contactId"]
        address = f"/c/{answering.slug}/desk/contacts/{contact}/tickets/"

        mine = signed_in(newcomer).get(address).content.decode()
        everybodys = staff_client.get(address).content.decode()

        assert "Three" in mine
        assert "Somebody else" not in mine
        assert "Somebody else" in everybodys


class TestDepartments:
    @pytest.fixture
    def limited(self, zoho: SandboxZoho, answering: Connection, staff: User) -> str:
        """The department that staff is limited to."""
        department: str = zoho.records()["tickets"][0]["departmentId"]
        kept = Membership.objects.filter(connection=answering, person=staff)
        kept.update(places={"desk": [department]})
        return department

    def test_of_others_are_not_offered(
        self, answering: Connection, staff_client: Client, limited: str
    ) -> None:
        page = staff_client.get(url(answering))

        assert page.context["form"].only_department.id == limited

    def test_of_others_get_no_ticket_even_while_desk_is_away(
        self,
        zoho: SandboxZoho,
        answering: Connection,
        staff_client: Client,
        limited: str,
    ) -> None:
        departments = [each["id"] for each in zoho.records()["departments"]]
        other = next(each for each in departments if each != limited)
        key = staff_client.get(url(answering)).context["form_key"]
        forget(zoho)
        chosen = dict.fromkeys(["department", "shown_department"], other)

        answer = staff_client.post(url(answering), TICKET | chosen | {"form_key": key})

        assert "Choose a department that is open to you" in text(answer)
        assert not Delivery.objects.exists()

    def test_of_others_are_not_taken_from_what_is_posted(
        self,
        zoho: SandboxZoho,
        answering: Connection,
        staff_client: Client,
        limited: str,
    ) -> None:
        departments = [each["id"] for each in zoho.records()["departments"]]
        other = next(each for each in departments if each != limited)
        key = staff_client.get(url(answering)).context["form_key"]
        chosen = dict.fromkeys(["department", "shown_department"], other)

        staff_client.post(url(answering), TICKET | chosen | {"form_key": key})

        assert sent(zoho)["departmentId"] == limited

    def test_hold_a_comment_on_a_ticket_that_was_moved_away(
        self,
        zoho: SandboxZoho,
        answering: Connection,
        staff: User,
        staff_client: Client,
        limited: str,
    ) -> None:
        ticket: dict[str, Any] = zoho.records()["tickets"][0]
        slots = fill_slots(limits.key_of(answering, "desk"))
        comment(staff_client, answering, ticket, content="Hm.")
        for slot in slots:
            slot.release()
        moved = {**ticket, "departmentId": "77"}
        zoho.script("GET", f"{TICKETS}/{ticket['id']}", {"status": 200, "body": moved})
        late = Delivery.objects.get(kind="desk.comment")

        attempt(late)

        assert (late.state, late.held_for) == ("waiting", "person")
        assert zoho.records()["comments"] == []
