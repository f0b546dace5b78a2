"""An admin chooses the fields of a form, by keys and without scripts."""

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from connections.models import Connection
from crm.models import ModuleSettings
from tests.browser.pages import Enter, violations
from zohoportal.accounts.models import User

pytestmark = [pytest.mark.browser, pytest.mark.looks]

USUAL = [
    "Email",
    "Last Name",
    "First Name",
    "Phone",
    "Mobile",
    "Title",
    "Account Name",
    "Description",
]


def open_settings(page: Page, rich: Connection) -> None:
    page.goto(reverse("crm:settings", args=[rich.slug, "Contacts"]))


def ticked(page: Page) -> list[str]:
    """Return the ticked fields from top to bottom."""
    labels: list[str] = page.evaluate(
        "() => [...document.querySelectorAll('[data-row]:has(:checked)')]"
        ".map(row => row.dataset.row)"
    )
    return labels


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def status(page: Page) -> Locator:
    return page.locator("[data-picker-status]")


@pytest.fixture
def admin_page(page: Page, admin: User, enter: Enter) -> Page:
    enter(page, admin)
    return page


class TestFieldPicker:
    def test_works_by_keys_and_says_what_happens(
        self, admin_page: Page, rich: Connection
    ) -> None:
        page = admin_page
        open_settings(page, rich)
        assert ticked(page) == USUAL

        button(page, "Move up Phone").focus()
        page.keyboard.press("Enter")
        expect(status(page)).to_have_text("Phone is number 3 of 8.")
        expect(button(page, "Move up Phone")).to_be_focused()
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        page.keyboard.press("Space")
        expect(status(page)).to_have_text("Phone is number 5 of 8.")
        page.locator("#pick-Title").focus()
        page.keyboard.press("Space")
        expect(status(page)).to_have_text("Title is not ticked any more.")
        expect(button(page, "Move up Title")).to_be_hidden()
        page.get_by_test_id("others").locator("summary").focus()
        page.keyboard.press("Enter")
        page.locator("#pick-Region").focus()
        page.keyboard.press("Space")
        expect(status(page)).to_have_text("Region is number 8 of 8.")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(status(page)).to_have_text("Region is number 7 of 8.")
        expect(button(page, "Move up Region")).to_be_focused()
        page.locator("#pick-Region").focus()
        page.keyboard.press("Enter")

        expect(page.get_by_test_id("messages")).to_contain_text("were saved")
        assert ModuleSettings.objects.get().fields == [
            "Email",
            "Last_Name",
            "First_Name",
            "Mobile",
            "Phone",
            "Account_Name",
            "Region",
            "Description",
        ]

    def test_stays_where_a_field_is_the_first_already(
        self, admin_page: Page, rich: Connection
    ) -> None:
        page = admin_page
        open_settings(page, rich)

        button(page, "Move up Email").click()

        expect(status(page)).to_have_text("Email stays number 1 of 8.")
        assert ticked(page) == USUAL

    def test_keeps_what_is_required(self, admin_page: Page, rich: Connection) -> None:
        page = admin_page
        open_settings(page, rich)

        for name in ("Email", "Last_Name"):
            expect(page.locator(f"#pick-{name}")).to_be_disabled()
            expect(page.locator(f"#pick-{name}")).to_be_checked()
        hint = page.locator("#pick-Last_Name-hint")
        expect(hint).to_have_text("Short text. Zoho requires it, so it is always there")

    def test_shows_another_layouts_fields_without_loading_the_page(
        self, admin_page: Page, rich: Connection
    ) -> None:
        page = admin_page
        open_settings(page, rich)
        page.evaluate("() => { window.isSamePage = true; }")
        page.locator("#pick-Phone").uncheck()

        page.get_by_label("Layout").select_option("Partner")

        expect(status(page)).to_have_text("These are the fields of the layout Partner.")
        assert ticked(page) == [
            *[name for name in USUAL if name != "Phone"],
            "Discount",
        ]
        expect(page.get_by_text("Portfolio", exact=True)).to_have_count(0)
        button(page, "Use the usual fields").click()
        expect(status(page)).to_contain_text("These are the usual fields.")
        assert ticked(page) == ["Email", "Last Name", "Discount", *USUAL[2:]]
        expect(button(page, "Use the usual fields")).to_be_focused()
        assert page.evaluate("() => window.isSamePage")
        assert violations(page) == []
        assert not ModuleSettings.objects.exists()

    def test_says_when_the_fields_cannot_be_fetched(
        self, admin_page: Page, rich: Connection
    ) -> None:
        page = admin_page
        open_settings(page, rich)
        page.route("**/settings/", lambda route: route.abort())

        page.get_by_label("Layout").select_option("Partner")

        expect(status(page)).to_contain_text("cannot be fetched just now")
        page.unroute("**/settings/")
        button(page, "Save settings").click()
        expect(status(page)).to_have_text("These are the fields of the layout Partner.")


class TestWithoutJavaScript:
    def test_everything_is_done_by_buttons(
        self, plain_page: Page, enter: Enter, admin: User, rich: Connection
    ) -> None:
        page = plain_page
        enter(page, admin)
        open_settings(page, rich)

        button(page, "Move up Phone").click()
        expect(button(page, "Move up Phone")).to_be_focused()
        expect(status(page)).to_have_text("Phone is number 3 of 8.")
        page.locator("#pick-Title").uncheck()
        page.get_by_label("Layout").select_option("Partner")
        button(page, "Save settings").click()
        expect(status(page)).to_have_text("These are the fields of the layout Partner.")
        assert not ModuleSettings.objects.exists()
        button(page, "Save settings").click()

        expect(page.get_by_test_id("messages")).to_contain_text("were saved")
        page.goto(reverse("crm:new", args=[rich.slug, "Contacts"]))
        first = page.locator("main form > .form-grid .field-label")
        expect(first).to_contain_text(
            ["Email", "Last Name", "Phone", "First Name", "Mobile", "Account Name"]
        )
