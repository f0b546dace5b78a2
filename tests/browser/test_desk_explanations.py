"""What Desk refuses is explained to staff and to admins, with what to do about it."""

import re
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from connections.models import Connection, Limit, ProductAccount
from tests.browser.desk import add_contact, choose_department
from tests.browser.pages import Enter, OpenPage
from tests.browser.states.outbox import let_worker_run
from tests.desk.form import refusal
from tests.support.connected import connected
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User
from zohoportal.outbox.delivering.first_try import attempt
from zohoportal.outbox.models import Delivery

pytestmark = [pytest.mark.browser, pytest.mark.looks]

TICKETS = "/api/v1/tickets"
FILES = "/api/v1/tickets/*"
FILE: FilePayload = {
    "name": "scan.txt",
    "mimeType": "text/plain",
    "buffer": b"One page.",
}


@pytest.fixture
def answering(zoho: SandboxZoho, admin: User, staff: User) -> Connection:
    return connected(zoho, admin, staff, ["desk.tickets", "desk.answers"])


@pytest.fixture
def desk(page: Page, staff: User, enter: Enter, answering: Connection) -> Page:
    """Staff on the form of a new ticket, filled in."""
    enter(page, staff)
    page.goto(f"/c/{answering.slug}/desk/tickets/new/")
    add_contact(page, "new.person@example.com")
    page.get_by_label("Last name").fill("Sample")
    choose_department(page, "Support")
    page.get_by_label("Subject").fill("No paper")
    return page


@pytest.fixture
def boss(open_page: OpenPage, admin: User, enter: Enter) -> Page:
    """An admin, in another browser."""
    page = open_page()
    enter(page, admin)
    return page


def submit(page: Page) -> None:
    page.get_by_role("button", name="Open ticket").click()


def explained(page: Page, title: str, *words: str) -> Locator:
    """Assert title and words, and that the details are folded; return the box."""
    box = page.get_by_test_id("explanation")
    expect(box.get_by_test_id("explanation-title")).to_have_text(title)
    for each in words:
        expect(page.locator("main")).to_contain_text(each)
    expect(box.locator("details[open]")).to_have_count(0)
    return box


def opened(page: Page) -> None:
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text(re.compile(r"Ticket #\d+ was opened\."))


class TestAPermission:
    def test_that_is_missing_is_asked_for_by_name_e13(
        self, desk: Page, boss: Page, zoho: SandboxZoho
    ) -> None:
        zoho.script("POST", TICKETS, refusal("SCOPE_MISMATCH", 403))

        submit(desk)

        title = "A permission is missing: open tickets"
        ask = "Ask admin@example.com to allow “open tickets”. Your form is kept."
        box = explained(desk, title, ask)
        expect(box.get_by_test_id("act")).to_have_count(0)
        boss.goto(desk.url)
        box = explained(boss, title, "The connection works, but was not given this")
        box.get_by_role("link", name="Add permission").click()
        boss.wait_for_url("**/client/")

    def test_of_the_zoho_user_is_told_with_a_note_for_their_admin_e16(
        self, desk: Page, boss: Page, zoho: SandboxZoho
    ) -> None:
        zoho.script("POST", TICKETS, refusal("FORBIDDEN", 403))

        submit(desk)

        title = "The Zoho user behind this connection may not do this"
        box = explained(desk, title, "Ask admin@example.com. Your form is kept.")
        expect(box.get_by_test_id("note")).to_have_count(0)
        boss.goto(desk.url)
        box = explained(boss, title, "lacks the right to open tickets in Zoho Desk.")
        box.get_by_role("button", name="Copy Note for the Zoho admin").click()
        copied = boss.evaluate("navigator.clipboard.readText()")
        assert "the right to open tickets in Zoho Desk" in copied
        assert "(FORBIDDEN)" in copied
        expect(
            box.get_by_role("link", name="Reconnect as another user")
        ).to_be_visible()
        box.get_by_role("button", name="Test again").click()
        boss.get_by_test_id("badge").wait_for()
        boss.go_back()
        boss.get_by_test_id("send-again").click()
        opened(boss)


