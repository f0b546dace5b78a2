"""Books' contacts, customers and vendors, and how one is made once."""

from typing import Any

import pytest

from tests.sandbox.books_client import DOE, JANE, KEY, Books, said
from tests.zoho import SandboxZoho

ADDRESS = {"address": "1 Sample Street", "city": "London", "zip": "N1"}
WITH_REFERENCE = {"custom_fields": [{"api_name": KEY, "value": "ZP-1"}]}


@pytest.fixture
def books(zoho: SandboxZoho) -> Books:
    return Books(zoho)


def wrong(**values: Any) -> dict[str, Any]:
    return DOE | values


WRONG = [
    {},
    wrong(contact_name=""),
    wrong(contact_name=7),
    wrong(contact_name="x" * 201),
    wrong(company_name="x" * 201),
    wrong(notes=["x"]),
    wrong(contact_type="friend"),
    wrong(language_code="xx"),
    wrong(currency_id="1"),
    wrong(payment_terms="15"),
    wrong(payment_terms=True),
    wrong(zcrm_contact_id="x"),
    wrong(billing_address="London"),
    wrong(billing_address={"zip": "x" * 51}),
    wrong(contact_persons=JANE),
    wrong(contact_persons=["Jane"]),
    wrong(contact_persons=[JANE | {"first_name": "x" * 101}]),
    wrong(contact_persons=[JANE | {"email": "nowhere"}]),
    wrong(contact_persons=[JANE | {"is_primary_contact": False}]),
    wrong(contact_persons=[JANE | {"contact_person_id": "1"}]),
    wrong(custom_fields=[{"label": "Nothing", "value": "x"}]),
    wrong(custom_fields=[{"label": "Region", "value": 7}]),
    wrong(custom_fields={"Region": "x"}),
]


FOUND: list[tuple[dict[str, str], list[str]]] = [
    ({"contact_name": "archer & sons"}, ["Archer & Sons"]),
    ({"contact_name": "archer"}, []),
    ({"contact_name_startswith": "شركة"}, ["شركة النور"]),
    ({"contact_name_contains": "🥐"}, ["Sunny Bakery 🥐"]),
    ({"email": "ada.archer@EXAMPLE.com"}, ["Archer & Sons"]),
    # Only the primary person is searched.
    ({"email": "bo.baker@example.com"}, []),
    ({"last_name_contains": "art"}, ["Carter GmbH"]),
    ({"address_contains": "sample"}, ["Archer & Sons"]),
    ({"search_text": "cheque"}, ["Archer & Sons"]),
    ({"contact_type": "vendor"}, ["Paper Supplies"]),
    (
        {"filter_by": "Invoice.OverDue"},
        ["Archer & Sons", "شركة النور", "桜商店"],
    ),
    ({"filter_by": "Status.Inactive"}, []),
    ({"filter_by": "Status.Crm"}, []),
]


class TestCreating:
    def test_keeps_what_was_sent(self, zoho: SandboxZoho, books: Books) -> None:
        euro = books.get("settings/currencies").json["currencies"][1]
        bo = {"first_name": "Bo", "is_primary_contact": True, "designation": "x" * 100}
        sent = DOE | {
            "company_name": "Doe",
            "customer_sub_type": "business",
            "currency_id": euro["currency_id"],
            "payment_terms": 15,
            "notes": "مرحبا 🥐",
            "billing_address": ADDRESS,
            "contact_persons": [JANE, bo],
            "custom_fields": [{"label": "Region", "value": "North"}],
            "zcrm_contact_id": "4150868000000300001",
        }

        reply = books.post("contacts", sent)

        contact = reply.json["contact"]
        again = books.get(f"contacts/{contact['contact_id']}").json["contact"]
        assert (reply.status, again) == (201, contact)
        assert reply.json["message"] == "The contact has been added."
        for name in ("contact_name", "notes", "payment_terms", "zcrm_contact_id"):
            assert contact[name] == sent[name]
        assert (contact["currency_code"], contact["status"]) == ("EUR", "active")
        assert contact["billing_address"].items() >= ADDRESS.items()
        assert contact["shipping_address"]["city"] == ""
        assert contact["custom_field_hash"] == {"cf_region": "North"}
        jane, other = contact["contact_persons"]
        assert (jane["email"], jane["is_primary_contact"]) == (JANE["email"], False)
        assert contact["primary_contact_id"] == other["contact_person_id"]
        assert zoho.effects()[-1] == f"created Books contact {contact['contact_id']}"

    def test_makes_a_customer_in_the_own_currency(self, books: Books) -> None:
        contact = books.post("contacts", {"contact_name": "Doe"}).json["contact"]

        assert (contact["contact_type"], contact["currency_code"]) == (
            "customer",
            "GBP",
        )
        assert (contact["contact_persons"], contact["primary_contact_id"]) == ([], "")

    def test_makes_the_first_person_the_primary_one(self, books: Books) -> None:
        contact = books.make(contact_persons=[JANE, {"first_name": "Bo"}])

        flags = [each["is_primary_contact"] for each in contact["contact_persons"]]
        assert flags == [True, False]

    def test_refuses_a_name_twice(self, books: Books) -> None:
        contact = books.make()
        books.post(f"contacts/{contact['contact_id']}/inactive")

        for name in ("Doe Ltd", "DOE LTD", " doe ltd "):
            vendor = {"contact_name": name, "contact_type": "vendor"}
            assert said(books.post("contacts", vendor)) == (400, 3062)

    def test_refuses_what_does_not_fit(self, zoho: SandboxZoho, books: Books) -> None:
        before = zoho.books()

        for body in WRONG:
            assert said(books.post("contacts", body)) == (400, 2), body
        assert zoho.books() == before

    def test_takes_the_longest(self, books: Books) -> None:
        assert books.make(contact_name="x" * 200)["contact_name"] == "x" * 200


