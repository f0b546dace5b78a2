"""Rows of a subform in a browser: with scripts and without, by keys, on a phone."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from connections.models import Connection
from tests.browser.pages import Enter, OpenPage
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User

pytestmark = [pytest.mark.browser, pytest.mark.looks]

SMALL = {"width": 320, "height": 640}
WELSH = {"id": "5550002", "Language": "Welsh", "Level": "Basic"}


@pytest.fixture(params=[True, False], ids=["scripts", "no scripts"])
def page(request: Any, open_page: OpenPage, enter: Enter, staff: User) -> Page:
    page = open_page(viewport=SMALL, java_script_enabled=request.param)
    enter(page, staff)
    return page


def languages(zoho: SandboxZoho) -> list[tuple[str, Any]]:
    rows = zoho.crm_records("Deals")[-1]["Languages_Known"]
    return [(row["Language"], row.get("Level")) for row in rows]


def test_rows_are_added_filled_in_and_taken_out_by_keys_alone(
    page: Page, zoho: SandboxZoho, grown: Connection
) -> None:
    held = {"Deal_Name": "New kitchen", "Stage": "Qualification"}
    deal = zoho.put_crm_record("Deals", **held, Languages_Known=[WELSH])
    school = zoho.put_crm_record("Accounts", Account_Name="Bath school")
    page.goto(f"/c/{grown.slug}/crm/Deals/{deal['id']}/change/")
    details = page.locator("main details > summary").first
    if not page.locator("main details[open]").count():
        details.focus()
        page.keyboard.press("Enter")

    page.get_by_role("button", name="Add a row to Languages Known").focus()
    page.keyboard.press("Enter")

    new = page.locator("[name=Languages_Known-new0-Language]")
    expect(new).to_be_visible()
    new.focus()
    page.keyboard.type("Irish")
    page.locator("[name=Languages_Known-new0-School]").focus()
    page.keyboard.type("Bath school")
    page.locator("[name=Languages_Known-5550002-gone]").focus()
    page.keyboard.press("Space")
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= SMALL["width"]
    # Enter saves; it adds no row.
    new.focus()
    page.keyboard.press("Enter")

    expect(page.get_by_text("was updated")).to_be_visible()
    assert languages(zoho) == [("Irish", None)]
    (row,) = zoho.crm_records("Deals")[-1]["Languages_Known"]
    assert row["School"]["id"] == school["id"]
