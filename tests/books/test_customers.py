"""Customers and vendors: added, found first, changed, never deleted."""

import pytest
from django.test import Client

from connections.models import Connection
from tests.books.customers import (
    ARCHER,
    CONTACTS,
    KIM,
    PERSONS,
    SAMPLE,
    add,
    address,
    again,
    asked,
    people,
    send,
    there,
)
from tests.support.pages import text
from tests.zoho import SandboxZoho
from zohoportal.outbox.models import Delivery

TWO = {"person2_first_name": "Bo", "person2_email": "bo.sample@example.com"}


class TestNewOne:
    def test_is_there_with_two_people_and_its_address(
        self, zoho: SandboxZoho, books: Connection, staff_client: Client
    ) -> None:
        zoho.clear_journal()
        name = "نور 🎉 Ltd"

        page = add(
            staff_client,
            books,
            contact_name=name,
            billing_address__city="Leeds",
            **TWO,
        )

        (made,) = there(zoho, name)
        assert page.redirect_chain[-1][0] == address(books, f"contacts/{made['id']}/")
        assert f"{name} was added to Zoho Books." in text(page)
        assert made["billing_address"]["city"] == "Leeds"
        found = people(zoho, made["id"])
        assert found[KIM]["is_primary_contact"]
        assert set(found) == {KIM, "bo.sample@example.com"}
        assert len(asked(zoho, "POST", CONTACTS)) == 1
        assert Delivery.objects.get().state == Delivery.State.DONE

    def test_of_a_name_that_is_there_is_shown_before_it_is_changed(
        self, zoho: SandboxZoho, books: Connection, staff_client: Client
    ) -> None:
        (archer,) = there(zoho, ARCHER)
        zoho.clear_journal()

        page = add(
            staff_client, books, contact_name=ARCHER.upper(), company_name="Archer plc"
        )

        assert asked(zoho, "PUT", CONTACTS) + asked(zoho, "POST", CONTACTS) == []
        words = text(page)
        assert (
            "Will update Archer &amp; Sons" in words or f"Will update {ARCHER}" in words
        )
        assert "Archer & Sons Ltd" in words
        assert "Will add Kim Sample to the contact persons." in words
        assert "Add another one instead" not in words

        page = again(staff_client, page)

        (changed,) = [c for c in zoho.books()["contacts"] if c["id"] == archer["id"]]
        assert changed["company_name"] == "Archer plc"
        assert changed["billing_address"] == archer["billing_address"]
        assert KIM in people(zoho, archer["id"])
        assert len(people(zoho, archer["id"])) == 3

    def test_of_an_address_that_is_there_may_be_somebody_else(
        self, zoho: SandboxZoho, books: Connection, staff_client: Client
    ) -> None:
        page = add(staff_client, books, person1_email="ada.archer@example.com")
        assert f"Will update {ARCHER}" in text(page)

        again(staff_client, page, target="new")

        assert len(there(zoho)) == 1

    def test_twice_with_one_form_is_one(
        self, zoho: SandboxZoho, books: Connection, staff_client: Client
    ) -> None:
        page = staff_client.get(address(books))
        posted = {"form_key": page.context["form_key"], **SAMPLE}

        for _ in range(2):
            staff_client.post(address(books), posted)

        assert len(there(zoho)) == 1
        assert Delivery.objects.count() == 1

    def test_whose_name_is_taken_leads_to_the_existing_one(
        self, zoho: SandboxZoho, books: Connection, staff_client: Client
    ) -> None:
        (archer,) = there(zoho, ARCHER)
        # The look before the form is sent finds nobody, as if they came just then.
        nobody = {"status": 200, "body": {"code": 0, "contacts": []}}
        zoho.script("GET", CONTACTS, *[nobody] * 2)

        page = add(staff_client, books, contact_name=ARCHER)

        assert page.context["form"].errors["contact_name"] == [
            f"{ARCHER} is in Zoho Books already. Open the existing one, or enter "
            "another name."
        ]
        assert address(books, f"contacts/{archer['id']}/") in page.content.decode()
        assert asked(zoho, "POST", CONTACTS) == []

    @pytest.mark.parametrize(
        ("typed", "field"),
        [
            ({"contact_name": "x" * 201}, "contact_name"),
            ({"contact_name": ""}, "contact_name"),
            ({"person1_first_name": ""}, "person1_first_name"),
            ({"person1_email": "nobody"}, "person1_email"),
        ],
    )
    def test_with_a_mistake_is_not_sent(
        self,
        zoho: SandboxZoho,
        books: Connection,
        staff_client: Client,
        typed: dict[str, str],
        field: str,
    ) -> None:
        page = add(staff_client, books, **typed)

        assert page.context["form"].errors[field]
        assert Delivery.objects.count() == 0

    def test_begins_with_somebody_of_the_crm(
        self, books: Connection, staff_client: Client
    ) -> None:
        page = staff_client.get(f"{address(books)}?name=Kim+Lee+Sample&email={KIM}")

        form = page.context["form"]
        shown = [form[name].value() for name in SAMPLE]
        assert shown[1] == "Kim Lee Sample"
        assert shown[3:] == ["Kim Lee", "Sample", KIM]