class TestAnotherOrganisation:
    def test_is_chosen_where_it_is_explained_e15(
        self,
        desk: Page,
        boss: Page,
        zoho: SandboxZoho,
        answering: Connection,
    ) -> None:
        account = ProductAccount.objects.get(connection=answering, product="desk")
        right = account.external_id
        ProductAccount.objects.filter(pk=account.pk).update(external_id="1")
        zoho.script("POST", TICKETS, refusal("OAUTH_ORG_MISMATCH", 403))

        submit(desk)

        box = explained(
            desk, "Zoho is not connected at the moment", "Your form is kept"
        )
        expect(box.get_by_test_id("act")).to_have_count(0)
        boss.goto(desk.url)
        title = "This sign-in belongs to another Desk organisation"
        box = explained(boss, title, "is not of Example Ltd, to which this connection")
        expect(
            box.get_by_role("link", name="Reconnect for Example Ltd")
        ).to_be_visible()
        box.get_by_role("button", name="Choose the organisation").click()
        boss.get_by_role("button", name="Use this organisation").click()
        boss.get_by_role("heading", name="What we checked").wait_for()
        account.refresh_from_db()
        assert account.external_id == right


class TestThePlan:
    def test_lacks_a_feature_that_can_be_hidden_e17(
        self,
        desk: Page,
        page: Page,
        enter: Enter,
        admin: User,
        zoho: SandboxZoho,
    ) -> None:
        zoho.script("POST", TICKETS, *[refusal("LICENSE_ACCESS_LIMITED", 403)] * 2)

        submit(desk)

        summary = desk.get_by_test_id("error-summary")
        expect(summary).to_contain_text("Your Zoho plan does not include this.")
        expect(summary).to_contain_text("Ask admin@example.com, who can hide it here.")
        expect(desk.get_by_test_id("act")).to_have_count(0)
        expect(desk.get_by_label("Subject")).to_have_value("No paper")
        enter(page, admin)
        page.reload()
        submit(page)
        expect(summary).to_contain_text("Zoho says that “open tickets” is not part")
        page.get_by_role("link", name="Hide this feature").click()
        page.get_by_label("Open tickets").uncheck()
        page.get_by_role("button", name="Save").click()
        expect(page.locator("main")).to_contain_text("What people do here was saved.")


class TestFields:
    def test_that_are_needed_or_not_right_are_marked_e18_e19(
        self, desk: Page, zoho: SandboxZoho
    ) -> None:
        layout = zoho.records()["layouts"][0]
        desk.get_by_text("More details").click()
        desk.get_by_label("Priority").select_option("High")
        errors = [
            {"fieldName": "/subject", "errorType": "missing"},
            {"fieldName": "/priority", "errorType": "invalid"},
        ]
        zoho.change_layout(
            layout["id"], remove_value={"field": "priority", "value": "High"}
        )
        zoho.script("POST", TICKETS, refusal("INVALID_DATA", 422, errors=errors))

        submit(desk)

        summary = desk.get_by_test_id("error-summary")
        needed = "Enter subject. Your department needs it."
        expect(desk.locator("#id_subject_error")).to_contain_text(needed)
        gone = "Choose one of the values of priority: “High” is not in Zoho's list."
        expect(desk.locator("#id_priority_error")).to_contain_text(gone)
        summary.get_by_role("link", name=gone).click()
        expect(desk.get_by_label("Priority")).to_be_focused()
        zoho.change_layout(
            layout["id"], add_value={"field": "priority", "value": "At once"}
        )
        desk.get_by_role("button", name="Reload values from Zoho").click()
        values = desk.get_by_label("Priority").locator("option")
        expect(values.filter(has_text="High")).to_have_count(0)
        desk.get_by_text("More details").click()
        desk.get_by_label("Priority").select_option("At once")
        expect(desk.get_by_label("Subject")).to_have_value("No paper")
        expect(desk.get_by_label("Last name")).to_have_value("Sample")
        submit(desk)
        opened(desk)

    def test_that_are_needed_since_the_form_was_opened_lose_nothing_f47(
        self, desk: Page, zoho: SandboxZoho
    ) -> None:
        layout = zoho.records()["layouts"][0]["id"]
        zoho.change_layout(layout, require_field="priority")
        zoho.change_layout(layout, remove_field="language")

        submit(desk)

        needed = re.compile("Enter priority. (Your department|Support) needs it.")
        expect(desk.locator("#id_priority_error")).to_contain_text(needed)
        expect(desk.get_by_label("Subject")).to_have_value("No paper")
        expect(desk.get_by_label("Last name")).to_have_value("Sample")
        expect(desk.get_by_label("Language")).to_have_count(0)
        desk.get_by_label("Priority").select_option("High")
        submit(desk)
        opened(desk)


