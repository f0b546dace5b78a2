"""An organisation as it has grown, in a browser: 130 fields, own names, files, rows.

Its metadata has the shapes of replies/S1, replies/S5 and replies/S10.
"""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from connections.models import Connection, Reading
from connections.schema import refresh
from tests.browser.pages import Enter, OpenPage
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User

pytestmark = [pytest.mark.browser, pytest.mark.looks]

UPSERT = "/crm/v8/Deals/upsert"


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / name for name in ("contract.pdf", "terms.pdf")]
    for path in paths:
        path.write_text(path.name)
    return paths


@pytest.fixture
def staff_page(page: Page, staff: User, enter: Enter) -> Page:
    enter(page, staff)
    return page


def form_of(grown: Connection) -> str:
    return f"/c/{grown.slug}/crm/Deals/new/"


def fill_in(page: Page, grown: Connection) -> None:
    page.goto(form_of(grown))
    page.locator("main details > summary").first.click()
    page.get_by_label("Deal Name").fill("New kitchen")
    page.locator("#id_Stage").select_option("Qualification")
    page.locator("#id_Town").select_option("Online")
    page.locator("#id_Tag").fill("vip, web")


def save(page: Page) -> None:
    page.get_by_role("button", name="Save deal").click()
    page.get_by_test_id("save").click()


def stored(zoho: SandboxZoho) -> dict[str, Any]:
    return zoho.crm_records("Deals")[-1]


def names(zoho: SandboxZoho) -> list[str]:
    return [each["File_Name__s"] for each in stored(zoho).get("Contracts") or ()]


class TestForm:
    def test_has_the_organisations_names_under_its_headings_replies_s10(
        self, staff_page: Page, grown: Connection
    ) -> None:
        page = staff_page
        page.goto(form_of(grown))

        expect(page.get_by_role("combobox", name="Company Name")).to_be_visible()
        expect(page.get_by_text("Potential Name")).to_have_count(0)
        page.locator("main details > summary").first.click()
        headings = page.locator("main details h3")
        expect(headings).to_have_text(["Deal Information", "Delivery", "Internal"])
        expect(page.locator("main form [name=Note_7]")).to_be_visible()

    def test_offers_what_goes_with_an_empty_parent_replies_s5(
        self, staff_page: Page, grown: Connection
    ) -> None:
        page = staff_page
        page.goto(form_of(grown))
        page.locator("main details > summary").first.click()
        town = page.locator("#id_Town option:not([disabled])")

        expect(town).to_have_text(["None chosen", "Online"])
        page.locator("#id_Area").select_option("North")
        expect(town).to_have_text(["None chosen", "Hull", "York"])

    def test_says_before_typing_what_it_cannot_take_forms_09(
        self, staff_page: Page, grown: Connection, zoho: SandboxZoho
    ) -> None:
        page = staff_page
        zoho.change_crm_metadata("Deals", require_field="Suppliers")
        page.goto(form_of(grown))

        notice = page.get_by_test_id("beyond")
        expect(notice).to_contain_text(
            "Your layout demands Suppliers, which can be filled in at Zoho only"
        )
        link = notice.get_by_role("link", name="Open deals in Zoho CRM")
        assert str(link.get_attribute("href")).endswith("/tab/Deals")


class TestPreview:
    def test_shows_tags_and_files_and_saves_them_replies_s1(
        self,
        staff_page: Page,
        grown: Connection,
        zoho: SandboxZoho,
        files: list[Path],
    ) -> None:
        page = staff_page
        fill_in(page, grown)
        page.locator("#id_Contracts").set_input_files(files)
        page.get_by_role("button", name="Save deal").click()

        preview = page.get_by_test_id("changes")
        expect(preview).to_contain_text("contract.pdf, terms.pdf")
        expect(preview).to_contain_text("vip, web")
        # They are here now: nothing is chosen again, or sent again.
        boxes = page.get_by_role("group", name="Contracts").get_by_role("checkbox")
        expect(boxes).to_have_count(2)
        assert page.locator("#id_Contracts").evaluate("it => it.files.length") == 0
        page.get_by_label("terms.pdf").uncheck()
        page.get_by_role("button", name="Save deal").click()
        expect(preview).not_to_contain_text("terms.pdf")
        page.get_by_test_id("save").click()

        expect(page.get_by_test_id("result")).to_be_visible()
        assert names(zoho) == ["contract.pdf"]
        assert [each["name"] for each in stored(zoho)["Tag"]] == ["vip", "web"]
        assert stored(zoho)["Town"] == "Online"

    def test_works_without_scripts_r56(
        self,
        plain_page: Page,
        staff: User,
        enter: Enter,
        grown: Connection,
        zoho: SandboxZoho,
        files: list[Path],
    ) -> None:
        page = plain_page
        enter(page, staff)
        fill_in(page, grown)
        page.locator("#id_Contracts").set_input_files(files)
        save(page)

        expect(page.get_by_test_id("result")).to_be_visible()
        assert names(zoho) == ["contract.pdf", "terms.pdf"]


