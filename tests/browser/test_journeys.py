import re
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from connections.models import Connection
from tests.browser.desk import choose_contact
from tests.browser.pages import Enter, OpenPage
from tests.browser.visitor import Visitor
from tests.support.people import PASSWORD
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User

pytestmark = pytest.mark.browser

CLIPBOARD = "navigator.clipboard.readText()"
CHECKS = (
    "signed_in",
    "region",
    "crm_contacts",
    "desk_organisation",
    "desk_departments",
    "permissions",
)
NO_CLIPBOARD = "delete Navigator.prototype.clipboard"


def sign_in(page: Page, person: User) -> None:
    page.goto("/")
    page.get_by_label("E-mail").fill(person.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def choose(visitor: Visitor, *answers: str) -> None:
    page = visitor.page
    visitor.look()
    for answer in ("Sandbox", *answers):
        visitor.click(page.get_by_label(answer))
    visitor.click(page.get_by_role("button", name="Continue"))
    visitor.look()


def make_client(visitor: Visitor, console: Page) -> None:
    page = visitor.page
    visitor.follow(page.get_by_role("link", name="Zoho API console"), console)
    visitor.copy("client-name", console.locator("#name"))
    visitor.copy("homepage", console.locator("#homepage"))
    visitor.copy("redirect-uri", console.locator("#redirect-uris"))
    console.locator("#create-client").click()
    visitor.bring(console.locator("#client-id"), "Client ID")
    visitor.bring(console.locator("#client-secret"), "Client secret")
    visitor.click(page.get_by_role("button", name="Save and go to Zoho"))


def connect_by_redirect(visitor: Visitor, console: Page, *answers: str) -> None:
    """From the wizard's first page to its last."""
    choose(visitor, *answers)
    make_client(visitor, console)
    visitor.page.get_by_role("button", name="Accept").click()
    visitor.page.wait_for_url("**/ready/")


def connect_by_code(visitor: Visitor, console: Page, *answers: str) -> None:
    page = visitor.page
    choose(visitor, *answers, "Paste a code (Self Client)")
    visitor.follow(page.get_by_role("link", name="Zoho API console"), console)
    console.locator("#create-self-client").click()
    visitor.bring(console.locator("#client-id"), "Client ID")
    visitor.bring(console.locator("#client-secret"), "Client secret")
    visitor.copy("scopes", console.locator("#scope"))
    console.locator("#generate-code").click()
    visitor.bring(console.locator("#generated-code"), "Code")
    visitor.click(page.get_by_role("button", name="Connect with this code"))
    page.wait_for_url("**/ready/")


def save_contact(page: Page, **values: str) -> None:
    page.get_by_role("link", name="New contact").first.click()
    for field, value in values.items():
        page.locator(f"#id_{field}").fill(value)
    page.get_by_role("button", name="Save contact").click()
    page.get_by_test_id("preview").wait_for()
    page.get_by_test_id("save").click()


def open_ticket(page: Page, department: str, person: str, subject: str) -> None:
    page.get_by_role("link", name="New ticket").first.click()
    choose_contact(page, person, person)
    page.get_by_label("Department").select_option(department)
    page.get_by_label("Subject").fill(subject)
    page.get_by_role("button", name="Open ticket").click()


def expect_all_passed(page: Page) -> None:
    for check in CHECKS:
        expect(page.get_by_test_id(f"check-{check}")).to_contain_text("Passed")
    checks = page.get_by_test_id("checks")
    expect(checks.get_by_text("Failed", exact=True)).to_have_count(0)


def asked_of_zoho(zoho: SandboxZoho) -> dict[str, str]:
    """Return what the last trip to the consent page asked for."""
    trips = [e for e in zoho.journal() if e["path"] == "/oauth/v2/auth"]
    query: dict[str, str] = trips[-1]["query"]
    return query


@pytest.fixture
def wizard(page: Page, admin: User, enter: Enter) -> Visitor:
    """An admin on the wizard's first page."""
    enter(page, admin)
    page.goto("/connections/new/")
    return Visitor(page)


class TestWholeWalk:
    def test_does_each_thing_at_zoho_exactly_once(
        self,
        page: Page,
        console: Page,
        open_page: OpenPage,
        admin: User,
        staff: User,
        zoho: SandboxZoho,
    ) -> None:
        sign_in(page, admin)
        page.get_by_role("link", name="Connect Zoho").click()
        connect_by_redirect(Visitor(page), console, "Open tickets")
        expect_all_passed(page)
        page.get_by_role("link", name="Choose who may use it").click()
        page.get_by_label(staff.email).check()
        page.get_by_role("button", name="Save who may use it").click()

        desk = open_page()
        sign_in(desk, staff)
        sam = {"Email": "sam.sample@example.com", "Last_Name": "Sample"}
        save_contact(desk, **sam, First_Name="Sam")
        expect(desk.get_by_role("heading", level=1)).to_have_text(
            "Sam Sample was created."
        )
        save_contact(desk, **sam, First_Name="Samira")
        expect(desk.get_by_role("heading", level=1)).to_have_text(
            "Sam Sample was updated. 1 field changed."
        )
        open_ticket(desk, "Support", "Ada Archer", "No paper")
        expect(desk.get_by_role("heading", level=1)).to_have_text(
            "Ticket #105 was opened."
        )

        page.goto("/connections/new/")
        connect_by_code(Visitor(page), console, "Open tickets")
        expect_all_passed(page)

        done = [re.sub(r" \d+$", "", effect) for effect in zoho.effects()]
        assert done == [
            "client added",
            "consent given",
            "token issued",
            "created Contacts",
            "updated Contacts",
            "created ticket",
            "client added",
            "code generated",
            "token issued",
        ]


class TestBudget:
    def test_asks_five_questions_on_two_pages_before_zoho_r17(
        self, wizard: Visitor, console: Page
    ) -> None:
        connect_by_redirect(wizard, console, "Open tickets")

        assert (wizard.pages, wizard.questions, wizard.unanswered) == (2, 5, 3)
        assert wizard.clicks == 10

    def test_asks_six_questions_with_a_self_client_r17(
        self, wizard: Visitor, console: Page
    ) -> None:
        connect_by_code(wizard, console, "Open tickets")

        # The fifth to answer is the way, which is preset to the other door.
        assert (wizard.pages, wizard.questions, wizard.unanswered) == (2, 6, 4)
        assert wizard.clicks == 10

    def test_suggests_a_name_that_zoho_takes(self, wizard: Visitor) -> None:
        choose(wizard)

        boxes = wizard.page.locator(".steps textarea")
        assert [box.get_attribute("data-testid") for box in boxes.all()] == [
            "client-name",
            "homepage",
            "redirect-uri",
        ]
        assert re.fullmatch(r"[A-Za-z0-9 _&]+", boxes.first.input_value())


class TestRedirectDoor:
    def test_sends_the_redirect_uri_that_it_shows_r01(
        self, open_page: OpenPage, enter: Enter, admin: User, console: Page, zoho: Any
    ) -> None:
        forged = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Port": "5678"}
        page = open_page(extra_http_headers=forged)
        enter(page, admin)
        page.goto("/connections/new/")
        choose(Visitor(page))

        shown = page.get_by_test_id("redirect-uri").input_value()
        make_client(Visitor(page), console)
        page.wait_for_url(f"{zoho.url}/**")

        assert asked_of_zoho(zoho)["redirect_uri"] == shown == settings.REDIRECT_URI

    def test_asks_for_nothing_that_was_not_ticked(
        self, wizard: Visitor, console: Page, zoho: SandboxZoho
    ) -> None:
        choose(wizard)
        wizard.page.get_by_text("Permissions that we ask for").click()
        shown = wizard.page.get_by_test_id("scopes").input_value()
        make_client(wizard, console)
        wizard.page.wait_for_url(f"{zoho.url}/**")

        assert asked_of_zoho(zoho)["scope"] == shown
        assert "ZohoCRM.modules.contacts.CREATE," in shown
        assert "Desk." not in shown

    def test_stays_in_one_tab_r39(self, wizard: Visitor, console: Page) -> None:
        connect_by_redirect(wizard, console)

        assert len(wizard.page.context.pages) == 1

    def test_trades_the_code_once_whatever_the_browser_does_a11(
        self, wizard: Visitor, console: Page, zoho: SandboxZoho
    ) -> None:
        page = wizard.page
        addresses: list[str] = []
        page.on("framenavigated", lambda frame: addresses.append(frame.url))
        calls: list[str] = []
        page.on("request", lambda request: calls.append(request.url))

        connect_by_redirect(wizard, console)
        page.reload()
        page.go_back()
        page.go_forward()

        assert page.url.endswith("/ready/")
        assert not [url for url in addresses if "code" in parse_qs(urlsplit(url).query)]
        (callback,) = [url for url in calls if url.startswith(settings.REDIRECT_URI)]
        page.goto(callback)
        expect(page.get_by_role("heading", level=2)).to_have_text(
            "This sign-in link is no longer good"
        )
        assert zoho.effects().count("token issued") == 1

    def test_leads_back_after_reject_and_asks_again(
        self, wizard: Visitor, console: Page
    ) -> None:
        page = wizard.page
        choose(wizard)
        make_client(wizard, console)

        page.get_by_role("button", name="Reject").click()
        expect(page.get_by_test_id("explanation-title")).to_have_text(
            "Access was not granted"
        )
        page.get_by_role("button", name="Ask Zoho again").click()
        page.get_by_role("button", name="Accept").click()

        page.wait_for_url("**/ready/")

    def test_is_as_it_was_after_an_error_at_zoho(
        self, wizard: Visitor, zoho: SandboxZoho
    ) -> None:
        page = wizard.page
        client_id, secret = zoho.new_client("server", ["http://localhost:1/elsewhere/"])
        choose(wizard)
        page.get_by_label("Client ID").fill(client_id)
        page.get_by_label("Client secret").fill(secret)
        page.get_by_role("button", name="Save and go to Zoho").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(
            "Invalid Redirect Uri"
        )

        page.go_back()

        expect(page.get_by_label("Client ID")).to_have_value(client_id)
        expect(page.get_by_label(f"saved, ends in {secret[-4:]}")).to_be_visible()

    def test_explains_errors_of_zoho_by_keyboard(self, wizard: Visitor) -> None:
        page = wizard.page
        choose(wizard)
        summary = page.get_by_text("I saw an error on Zoho's page")
        page.get_by_role("button", name="Save and go to Zoho").focus()
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        expect(summary).to_be_focused()

        page.keyboard.press("Enter")

        panel = page.get_by_test_id("zoho-error-help")
        expect(panel.locator("dt")).to_have_count(4)
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(panel.get_by_text("Copied", exact=True)).to_be_visible()
        assert page.evaluate(CLIPBOARD) == settings.REDIRECT_URI

    def test_switches_to_the_region_that_zoho_names(
        self, wizard: Visitor, console: Page, settings: Any
    ) -> None:
        here = settings.DATA_CENTERS["sandbox"]
        there = here.accounts.replace("127.0.0.1", "localhost")
        settings.DATA_CENTERS = {
            "sandbox": here,
            "other": replace(
                here.having(accounts=there), code="other", name="Elsewhere"
            ),
        }
        policy = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
        forms = {"form-action": [*policy["form-action"], there]}
        settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": policy | forms}
        page = wizard.page
        page.reload()
        page.get_by_label("Elsewhere").check()
        page.get_by_role("button", name="Continue").click()

        make_client(wizard, console)
        page.get_by_role("button", name="Accept").click()

        expect(page.get_by_test_id("alert")).to_contain_text("We switched to Sandbox")
        assert Connection.objects.get().data_center == "sandbox"


class TestChecks:
    def test_name_what_failed_and_do_not_call_it_working(
        self, wizard: Visitor, console: Page, zoho: SandboxZoho
    ) -> None:
        page = wizard.page
        refusal = {"status": 401, "body": {"code": "INVALID_TOKEN"}}
        zoho.script("GET", "/crm/v8/org", refusal, refusal)

        connect_by_redirect(wizard, console, "Open tickets")

        expect(page.get_by_test_id("checks").get_by_text("Failed")).to_have_count(1)
        expect(page.get_by_test_id("check-crm_organisation")).to_contain_text("Failed")
        page.get_by_role("link", name="Open the connection").click()
        expect(page.get_by_test_id("badge")).to_have_text("A check failed")


class TestSelfClientDoor:
    def test_asks_only_for_a_new_code_after_an_old_one(
        self, wizard: Visitor, zoho: SandboxZoho
    ) -> None:
        page = wizard.page
        client_id, secret = zoho.new_client("self")
        choose(wizard, "Paste a code (Self Client)")
        scopes = page.get_by_test_id("scopes").input_value()
        page.get_by_label("Client ID").fill(client_id)
        page.get_by_label("Client secret").fill(secret)
        page.get_by_label("Code", exact=True).fill("1000.used.before")

        page.get_by_role("button", name="Connect with this code").click()

        expect(page.get_by_test_id("explanation-title")).to_have_text(
            "This code has expired or was used before"
        )
        expect(page.get_by_label("Client ID")).to_have_value(client_id)
        expect(page.get_by_label(f"saved, ends in {secret[-4:]}")).to_be_visible()
        code = page.get_by_label("Code", exact=True)
        expect(code).to_have_value("")
        expect(code).to_be_focused()
        code.fill(zoho.new_code(client_id, scopes))
        page.get_by_role("button", name="Connect with this code").click()
        page.wait_for_url("**/ready/")


class TestCopyButton:
    def test_copies_and_says_so_without_the_clipboard_api(
        self, open_page: OpenPage, enter: Enter, admin: User
    ) -> None:
        page = open_page()
        page.add_init_script(NO_CLIPBOARD)
        enter(page, admin)
        page.goto("/connections/new/")
        choose(Visitor(page))
        assert page.evaluate("navigator.clipboard === undefined")

        page.get_by_role("button", name="Copy Homepage URL").click()

        expect(page.get_by_role("status")).to_have_text("Copied")
        page.get_by_label("Client ID").focus()
        page.keyboard.press("Control+v")
        expect(page.get_by_label("Client ID")).to_have_value(settings.SITE_URL)
