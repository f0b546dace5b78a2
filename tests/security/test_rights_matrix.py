"""Every URL of a connection with each right alone, and every ticket with each limit."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from django.test import Client

from campaigns.zoho.subscribing import SUBSCRIBER
from connections import rights
from connections.models import Connection, Membership
from desk import ticket_templates
from desk.services import open_ticket
from desk.zoho.departments import departments_of
from tests.books import customers
from tests.books.customers import ARCHER
from tests.books.customers import KEYS as BOOKS
from tests.campaigns.people import KEYS as CAMPAIGNS
from tests.campaigns.people import subscribe
from tests.security import routes
from tests.security.contents import content
from tests.support.connected import connected
from tests.support.pages import text
from tests.support.people import signed_in
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User
from zohoportal.outbox.idempotency import IdempotencyKey
from zohoportal.outbox.models import Delivery

TABLE: dict[str, Any] = tomllib.loads(
    (Path(__file__).parent / "rights.toml").read_text()
)
TICKETS: dict[str, Any] = TABLE.pop("tickets")
FEATURES = ["crm.contacts", "crm.records", "desk.tickets", "desk.answers"]
FEATURES += [*CAMPAIGNS, *BOOKS]
# Their forms name the ticket by the query or by what is posted.
BY_ITSELF = ("desk:new_template", "POST")
BY_QUERY = {"desk:comment", "desk:status", "desk:files", "desk:new_template"}


@dataclass(frozen=True)
class Office:
    """A connection with everything, and somebody whose rights change."""

    connection: Connection
    person: User
    tickets: dict[str, str]
    here: str
    record: str
    template: int
    subscription: UUID
    customer: tuple[str, str]

    def give(self, *keys: str, places: dict[str, list[str]] | None = None) -> Client:
        """Give the person these rights alone, and return their browser."""
        kept = Membership.objects.filter(connection=self.connection)
        kept.filter(person=self.person).update(rights=[*keys], places=places or {})
        return signed_in(self.person)

    def address(self, name: str, ticket: str = "own here") -> str:
        view, _, module = name.partition(" ")
        number = self.tickets[ticket]
        known = {
            "slug": self.connection.slug,
            "module": module or "Contacts",
            "field": "Account_Name",
            "ticket": int(number),
            "contact": 1,
            "attachment": 1,
            "template": self.template,
            "reference": "none",
            "record": self.record,
            "delivery": self.subscription,
        }
        if view.startswith("books:"):
            contact, person = self.customer
            known |= {"contact": contact, "contact_person": person}
        query = f"?ticket={number}" if view in BY_QUERY else ""
        return routes.address(view, known) + query


@pytest.fixture
def office(zoho: SandboxZoho, admin: User, staff: User) -> Office:
    made = connected(zoho, admin, staff, FEATURES)
    here, there = [each.id for each in departments_of(made)]

    def opened(person: User, department: str) -> str:
        delivery = open_ticket(
            connection=made,
            person=person,
            idempotency_key=IdempotencyKey(f"{person} {department}"),
            subject="The printer jams",
            department=department,
            email="ada.archer@example.com",
        ).delivery
        assert delivery.state == "done"
        return str(delivery.outcome["external_id"])

    tickets = {
        "own here": opened(staff, here),
        "own there": opened(staff, there),
        "other here": opened(admin, here),
        "other there": opened(admin, there),
        "none": "1",
    }
    record = zoho.records()["contacts"][0]["id"]
    template = ticket_templates.add(staff, made, {"name": "Warranty"})
    subscribe(zoho, signed_in(staff), made, "Newsletter")
    subscription = Delivery.objects.get(kind=SUBSCRIBER.kind)
    (archer,) = customers.there(zoho, ARCHER)
    bo = customers.people(zoho, archer["id"])["bo.baker@example.com"]
    customer = (archer["id"], bo["id"])
    own = (here, record, template.pk, subscription.pk, customer)
    return Office(made, staff, tickets, *own)


def asked(browser: Client, method: str, address: str) -> int:
    """Return how one request ends, and undo what it did here."""
    path, _, query = address.partition("?")
    with transaction.atomic():
        if method == "POST":
            fields = dict(each.split("=") for each in query.split("&") if each)
            answer: Any = browser.post(path, fields)
        else:
            answer = browser.get(address)
        transaction.set_rollback(True)
    # A page that explains that a ticket is not there is none of that ticket.
    is_gone = "not in Zoho any more" in text(answer)
    return 404 if is_gone else int(answer.status_code)


def every_right() -> list[str]:
    return [right.key for right in rights.every()]


class TestA26EveryUrlOfAConnection:
    def test_stands_in_the_table(self) -> None:
        named = {name.partition(" ")[0] for name in TABLE}

        known = routes.every()
        assert named == {each for each in known if "slug" in known[each]}

    @pytest.mark.parametrize("name", TABLE)
    def test_opens_by_its_rights_and_by_no_other(
        self, name: str, office: Office
    ) -> None:
        row = TABLE[name]
        address = office.address(name)
        if name == BY_ITSELF[0]:
            # Of no ticket: that is a matter of tickets.
            address = address.partition("?")[0]
        for method in ("GET", "POST"):
            found = {
                key: asked(office.give(*rights.completed([key])), method, address)
                for key in every_right()
            }

            def opens(key: str) -> bool:
                return not {*row["rights"]}.isdisjoint(rights.completed([key]))

            closed = row[method] if row[method] == 405 else 403
            assert found == {
                key: row[method] if opens(key) else closed for key in every_right()
            }

    @pytest.mark.parametrize("name", TABLE)
    def test_changes_nothing_where_it_is_refused(
        self, name: str, office: Office
    ) -> None:
        opening = {*TABLE[name]["rights"]}
        others = [
            key for key in every_right() if opening.isdisjoint(rights.completed([key]))
        ]
        browser = office.give(*others)
        before = content()

        for method in ("get", "post"):
            answer = getattr(browser, method)(office.address(name))
            assert answer.status_code in {403, 405}

        assert content() == before


class TestA27EveryTicket:
    @pytest.mark.parametrize("method", ["GET", "POST"])
    @pytest.mark.parametrize("name", TICKETS["urls"])
    @pytest.mark.parametrize("limit", TICKETS["finds"])
    def test_is_found_by_whose_it_is_and_by_nobody_else(
        self, limit: str, name: str, method: str, office: Office
    ) -> None:
        keys = set(every_right()) - (set() if "all" in limit else {"desk.all"})
        places = {"desk": [office.here]} if "limited" in limit else {}
        browser = office.give(*keys, places=places)
        before = content()

        found = {
            ticket: asked(browser, method, office.address(name, ticket))
            for ticket in office.tickets
        }

        if limit == "all":
            # Nothing to hide: that it is not there Zoho says when it gets it.
            del found["none"]
        is_there = {ticket for ticket, status in found.items() if status != 404}
        assert content() == before
        # A new template is posted without a ticket; 405 says nothing about any.
        if TABLE[name][method] != 405 and (name, method) != BY_ITSELF:
            assert is_there == {*TICKETS["finds"][limit]}

    @pytest.mark.parametrize("name", ["desk:show", "desk:download", "desk:comment"])
    def test_of_others_looks_like_one_that_is_not_there(
        self, name: str, office: Office
    ) -> None:
        for places in ({}, {"desk": [office.here]}):
            keys = set(every_right()) - (set() if places else {"desk.all"})
            browser = office.give(*keys, places=places)

            foreign = browser.get(office.address(name, "other there"))
            missing = browser.get(office.address(name, "none"))

            assert foreign.status_code == missing.status_code