class TestOnce:
    def test_creates_then_updates(self, zoho: SandboxZoho, books: Books) -> None:
        made = books.upsert(DOE | WITH_REFERENCE)
        again = books.upsert(DOE | WITH_REFERENCE | {"notes": "Twice"})

        assert [each.status for each in (made, again)] == [201, 200]
        first, second = (each.json["contact"] for each in (made, again))
        assert first["contact_id"] == second["contact_id"]
        assert (second["notes"], second["custom_field_hash"]) == (
            "Twice",
            {KEY: "ZP-1"},
        )
        assert [each.split()[0] for each in zoho.effects()[-2:]] == [
            "created",
            "updated",
        ]

    def test_keeps_the_value_only_if_the_body_has_it(self, books: Books) -> None:
        assert books.upsert(DOE).status == 201
        assert said(books.upsert(DOE)) == (400, 3062)

    def test_does_not_create_unless_asked(self, books: Books) -> None:
        for upsert in ("", "false"):
            assert said(books.upsert(DOE, upsert=upsert)) == (404, 1002)

    def test_wants_a_field_that_forbids_duplicates(
        self, zoho: SandboxZoho, books: Books
    ) -> None:
        assert said(books.upsert(DOE, key="cf_region")) == (400, 2)
        assert said(books.upsert(DOE, "")) == (400, 2)
        zoho.books(organization=books.organization, custom_fields=[])
        assert said(books.upsert(DOE)) == (400, 2)

    def test_wants_name_and_kind(self, books: Books) -> None:
        for name in DOE:
            body = {each: DOE[each] for each in DOE if each != name}
            assert said(books.upsert(body)) == (400, 2)

    def test_keeps_the_value_with_one_contact(self, books: Books) -> None:
        books.make(**WITH_REFERENCE)

        second = DOE | WITH_REFERENCE | {"contact_name": "Roe"}
        assert said(books.post("contacts", second)) == (400, 2)

    def test_may_say_200_for_a_new_one(self, zoho: SandboxZoho) -> None:
        zoho.reset(books_upsert_status=200)

        assert Books(zoho).upsert(DOE | WITH_REFERENCE).status == 200

    def test_may_take_labels_only(self, zoho: SandboxZoho) -> None:
        zoho.reset(books_field_keys=["label"])
        books = Books(zoho)
        by_label = [{"label": "Portal reference", "value": "ZP-1"}]

        assert said(books.upsert(DOE | WITH_REFERENCE)) == (400, 2)
        assert books.upsert(DOE | {"custom_fields": by_label}).status == 201


