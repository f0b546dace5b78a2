"""The API log, and the trail."""

import uuid

from django.urls import reverse
from playwright.sync_api import Page

from tests.activity.entries import calls as add_calls
from tests.activity.entries import events as add_events
from tests.browser.states.base import LONG, UPSERT, Act, State, World, at, press


def full_calls(world: World) -> str:
    add_calls(28)
    add_calls(1, status=0, code="timeout", path=f"/api/v1/tickets/{'1' * 18}/comments")
    add_calls(1, connection_id=uuid.uuid4(), connection_name=LONG, path="/x" * 250)
    add_calls(1, status=400, code="INVALID_DATA", method="POST", path=UPSERT)
    return world.admin and reverse("activity:calls")


def choose(label: str, option: str) -> Act:
    def act(page: Page) -> None:
        page.get_by_label(label).select_option(option)
        press("Show these")(page)

    return act


def senseless_filter(page: Page) -> None:
    page.goto(f"{reverse('activity:calls')}?connection_id=x")


def full_trail(world: World) -> str:
    add_events(28)
    add_events(1, details={"features": "crm.contacts, desk.tickets", "region": "US"})
    add_events(1, person_id="2", person_name=f"{'a' * 64}@example.com")
    add_events(1, connection_id=uuid.uuid4(), connection_name=LONG, target="x" * 300)
    add_events(1, connection_name="", act="exported", target="calls-to-zoho.csv")
    return world.admin and reverse("activity:trail")


def with_a_call(world: World) -> str:
    add_calls(1)
    return world.admin and reverse("activity:calls")


def with_an_event(world: World) -> str:
    add_events(1)
    return world.admin and reverse("activity:trail")


def something_of_kim(world: World) -> str:
    add_events(60, target="Contact “Kim Sample”")
    add_calls(1, path="/crm/v8/Contacts/Kim Sample")
    return world.admin and reverse("activity:erase")


def find(who: str) -> Act:
    def act(page: Page) -> None:
        page.get_by_label("E-mail address, name").fill(who)
        press("Find")(page)

    return act


STATES = [
    State("nobody sought", "activity:erase", "admin", at("activity:erase")),
    State("too short", "activity:erase", "admin", at("activity:erase"), find("a")),
    State(
        "data found", "activity:erase", "admin", something_of_kim, find("Kim Sample")
    ),
    State("no data", "activity:erase", "admin", at("activity:erase"), find(LONG)),
    State("no calls", "activity:calls", "admin", at("activity:calls")),
    State("full calls", "activity:calls", "admin", full_calls),
    State(
        "no fitting call",
        "activity:calls",
        "admin",
        with_a_call,
        choose("Outcome", "Only failed ones"),
    ),
    State("calls of nobody", "activity:calls", "admin", with_a_call, senseless_filter),
    State("no trail", "activity:trail", "admin", at("activity:trail")),
    State("full trail", "activity:trail", "admin", full_trail),
    State(
        "no fitting act",
        "activity:trail",
        "admin",
        with_an_event,
        choose("Act", "Exported"),
    ),
]
