"""People, their home, and errors."""

import uuid
from collections.abc import Callable

from django.core.exceptions import SuspiciousOperation
from django.db import OperationalError
from django.urls import reverse
from playwright.sync_api import Page

from connections.models import Membership
from tests.browser.states.base import (
    Act,
    Make,
    State,
    World,
    at,
    contact,
    done_ticket,
    ended,
    press,
    stay,
    unknown_ticket,
)
from tests.support.people import PASSWORD, signed_in
from zohoportal.accounts import proof
from zohoportal.accounts.models import Session
from zohoportal.accounts.people import changes, invitations, owner
from zohoportal.accounts.sessions import SessionStore
from zohoportal.accounts.signing_in import limits


def with_a_look(world: World) -> str:
    unknown_ticket(world)
    return reverse("home")


def newer_database(world: World) -> str:
    assert world.migration_of_tomorrow
    return reverse("home")


def recent(world: World) -> str:
    done_ticket(world)
    contact(world)
    return reverse("home")


def rights_of_before(world: World) -> str:
    assert world.connection
    Membership.objects.update(is_unreviewed=True)
    return reverse("home")


def wrong_password(page: Page) -> None:
    page.get_by_label("E-mail").fill("admin@example.com")
    page.get_by_label("Password").fill(f"not {PASSWORD}")
    press("Sign in")(page)


def old_form(page: Page) -> None:
    page.context.clear_cookies(name="csrf")
    press("Save settings")(page)


def failing(error: Exception) -> Make:
    """The activity page, made to fail."""

    def fail(*_: object, **__: object) -> None:
        raise error

    def make(world: World) -> str:
        world.monkeypatch.setattr("zohoportal.activity.views.listing.page", fail)
        return reverse("outbox:list")

    return make


def signed_in_twice(world: World) -> str:
    signed_in(world.staff)
    return reverse("accounts:sessions")


def who_may_use_it(world: World) -> str:
    return world.staff and reverse("connections:people", args=[world.connection.pk])


def save_too_late(page: Page) -> None:
    for session in Session.objects.all():
        found = session.get_decoded() | {proof.PROVED_AT: 0}
        Session.objects.filter(pk=session.pk).update(
            session_data=SessionStore().encode(found)
        )
    press("Save who may use it")(page)


def stopped(world: World) -> str:
    """The page where that account has had its wrong passwords from here."""
    for _ in range(5):
        limits.check(world.admin.email, "127.0.0.1")
    return reverse("accounts:sign_in")


def first_password(world: World) -> str:
    world.staff.must_change_password = True
    world.staff.save()
    return reverse("accounts:password")


def open_menu(page: Page) -> None:
    page.get_by_test_id("account-menu").locator("summary").click()


def sign_in(world: World) -> str:
    assert world.admin
    return reverse("accounts:sign_in")


def opened(
    name: str, link: Callable[[World], str], act: Act = stay, who: str = ""
) -> State:
    """What somebody sees who pastes a link, and then does something."""
    made: list[str] = []

    def make(world: World) -> str:
        made.append(link(world))
        return reverse("accounts:link")

    def paste(page: Page) -> None:
        page.get_by_label("Your link").fill(made.pop())
        press("Open the link")(page)
        act(page)

    return State(name, "accounts:link", who, make, paste)


def invitation(world: World) -> str:
    assert world.staff
    name = {"name": "Nora New", "role": "staff"}
    return invitations.invite("new@example.com", **name, by=world.admin).address


def password_link(world: World) -> str:
    return changes.new_password_link(world.staff, by=world.admin)


def everybody(world: World) -> str:
    invitation(world)
    changes.change(world.staff, name="Sam Staff", role="staff", by=world.admin)
    changes.deactivate(world.stranger, by=world.admin)
    return reverse("people:list")


def of_staff(world: World) -> str:
    assert world.admin
    return reverse("people:person", args=[world.staff.pk])


def with_work(world: World) -> str:
    unknown_ticket(world)
    return of_staff(world)


def invite(page: Page) -> None:
    page.get_by_label("Name").fill("Ida Irving")
    page.get_by_label("E-mail").fill("ida.irving@example.com")
    press("Create an invitation")(page)


