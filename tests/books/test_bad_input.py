"""What Books has that nobody expects: capitals, currencies, organisations, a pace."""

from collections import deque
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from hypothesis import example, given, settings
from hypothesis import strategies as st

from books.probes import ORGANISATION
from books.zoho.envelope import PACE
from connections import services
from connections.models import Connection
from connections.pace import turn
from connections.services import client_for
from connections.zoho.errors import PermissionMissing, UnexpectedReply
from tests.books.customers import ARCHER, CONTACTS, KEYS, add, address, there
from tests.support.connected import connected
from tests.support.pages import text
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User
from zohoportal.outbox.models import Delivery

NOW = datetime(2026, 5, 14, 12, 0, tzinfo=UTC)
CALLERS = 10
ORGANISATIONS = "/books/v3/organizations"


def test_two_of_one_name_in_two_cases_are_asked_about(
    zoho: SandboxZoho, books: Connection, staff_client: Client
) -> None:
    (archer,) = there(zoho, ARCHER)
    (carter,) = there(zoho, "Carter GmbH")
    zoho.books(contact=carter["id"], values={"contact_name": ARCHER.upper()})

    page = add(staff_client, books, contact_name=ARCHER)

    ids = {each.id for each in page.context["candidates"]}
    assert ids == {archer["id"], carter["id"]}
    assert "Somebody new" not in text(page)
    posted = {**page.wsgi_request.POST.dict(), "target": carter["id"]}
    page = staff_client.post(address(books), posted)
    assert page.context["preview"].contact.id == carter["id"]
    assert Delivery.objects.count() == 0


def test_invoices_are_in_their_own_currencies(
    zoho: SandboxZoho, books: Connection, staff_client: Client
) -> None:
    amounts = {"GBP": "1,200.50", "EUR": "2,500", "USD": "310.20"}
    amounts |= {"KWD": "12.345", "JPY": "98,000"}
    for each in zoho.books()["contacts"]:
        words = text(staff_client.get(address(books, f"contacts/{each['id']}/")))
        shown = {
            code for code, amount in amounts.items() if f"{amount} {code}" in words
        }
        assert len(shown) == 1 or "Nothing is open." in words, each["contact_name"]
        amounts = {code: amounts[code] for code in amounts if code not in shown}
    assert amounts == {}


def test_invoices_that_were_not_read_are_not_denied(
    zoho: SandboxZoho, books: Connection, staff_client: Client
) -> None:
    body = {"code": 0, "message": "success", "invoices": []}
    more = {"page": 1, "per_page": 200, "has_more_page": True}
    answer = {"status": 200, "body": {**body, "page_context": more}}
    zoho.script("GET", "/books/v3/invoices", answer)
    (archer,) = there(zoho, ARCHER)

    words = text(staff_client.get(address(books, f"contacts/{archer['id']}/")))

    assert "Nothing is open." not in words
    assert "has more invoices than are read here" in words


class TestOrganisation:
    def test_is_chosen_where_there_are_several(
        self, zoho: SandboxZoho, admin: User, staff: User
    ) -> None:
        names = [{"name": "Example Ltd"}, {"name": "Second"}]
        zoho.reset(books_organizations=names)
        made = connected(zoho, admin, staff, KEYS)
        assert [name for _, name in made.choices["books"]] == ["Example Ltd", "Second"]
        (_, second) = made.choices["books"]

        services.choose_account(made, "books", second[0])

        made.refresh_from_db()
        assert all(each["ok"] for each in made.checks)
        asked = [each for each in zoho.journal() if each["path"] == CONTACTS]
        assert {each["query"]["organization_id"] for each in asked} == {second[0]}

    def test_that_is_none_or_closed_is_said_so(
        self, zoho: SandboxZoho, books: Connection
    ) -> None:
        none = {"status": 200, "body": {"code": 0, "organizations": []}}
        zoho.script("GET", ORGANISATIONS, none)
        with pytest.raises(UnexpectedReply):
            ORGANISATION.run(client_for(books))
        (own,) = zoho.books()["organizations"]
        zoho.books(organization=own["id"], is_active=False)

        with pytest.raises(PermissionMissing):
            ORGANISATION.run(client_for(books))


@given(rushes=st.lists(st.tuples(st.integers(1, 300), st.floats(0, 90)), max_size=4))
@example(rushes=[(500, 0.0)])
@settings(max_examples=30, deadline=None)
def test_no_more_calls_go_than_books_allows(rushes: list[tuple[int, float]]) -> None:
    booked, now = None, NOW
    went: deque[datetime] = deque()
    for calls, rest in rushes:
        for _ in range(calls):
            at, booked = turn(PACE, booked, now)
            # So many wait for a turn together.
            now = max(now, at - CALLERS * timedelta(seconds=PACE.every))
            went.append(at)
            while went[0] <= at - timedelta(minutes=1):
                went.popleft()
            assert len(went) <= 90
        now += timedelta(seconds=rest)