class TestChanging:
    def test_changes_what_is_sent(self, books: Books) -> None:
        contact = books.make(notes="Old", contact_persons=[JANE], **WITH_REFERENCE)

        path = f"contacts/{contact['contact_id']}"
        reply = books.put(path, DOE | {"contact_name": "DOE ltd", "notes": ""})

        changed = reply.json["contact"]
        assert (changed["contact_name"], changed["notes"]) == ("DOE ltd", "")
        for name in ("contact_persons", "custom_fields", "created_time"):
            assert changed[name] == contact[name]

    def test_lets_go_of_persons_that_are_left_out(self, books: Books) -> None:
        contact = books.make(contact_persons=[JANE, {"first_name": "Bo"}])
        bo = contact["contact_persons"][1]["contact_person_id"]
        persons = [{"contact_person_id": bo, "first_name": "Bob"}, {"first_name": "Al"}]

        path = f"contacts/{contact['contact_id']}"
        changed = books.put(path, DOE | {"contact_persons": persons}).json["contact"]

        names = [each["first_name"] for each in changed["contact_persons"]]
        assert names == ["Bob", "Al"]
        assert changed["contact_persons"][0]["contact_person_id"] == bo

    def test_refuses_another_contacts_name(self, books: Books) -> None:
        books.make()
        other = books.make(contact_name="Roe")

        reply = books.put(f"contacts/{other['contact_id']}", DOE)

        assert said(reply) == (400, 3062)

    def test_marks_inactive_and_active(self, books: Books) -> None:
        path = f"contacts/{books.make()['contact_id']}"

        for status in ("inactive", "active"):
            reply = books.post(f"{path}/{status}")
            expected = f"The contact has been marked as {status}."
            assert (reply.status, reply.json["message"]) == (200, expected)
            assert books.get(path).json["contact"]["status"] == status

    def test_deletes_one_or_several(self, zoho: SandboxZoho, books: Books) -> None:
        ids = [
            books.make(contact_name=name, contact_persons=[JANE])["contact_id"]
            for name in ("A", "B", "C")
        ]

        assert books.delete(f"contacts/{ids[0]}").status == 200
        unknown = books.delete("contacts", contact_ids=f"{ids[1]},1")
        several = books.delete("contacts", contact_ids=",".join(ids[1:]))

        assert (said(unknown), several.status) == ((404, 1002), 200)
        assert not any(books.names(contact_name=name) for name in "ABC")
        persons = zoho.books()["persons"]
        assert not any(each.get("email") == JANE["email"] for each in persons)


class TestFinding:
    def test_finds(self, books: Books) -> None:
        for query, found in FOUND:
            assert books.names(**query) == found, query

    def test_finds_by_the_id_of_the_crm(self, zoho: SandboxZoho, books: Books) -> None:
        books.make(zcrm_account_id="77")

        assert books.names(zcrm_account_id="77") == ["Doe Ltd"]
        assert books.names(filter_by="Status.Crm") == ["Doe Ltd"]
        zoho.reset(books_keeps_crm_ids=False)
        other = Books(zoho)
        assert other.make(zcrm_account_id="77")["zcrm_account_id"] == ""

    def test_goes_by_pages(self, books: Books) -> None:
        first = books.get("contacts", per_page="4").json
        second = books.get("contacts", per_page="4", page="2").json

        assert (len(first["contacts"]), len(second["contacts"])) == (4, 2)
        assert first["page_context"]["has_more_page"]
        assert not second["page_context"]["has_more_page"]
        (archer,) = books.get("contacts", contact_name="Archer & Sons").json["contacts"]
        assert archer["outstanding_receivable_amount"] == 1200.5 + 40.6

    def test_may_learn_late_of_a_new_one(self, zoho: SandboxZoho, books: Books) -> None:
        zoho.limit(index_lag=60)
        books.make()

        assert (books.names(contact_name="Doe Ltd"), "Doe Ltd" in books.names()) == (
            [],
            True,
        )
        zoho.advance(61)
        assert books.names(contact_name="Doe Ltd") == ["Doe Ltd"]

    def test_has_the_newest_first_when_it_goes_by_time(
        self, zoho: SandboxZoho, books: Books
    ) -> None:
        books.make()
        zoho.advance(2)
        books.make(contact_name="Aaa")

        assert books.names(sort_column="created_time")[:2] == ["Aaa", "Doe Ltd"]
        assert books.names()[0] == "Aaa"
        answer = books.get("contacts", sort_column="created_time").json
        assert answer["page_context"]["sort_order"] == "D"

    def test_refuses_too_long_a_text(self, books: Books) -> None:
        assert said(books.get("contacts", contact_name="x" * 101)) == (400, 2)