class TestChange:
    def test_touches_what_was_touched_only_replies_s1(
        self,
        staff_page: Page,
        grown: Connection,
        zoho: SandboxZoho,
        files: list[Path],
    ) -> None:
        page = staff_page
        fill_in(page, grown)
        page.locator("#id_Contracts").set_input_files(files[:1])
        save(page)
        expect(page.get_by_test_id("result")).to_be_visible()
        record = f"/c/{grown.slug}/crm/Deals/{stored(zoho)['id']}/"
        page.goto(record)
        shown = page.get_by_test_id("record")
        expect(shown.get_by_role("heading")).to_have_text(
            ["Deal Information", "Delivery", "Internal"]
        )
        expect(shown).to_contain_text("contract.pdf")
        expect(shown).to_contain_text("vip, web")
        zoho.clear_journal()

        page.goto(f"{record}change/")
        page.get_by_label("Deal Name").fill("Old kitchen")
        page.get_by_role("button", name="Save changes").click()

        expect(page.get_by_test_id("result")).to_be_visible()
        (entry,) = [each for each in zoho.journal() if each["method"] == "PUT"]
        assert entry["body"]["data"] == [{"Deal_Name": "Old kitchen"}]
        page.goto(f"{record}change/")
        page.locator("main details > summary").first.click()
        page.get_by_label("contract.pdf").uncheck()
        page.locator("#id_Contracts").set_input_files(files[1:])
        page.get_by_role("button", name="Save changes").click()
        expect(page.get_by_test_id("result")).to_be_visible()
        assert names(zoho) == ["terms.pdf"]


class TestRefusal:
    def test_has_the_organisations_name_and_keeps_the_files_replies_s10(
        self,
        staff_page: Page,
        grown: Connection,
        zoho: SandboxZoho,
        files: list[Path],
    ) -> None:
        page = staff_page
        item = {"code": "MANDATORY_NOT_FOUND", "details": {"api_name": "Account_Name"}}
        item |= {"message": "required field not found", "status": "error"}
        zoho.script("POST", UPSERT, {"status": 400, "body": {"data": [item]}})
        fill_in(page, grown)
        page.locator("#id_Contracts").set_input_files(files[:1])
        save(page)

        summary = page.get_by_test_id("error-summary")
        expect(summary).to_contain_text("Enter Company Name.")
        expect(page.locator("#div_id_Account_Name .field-errors")).to_be_visible()
        expect(page.get_by_label("contract.pdf")).to_be_checked()


class TestDrift:
    def test_is_told_by_the_organisations_names_f47_replies_s10(
        self,
        open_page: OpenPage,
        enter: Enter,
        staff: User,
        admin: User,
        grown: Connection,
        zoho: SandboxZoho,
    ) -> None:
        page = open_page()
        enter(page, staff)
        fill_in(page, grown)
        zoho.change_crm_metadata("Deals", require_field="Account_Name")
        zoho.change_crm_metadata(
            "Deals", remove_value={"field": "Town", "value": "Online"}
        )
        save(page)

        drift = page.get_by_test_id("drift")
        expect(drift).to_contain_text("Company Name is required in Zoho now.")
        expect(drift).to_contain_text("Town has no value “Online” any more in Zoho.")
        expect(page.get_by_label("Deal Name")).to_have_value("New kitchen")
        Reading.objects.update(fresh_until="2020-01-01T00:00:00Z")
        refresh.refresh()
        boss = open_page()
        enter(boss, admin)
        boss.goto(f"/connections/{grown.pk}/")
        expect(boss.get_by_text("Deals changed in Zoho CRM")).to_be_visible()
