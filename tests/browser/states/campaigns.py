"""Lists of Campaigns, and people who come to them and leave."""

import uuid
from datetime import date

from django.urls import reverse
from playwright.sync_api import Page

from campaigns.services import Consent, subscribe
from campaigns.zoho.lists import lists_of
from connections.models import Connection
from tests.browser.states.base import DOWN, LOST, Make, State, World, press
from tests.campaigns.people import KEYS, SUBSCRIBE, lists
from tests.support.connected import connected
from zohoportal.outbox.idempotency import IdempotencyKey
from zohoportal.outbox.models import Delivery

CLEO = "cleo.carter@example.com"
FIELDS = "/api/v1.1/contact/allfields"


def used(world: World) -> Connection:
    return connected(world.zoho, world.admin, world.staff, KEYS)


def form(view: str) -> Make:
    return lambda world: reverse(view, args=[used(world).slug])


def with_topics(world: World) -> str:
    world.zoho.reset(campaigns_topics=True)
    return form("campaigns:subscribe")(world)


def without_lists(world: World) -> str:
    connection = used(world)
    for key in lists(world.zoho).values():
        world.zoho.campaigns(delete_list=key)
    return reverse("campaigns:subscribe", args=[connection.slug])


def without_fields(world: World) -> str:
    address = form("campaigns:subscribe")(world)
    world.zoho.script("GET", FIELDS, *[DOWN] * 5)
    return address


def locked(world: World) -> str:
    address = form("campaigns:subscribe")(world)
    world.zoho.campaigns(lock="getmailinglists", seconds=1_800)
    return address


def subscription(world: World, name: str = "Newsletter") -> Delivery:
    connection = used(world)
    (chosen,) = [each for each in lists_of(connection) if each.name == name]
    return subscribe(
        connection=connection,
        person=world.staff,
        idempotency_key=IdempotencyKey(uuid.uuid4().hex),
        mailing_list=chosen,
        email=f"{'kim.' * 12}sample@example.com",
        consent=Consent("Kim Sample", date(2026, 3, 2), "on the phone"),
        is_checked=True,
    ).delivery


def of_subscription(view: str) -> Make:
    def make(world: World) -> str:
        delivery = subscription(world)
        more = [delivery.pk] if view == "campaigns:show" else []
        return reverse(view, args=[delivery.connection.slug, *more])

    return make


def unknown_standing(world: World) -> str:
    address = of_subscription("campaigns:show")(world)
    world.zoho.campaigns(lock="getlistsubscribers", seconds=1_800)
    return address


def unsure(world: World) -> str:
    """A subscription whose answer was lost, after the last look."""
    world.zoho.script("POST", SUBSCRIBE, LOST)
    delivery = subscription(world)
    now = delivery.created_at
    Delivery.objects.update(retry_at=None, looks=4, unsure_at=now)
    return delivery.get_absolute_url()


def paused(world: World) -> str:
    world.zoho.campaigns(lock="listsubscribe", seconds=1_800)
    return subscription(world).get_absolute_url()


def fill_in(page: Page, email: str) -> None:
    page.get_by_label("Newsletter").check()
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Who said yes to the mail").fill("Cleo Carter")
    page.get_by_label("How", exact=True).fill("on the phone")


def subscribe_who_left(page: Page) -> None:
    fill_in(page, CLEO)
    press("Subscribe")(page)
    page.get_by_test_id("error-summary").wait_for()


def open_more(page: Page) -> None:
    page.get_by_text("More fields").click()


STATES = [
    State("subscribe", "campaigns:subscribe", "staff", with_topics, open_more),
    State(
        "subscribe with mistakes",
        "campaigns:subscribe",
        "staff",
        form("campaigns:subscribe"),
        press("Subscribe"),
    ),
    State(
        "subscribe somebody who left",
        "campaigns:subscribe",
        "staff",
        form("campaigns:subscribe"),
        subscribe_who_left,
    ),
    State("subscribe without lists", "campaigns:subscribe", "staff", without_lists),
    State("subscribe without fields", "campaigns:subscribe", "staff", without_fields),
    State("subscribe while locked", "campaigns:subscribe", "staff", locked),
    State("subscription unsure", "outbox:delivery", "staff", unsure),
    State("subscription paused", "outbox:delivery", "staff", paused),
    State(
        "subscriptions",
        "campaigns:subscriptions",
        "staff",
        of_subscription("campaigns:subscriptions"),
    ),
    State(
        "no subscriptions",
        "campaigns:subscriptions",
        "staff",
        form("campaigns:subscriptions"),
    ),
    State(
        "subscription standing",
        "campaigns:show",
        "staff",
        of_subscription("campaigns:show"),
    ),
    State("subscription locked", "campaigns:show", "staff", unknown_standing),
    State(
        "unsubscribe", "campaigns:unsubscribe", "staff", form("campaigns:unsubscribe")
    ),
    State("never mail", "campaigns:never_mail", "staff", form("campaigns:never_mail")),
    State(
        "never mail with mistakes",
        "campaigns:never_mail",
        "staff",
        form("campaigns:never_mail"),
        press("Stop all mail"),
    ),
]
