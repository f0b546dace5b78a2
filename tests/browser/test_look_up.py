"""P8: on leaving the e-mail field the form says whether the contact is there."""

import pytest
from playwright.sync_api import Locator, Page, expect

from connections.models import Connection
from tests.browser.pages import Enter, violations
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User

pytestmark = [pytest.mark.browser, pytest.mark.looks]

SEARCH = "/crm/v8/Contacts/search"
UPSERT = "/crm/v8/Contacts/upsert"
NEW = "kim.sample@example.com"


def status(page: Page) -> Locator:
    return page.locator("#id_Email_status")


def calls(zoho: SandboxZoho) -> list[str]:
    return [each["path"] for each in zoho.journal() if "settings" not in each["path"]]


@pytest.fixture
def form(page: Page, staff: User, enter: Enter, connection: Connection) -> Page:
    enter(page, staff)
    page.goto(f"/c/{connection.slug}/crm/contacts/new/")
    return page


@pytest.fixture
def known(zoho: SandboxZoho, connection: Connection) -> str:
    """The address of Ada Archer."""
    assert connection
    return str(zoho.crm_records("Contacts")[0]["Email"])


class TestLeavingTheFieldR14:
    def test_says_who_is_there_and_costs_no_search_more(
        self, form: Page, zoho: SandboxZoho, known: str
    ) -> None:
        zoho.clear_journal()
        form.locator("#id_Email").focus()
        form.keyboard.type(known)
        form.keyboard.press("Tab")

        expect(status(form)).to_contain_text("Found: Ada Archer, changed")
        expect(status(form)).to_contain_text("Saving will update this contact.")
        expect(status(form)).to_have_attribute("role", "status")
        expect(form.locator("#id_Last_Name")).to_be_focused()
        assert violations(form) == []
        form.keyboard.type("Sample")
        form.keyboard.press("Enter")
        title = form.get_by_role("heading", name="Will update Ada Archer")
        expect(title).to_be_focused()
        form.get_by_test_id("save").click()
        expect(form.get_by_test_id("result")).to_be_visible()
        # It is read just before it is changed.
        record = f"/crm/v8/Contacts/{zoho.crm_records('Contacts')[0]['id']}"
        assert calls(zoho) == [SEARCH, record, record]

    def test_says_that_the_contact_is_new(self, form: Page) -> None:
        form.locator("#id_Email").fill(NEW)
        form.locator("#id_Last_Name").focus()

        expect(status(form)).to_have_text(
            "New contact: none in Zoho has this Email yet."
        )

    def test_is_silent_about_half_an_address_r56(
        self, form: Page, zoho: SandboxZoho
    ) -> None:
        zoho.clear_journal()
        form.locator("#id_Email").fill("kim@")
        form.keyboard.press("Tab")
        form.locator("#id_Email").fill(NEW)
        with form.expect_response("**/found/"):
            form.keyboard.press("Tab")

        expect(form.locator("[aria-invalid=true]")).to_have_count(0)
        assert calls(zoho) == [SEARCH]

    def test_asks_once_for_one_address(self, form: Page, zoho: SandboxZoho) -> None:
        zoho.clear_journal()
        email, name = form.locator("#id_Email"), form.locator("#id_Last_Name")
        email.fill(NEW)
        name.focus()
        expect(status(form)).to_contain_text("New contact")

        email.focus()
        name.focus()
        email.fill(f"x.{NEW}")
        expect(status(form)).to_be_empty()
        name.focus()

        expect(status(form)).to_contain_text("New contact")
        assert calls(zoho) == [SEARCH, SEARCH]

    def test_stops_when_somebody_types_on(
        self, form: Page, zoho: SandboxZoho, known: str
    ) -> None:
        zoho.script("GET", SEARCH, {"delay": 2})
        email, name = form.locator("#id_Email"), form.locator("#id_Last_Name")
        email.fill(known)
        name.focus()
        expect(status(form)).to_have_text("Looking up in Zoho…")
        name.fill("Sample")

        email.fill(NEW)
        expect(status(form)).to_be_empty()
        name.focus()

        expect(status(form)).to_contain_text("New contact")
        expect(name).to_have_value("Sample")

    def test_is_calm_where_zoho_cannot_be_asked(
        self, form: Page, zoho: SandboxZoho
    ) -> None:
        zoho.script("GET", SEARCH, *[{"status": 503, "body": "<p>"}] * 3)
        form.locator("#id_Email").fill(NEW)
        form.locator("#id_Last_Name").fill("Sample")

        expect(status(form)).to_contain_text("You can go on")
        expect(form.get_by_role("alert")).to_have_count(0)
        form.get_by_role("button", name="Save contact").click()
        form.get_by_test_id("save").click()
        expect(form.get_by_test_id("result")).to_be_visible()

    def test_does_not_stand_in_the_way_of_a_quick_save(
        self, form: Page, zoho: SandboxZoho
    ) -> None:
        zoho.clear_journal()
        form.locator("#id_Last_Name").fill("Sample")
        form.locator("#id_Email").fill(NEW)
        form.locator("#id_Email").press("Enter")

        form.get_by_role("button", name="Create contact").click()
        expect(form.get_by_test_id("result")).to_be_visible()
        assert calls(zoho) == [SEARCH, "/crm/v8/Contacts", UPSERT]


class TestSharedAddressForms01:
    def test_is_asked_about_in_the_page_and_the_chosen_one_is_written(
        self, form: Page, zoho: SandboxZoho, known: str
    ) -> None:
        first = zoho.crm_records("Contacts")[0]
        second = zoho.put_crm_record(
            "Contacts", First_Name="Kim", Last_Name="Archer", Email=known
        )
        form.locator("#id_Email").fill(known)
        form.locator("#id_Last_Name").fill("Archer")
        expect(status(form)).to_contain_text("2 contacts in Zoho have this Email.")
        form.locator("#id_Title").fill("Boss")

        form.get_by_role("button", name="Save contact").click()
        asked = form.get_by_test_id("candidates")
        expect(asked.locator("legend")).to_be_focused()
        assert violations(form) == []
        form.get_by_role("button", name="Go on").click()
        expect(asked).to_contain_text("Choose one of them, or a new one.")
        asked.get_by_label("Kim Archer").check()
        form.get_by_role("button", name="Go on").click()
        title = form.get_by_role("heading", name="Will update Kim Archer")
        expect(title).to_be_focused()
        form.get_by_test_id("save").click()

        expect(form.get_by_role("heading", level=1)).to_contain_text(
            "Kim Archer was updated."
        )
        rows = {each["id"]: each for each in zoho.crm_records("Contacts")}
        assert rows[second["id"]]["Title"] == "Boss"
        assert rows[first["id"]] == first

    def test_is_asked_about_anew_when_the_address_changes(
        self, form: Page, zoho: SandboxZoho, known: str
    ) -> None:
        zoho.put_crm_record("Contacts", Last_Name="Archer", Email=known)
        form.locator("#id_Email").fill(known)
        form.locator("#id_Last_Name").fill("Archer")
        form.get_by_role("button", name="Save contact").click()
        expect(form.get_by_test_id("candidates")).to_be_visible()

        form.locator("#id_Email").fill(NEW)
        form.get_by_role("button", name="Save contact").click()

        title = form.get_by_role("heading", name="Will create a new contact")
        expect(title).to_be_focused()
