"""Customers of Books, their contact persons, and what they have not paid."""

import uuid

from django.urls import reverse
from playwright.sync_api import Page

from books.services import add_contact
from connections.models import Connection
from tests.books.customers import ARCHER, CONTACTS, KEYS, people, there
from tests.browser.states.base import DOWN, LOST, Make, State, World, press
from tests.support.connected import connected
from zohoportal.outbox.idempotency import IdempotencyKey
from zohoportal.outbox.models import Delivery

BO = "bo.baker@example.com"


def used(world: World) -> Connection:
    return connected(world.zoho, world.admin, world.staff, KEYS)


def form(view: str) -> Make:
    return lambda world: reverse(view, args=[used(world).slug])


def of_archer(view: str) -> Make:
    def make(world: World) -> str:
        connection = used(world)
        (archer,) = there(world.zoho, ARCHER)
        return reverse(view, args=[connection.slug, archer["id"]])

    return make


def of_bo(view: str) -> Make:
    def make(world: World) -> str:
        connection = used(world)
        (archer,) = there(world.zoho, ARCHER)
        person = people(world.zoho, archer["id"])[BO]["id"]
        return reverse(view, args=[connection.slug, archer["id"], person])

    return make


def away(world: World) -> str:
    address = form("books:contacts")(world)
    world.zoho.script("GET", CONTACTS, *[DOWN] * 5)
    return address


def without_invoices(world: World) -> str:
    address = of_archer("books:show")(world)
    world.zoho.script("GET", "/books/v3/invoices", *[DOWN] * 5)
    return address


def lost(world: World) -> str:
    connection = used(world)
    world.zoho.script("POST", CONTACTS, LOST)
    delivery: Delivery = add_contact(
        connection=connection,
        person=world.staff,
        idempotency_key=IdempotencyKey(uuid.uuid4().hex),
        values={"contact_name": f"{'Sample ' * 20}Ltd", "contact_type": "customer"},
    ).delivery
    return delivery.get_absolute_url()


def found_nobody(world: World) -> str:
    return f"{form('books:contacts')(world)}?q=zzz"


def save_archer(page: Page) -> None:
    page.get_by_label("Name", exact=True).fill(ARCHER)
    page.get_by_label("Company").fill("Archer plc")
    page.get_by_label("First name").first.fill("Kim")
    press("Save in Zoho Books")(page)
    page.get_by_test_id("preview").wait_for()


def save_one_of_two(page: Page) -> None:
    page.get_by_label("Name", exact=True).fill(ARCHER)
    page.get_by_label("First name").first.fill("Cleo")
    page.get_by_label("E-mail").first.fill("cleo.carter@example.com")
    press("Save in Zoho Books")(page)
    page.get_by_test_id("candidates").wait_for()


def open_all(page: Page) -> None:
    for each in page.locator("details.more > summary").all():
        each.click()


STATES = [
    State("new customer", "books:contact", "staff", form("books:contact"), open_all),
    State(
        "new customer with mistakes",
        "books:contact",
        "staff",
        form("books:contact"),
        press("Save in Zoho Books"),
    ),
    State(
        "new customer who is there",
        "books:contact",
        "staff",
        form("books:contact"),
        save_archer,
    ),
    State(
        "new customer who may be one of two",
        "books:contact",
        "staff",
        form("books:contact"),
        save_one_of_two,
    ),
    State("customer lost", "outbox:delivery", "staff", lost),
    State("customers", "books:contacts", "staff", form("books:contacts")),
    State("customers none found", "books:contacts", "staff", found_nobody),
    State("customers while away", "books:contacts", "staff", away),
    State("customer", "books:show", "staff", of_archer("books:show")),
    State("customer without invoices", "books:show", "staff", without_invoices),
    State("change customer", "books:change", "staff", of_archer("books:change")),
    State("deactivate", "books:deactivate", "staff", of_archer("books:deactivate")),
    State("activate", "books:activate", "staff", of_archer("books:activate")),
    State("new contact person", "books:person", "staff", of_archer("books:person")),
    State(
        "contact person with mistakes",
        "books:person",
        "staff",
        of_archer("books:person"),
        press("Save contact person"),
    ),
    State(
        "contact person", "books:change_person", "staff", of_bo("books:change_person")
    ),
    State("make primary", "books:primary", "staff", of_bo("books:primary")),
    State("delete contact person", "books:remove", "staff", of_bo("books:remove")),
    State("Books settings", "books:settings", "admin", form("books:settings")),
]
