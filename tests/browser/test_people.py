import io

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from tests.browser.pages import OpenPage, violations
from tests.support.people import PASSWORD
from zohoportal.accounts.models import User

pytestmark = pytest.mark.browser

NEW_PASSWORD = "staple battery horse"
NARROW = {"viewport": {"width": 320, "height": 800}}


def owner_link() -> str:
    printed = io.StringIO()
    call_command("owner_link", stdout=printed)
    return next(word for word in printed.getvalue().split() if "#" in word)


def press(page: Page, button: str) -> None:
    page.get_by_role("button", name=button, exact=True).click()


def prove_fit(page: Page, *, scripts: bool = True) -> None:
    """See that the page suits everybody, at the width it is shown in.

    What looks at it is a script itself; without any the page is the same.
    """
    if not scripts:
        return
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def open_link(page: Page, link: str, *, by_hand: bool) -> None:
    """Follow a link; without scripts its token is pasted."""
    page.goto(link)
    if by_hand:
        page.get_by_label("Your link").fill(link)
        press(page, "Open the link")
    expect(page.get_by_label("Password", exact=True)).to_be_visible()
    assert link.partition("#")[2] not in page.url


def choose_password(page: Page, password: str, button: str) -> None:
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_label("Password again").fill(password)
    press(page, button)


def sign_in(page: Page, email: str, password: str) -> None:
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(password)
    press(page, "Sign in")
    expect(page.get_by_test_id("account-menu")).to_be_visible()


def made_link(page: Page) -> str:
    return page.get_by_test_id("link").input_value()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_people_come_and_go_without_a_shell_a29_a30_a48(
    open_page: OpenPage, scripts: bool
) -> None:
    options = {"java_script_enabled": scripts} | NARROW
    owner, staff = open_page(**options), open_page(**options)

    # Whoever installed the portal makes the first account.
    owner.goto("/")
    prove_fit(owner, scripts=scripts)
    open_link(owner, owner_link(), by_hand=not scripts)
    prove_fit(owner, scripts=scripts)
    owner.get_by_label("Name").fill("Owen Osborne")
    owner.get_by_label("E-mail").fill("owner@example.com")
    choose_password(owner, PASSWORD, "Create owner account")
    sign_in(owner, "owner@example.com", PASSWORD)

    # They invite somebody, who accepts in another browser.
    owner.get_by_role("link", name="People").click()
    prove_fit(owner, scripts=scripts)
    owner.get_by_label("Name").fill("Ruth Regan")
    owner.get_by_label("E-mail").fill("ruth@example.com")
    press(owner, "Create an invitation")
    open_link(staff, made_link(owner), by_hand=not scripts)
    prove_fit(staff, scripts=scripts)
    expect(staff.get_by_label("Name")).to_have_value("Ruth Regan")
    choose_password(staff, PASSWORD, "Create my account")
    sign_in(staff, "ruth@example.com", PASSWORD)

    # The password is lost, and set again by a link.
    owner.goto("/settings/people/")
    owner.get_by_role("link", name="Ruth Regan").click()
    prove_fit(owner, scripts=scripts)
    press(owner, "Create a link for a new password")
    staff.context.clear_cookies()
    open_link(staff, made_link(owner), by_hand=not scripts)
    choose_password(staff, NEW_PASSWORD, "Save new password")
    sign_in(staff, "ruth@example.com", NEW_PASSWORD)

    # Deactivated while signed in: the next page is the sign-in page.
    owner.get_by_role("link", name="Go back to Ruth Regan").click()
    press(owner, "Deactivate")
    expect(owner.get_by_test_id("messages")).to_contain_text("is deactivated")
    prove_fit(owner, scripts=scripts)
    staff.goto("/account/settings/")
    expect(staff.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()

    people = User.objects.order_by("email").values_list("email", "role", "is_active")
    assert list(people) == [
        ("owner@example.com", "admin", True),
        ("ruth@example.com", "staff", False),
    ]


def test_time_zone_comes_from_the_browser(open_page: OpenPage) -> None:
    page = open_page(timezone_id="America/Bogota")
    open_link(page, owner_link(), by_hand=False)
    page.get_by_label("Name").fill("Owen Osborne")
    page.get_by_label("E-mail").fill("owner@example.com")

    choose_password(page, PASSWORD, "Create owner account")

    expect(page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()
    assert User.objects.get().time_zone == "America/Bogota"
