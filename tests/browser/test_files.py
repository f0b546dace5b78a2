"""Files of a form: chosen, dropped, pasted, taken out, and sent with their progress."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Locator, Page, Route, expect

from connections.models import Connection
from desk.zoho.departments import departments_of
from tests.browser.chosen_files import choose, named, problem, rows
from tests.browser.line import Line
from tests.browser.pages import Enter, OpenPage
from tests.desk.form import created_tickets
from tests.support.connected import connected
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User
from zohoportal.outbox.models import Upload

pytestmark = [pytest.mark.browser, pytest.mark.looks]

# More than what waits in the buffers of a line that has stopped.
LARGE = 12 * 1024 * 1024
# As if the files came from the desktop, or from the clipboard.
HAND_OVER = """
(target, [kind, files, text]) => {
  const data = new DataTransfer();
  for (const [name, content] of files) data.items.add(new File([content], name));
  if (text) data.setData("text/plain", text);
  const carried = kind === "paste" ? {clipboardData: data} : {dataTransfer: data};
  const Kind = kind === "paste" ? ClipboardEvent : DragEvent;
  target.dispatchEvent(
    new Kind(kind, {bubbles: true, cancelable: true, ...carried})
  );
}
"""


@pytest.fixture
def answering(zoho: SandboxZoho, admin: User, staff: User) -> Connection:
    return connected(zoho, admin, staff, ["desk.tickets", "desk.answers"])


@pytest.fixture
def address(answering: Connection) -> str:
    (department, *_) = departments_of(answering)
    asked = f"department={department.id}&email=nia.new@example.com&name=Nia+New"
    return f"/c/{answering.slug}/desk/tickets/new/?{asked}"


@pytest.fixture
def desk(page: Page, staff: User, enter: Enter, address: str) -> Page:
    """Staff on the form of a new ticket, with all but files on it."""
    enter(page, staff)
    return begun(page, address)


def begun(page: Page, address: str) -> Page:
    page.goto(address)
    page.get_by_label("Subject").fill("No paper")
    return page


def hand_over(target: Locator, kind: str, *names: str, text: str = "") -> None:
    target.evaluate(HAND_OVER, [kind, [[name, "content"] for name in names], text])


def press_send(page: Page) -> None:
    page.get_by_role("button", name="Open ticket").click()


def expect_opened(page: Page) -> None:
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text(re.compile(r"Ticket #\d+ was opened."))


def attached(zoho: SandboxZoho) -> list[tuple[str, str]]:
    files = zoho.records()["attachments"]
    return sorted((each["name"], each["size"]) for each in files)


@pytest.fixture
def line() -> Iterator[Line]:
    line = Line()
    yield line
    line.close()


@pytest.fixture
def slow_desk(
    open_page: OpenPage, staff: User, enter: Enter, address: str, line: Line
) -> Page:
    """The same over a line that stops in the middle of files."""
    page = open_page(proxy={"server": line.url})
    enter(page, staff)
    return begun(page, address)


class TestChoosing:
    def test_adds_by_button_and_drop_and_removes_by_keyboard_r44(
        self, desk: Page, zoho: SandboxZoho
    ) -> None:
        choose(desk, named("a.txt"), named("b.txt"))
        choose(desk, named("c.txt"))
        hand_over(desk.get_by_label("Description"), "drop", "d.txt")
        expect(rows(desk)).to_have_count(4)
        expect(rows(desk).last).to_contain_text("7 bytes")

        desk.get_by_role("button", name="Remove b.txt").focus()
        desk.keyboard.press("Enter")

        expect(desk.get_by_role("button", name="Remove c.txt")).to_be_focused()
        expect(desk.locator("#announcer")).to_have_text(
            "“b.txt” was removed. 3 files are chosen."
        )
        press_send(desk)
        expect_opened(desk)
        expect(desk.get_by_test_id("files-summary")).to_have_text(
            "3 files were attached."
        )
        assert attached(zoho) == [("a.txt", "5"), ("c.txt", "5"), ("d.txt", "7")]

    def test_leaves_the_focus_at_the_control_when_none_is_left(
        self, desk: Page
    ) -> None:
        choose(desk, named("a.txt"))

        desk.get_by_role("button", name="Remove a.txt").press("Enter")

        expect(desk.get_by_label("Files")).to_be_focused()
        expect(rows(desk)).to_have_count(0)

    def test_knows_the_same_file_again(self, desk: Page, tmp_path: Path) -> None:
        file = tmp_path / "a.txt"
        file.write_text("hello")

        desk.get_by_label("Files").set_input_files(file)
        desk.get_by_label("Files").set_input_files(file)

        expect(rows(desk)).to_have_count(1)

    def test_takes_pasted_pictures_and_leaves_pasted_text_r44(self, desk: Page) -> None:
        text = desk.get_by_label("Description")

        hand_over(text, "paste", "image.png")
        hand_over(text, "paste", "cells.png", text="1\t2")

        expect(rows(desk)).to_have_count(1)
        expect(rows(desk)).to_contain_text("image.png")

    def test_shows_where_files_can_be_dropped(self, desk: Page) -> None:
        box = desk.locator("[data-files]")

        hand_over(desk.locator("h1"), "dragover", "a.txt")
        expect(box).to_have_class("is-over")
        hand_over(desk.locator("h1"), "drop", "a.txt")

        expect(box).not_to_have_class("is-over")
        expect(rows(desk)).to_have_count(1)


class TestLimits:
    @pytest.mark.parametrize(
        ("name", "size", "words"),
        [
            ("big.pdf", 21_600_000, "has 20.6 MB; the limit is 20 MB. Choose a small"),
            ("none.txt", 0, "is empty (0 bytes). Choose another file."),
        ],
    )
    def test_are_said_before_anything_is_sent_r44_e23(
        self,
        desk: Page,
        zoho: SandboxZoho,
        tmp_path: Path,
        name: str,
        size: int,
        words: str,
    ) -> None:
        file = tmp_path / name
        file.touch()
        os.truncate(file, size)
        posts: list[str] = []
        desk.on("request", lambda sent: posts.append(sent.method))
        choose(desk, named("a.txt"))
        desk.get_by_label("Files").set_input_files(file)
        expect(rows(desk).last).to_contain_text(f"“{name}” {words}")

        press_send(desk)

        remove = desk.get_by_role("button", name=f"Remove {name}")
        expect(remove).to_be_focused()
        expect(desk.locator("#announcer")).to_contain_text(words)
        assert "POST" not in posts
        remove.press("Enter")
        press_send(desk)
        expect_opened(desk)
        assert attached(zoho) == [("a.txt", "5")]

    def test_of_their_number_are_said_too(self, desk: Page) -> None:
        choose(desk, *[named(f"{number}.txt") for number in range(11)])
        expect(problem(desk)).to_contain_text("You chose 11 files; the most is 10.")

        desk.get_by_role("button", name="Remove 0.txt").click()

        expect(problem(desk)).to_be_hidden()

    def test_are_stated_before(self, desk: Page) -> None:
        control = desk.get_by_label("Files")

        expect(control).to_have_accessible_description(
            re.compile("Up to 10 files of 20.MB each.")
        )


class TestSending:
    def test_shows_its_progress_r44(
        self, slow_desk: Page, zoho: SandboxZoho, line: Line
    ) -> None:
        choose(slow_desk, named("a.bin", LARGE), named("b.bin", 7))

        press_send(slow_desk)

        progress = slow_desk.get_by_test_id("progress")
        expect(progress).to_contain_text(re.compile(r"[1-9]\d?% of 12.MB sent"))
        expect(progress.get_by_role("progressbar")).to_be_visible()
        expect(
            slow_desk.get_by_role("button", name="Opening the ticket…")
        ).to_be_visible()
        line.go_on()
        expect_opened(slow_desk)
        assert attached(zoho) == [("a.bin", str(LARGE)), ("b.bin", "7")]

    def test_that_breaks_midway_keeps_everything_and_goes_on_f26(
        self, slow_desk: Page, zoho: SandboxZoho, line: Line
    ) -> None:
        choose(slow_desk, named("a.bin", LARGE))
        press_send(slow_desk)
        progress = slow_desk.get_by_test_id("progress")
        expect(progress).to_contain_text("% of 12 MB sent")

        line.cut()

        expect(problem(slow_desk)).to_contain_text("The connection broke")
        expect(progress).to_be_hidden()
        expect(slow_desk.get_by_label("Subject")).to_have_value("No paper")
        expect(rows(slow_desk)).to_have_count(1)
        assert created_tickets(zoho) == 0
        assert not Upload.objects.exists()
        line.go_on()
        press_send(slow_desk)
        expect_opened(slow_desk)
        assert created_tickets(zoho) == 1
        assert attached(zoho) == [("a.bin", str(LARGE))]

    def test_whose_answer_is_lost_opens_no_second_ticket(
        self, desk: Page, zoho: SandboxZoho
    ) -> None:
        def lose(route: Route) -> None:
            route.fetch(max_redirects=0)
            route.abort()

        choose(desk, named("a.txt"))
        desk.route("**/tickets/new/**", lose, times=1)
        press_send(desk)
        expect(problem(desk)).to_contain_text("Nothing is sent twice.")

        press_send(desk)

        expect_opened(desk)
        assert created_tickets(zoho) == 1
        assert attached(zoho) == [("a.txt", "5")]

    @pytest.mark.parametrize(
        ("status", "words"),
        [(502, "The portal could not answer."), (413, "Remove some files, and add")],
    )
    def test_that_a_server_on_the_way_refuses_keeps_everything(
        self,
        browser: Browser,
        live_server: Any,
        staff: User,
        enter: Enter,
        address: str,
        status: int,
        words: str,
    ) -> None:
        # Not a page that is watched: such an answer is no problem here.
        desk = browser.new_page(base_url=settings.SITE_URL)
        enter(desk, staff)
        begun(desk, address)
        choose(desk, named("a.txt"))
        refused: dict[str, Any] = {"status": status, "body": "<h1>nginx</h1>"}
        desk.route("**/tickets/new/**", lambda route: route.fulfill(**refused), times=1)
        press_send(desk)
        expect(problem(desk)).to_contain_text(words)

        press_send(desk)

        expect_opened(desk)
        desk.context.close()

    def test_after_the_session_ended_keeps_what_was_typed_f63_a59(
        self,
        browser: Browser,
        live_server: Any,
        staff: User,
        enter: Enter,
        address: str,
    ) -> None:
        # Not a page that is watched: the first answer is a refusal.
        desk = browser.new_page(base_url=settings.SITE_URL)
        enter(desk, staff)
        begun(desk, address)
        choose(desk, named("large.bin", settings.STRANGERS_BYTES))
        desk.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)

        press_send(desk)

        expect(desk.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
        expect(desk.locator("main")).to_contain_text("your form is kept")
        desk.context.close()

    def test_with_a_mistake_keeps_the_files(
        self, desk: Page, zoho: SandboxZoho
    ) -> None:
        desk.get_by_label("Subject").fill("")
        choose(desk, named("a.txt"))
        press_send(desk)
        expect(desk.locator("[data-error-summary]")).to_be_focused()
        expect(rows(desk)).to_contain_text("a.txt")
        expect(desk.get_by_text("Choose the files again")).to_have_count(0)

        desk.get_by_label("Subject").fill("No paper")
        press_send(desk)

        expect_opened(desk)
        assert attached(zoho) == [("a.txt", "5")]

    def test_names_a_file_that_is_gone_meanwhile(
        self, desk: Page, tmp_path: Path
    ) -> None:
        file = tmp_path / "a.txt"
        file.write_text("hello")
        desk.get_by_label("Files").set_input_files(file)
        file.unlink()

        press_send(desk)

        expect(rows(desk)).to_contain_text("“a.txt” cannot be read any more.")

    def test_is_brought_back_by_the_back_button(self, desk: Page) -> None:
        choose(desk, named("a.txt"))
        press_send(desk)
        expect_opened(desk)

        desk.go_back()

        expect(desk.get_by_label("Subject")).to_have_value("No paper")
        expect(desk.get_by_test_id("progress")).to_be_hidden()


class TestWithoutJavaScript:
    def test_the_browsers_own_control_does_r56(
        self,
        plain_page: Page,
        staff: User,
        enter: Enter,
        address: str,
        zoho: SandboxZoho,
    ) -> None:
        enter(plain_page, staff)
        begun(plain_page, address)
        choose(plain_page, named("a.txt"), named("b.txt"))
        expect(plain_page.get_by_text("You can also drop")).to_be_hidden()

        # The form's last button: the first stands in for the Enter key.
        plain_page.get_by_role("button", name="Open ticket").last.click()

        expect_opened(plain_page)
        assert attached(zoho) == [("a.txt", "5"), ("b.txt", "5")]
