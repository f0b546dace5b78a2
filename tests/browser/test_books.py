"""Two clicks after typing: a customer with people, the same again, and from the CRM."""

import pytest
from playwright.sync_api import Page, expect

from connections.models import Connection
from tests.books.customers import (
    ARCHER,
    CONTACTS,
    KEYS,
    KIM,
    PERSONS,
    asked,
    people,
    there,
)
from tests.browser.pages import Enter
from tests.support.connected import connected
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User

pytestmark = pytest.mark.browser


@pytest.fixture
def both(zoho: SandboxZoho, admin: User, staff: User) -> Connection:
    return connected(zoho, admin, staff, ["crm.contacts", "crm.records", *KEYS])


def press(page: Page, button: str) -> None:
    page.get_by_role("button", name=button, exact=True).click()


def test_a_customer_with_two_people_and_the_same_name_again(
    page: Page, enter: Enter, zoho: SandboxZoho, both: Connection, staff: User
) -> None:
    enter(page, staff)
    form = f"/c/{both.slug}/books/contacts/new/"
    page.goto(form)
    page.get_by_label("Name", exact=True).fill("Sample Ltd")
    page.get_by_label("First name").first.fill("Kim")
    page.get_by_label("E-mail").first.fill(KIM)
    page.get_by_text("Another contact person").click()
    page.get_by_label("First name").nth(1).fill("Bo")
    press(page, "Save in Zoho Books")

    expect(page.get_by_role("heading", level=1)).to_have_text("Sample Ltd")
    expect(page.get_by_test_id("person")).to_have_count(2)
    page.goto(form)
    page.get_by_label("Name", exact=True).fill("SAMPLE Ltd")
    page.get_by_label("Company").fill("Sample Limited")
    press(page, "Save in Zoho Books")
    expect(page.get_by_test_id("changes")).to_contain_text("Sample Limited")
    press(page, "Save changes")

    expect(page.get_by_role("heading", level=1)).to_have_text("SAMPLE Ltd")
    (made,) = there(zoho, "SAMPLE Ltd")
    assert made["company_name"] == "Sample Limited"
    written = asked(zoho, "POST", CONTACTS) + asked(zoho, "PUT", CONTACTS)
    assert len(written) == 2


def test_a_person_for_a_customer_and_away_again(
    page: Page, enter: Enter, zoho: SandboxZoho, both: Connection, staff: User
) -> None:
    enter(page, staff)
    page.goto(f"/c/{both.slug}/books/contacts/?q=archer")
    page.get_by_role("link", name=ARCHER).click()
    expect(page.get_by_test_id("invoices")).to_contain_text("overdue")
    page.get_by_role("link", name="Add a contact person").click()
    page.get_by_label("First name").fill("Kim")
    page.get_by_label("E-mail").fill(KIM)
    press(page, "Save contact person")
    page.get_by_role("link", name="Mark as primary Kim").click()
    press(page, "Mark as primary")
    page.get_by_role("link", name="Delete Kim").click()
    press(page, "Delete")

    expect(page.get_by_test_id("person")).to_have_count(2)
    (archer,) = there(zoho, ARCHER)
    assert KIM not in people(zoho, archer["id"])
    assert len(asked(zoho, "POST", PERSONS)) == 2


def test_from_a_contact_of_the_crm(
    page: Page, enter: Enter, zoho: SandboxZoho, both: Connection, staff: User
) -> None:
    enter(page, staff)
    record = zoho.crm_records("Contacts")[-1]
    page.goto(f"/c/{both.slug}/crm/Contacts/{record['id']}/")
    page.get_by_role("link", name="Also add to Books").click()
    press(page, "Save in Zoho Books")
    save = page.get_by_test_id("save")
    name = f"{record['First_Name']} {record['Last_Name']}"
    expect(page.get_by_role("heading", level=1).or_(save).first).to_be_visible()

    found = zoho.books()["persons"]
    known = [each for each in found if each["email"] == record["Email"]]
    assert known or there(zoho, name)