STATES = [
    State("sign in", "accounts:sign_in", "", sign_in),
    State("sign in refused", "accounts:sign_in", "", sign_in, wrong_password),
    State("nobody yet", "accounts:owner", "", at("accounts:owner")),
    opened("owner", lambda _: owner.new_link()),
    opened(
        "owner refused",
        lambda _: owner.new_link(),
        press("Create owner account"),
    ),
    State("link", "accounts:link", "", lambda w: w.admin and reverse("accounts:link")),
    opened("link unknown", lambda w: w.admin and "#made-up"),
    opened("join", invitation),
    opened("join refused", invitation, press("Create my account")),
    opened("new password", password_link),
    opened("link of another", invitation, who="staff"),
    State("people", "people:list", "admin", everybody),
    State(
        "invitation refused",
        "people:list",
        "admin",
        everybody,
        press("Create an invitation"),
    ),
    State("invited", "people:list", "admin", everybody, invite),
    State(
        "invited again",
        "people:list",
        "admin",
        everybody,
        press("Create a new link for new@example.com"),
    ),
    State("person", "people:person", "admin", of_staff),
    State("person with work", "people:person", "admin", with_work),
    State(
        "person handed over to nobody",
        "people:person",
        "admin",
        with_work,
        press("Hand over"),
    ),
    State(
        "link for password",
        "people:person",
        "admin",
        of_staff,
        press("Create a link for a new password"),
    ),
    State(
        "person deactivated",
        "people:person",
        "admin",
        of_staff,
        press("Deactivate"),
    ),
    State(
        "last admin",
        "people:person",
        "admin",
        lambda w: reverse("people:person", args=[w.admin.pk]),
        press("Deactivate"),
    ),
    State("settings", "accounts:settings", "staff", at("accounts:settings")),
    State("menu", "accounts:settings", "admin", at("accounts:settings"), open_menu),
    State(
        "settings saved",
        "accounts:settings",
        "staff",
        at("accounts:settings"),
        press("Save settings"),
    ),
    State("password", "accounts:password", "staff", at("accounts:password")),
    State(
        "password refused",
        "accounts:password",
        "staff",
        at("accounts:password"),
        press("Change password"),
    ),
    State("sessions", "accounts:sessions", "staff", signed_in_twice),
    State(
        "sessions ended",
        "accounts:sessions",
        "staff",
        signed_in_twice,
        press("Sign out all other devices"),
    ),
    State("confirm", "accounts:confirm", "staff", at("accounts:confirm")),
    State(
        "confirm refused",
        "accounts:confirm",
        "staff",
        at("accounts:confirm"),
        press("Continue"),
    ),
    State(
        "confirm an act", "connections:people", "admin", who_may_use_it, save_too_late
    ),
    State("sign in stopped", "accounts:sign_in", "", stopped, wrong_password),
    State("first password", "accounts:password", "staff", first_password),
    State("home to set up", "home", "admin", at("home")),
    State("home of admin", "home", "admin", lambda w: w.connection and reverse("home")),
    State("home of staff", "home", "staff", lambda w: w.connection and reverse("home")),
    State("home with results", "home", "staff", recent),
    State("home with warnings", "home", "admin", newer_database),
    State("home with a look", "home", "admin", with_a_look),
    State("home broken", "home", "staff", lambda w: ended(w) and reverse("home")),
    State(
        "home without access",
        "home",
        "stranger",
        lambda w: w.admin and reverse("home"),
    ),
    State("home with rights of before", "home", "admin", rights_of_before),
    State("home of auditor", "home", "auditor", at("home")),
    State("home of manager", "home", "manager", at("home")),
    State("error 400", "outbox:list", "staff", failing(SuspiciousOperation())),
    State(
        "error 403",
        "connections:list",
        "staff",
        lambda w: w.admin and reverse("connections:list"),
    ),
    State(
        "error 404",
        "connections:detail",
        "admin",
        at("connections:detail", pk=uuid.uuid4()),
    ),
    State("error 500", "outbox:list", "staff", failing(RuntimeError())),
    State("error 503", "outbox:list", "staff", failing(OperationalError())),
    State(
        "form too old",
        "accounts:settings",
        "staff",
        at("accounts:settings"),
        old_form,
    ),
]
