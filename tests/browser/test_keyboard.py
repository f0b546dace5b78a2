"""Records and tickets from the form to the end, by keys alone and without scripts."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from connections.models import Connection
from tests.browser.desk import options, who
from tests.browser.pages import Enter
from tests.support.connected import connected
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User

pytestmark = [pytest.mark.browser, pytest.mark.looks]

MOST_STOPS = 150
IS_FOCUSED = "it => it === document.activeElement"


@pytest.fixture
def answering(zoho: SandboxZoho, admin: User, staff: User) -> Connection:
    return connected(zoho, admin, staff, ["desk.tickets", "desk.answers"])


def tab_to(page: Page, stop: Locator) -> None:
    """Press Tab until it has the focus."""
    expect(stop).to_be_visible()
    for _ in range(MOST_STOPS):
        if stop.evaluate(IS_FOCUSED):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not lead to {stop}")


def press(page: Page, stop: Locator) -> None:
    """Go there with Tab and press Enter."""
    tab_to(page, stop)
    page.keyboard.press("Enter")


def type_into(page: Page, stop: Locator, words: str) -> None:
    tab_to(page, stop)
    page.keyboard.press("Control+a")
    page.keyboard.type(words)


def heading(page: Page) -> Locator:
    return page.get_by_role("heading", level=1)


class TestKeysAlone:
    def test_make_find_change_and_delete_a_record_r32(
        self,
        page: Page,
        enter: Enter,
        admin: User,
        rich: Connection,
    ) -> None:
        enter(page, admin)
        page.goto(f"/c/{rich.slug}/crm/Contacts/new/")
        type_into(page, page.locator("#id_Email"), "kim.sample@example.com")
        type_into(page, page.locator("#id_Last_Name"), "Sample")
        press(page, page.get_by_role("button", name="Save contact"))
        expect(page.get_by_test_id("preview")).to_be_visible()
        press(page, page.get_by_test_id("save"))
        expect(heading(page)).to_have_text("Sample was created.")

        self.find(page)
        press(page, page.get_by_role("link", name="Change", exact=True))
        type_into(page, page.locator("#id_Title"), "Manager")
        press(page, page.get_by_role("button", name="Save changes"))
        expect(heading(page)).to_contain_text("1 field changed")

        self.find(page)
        expect(page.get_by_test_id("record")).to_contain_text("Manager")
        press(page, page.get_by_role("link", name="Delete…"))
        press(page, page.get_by_role("button", name="Delete contact"))
        expect(heading(page)).to_contain_text("was deleted")

    @staticmethod
    def find(page: Page) -> None:
        """Go by the list and its search to the record's page."""
        press(page, page.get_by_role("link", name="Records", exact=True).first)
        press(page, page.get_by_role("link", name="Contacts", exact=True))
        search = page.get_by_label("Search")
        type_into(page, search, "kim.sample@example.com")
        page.keyboard.press("Enter")
        page.wait_for_url("**kim.sample**")
        press(page, page.get_by_test_id("records").get_by_role("link"))
        expect(heading(page)).to_contain_text("Sample")

    def test_open_a_ticket_comment_on_it_and_change_its_status_r32(
        self,
        page: Page,
        enter: Enter,
        staff: User,
        answering: Connection,
        zoho: SandboxZoho,
    ) -> None:
        enter(page, staff)
        page.goto(f"/c/{answering.slug}/desk/tickets/new/")
        type_into(page, who(page), "arch")
        expect(options(page).first).to_contain_text("Ada Archer")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        expect(who(page)).to_have_value("Ada Archer")
        type_into(page, page.get_by_label("Department", exact=True), "Support")
        expect(page.get_by_text("More details")).to_be_visible()
        type_into(page, page.get_by_label("Subject"), "No paper")
        press(page, page.get_by_role("button", name="Open ticket"))
        expect(heading(page)).to_have_text(re.compile(r"Ticket #\d+ was opened\."))

        press(page, page.get_by_role("link", name="My tickets").first)
        press(page, page.get_by_role("link", name="No paper"))
        type_into(page, page.get_by_label("Comment", exact=True), "On the way.")
        press(page, page.get_by_role("button", name="Add comment"))
        expect(heading(page)).to_contain_text("The comment was added to ticket")

        press(page, page.get_by_role("link", name="My tickets").first)
        press(page, page.get_by_role("link", name="No paper"))
        expect(page.get_by_test_id("said")).to_contain_text("On the way.")
        type_into(page, page.get_by_label("Status"), "Closed")
        press(page, page.get_by_role("button", name="Change status"))
        expect(heading(page)).to_contain_text("is “Closed” now")
        assert zoho.records()["tickets"][-1]["status"] == "Closed"


class TestWithoutJavaScript:
    def test_a_ticket_is_answered_r56(
        self,
        plain_page: Page,
        enter: Enter,
        staff: User,
        answering: Connection,
        zoho: SandboxZoho,
    ) -> None:
        page = plain_page
        enter(page, staff)
        tickets = zoho.records()["tickets"]
        ticket = next(each for each in tickets if each["status"] == "Open")
        address = f"/c/{answering.slug}/desk/tickets/{ticket['id']}/"
        page.goto(address)
        page.get_by_label("Comment", exact=True).fill("On the way.")
        page.get_by_role("button", name="Add comment").click()
        expect(heading(page)).to_contain_text("The comment was added to ticket")

        page.goto(address)
        expect(page.get_by_test_id("said").first).to_contain_text("On the way.")
        page.get_by_label("Status").select_option("Closed")
        page.get_by_role("button", name="Change status").click()

        expect(heading(page)).to_contain_text("is “Closed” now")
        page.goto(address)
        expect(page.get_by_test_id("status")).to_have_text("Closed")
