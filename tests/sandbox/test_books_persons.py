"""Books' contact persons, and the invoices of a contact."""

from typing import Any

import pytest

from tests.sandbox.books_client import JANE, Books, said
from tests.zoho import SandboxZoho

PERSONS = "contacts/contactpersons"
WRONG: list[dict[str, Any]] = [
    {"first_name": ""},
    {"first_name": "x" * 101},
    {"designation": "x" * 51},
    {"email": "nowhere"},
    {"phone": 7},
    {"enable_portal": "yes"},
    {"is_primary_contact": False},
]


@pytest.fixture
def books(zoho: SandboxZoho) -> Books:
    return Books(zoho)


class TestPersons:
    def test_come_go_and_change(self, zoho: SandboxZoho, books: Books) -> None:
        contact = books.make(contact_persons=[JANE])["contact_id"]
        about = {"contact_id": contact, "first_name": "Bo"}

        made = books.post(PERSONS, about | {"designation": "Buyer"})
        (bo,) = made.json["contact_person"]
        own = f"{PERSONS}/{bo['contact_person_id']}"
        changed = books.put(own, about | {"email": "bo@example.com"})
        marked = books.post(f"{own}/primary")
        read = books.get(f"contacts/{contact}/contactpersons/{bo['contact_person_id']}")
        listed = books.get(f"contacts/{contact}/contactpersons").json

        assert (made.status, bo["is_primary_contact"]) == (201, False)
        assert [each.status for each in (changed, marked, read)] == [200, 200, 200]
        person = read.json["contact_person"]
        assert (person["designation"], person["email"]) == ("Buyer", "bo@example.com")
        flags = [each["is_primary_contact"] for each in listed["contact_persons"]]
        assert (flags, listed["page_context"]["has_more_page"]) == (
            [False, True],
            False,
        )
        assert books.names(email="bo@example.com") == ["Doe Ltd"]
        assert books.delete(own).status == 200
        assert said(books.delete(own)) == (404, 1002)
        verbs = [each.split()[0] for each in zoho.effects()[-4:]]
        assert verbs == ["created", "updated", "marked", "deleted"]

    def test_have_to_be_sound(self, books: Books) -> None:
        about = {"contact_id": books.make()["contact_id"], **JANE}

        for change in WRONG:
            assert said(books.post(PERSONS, about | change)) == (400, 2), change
        nobody = about | {"contact_id": "1"}
        assert said(books.post(PERSONS, nobody)) == (404, 1002)

    def test_stay_with_their_contact(self, books: Books) -> None:
        one = books.make(contact_persons=[JANE])
        other = books.make(contact_name="Roe")["contact_id"]
        jane = one["primary_contact_id"]

        moved = books.put(f"{PERSONS}/{jane}", JANE | {"contact_id": other})
        nowhere = books.put(f"{PERSONS}/{jane}", JANE)
        read = books.get(f"contacts/{other}/contactpersons/{jane}")

        assert [said(each) for each in (moved, nowhere, read)] == [
            (400, 2),
            (400, 2),
            (404, 1002),
        ]

    def test_may_come_as_an_object(self, zoho: SandboxZoho) -> None:
        zoho.reset(books_person_is_object=True)
        books = Books(zoho)
        about = {"contact_id": books.make()["contact_id"], **JANE}

        reply = books.post(PERSONS, about)

        assert reply.status == 200
        assert reply.json["contact_person"]["email"] == JANE["email"]


class TestInvoices:
    def test_are_of_a_customer_and_of_a_status(
        self, zoho: SandboxZoho, books: Books
    ) -> None:
        (archer,) = books.get("contacts", contact_name="Archer & Sons").json["contacts"]
        asked = {"customer_id": archer["contact_id"], "sort_column": "due_date"}

        every = books.get("invoices", **asked).json["invoices"]

        statuses = ["paid", "overdue", "partially_paid", "draft"]
        assert [each["status"] for each in every] == statuses
        overdue = every[1]
        assert (overdue["balance"], overdue["currency_code"]) == (1200.5, "GBP")
        assert overdue["invoice_number"] == "INV-000001"
        shown = books.client.get(overdue["invoice_url"].removeprefix(zoho.url))
        assert "INV-000001" in shown.text
        for query, number in (
            ({"status": "overdue"}, 1),
            ({"filter_by": "Status.PartiallyPaid"}, 1),
            ({"status": "unpaid"}, 2),
        ):
            found = books.get("invoices", **asked, **query).json["invoices"]
            assert len(found) == number, query
        one = books.get(f"invoices/{overdue['invoice_id']}").json["invoice"]
        assert one == overdue

    def test_come_in_several_currencies_by_pages(self, books: Books) -> None:
        answer = books.get("invoices", per_page="200").json

        codes = {each["currency_code"] for each in answer["invoices"]}
        assert codes == {"GBP", "EUR", "USD", "JPY", "KWD"}
        assert answer["page_context"]["has_more_page"] is False
        assert books.get("invoices", per_page="1").json["page_context"]["has_more_page"]

    def test_refuse_what_is_not_known(self, books: Books) -> None:
        for query in ({"status": "odd"}, {"filter_by": "odd"}, {"sort_column": "odd"}):
            assert said(books.get("invoices", **query)) == (400, 2)
        assert said(books.get("invoices/1")) == (404, 1002)


class TestLevers:
    def test_change_what_is_there(self, zoho: SandboxZoho, books: Books) -> None:
        contact = books.make(contact_persons=[JANE])
        key, person = contact["contact_id"], contact["primary_contact_id"]
        fields = [{"label": "VAT ID", "is_unique": True}]

        zoho.books(organization=books.organization, custom_fields=fields)
        zoho.books(contact=key, values={"contact_name": "Renamed"})
        zoho.books(person=person, values={"email": "new@example.com"})
        bill = {"number": "INV-9", "due_in": 7, "total": 5, "balance": 5}
        zoho.books(contact=key, invoice=bill)

        assert books.names(email="new@example.com") == ["Renamed"]
        found = books.get("invoices", customer_id=key).json["invoices"]
        assert [each["invoice_number"] for each in found] == ["INV-9"]
        assert zoho.books()["organizations"][0]["custom_fields"][0]["api_name"] == (
            "cf_vat_id"
        )
        assert "Renamed" in books.client.get(f"/app/{books.organization}").text
        zoho.books(delete_contact=key)
        assert books.names(contact_name="Renamed") == []

    def test_refuse_what_they_do_not_understand(self, zoho: SandboxZoho) -> None:
        wishes: list[dict[str, Any]] = [
            {"contact": "1", "values": {}},
            {"organization": "1", "is_active": False},
            {"refuses_json": 7},
            {"something": "else"},
        ]
        for wish in wishes:
            with pytest.raises(RuntimeError, match="error"):
                zoho.books(**wish)
