"""Who a ticket is for: looked up, taken over from a link, or new."""

from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from connections.models import Connection
from tests.crm.test_contact import send as send_contact
from tests.desk import form
from tests.desk.form import created_tickets, filled, send, sent, url
from tests.desk.test_ticket import text
from tests.zoho import SandboxZoho
from zohoportal.outbox.models import Delivery

ADA = "ada.archer@example.com"
NASTY = "<img src=x onerror=alert(1)>"


def ada(zoho: SandboxZoho) -> dict[str, Any]:
    (found,) = [
        each for each in zoho.records()["desk_contacts"] if each["email"] == ADA
    ]
    return found


def options(client: Client, connection: Connection, words: str) -> str:
    page = client.get(f"/c/{connection.slug}/desk/contacts/?{urlencode({'q': words})}")
    assert page.status_code == 200
    return page.content.decode()


class TestContactOptions:
    @pytest.mark.parametrize("words", ["arch", "ada arch", "ada.archer@", ADA])
    def test_find_the_beginnings_of_words_r15(
        self, connection: Connection, staff_client: Client, words: str
    ) -> None:
        found = options(staff_client, connection, words)

        assert 'data-label="Ada Archer"' in found
        assert ADA in found

    def test_find_a_phone_number_r15(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        phone = next(
            each["phone"] for each in zoho.records()["desk_contacts"] if each["phone"]
        )

        assert phone in options(staff_client, connection, phone.split()[0])

    @pytest.mark.parametrize("words", ["", "a", "*", " * "])
    def test_ask_nothing_for_too_little(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff_client: Client,
        words: str,
    ) -> None:
        options(staff_client, connection, words)

        assert zoho.journal() == []

    def test_say_that_nobody_was_found(
        self, connection: Connection, staff_client: Client
    ) -> None:
        assert "begins with “nobody”" in options(staff_client, connection, "nobody")

    def test_say_that_desk_cannot_be_asked(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        zoho.script("GET", form.SEARCH, {"status": 503})

        found = options(staff_client, connection, "ada")

        assert "Zoho has a problem at the moment." in found

    def test_show_what_comes_from_zoho_as_text_a55(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        row = {"id": "1", "firstName": NASTY, "lastName": '"', "email": NASTY}
        zoho.script("GET", form.SEARCH, {"status": 200, "body": {"data": [row]}})

        assert "<img" not in options(staff_client, connection, "ada")


class TestOpenTickets:
    def shown(self, client: Client, connection: Connection, contact: str) -> str:
        page = client.get(f"/c/{connection.slug}/desk/contacts/{contact}/tickets/")
        assert page.status_code == 200
        return page.content.decode()

    def test_are_offered_r45(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        person = ada(zoho)["id"]
        own = [
            each for each in zoho.records()["tickets"] if each["contactId"] == person
        ]

        found = self.shown(staff_client, connection, person)

        still_open = [each for each in own if each["status"] != "Closed"]
        assert still_open
        assert "Is it one of these?" in found
        for each in own:
            assert (each["subject"] in found) == (each in still_open)

    @pytest.mark.parametrize("answer", [{"status": 503}, {"status": 403, "body": {}}])
    def test_never_stand_in_the_way_r45(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff_client: Client,
        answer: dict[str, Any],
    ) -> None:
        zoho.script("GET", "/api/v1/contacts/*", answer, answer)

        assert not self.shown(staff_client, connection, "1").strip()


class TestPersonByLink:
    def test_is_a_contact_that_desk_knows(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        query = urlencode({"name": "Ada", "email": ADA.upper()})
        shown = staff_client.get(f"{url(connection)}?{query}").context["form"]

        assert shown["contact"].value() == ada(zoho)["id"]
        assert shown["who"].value() == "Ada Archer"

    def test_is_new_when_desk_does_not_know_them(
        self, connection: Connection, staff_client: Client
    ) -> None:
        person = {"name": "Kim Ann Sample", "email": "kim@example.com", "phone": "7"}
        page = staff_client.get(f"{url(connection)}?{urlencode(person)}")

        shown = page.context["form"]
        assert {name: shown[name].value() for name in shown.NEW_CONTACT} == {
            "email": "kim@example.com",
            "last_name": "Sample",
            "first_name": "Kim Ann",
            "phone": "7",
        }

    def test_is_offered_by_another_product(
        self, connection: Connection, staff_client: Client
    ) -> None:
        person = {"Email": "kim@example.com", "First_Name": "", "Last_Name": "Sample"}
        answer = send_contact(staff_client, connection, **person)

        page = staff_client.get(answer.url).content.decode()

        assert "New ticket for this person" in page
        assert "tickets/new/?name=Sample&amp;email=kim%40example.com" in page

    def test_is_the_same_after_a_ticket_r16(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        person = {"contact": ada(zoho)["id"], "who": "Ada A", "contact_name": "Ada A"}
        answer = send(staff_client, connection, email="", **person)

        page = staff_client.get(answer.url).content.decode()

        assert "New ticket for the same person" in page
        assert f"?contact={person['contact']}&amp;name=Ada+A" in page


class TestChosenContact:
    def test_is_sent_without_a_look_up(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        person = {"contact": ada(zoho)["id"], "who": "Ada A", "contact_name": "Ada A"}
        typed = filled(staff_client, connection, email="", **person)
        staff_client.post(url(connection), typed | {"subject": ""})
        zoho.clear_journal()

        staff_client.post(url(connection), typed)

        assert sent(zoho)["contactId"] == person["contact"]
        assert len(zoho.journal()) == 1

    def test_is_nobody_any_more_when_somebody_typed_on(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        person = {"contact": ada(zoho)["id"], "who": "Bert", "contact_name": "Ada A"}

        page = send(staff_client, connection, email="", **person)

        assert list(page.context["form"].errors) == ["who"]

    def test_is_found_and_used_without_javascript_r56(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        typed = filled(staff_client, connection, email="", who="arch")

        found = staff_client.post(url(connection), typed | {"find": "1"})
        assert f'name="use" value="{ada(zoho)["id"]}"' in found.content.decode()
        used = staff_client.post(url(connection), typed | {"use": ada(zoho)["id"]})

        shown = used.context["form"]
        assert shown["contact"].value() == ada(zoho)["id"]
        assert shown["who"].value() == shown["contact_name"].value() == "Ada Archer"
        assert shown["subject"].value() == form.TICKET["subject"]
        assert "Is it one of these?" in text(used)
        assert not Delivery.objects.exists()


class TestNewPerson:
    def test_with_a_known_address_is_offered_the_contact(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        page = send(staff_client, connection, email=ADA, last_name="Sample")

        (words,) = page.context["form"].errors["email"]
        assert "Desk knows this address: it is Ada Archer's." in words
        assert f'name="use" value="{ada(zoho)["id"]}"' in page.content.decode()
        assert created_tickets(zoho) == 0

    def test_is_made_first_where_desk_takes_no_more_inside_a_ticket(
        self, zoho: SandboxZoho, staff_client: Client, connection: Connection
    ) -> None:
        zoho.script(
            "POST",
            form.TICKETS,
            {
                "status": 422,
                "body": {
                    "errorCode": "UNPROCESSABLE_ENTITY",
                    "message": "An extra parameter 'firstName' is found",
                },
            },
        )
        person = {
            "email": "kim@example.com",
            "last_name": "Sample",
            "first_name": "Kim",
        }

        send(staff_client, connection, **person)

        made = zoho.records()["desk_contacts"][-1]
        ticket = zoho.records()["tickets"][-1]
        assert (made["firstName"], made["email"]) == ("Kim", "kim@example.com")
        assert ticket["contactId"] == made["id"]
        assert created_tickets(zoho) == 1