class TestOneThatIsThere:
    def test_is_found_shown_changed_and_made_inactive(
        self, zoho: SandboxZoho, books: Connection, staff_client: Client
    ) -> None:
        (archer,) = there(zoho, ARCHER)
        one = f"contacts/{archer['id']}/"
        assert ARCHER in text(staff_client.get(address(books, "contacts/?q=archer")))
        page = text(staff_client.get(address(books, one)))
        assert "Ada Archer primary" in page
        # Open ones only, in their own currency; paid ones and drafts are not.
        assert "INV-000001" in page
        assert "1,200.50 GBP" in page
        assert "INV-000003" not in page
        change = address(books, f"{one}change/")
        typed = {"billing_address__city": "Leeds", "notes": ""}
        page = send(staff_client, change, **typed)

        assert page.context.get("form") is None, page.context["form"].errors
        assert f"{ARCHER} was changed in Zoho Books." in text(page)
        (now,) = there(zoho, ARCHER)
        assert now["billing_address"]["city"] == "Leeds"
        assert now["billing_address"]["zip"] == archer["billing_address"]["zip"]
        assert now["notes"] == ""
        page = send(staff_client, address(books, f"{one}deactivate/"))
        assert "is inactive in Zoho Books now" in text(page)
        send(staff_client, address(books, f"{one}activate/"))
        assert there(zoho, ARCHER)[0]["status"] == "active"

    def test_that_is_gone_is_not_there(
        self, books: Connection, staff_client: Client
    ) -> None:
        for page in (
            "contacts/404/",
            "contacts/404/change/",
            "contacts/404/people/new/",
        ):
            assert staff_client.get(address(books, page)).status_code == 404


class TestContactPerson:
    def test_is_added_changed_made_primary_and_deleted(
        self, zoho: SandboxZoho, books: Connection, staff_client: Client
    ) -> None:
        (archer,) = there(zoho, ARCHER)
        one = f"contacts/{archer['id']}/"
        typed = {"first_name": "Kim", "last_name": "Sample", "email": KIM}

        page = send(staff_client, address(books, f"{one}people/new/"), **typed)

        assert "Kim Sample was added to Archer" in text(page)
        kim = people(zoho, archer["id"])[KIM]["id"]
        person = f"{one}people/{kim}/"
        page = send(staff_client, address(books, person), **typed, phone="+44 1")
        assert people(zoho, archer["id"])[KIM]["phone"] == "+44 1"
        send(staff_client, address(books, f"{person}primary/"))
        assert people(zoho, archer["id"])[KIM]["is_primary_contact"]
        send(staff_client, address(books, f"{person}delete/"))
        assert KIM not in people(zoho, archer["id"])
        assert Delivery.objects.exclude(state=Delivery.State.DONE).count() == 0

    def test_who_is_there_is_not_added_twice(
        self, zoho: SandboxZoho, books: Connection, staff_client: Client
    ) -> None:
        (archer,) = there(zoho, ARCHER)
        page = address(books, f"contacts/{archer['id']}/people/new/")

        shown = send(
            staff_client, page, first_name="Ada", email="ADA.archer@example.com"
        )

        assert "is a contact person of Archer & Sons already" in text(shown)
        assert asked(zoho, "POST", PERSONS) == []
