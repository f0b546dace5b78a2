"""F29: what was lost is looked for: one customer, one contact person, and known."""

from uuid import uuid4

import pytest
from django.test import Client

from books import services
from books.models import ReferenceField
from books.zoho.contacts import read
from books.zoho.persons import add
from connections.models import Connection
from connections.services import client_for
from tests.books.customers import (
    ARCHER,
    CONTACTS,
    KIM,
    PERSONS,
    address,
    asked,
    people,
    there,
)
from tests.outbox import lines
from tests.support.pages import text
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User
from zohoportal.outbox.idempotency import IdempotencyKey
from zohoportal.outbox.models import Delivery

LOST, NEVER_CAME = {"drop": "after"}, {"drop": "before"}
FIELD = "cf_portal_reference"


def added(connection: Connection, person: User, name: str = "Sample Ltd") -> Delivery:
    return services.add_contact(
        connection=connection,
        person=person,
        idempotency_key=IdempotencyKey(uuid4().hex),
        values={"contact_name": name, "contact_type": "customer"},
        persons=[{"first_name": "Kim", "email": KIM}],
    ).delivery


def settle(delivery: Delivery) -> None:
    """Let it be looked for, and sent again where that is right."""
    for _ in range(8):
        if lines.send(delivery) == [Delivery.State.DONE]:
            return


@pytest.mark.parametrize("lost", [LOST, NEVER_CAME])
@pytest.mark.parametrize("field", ["", FIELD])
def test_a_customer_whose_answer_was_lost_is_there_once(
    zoho: SandboxZoho,
    books: Connection,
    staff: User,
    lost: dict[str, str],
    field: str,
) -> None:
    if field:
        ReferenceField.objects.create(connection=books, api_name=field)
    zoho.script("PUT" if field else "POST", CONTACTS, lost)

    delivery = added(books, staff)
    settle(delivery)

    (made,) = there(zoho)
    assert delivery.state == Delivery.State.DONE
    assert delivery.outcome["external_id"] == made["id"]
    assert len(people(zoho, made["id"])) == 1
    if field:
        assert made["custom"][FIELD] == delivery.reference
        assert len(asked(zoho, "PUT", CONTACTS)) == 1
        assert len(asked(zoho, "POST", CONTACTS)) == (lost == NEVER_CAME)


def test_what_others_added_to_a_customer_whose_answer_was_lost_stays(
    zoho: SandboxZoho, books: Connection, staff: User
) -> None:
    ReferenceField.objects.create(connection=books, api_name=FIELD)
    zoho.script("PUT", CONTACTS, LOST)
    delivery = added(books, staff)
    (made,) = there(zoho)
    add(client_for(books), made["id"], {"first_name": "Bo", "email": "bo@example.com"})

    settle(delivery)

    assert delivery.state == Delivery.State.DONE
    assert set(people(zoho, made["id"])) == {KIM, "bo@example.com"}


@pytest.mark.parametrize("field", ["", FIELD])
def test_names_in_two_cases_and_long_ones_are_one_customer(
    zoho: SandboxZoho, books: Connection, staff: User, field: str
) -> None:
    if field:
        ReferenceField.objects.create(connection=books, api_name=field)
    (archer,) = there(zoho, ARCHER)
    for name in ("Sample LTD", f"Sample {'x' * 140}"):
        zoho.books(contact=archer["id"], values={"contact_name": name})

        delivery = added(books, staff, name.swapcase())

        assert delivery.state == Delivery.State.REFUSED
        (problem,) = delivery.problem["fields"]
        assert problem["record"] == archer["id"]


@pytest.mark.parametrize("lost", [LOST, NEVER_CAME])
def test_a_contact_person_whose_answer_was_lost_is_there_once(
    zoho: SandboxZoho, books: Connection, staff: User, lost: dict[str, str]
) -> None:
    (archer,) = there(zoho, ARCHER)
    contact = read(client_for(books), archer["id"])
    zoho.script("POST", PERSONS, lost)

    delivery = services.save_person(
        connection=books,
        person=staff,
        idempotency_key=IdempotencyKey(uuid4().hex),
        contact=contact,
        values={"first_name": "Kim", "email": KIM},
    ).delivery
    settle(delivery)

    found = [each for each in zoho.books()["persons"] if each["email"] == KIM]
    assert len(found) == 1
    assert delivery.state == Delivery.State.DONE
    assert delivery.outcome["external_id"] == found[0]["id"]


@pytest.mark.parametrize("code", [4, 1038])
def test_books_that_reads_no_json_gets_its_older_form(
    zoho: SandboxZoho, books: Connection, staff: User, code: int
) -> None:
    zoho.books(refuses_json=code)

    delivery = added(books, staff)

    assert delivery.state == Delivery.State.DONE
    (_, second) = asked(zoho, "POST", CONTACTS)
    assert list(second["form"]) == ["JSONString"]
    assert len(there(zoho)) == 1


def test_the_field_for_our_reference_is_tested_before_it_is_kept(
    zoho: SandboxZoho, books: Connection, admin_client: Client
) -> None:
    before = len(zoho.books()["contacts"])
    page = address(books, "settings/")

    shown = text(admin_client.post(page, {"api_name": "cf_region"}))
    assert "Zoho Books finds no customer by this field." in shown
    assert not ReferenceField.objects.exists()
    shown = text(admin_client.post(page, {"api_name": FIELD}, follow=True))
    assert f"Now in use: {FIELD}" in shown
    admin_client.post(page, {"api_name": ""})

    assert not ReferenceField.objects.exists()
    assert len(zoho.books()["contacts"]) == before


class TestNotAuthorised:
    def test_a_dead_token_is_renewed_and_nobody_notices(
        self, zoho: SandboxZoho, books: Connection, staff: User
    ) -> None:
        zoho.expire_tokens()

        assert added(books, staff).state == Delivery.State.DONE

    def test_a_missing_right_waits_for_an_admin_and_renews_nothing(
        self, zoho: SandboxZoho, books: Connection, staff: User
    ) -> None:
        zoho.books(forbidden=["ZohoBooks.contacts.CREATE"])
        zoho.clear_journal()

        delivery = added(books, staff)

        assert (delivery.state, delivery.problem["code"]) == ("waiting", "57")
        books.refresh_from_db()
        assert books.is_active
        assert asked(zoho, "POST", "/oauth/v2/token") == []


def test_a_closed_organisation_is_said_so(
    zoho: SandboxZoho, books: Connection, staff: User, admin_client: Client
) -> None:
    (organisation,) = zoho.books()["organizations"]
    zoho.books(organization=organisation["id"], is_active=False)

    delivery = added(books, staff)

    assert (delivery.state, delivery.problem["code"]) == ("waiting", "6041")
    page = text(admin_client.get(delivery.get_absolute_url()))
    assert "may not work with the organisation that was chosen" in page


def test_a_connection_works_by_its_organisation(
    zoho: SandboxZoho, books: Connection
) -> None:
    checks = {each["key"]: each for each in books.checks}

    assert checks["books_organisation"]["text"].startswith("Example Ltd")
    assert all(each["ok"] for each in books.checks)
    sent = [each for each in zoho.journal() if each["path"].startswith(CONTACTS)]
    assert all("organization_id" in each["query"] for each in sent)
