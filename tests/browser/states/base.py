"""What states are made of, and what those of several apps share."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page

from connections.models import Connection, Reading
from connections.schema import refresh
from crm.schema import store
from desk.services import open_ticket
from tests.crm.contacts import upsert_contact
from zohoportal.outbox.idempotency import IdempotencyKey
from zohoportal.outbox.models import Delivery

UPSERT = "/crm/v8/Contacts/upsert"
DOWN = {"status": 503, "body": "<h1>Down</h1>"}
NO_SCOPE = {"status": 401, "body": {"code": "OAUTH_SCOPE_MISMATCH"}}
LOST = {"drop": "after"}
TOO_LARGE = {"status": 413, "body": {"code": "BODY_SIZE_REACHED", "message": "no"}}
LONG = "A name as long as names of connections may be, " * 4


class World:
    """What states are made of: the suite's fixtures, asked for by name."""

    def __init__(self, request: pytest.FixtureRequest) -> None:
        self._request = request

    def __getattr__(self, name: str) -> Any:
        return self._request.getfixturevalue(name)


Make = Callable[[World], str]
Act = Callable[[Page], None]


def stay(page: Page) -> None:
    """Look at the page as it opens."""


@dataclass(frozen=True)
class State:
    """A page to look at.

    Attributes:
        name: what is special about it.
        view: the URL name of its address.
        who: the fixture of the person who looks; empty if nobody is signed in.
        make: prepares everything and returns the address.
        act: what the person then does to get there.
    """

    name: str
    view: str
    who: str
    make: Make
    act: Act = field(default=stay)

    def __str__(self) -> str:
        return self.name.replace(" ", "-")


def press(button: str) -> Act:
    return lambda page: page.get_by_role("button", name=button, exact=True).click()


def at(view: str, **values: object) -> Make:
    return lambda world: reverse(view, kwargs=values)


def form(view: str) -> Make:
    return lambda world: reverse(view, args=[world.connection.slug])


def crm_sandbox(view: str, *by: str) -> Make:
    """A page of a connection that works with the CRM's sandbox."""

    def make(world: World) -> str:
        elsewhere = world.zoho.url.replace("127.0.0.1", "localhost")
        row = world.settings.DATA_CENTERS["sandbox"]
        row = row.having(sandbox_api=elsewhere)
        world.settings.DATA_CENTERS = {"sandbox": row}
        Connection.objects.filter(pk=world.connection.pk).update(environment="sandbox")
        return reverse(view, args=[getattr(world.connection, each) for each in by])

    return make


def ended(world: World) -> str:
    connection: Connection = world.connection
    connection.move(leave=connection.state, to=Connection.State.RECONNECT)
    return reverse("connections:detail", args=[connection.pk])


def contact(world: World, last_name: str = "Sample") -> Delivery:
    return upsert_contact(
        connection=world.connection,
        person=world.staff,
        idempotency_key=IdempotencyKey(uuid.uuid4().hex),
        Email="kim.sample@example.com",
        First_Name="Kim",
        Last_Name=last_name,
    ).delivery


def ticket(world: World) -> Delivery:
    departments = world.zoho.records()["tickets"]
    return open_ticket(
        connection=world.connection,
        person=world.staff,
        idempotency_key=IdempotencyKey(uuid.uuid4().hex),
        subject="The printer on the second floor is out of paper",
        department=departments[0]["departmentId"],
        email="ada.archer@example.com",
    ).delivery


def done_ticket(world: World) -> str:
    assert world.connection
    return ticket(world).get_absolute_url()


def unknown_ticket(world: World) -> str:
    assert world.connection
    world.zoho.script("POST", "/api/v1/tickets", LOST)
    return ticket(world).get_absolute_url()


def in_rich(view: str, module: str = "Contacts", *more: object) -> Make:
    return lambda world: reverse(view, args=[world.rich.slug, module, *more])


def changed_at_zoho(view: str) -> Make:
    """Look at what the workers found changed in a module that is in use."""

    def make(world: World) -> str:
        of_contacts = in_rich("crm:settings")(world)
        connection: Connection = world.rich
        store.metadata_of(connection, "Contacts")
        Reading.objects.update(fresh_until=timezone.now())
        world.zoho.change_crm_metadata("Contacts", require_field="Title")
        gone = {"field": "Region", "value": "Europe"}
        world.zoho.change_crm_metadata("Contacts", remove_value=gone)
        refresh.refresh()
        detail = reverse("connections:detail", args=[connection.pk])
        return of_contacts if view == "crm:settings" else detail

    return make


def open_details(page: Page) -> None:
    for summary in page.locator("main details > summary").all():
        summary.click()