class TestLimits:
    @pytest.mark.parametrize(
        ("answer", "title"),
        [
            (
                refusal("TOO_MANY_REQUESTS", 429, headers={"Retry-After": "1"}),
                "Zoho is busy with our requests",
            ),
            (
                refusal("THRESHOLD_EXCEEDED", 429, headers={"Retry-After": "1"}),
                "Today's Zoho limit is used up",
            ),
        ],
        ids=["busy", "credits"],
    )
    def test_keep_a_ticket_as_a_draft_or_until_it_can_go_e22(
        self, desk: Page, zoho: SandboxZoho, answer: dict[str, Any], title: str
    ) -> None:
        zoho.script("POST", TICKETS, answer)
        let_worker_run()

        submit(desk)

        explained(desk, title, "Your entry is kept", "It is sent again by itself")
        desk.get_by_role("button", name="Keep as draft").click()
        waits = desk.get_by_test_id("waits-for")
        expect(waits).to_contain_text("It is kept as a draft, and is not sent before")
        expect(desk.get_by_role("button", name="Keep as draft")).to_have_count(0)
        Limit.objects.update(paused_until=None)
        desk.get_by_role("button", name="Send when possible").click()
        opened(desk)


class TestAFile:
    def test_that_is_refused_leaves_its_ticket_alone_e23(
        self, desk: Page, zoho: SandboxZoho
    ) -> None:
        refused = refusal("UNSUPPORTED_MEDIA_TYPE", 415)
        zoho.script("POST", FILES, refused, refused)
        desk.get_by_label("Files").set_input_files(FILE)

        submit(desk)

        opened(desk)
        expect(desk.get_by_test_id("files-summary")).to_have_text(
            "1 file was not attached."
        )
        ticket = desk.url
        desk.get_by_test_id("files").get_by_role("link").click()
        words = "Your Desk does not allow files of type .txt. Ticket #"
        explained(desk, "scan.txt was not attached", words)
        file = desk.url
        desk.get_by_role("link", name="Choose another file").click()
        expect(desk.get_by_role("heading", level=1)).to_contain_text("No paper")
        desk.goto(file)
        desk.get_by_role("button", name="Retry").click()
        desk.goto(ticket)
        desk.get_by_role("button", name="Retry").click()
        summary = desk.get_by_test_id("files-summary")
        expect(summary).to_have_text("1 file was attached.")
        assert len([each for each in zoho.effects() if "created ticket" in each]) == 1


class TestALostAnswer:
    @pytest.mark.parametrize("arrived", [True, False], ids=["found", "not found"])
    def test_is_looked_for_before_anything_is_sent_again_e25(
        self, desk: Page, zoho: SandboxZoho, *, arrived: bool
    ) -> None:
        zoho.script("POST", TICKETS, {"drop": "after" if arrived else "before"})
        let_worker_run()
        desk.clock.install()

        submit(desk)

        box = desk.get_by_test_id("explanation")
        expect(box).to_contain_text("We do not know yet whether Zoho saved this")
        expect(box).to_contain_text("The line broke after we sent it. We are looking…")
        expect(desk.get_by_role("button", name="Send again")).to_have_count(0)
        look(is_last=True)
        desk.clock.run_for(3_000)
        if not arrived:
            # It is sent again by itself, after one look more.
            expect(desk.get_by_text("It was not saved")).to_be_visible()
            attempt(Delivery.objects.get())
            desk.clock.run_for(3_000)
        opened(desk)
        assert len([each for each in zoho.effects() if "created ticket" in each]) == 1


class TestReading:
    def test_that_fails_is_explained_with_another_try_e25(
        self, desk: Page, zoho: SandboxZoho, answering: Connection
    ) -> None:
        ticket = zoho.records()["tickets"][0]["id"]
        zoho.script("GET", f"{TICKETS}/{ticket}", {"drop": "before", "times": 9})

        desk.goto(f"/c/{answering.slug}/desk/tickets/{ticket}/")

        explained(desk, "We cannot reach Zoho", "This server got no answer from")
        zoho.clear_script()
        desk.get_by_role("link", name="Try again").click()
        expect(desk.get_by_test_id("status")).to_be_visible()


def look(*, is_last: bool) -> None:
    """Let the portal look for it now, as its workers do when it is due."""
    delivery = Delivery.objects.get()
    Delivery.objects.update(retry_at=delivery.created_at, looks=3 if is_last else 0)
    attempt(delivery)
