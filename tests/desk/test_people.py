"""Who a ticket is for: looked up, taken over from a link, or new."""

from typing import Any, ClassVar
from urllib.parse import urlencode

import pytest
from django.test import Client

from connections.models import Connection
from tests.desk import form
from tests.desk.form import created_tickets, filled, send, sent, url
from tests.support.connected import connected
from tests.support.contacts import send as send_contact
from tests.support.pages import text
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User
from zohoportal.outbox import services as outbox
from zohoportal.outbox.models import Delivery

ADA = "ada.archer@example.com"
CALLER = {"email": "", "last_name": "Caller", "phone": "+44 20 7946 0555"}
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


def added(client: Client, connection: Connection, typed: str) -> dict[str, str]:
    """Return what the form has of a new contact, after "Add new contact"."""
    posted = filled(client, connection, email="", who=typed) | {"add": "1"}
    shown = client.post(url(connection), posted).context["form"]
    assert shown["who"].value() == typed
    found = {name: shown[name].value() for name in shown.NEW_CONTACT}
    return {name: value for name, value in found.items() if value}


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


class TestTypedIntoThePicker:
    @pytest.mark.parametrize(
        ("typed", "person"),
        [
            ("+44 20 7946 0555", {"phone": "+44 20 7946 0555"}),
            ("Archer 020 7946-0555", {"last_name": "Archer", "phone": "020 7946-0555"}),
            ("0555", {"phone": "0555"}),
            ("Kim Ann Sample", {"first_name": "Kim Ann", "last_name": "Sample"}),
        ],
    )
    def test_goes_where_it_belongs_forms_07(
        self,
        connection: Connection,
        staff_client: Client,
        typed: str,
        person: dict[str, str],
    ) -> None:
        assert added(staff_client, connection, typed) == person

    @pytest.mark.parametrize(
        "typed",
        [
            "Ann Archer <ann.a@example.com>",
            '"Archer, Ann" <ann.a@example.com>;',
            "\u200bAnn Archer mailto:ann.a@example.com",
        ],
    )
    def test_gives_name_and_address_forms_15(
        self, connection: Connection, staff_client: Client, typed: str
    ) -> None:
        assert added(staff_client, connection, typed) == {
            "email": "ann.a@example.com",
            "first_name": "Ann",
            "last_name": "Archer",
        }

    @pytest.mark.parametrize(
        "typed", [f"Ada <{ADA}>", f"mailto:{ADA}", f"\u202a{ADA};"]
    )
    def test_finds_who_has_the_pasted_address_forms_15(
        self, connection: Connection, staff_client: Client, typed: str
    ) -> None:
        assert 'data-label="Ada Archer"' in options(staff_client, connection, typed)

    def test_leaves_nobody_chosen(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        person = {"contact": ada(zoho)["id"], "contact_name": "Ada Archer"}

        person |= {"who": "Ada Archer", "add": "1"}
        page = staff_client.post(
            url(connection), filled(staff_client, connection, email="", **person)
        )

        assert not page.context["form"]["contact"].value()

    @pytest.mark.parametrize(
        "pasted", ["Ann Archer <ann.a@example.com>", "ann.a@example.com (Ann Archer)"]
    )
    def test_is_taken_apart_in_the_address_too_forms_15(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff_client: Client,
        pasted: str,
    ) -> None:
        send(staff_client, connection, email=pasted)

        assert sent(zoho)["contact"] == {
            "email": "ann.a@example.com",
            "firstName": "Ann",
            "lastName": "Archer",
        }


class TestCallerWithoutAnAddress:
    @pytest.fixture
    def strict(self, zoho: SandboxZoho, admin: User, staff: User) -> Connection:
        """A Desk that wants both, an address and a last name, inside a ticket."""
        zoho.reset(strict_inline_contact=True)
        return connected(zoho, admin, staff, ["desk.tickets"])

    def test_gets_a_ticket_by_last_name_and_number_forms_07(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        page = text(staff_client.get(url(connection)))
        send(staff_client, connection, **CALLER)

        assert sent(zoho)["contact"] == {"lastName": "Caller", "phone": CALLER["phone"]}
        assert created_tickets(zoho) == 1
        for label in ("E-mail", "Last name"):
            assert f"{label} (optional)" not in page
        assert "a last name or an e-mail address is enough" in page

    @pytest.mark.parametrize(
        "typed",
        [
            {"last_name": "Caller", "phone": "020-7946 0002"},
            {"last_name": "archer", "phone": ""},
            {"first_name": "Ada", "last_name": "Archer", "phone": "+44 20 7946 0999"},
        ],
        ids=str,
    )
    def test_is_shown_who_is_there_first_forms_07(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff_client: Client,
        typed: dict[str, str],
    ) -> None:
        bea = zoho.records()["desk_contacts"][1]
        is_bea = "0002" in typed["phone"]
        # The search finds numbers as they were typed only.
        answer = {"status": 200, "body": {"data": [bea]}}
        if is_bea:
            zoho.script("GET", form.SEARCH, answer, {"status": 204}, answer)

        page = send(staff_client, connection, email="", **typed)

        person = bea if is_bea else ada(zoho)
        (words,) = page.context["form"].errors["last_name"]
        assert f"{person['firstName']} {person['lastName']}" in words
        assert f'name="use" value="{person["id"]}"' in page.content.decode()
        assert created_tickets(zoho) == 0
        shown = page.context["form"]
        assert {name: shown[name].value() for name in typed} == typed

    def test_is_taken_for_somebody_else_when_it_is_said_forms_07(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        page = send(staff_client, connection, email="", last_name="Archer")
        assert "This is somebody else" in text(page)
        again = page.context["form"].data.dict() | {"is_new": "on"}

        again |= {"form_key": page.context["form_key"]}
        staff_client.post(url(connection), again)

        assert sent(zoho)["contact"] == {"lastName": "Archer"}
        assert created_tickets(zoho) == 1

    @pytest.mark.parametrize("first_name", ["", "Kim"])
    def test_is_made_first_where_desk_wants_an_address_inside_a_ticket_forms_07(
        self,
        zoho: SandboxZoho,
        strict: Connection,
        staff_client: Client,
        first_name: str,
    ) -> None:
        send(staff_client, strict, **CALLER, first_name=first_name)

        made = zoho.records()["desk_contacts"][-1]
        assert (made["lastName"], made["phone"]) == ("Caller", CALLER["phone"])
        assert zoho.records()["tickets"][-1]["contactId"] == made["id"]

    def test_is_not_made_twice_by_a_second_try_f39(
        self, zoho: SandboxZoho, strict: Connection, staff_client: Client
    ) -> None:
        missing = {"fieldName": "/contact/email", "errorType": "missing"}
        body = {"errorCode": "INVALID_DATA", "message": "No.", "errors": [missing]}
        no = {"status": 403, "body": {"errorCode": "FORBIDDEN", "message": "No."}}
        zoho.script("POST", form.TICKETS, {"status": 422, "body": body}, no)
        before = len(zoho.records()["desk_contacts"])

        send(staff_client, strict, **CALLER)
        outbox.send_again(Delivery.objects.get())

        assert created_tickets(zoho) == 1
        assert len(zoho.records()["desk_contacts"]) == before + 1

    def test_comes_along_from_a_link_forms_07(
        self, connection: Connection, staff_client: Client
    ) -> None:
        query = urlencode({"name": "Kim Sample", "phone": "+44 20 7946 0555"})

        shown = staff_client.get(f"{url(connection)}?{query}").context["form"]

        assert shown["last_name"].value() == "Sample"
        assert shown["phone"].value() == "+44 20 7946 0555"


class TestPeopleOfOneName:
    TWINS: ClassVar[list[dict[str, Any]]] = [
        {"email": "a@example.com", "account": {"accountName": "Acme"}},
        {"phone": "+44 20 7946 0001"},
        {"mobile": "+44 20 7946 0002"},
        {"createdTime": "2026-01-05T09:00:00.000Z"},
        {"createdTime": "2026-02-06T10:30:00.000Z"},
    ]

    def test_are_told_apart_forms_11(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        john = {"firstName": "John", "lastName": "Smith"}
        rows = [john | {"id": str(n), **own} for n, own in enumerate(self.TWINS, 1)]
        answer = {"status": 200, "body": {"data": rows}}
        zoho.script("GET", form.SEARCH, answer, answer)

        listed = options(staff_client, connection, "john")
        typed = filled(staff_client, connection, email="", who="john", find="1")
        found = staff_client.post(url(connection), typed).content.decode()

        for page in (listed, found):
            assert "a@example.com · Acme" in page
            assert "+44 20 7946 0001" in page
            assert "+44 20 7946 0002" in page
            assert "added on 5 January 2026, 10:00" in page
            assert "added on 6 February 2026, 11:30" in page

    @pytest.mark.parametrize(
        ("last_name", "chosen"), [("", None), ("Parent", "1"), ("Other", None)]
    )
    def test_or_one_address_are_asked_about_forms_11(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff_client: Client,
        last_name: str,
        chosen: str | None,
    ) -> None:
        email = "family@example.com"
        names = ["Parent", "Child"]
        rows = [
            {"id": str(number), "firstName": "Kim", "lastName": name, "email": email}
            for number, name in enumerate(names, 1)
        ]
        answer = {"status": 200, "body": {"data": rows}}
        zoho.script("GET", form.SEARCH, answer, answer)
        zoho.script("POST", form.TICKETS, {"status": 429, "body": {}})

        page = send(staff_client, connection, email=email, last_name=last_name)

        if chosen:
            assert sent(zoho)["contactId"] == chosen
        else:
            (words,) = page.context["form"].errors["email"]
            assert "Kim Parent and Kim Child" in words
            assert page.content.decode().count('name="use"') == 2


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
