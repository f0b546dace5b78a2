"""A26, A31: who may add customers, change them, delete people, and see invoices."""

import pytest
from django.test import Client

from connections.models import Connection, Membership
from tests.books.customers import ARCHER, add, address, people, there
from tests.support.pages import text
from tests.zoho import SandboxZoho

PAGES = {
    "contacts/": "books.see",
    "contacts/new/": "books.add",
    "contacts/{}/": "books.see",
    "contacts/{}/change/": "books.change",
    "contacts/{}/deactivate/": "books.change",
    "contacts/{}/activate/": "books.change",
    "contacts/{}/people/new/": "books.add",
    "contacts/{}/people/{}/": "books.change",
    "contacts/{}/people/{}/primary/": "books.change",
    "contacts/{}/people/{}/delete/": "books.remove",
}


def test_each_page_asks_for_its_right(
    zoho: SandboxZoho, books: Connection, staff_client: Client
) -> None:
    (archer,) = there(zoho, ARCHER)
    person = people(zoho, archer["id"])["bo.baker@example.com"]["id"]
    rights = {"books.see", "books.add", "books.change", "books.remove"}
    for page, right in PAGES.items():
        whole = address(books, page.format(archer["id"], person))
        Membership.objects.update(rights=sorted(rights - {right}))
        assert staff_client.get(whole).status_code == 403, page
        Membership.objects.update(rights=sorted({right, "books.see"}))
        assert staff_client.get(whole).status_code == 200, page


def test_who_may_not_see_invoices_sees_none(
    zoho: SandboxZoho, books: Connection, staff_client: Client
) -> None:
    (archer,) = there(zoho, ARCHER)
    page = address(books, f"contacts/{archer['id']}/")
    for kept, is_shown in (
        (["books.see"], False),
        (["books.see", "books.invoices"], True),
    ):
        Membership.objects.update(rights=kept)
        assert ("INV-000001" in text(staff_client.get(page))) == is_shown


def test_who_may_only_add_changes_nobody_who_is_there(
    zoho: SandboxZoho, books: Connection, staff_client: Client
) -> None:
    Membership.objects.update(rights=["books.add"])

    page = add(staff_client, books, contact_name=ARCHER)

    assert f"{ARCHER} is in Zoho Books already, and you may not change" in text(page)


@pytest.mark.parametrize("page", ["contacts/1/", "contacts/"])
def test_a_connection_without_books_has_no_such_pages(
    connection: Connection, staff_client: Client, page: str
) -> None:
    assert staff_client.get(address(connection, page)).status_code == 404


def test_a_page_that_two_features_lead_to_is_offered_once(
    books: Connection, staff_client: Client
) -> None:
    page = staff_client.get(address(books, "contacts/new/")).content.decode()

    assert page.count(">Customers in Books<") == 1
    assert "Show customers" in page
    Membership.objects.update(rights=["books.add"])
    page = staff_client.get(address(books, "contacts/new/")).content.decode()
    assert "Show customers" not in page


def test_who_may_only_add_reads_what_became_of_it(
    zoho: SandboxZoho, books: Connection, staff_client: Client
) -> None:
    Membership.objects.update(rights=["books.add"])

    page = add(staff_client, books, contact_name="Nia & Co")

    assert page.status_code == 200
    assert "Nia & Co was added" in text(page)
