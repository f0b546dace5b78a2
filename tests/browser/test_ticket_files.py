"""Files on a ticket's page, by people who click, press keys and have no JavaScript."""

from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, expect

from connections.models import Connection
from tests.browser.chosen_files import choose, named, problem, rows
from tests.browser.pages import Enter
from tests.desk.form import attached
from tests.outbox.sample_files import TOO_LARGE
from tests.support.connected import connected
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User

pytestmark = [pytest.mark.browser, pytest.mark.looks]

PAGE: FilePayload = {
    "name": "page.html",
    "mimeType": "text/html",
    "buffer": b"<script>document.title = 'run'</script>",
}


@pytest.fixture
def address(zoho: SandboxZoho, admin: User, staff: User) -> str:
    made: Connection = connected(zoho, admin, staff, ["desk.tickets", "desk.answers"])
    ticket = zoho.records()["tickets"][0]["id"]
    return f"/c/{made.slug}/desk/tickets/{ticket}/"


@pytest.fixture
def desk(page: Page, staff: User, enter: Enter, address: str) -> Page:
    enter(page, staff)
    page.goto(address)
    return page


@pytest.fixture
def plain_desk(plain_page: Page, staff: User, enter: Enter, address: str) -> Page:
    enter(plain_page, staff)
    plain_page.goto(address)
    return plain_page


def at_zoho(address: str) -> str:
    return f"/api/v1/tickets/{address.split('/')[-2]}/attachments"


def press_add(page: Page) -> None:
    page.get_by_role("button", name="Add files").click()


def walk(page: Page, address: str, zoho: SandboxZoho) -> None:
    """Add files of which one is refused, send that again, and bring one back."""
    expect(page.get_by_text("No files yet.")).to_be_visible()
    zoho.script("POST", at_zoho(address), {"delay": 0}, TOO_LARGE)

    choose(page, PAGE, named("b.txt"), named("c.txt"))
    press_add(page)

    expect(page.get_by_test_id("messages")).to_contain_text(
        "1 of 3 files was not attached."
    )
    unsent = page.get_by_test_id("unsent")
    expect(unsent).to_contain_text("which is more than Zoho takes")
    assert len(attached(zoho)) == 2
    unsent.get_by_role("button", name="Retry").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("“b.txt” was attached.")
    page.get_by_role("link", name="Show tickets").click()
    expect(page.get_by_test_id("files").get_by_role("row")).to_have_count(4)
    assert attached(zoho) == ["b.txt", "c.txt", "page.html"]
    with page.expect_download() as download:
        page.get_by_role("link", name="Download page.html").click()
    assert download.value.suggested_filename == "page.html"
    assert Path(download.value.path()).read_bytes() == PAGE["buffer"]
    assert page.url.endswith(address)


class TestFiles:
    def test_are_added_retried_and_brought_back_r44_r22_e23(
        self, desk: Page, address: str, zoho: SandboxZoho
    ) -> None:
        walk(desk, address, zoho)

    def test_need_no_javascript_r56(
        self, plain_desk: Page, address: str, zoho: SandboxZoho
    ) -> None:
        walk(plain_desk, address, zoho)

    def test_are_added_by_keys_alone(self, desk: Page, zoho: SandboxZoho) -> None:
        choose(desk, named("a.txt"), named("b.txt"))
        desk.get_by_role("button", name="Remove a.txt").focus()
        desk.keyboard.press("Space")
        expect(desk.get_by_role("button", name="Remove b.txt")).to_be_focused()

        desk.keyboard.press("Tab")
        desk.keyboard.press("Enter")

        expect(desk.get_by_text("1 file was attached.")).to_be_visible()
        assert attached(zoho) == ["b.txt"]

    def test_left_out_after_a_lost_answer_are_not_there_twice(
        self, desk: Page, zoho: SandboxZoho
    ) -> None:
        choose(desk, named("a.txt", 1), named("b.txt", 2))
        desk.route(
            "**/files/new/",
            lambda route: (route.fetch(max_redirects=0), route.abort()),
            times=1,
        )
        press_add(desk)
        expect(problem(desk)).to_contain_text("Nothing is sent twice.")

        desk.get_by_role("button", name="Remove a.txt").click()
        choose(desk, named("c.txt", 3))
        press_add(desk)

        expect(desk.get_by_test_id("files").get_by_role("row")).to_have_count(4)
        assert attached(zoho) == ["a.txt", "b.txt", "c.txt"]

    def test_that_are_none_are_asked_for_and_the_form_leads_back(
        self, desk: Page, address: str
    ) -> None:
        press_add(desk)
        expect(desk.get_by_test_id("error-summary")).to_contain_text("Choose a file.")
        choose(desk, named("a.txt"))
        expect(rows(desk)).to_have_count(1)

        press_add(desk)

        expect(desk.get_by_text("1 file was attached.")).to_be_visible()
        assert desk.url.endswith(address)
