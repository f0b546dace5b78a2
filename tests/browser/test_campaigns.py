"""Two clicks after typing: somebody comes to a list, twice, leaves, and comes back."""

import json

import pytest
from playwright.sync_api import Page, expect

from connections.models import Connection
from tests.browser.pages import Enter
from tests.campaigns.people import KEYS, KIM, SUBSCRIBE, asked, states
from tests.support.connected import connected
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User

pytestmark = pytest.mark.browser


@pytest.fixture
def both(zoho: SandboxZoho, admin: User, staff: User) -> Connection:
    zoho.reset(campaigns_takes_back=True)
    return connected(zoho, admin, staff, ["crm.contacts", "crm.records", *KEYS])


def fill_in(page: Page, mailing_list: str, email: str = "") -> None:
    page.get_by_label(mailing_list).check()
    if email:
        page.get_by_label("E-mail").fill(email)
    page.get_by_label("Who said yes to the mail").fill("Kim Sample")
    page.get_by_label("How", exact=True).fill("on the phone")


def press(page: Page, button: str) -> None:
    page.get_by_role("button", name=button, exact=True).click()


def test_a_person_comes_twice_leaves_and_comes_back(
    page: Page, enter: Enter, zoho: SandboxZoho, both: Connection, staff: User
) -> None:
    enter(page, staff)
    form = f"/c/{both.slug}/campaigns/subscriptions/new/"
    page.goto(form)
    fill_in(page, "Newsletter", KIM)
    press(page, "Subscribe")
    words = f"A confirmation mail went out; {KIM} is on the list after a click in it."
    expect(page.get_by_role("heading", level=1)).to_have_text(words)

    page.goto(form)
    fill_in(page, "Customers", KIM)
    press(page, "Subscribe")
    page.goto(form)
    fill_in(page, "Customers", KIM)
    page.get_by_label("First Name").fill("Kim")
    press(page, "Subscribe")
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("Kim was on the list; the details were updated.")

    page.goto(f"/c/{both.slug}/campaigns/unsubscribe/")
    page.get_by_label("Customers").check()
    page.get_by_label("E-mail").fill(KIM)
    press(page, "Unsubscribe")
    expect(heading).to_have_text(f"{KIM} is off the list “Customers”.")

    page.goto(form)
    fill_in(page, "Customers", KIM)
    page.get_by_label("Last Name").fill("Sample")
    press(page, "Subscribe")
    expect(page.get_by_test_id("error-summary")).to_contain_text("has unsubscribed")
    page.get_by_label("They asked to be on the list again").check()
    press(page, "Subscribe")

    expect(heading).to_contain_text("is on the list “Customers”.")
    assert states(zoho, KIM) == {"Newsletter": "pending", "Customers": "active"}
    assert len(asked(zoho, SUBSCRIBE)) == 4


def test_from_a_contact_of_the_crm(
    page: Page, enter: Enter, zoho: SandboxZoho, both: Connection, staff: User
) -> None:
    enter(page, staff)
    record = zoho.crm_records("Contacts")[-1]
    page.goto(f"/c/{both.slug}/crm/Contacts/{record['id']}/")
    page.get_by_role("link", name="Also subscribe").click()
    fill_in(page, "Customers")
    press(page, "Subscribe")

    expect(page.get_by_test_id("state")).to_contain_text("Customers")
    (sent,) = asked(zoho, SUBSCRIBE)
    assert json.loads(sent["form"]["contactinfo"]) == {
        "Contact Email": record["Email"],
        "First Name": record["First_Name"],
        "Last Name": record["Last_Name"],
    }
    assert states(zoho, record["Email"])["Customers"] == "active"
