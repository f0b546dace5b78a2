"""The page of a delivery on its way: it follows by itself, and waits have names."""

import pytest
from playwright.sync_api import Page, expect

from connections.models import Connection
from tests.browser.pages import Enter
from tests.browser.states.base import DOWN, UPSERT, World
from tests.browser.states.outbox import being_sent
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User
from zohoportal.outbox.models import Delivery

pytestmark = [pytest.mark.browser, pytest.mark.looks]

DONE = "Kim Sample was created."
A_WHILE = 3_000
TOO_LONG = 121_000
# What the button says and when, for whoever asks on the page after this one.
NOTE_NAME = """
button => {
  let pressed = 0;
  button.addEventListener("click", () => { pressed = performance.now(); });
  new MutationObserver(() => {
    sessionStorage.name = button.textContent;
    sessionStorage.after = performance.now() - pressed;
  }).observe(button, {childList: true});
}
"""


@pytest.fixture
def on_its_way(request: pytest.FixtureRequest) -> str:
    """The address of a contact that is being sent."""
    return being_sent(minutes=2)(World(request))


def finish() -> None:
    outcome = {"sentence": DONE, "url": "https://crm.example.com/1"}
    Delivery.objects.update(
        state=Delivery.State.DONE, outcome=outcome, retry_at=None, lease_until=None
    )


def heading(page: Page) -> str:
    return page.get_by_role("heading", level=1).inner_text()


class TestFollowing:
    def test_shows_and_tells_the_result_without_a_click_r23(
        self, page: Page, enter: Enter, staff: User, on_its_way: str
    ) -> None:
        enter(page, staff)
        page.clock.install()
        page.goto(on_its_way)
        page.evaluate("window.isStillHere = true")
        page.get_by_role("link", name="Look again").focus()
        finish()

        page.clock.run_for(A_WHILE)

        expect(page.get_by_role("heading", level=1)).to_have_text(DONE)
        expect(page).to_have_title(f"{DONE} · Zoho Portal")
        page.clock.run_for(100)
        expect(page.locator("#announcer")).to_have_text(f"{DONE} Done")
        expect(page.locator("main")).to_be_focused()
        expect(page.get_by_role("button", name="Copy")).to_be_visible()
        assert page.evaluate("window.isStillHere")

    def test_leaves_the_page_alone_while_nothing_changes(
        self, page: Page, enter: Enter, staff: User, on_its_way: str
    ) -> None:
        enter(page, staff)
        page.clock.install()
        page.goto(on_its_way)
        link = page.get_by_role("link", name="Look again")
        link.focus()

        with page.expect_response(f"**{on_its_way}") as asked:
            page.clock.run_for(A_WHILE)
        asked.value.finished()

        expect(link).to_be_focused()
        expect(page.locator("#announcer")).to_have_text("")

    def test_ends_after_two_minutes(
        self, page: Page, enter: Enter, staff: User, on_its_way: str
    ) -> None:
        enter(page, staff)
        page.clock.install()
        page.goto(on_its_way)
        with page.expect_response(f"**{on_its_way}") as asked:
            page.clock.fast_forward(TOO_LONG)
        asked.value.finished()
        questions: list[str] = []
        page.on("request", lambda request: questions.append(request.url))

        page.clock.run_for(A_WHILE * 3)
        page.evaluate("fetch('/healthz')")

        assert [url for url in questions if on_its_way in url] == []
        assert len(questions) == 1

    def test_is_a_link_without_scripts(
        self, plain_page: Page, enter: Enter, staff: User, on_its_way: str
    ) -> None:
        page = plain_page
        enter(page, staff)
        page.goto(on_its_way)
        finish()

        page.get_by_role("link", name="Look again").click()

        assert heading(page) == DONE

    def test_ends_with_the_way(
        self, page: Page, enter: Enter, staff: User, on_its_way: str
    ) -> None:
        enter(page, staff)
        finish()
        page.goto(on_its_way)

        assert page.locator("main[data-refresh]").count() == 0


class TestWait:
    def test_has_a_name_before_the_answer_is_there_r61(
        self,
        page: Page,
        enter: Enter,
        staff: User,
        connection: Connection,
        zoho: SandboxZoho,
    ) -> None:
        enter(page, staff)
        zoho.script("POST", UPSERT, {"delay": 2, **DOWN})
        page.goto(f"/c/{connection.slug}/crm/contacts/new/")
        page.locator("#id_Email").fill("kim.sample@example.com")
        page.locator("#id_Last_Name").fill("Sample")
        page.get_by_role("button", name="Save contact").click()
        button = page.get_by_role("button", name="Create contact")
        button.evaluate(NOTE_NAME)

        button.click()

        expect(page.get_by_test_id("state")).to_be_visible()
        assert page.evaluate("sessionStorage.name") == "Saving…"
        assert 290 < float(page.evaluate("sessionStorage.after")) < 1_000
