"""CRM records in a browser: every type of field, every refusal, two people at once."""

import json
import re
from fnmatch import fnmatch
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from connections.models import Connection
from tests.browser.pages import Enter, OpenPage
from tests.browser.visitor import Visitor
from tests.crm.every_type import TYPES, UPSERT
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User

pytestmark = [pytest.mark.browser, pytest.mark.looks]

NEEDED = {"Email": "kim.sample@example.com", "Last_Name": "Sample"}
# A value of a list is to be chosen anew, any other to be changed.
OBJECTION = re.compile("Zoho (does not take this value|has now)")
CHAIN = {"Region": "Europe", "Country": "Germany", "City": "Berlin"}


def form_of(rich: Connection, module: str = "Contacts") -> str:
    return f"/c/{rich.slug}/crm/{module}/new/"


def open_form(page: Page, rich: Connection) -> None:
    page.goto(form_of(rich))
    page.locator("main details > summary").first.click()


def enter_value(page: Page, name: str, value: Any) -> None:
    if isinstance(value, list):
        for each in value:
            page.locator(f"[name={name}][value={each}]").check()
        return
    field = page.locator(f"#id_{name}")
    if field.evaluate("it => it.tagName") == "SELECT":
        field.select_option(value)
    else:
        field.fill(value.replace("\r\n", "\n"))


def save(page: Page) -> None:
    page.get_by_role("button", name="Save contact").click()
    page.get_by_test_id("save").click()
    expect(page.get_by_test_id("result")).to_be_visible()


def sent(zoho: SandboxZoho) -> dict[str, Any]:
    (entry,) = [each for each in zoho.journal() if fnmatch(each["path"], UPSERT)]
    record: dict[str, Any] = entry["body"]["data"][0]
    return record


def objection(code: str, field: str = "", **details: Any) -> dict[str, Any]:
    about = details | ({"api_name": field} if field else {})
    item = {"code": code, "details": about, "message": "no", "status": "error"}
    return {"status": 400, "body": {"data": [item]}}


@pytest.fixture
def staff_page(page: Page, staff: User, enter: Enter) -> Page:
    enter(page, staff)
    return page


class TestEveryType:
    def test_is_entered_and_arrives_in_zohos_form(
        self, staff_page: Page, rich: Connection, zoho: SandboxZoho
    ) -> None:
        page = staff_page
        open_form(page, rich)
        for name, value in (NEEDED | CHAIN).items():
            enter_value(page, name, value)
        for name, typed, _ in TYPES.values():
            enter_value(page, name, typed)
        for name in ("Owner", "Agent"):
            page.locator(f"#id_{name}").select_option("Alex Admin")

        save(page)

        record = sent(zoho)
        expected = {name: arrives for name, _, arrives in TYPES.values()}
        assert (NEEDED | CHAIN | expected).items() <= record.items()
        assert set(record["Owner"]) == set(record["Agent"]) == {"id"}

    def test_has_its_refusal_beside_it(
        self, staff_page: Page, rich: Connection, zoho: SandboxZoho
    ) -> None:
        page = staff_page
        names = [name for name, _, _ in TYPES.values()] + list(CHAIN)
        errors = [
            {"code": "INVALID_DATA", "details": {"api_name": name}, "message": ""}
            for name in names
        ]
        refusal = objection("MULTIPLE_OR_MULTI_ERRORS", errors=errors)
        zoho.script("POST", UPSERT, refusal)
        open_form(page, rich)
        for name, value in NEEDED.items():
            enter_value(page, name, value)
        page.get_by_role("button", name="Save contact").click()
        page.get_by_test_id("save").click()

        for name in names:
            block = page.locator(f"#div_id_{name}")
            expect(block.locator(".field-errors")).to_contain_text(OBJECTION)
            expect(block).to_be_visible()


class TestBudget:
    def test_of_one_contact_is_two_fields_and_two_clicks(
        self, staff_page: Page, connection: Connection
    ) -> None:
        page = staff_page
        visitor = Visitor(page)
        page.goto(f"/c/{connection.slug}/crm/contacts/new/")
        required = page.locator("main form [required]")
        # A person without an e-mail address can be saved, too.
        expect(required).to_have_count(1)
        for name, value in NEEDED.items():
            enter_value(page, name, value)

        visitor.click(page.get_by_role("button", name="Save contact"))
        visitor.click(page.get_by_test_id("save"))

        expect(page.get_by_role("heading", level=1)).to_have_text("Sample was created.")
        assert visitor.clicks == 2


class TestDependentPicklists:
    def test_offer_only_what_goes_together(
        self, staff_page: Page, rich: Connection
    ) -> None:
        page = staff_page
        open_form(page, rich)
        country = page.locator("#id_Country option:not([disabled])")
        expect(country).to_have_text(["None chosen"])

        page.locator("#id_Region").select_option("Asia")

        expect(country).to_have_text(["None chosen", "India", "Japan"])


class TestLookup:
    def test_is_found_while_one_types_by_keyboard(
        self, staff_page: Page, rich: Connection, zoho: SandboxZoho
    ) -> None:
        page = staff_page
        page.goto(form_of(rich, "Accounts"))
        enter_value(page, "Account_Name", "Example Bakery (North)")
        page.get_by_role("button", name="Save account").click()
        page.get_by_test_id("save").click()
        expect(page.get_by_test_id("result")).to_be_visible()
        account = zoho.crm_records("Accounts")[-1]["id"]
        page.goto(form_of(rich))
        for name, value in NEEDED.items():
            enter_value(page, name, value)

        page.locator("#id_Account_Name").press_sequentially("bakery")
        expect(
            page.get_by_role("option", name="Example Bakery (North)")
        ).to_be_visible()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        save(page)

        assert sent(zoho)["Account_Name"] == {"id": account}


REFUSALS = [
    ("E18", objection("MANDATORY_NOT_FOUND", "Title"), "Title", "Enter title."),
    (
        "E19",
        objection("INVALID_DATA", "Phone", expected_data_type="phone"),
        "Phone",
        "Phone must be a phone number such as",
    ),
    (
        "E19",
        objection("INVALID_DATA", "First_Name", maximum_length=10),
        "First_Name",
        "First Name must be 10 characters or fewer.",
    ),
    (
        "E20",
        objection("DUPLICATE_DATA", "Customer_Number"),
        "Customer_Number",
        "Zoho has this Customer Number already",
    ),
]


class TestRefusals:
    @pytest.mark.parametrize(
        ("code", "answer", "field", "words"),
        REFUSALS,
        ids=[f"{each[0]}-{each[2]}" for each in REFUSALS],
    )
    def test_stand_beside_the_field_r13(
        self,
        code: str,
        answer: dict[str, Any],
        field: str,
        words: str,
        staff_page: Page,
        rich: Connection,
        zoho: SandboxZoho,
    ) -> None:
        page = staff_page
        zoho.script("POST", UPSERT, answer)
        open_form(page, rich)
        for name, value in NEEDED.items():
            enter_value(page, name, value)
        page.get_by_role("button", name="Save contact").click()
        page.get_by_test_id("save").click()

        expect(page.locator(f"#id_{field}_error")).to_contain_text(words)
        summary = page.get_by_test_id("error-summary")
        summary.get_by_role("link", name=words).click()
        expect(page.locator(f"#id_{field}")).to_be_focused()
        expect(page.locator("#id_Last_Name")).to_have_value("Sample")

    def test_of_a_value_that_is_taken_leads_to_the_other_record_e20(
        self, staff_page: Page, rich: Connection, zoho: SandboxZoho
    ) -> None:
        page = staff_page
        other = zoho.crm_records("Contacts")[0]["id"]
        answer = objection("DUPLICATE_DATA", "Customer_Number", id=other)
        zoho.script("POST", UPSERT, answer)
        open_form(page, rich)
        for name, value in (NEEDED | {"Customer_Number": "4711"}).items():
            enter_value(page, name, value)
        page.get_by_role("button", name="Save contact").click()
        page.get_by_test_id("save").click()

        notice = page.get_by_test_id("taken")
        expect(notice).to_contain_text(
            "A contact with this Customer Number is already there: Ada Archer"
        )
        expect(notice).to_contain_text("Zoho allows “4711” only once.")
        notice.get_by_role("link", name="Change Customer Number").click()
        expect(page.locator("#id_Customer_Number")).to_be_focused()
        notice.get_by_role("link", name="Update Ada Archer instead").click()

        expect(page.get_by_role("heading", level=1)).to_have_text("Change Ada Archer")

    @pytest.mark.parametrize(
        ("answer", "words"),
        [
            (
                {"status": 400, "body": {"code": "INVALID_MODULE", "details": {}}},
                "Zoho has no",
            ),
            (
                {"status": 429, "body": {"code": "TOO_MANY_REQUESTS"}},
                "Zoho is busy with our requests",
            ),
        ],
        ids=["E21", "E22"],
    )
    def test_of_the_whole_call_are_explained(
        self,
        answer: dict[str, Any],
        words: str,
        staff_page: Page,
        rich: Connection,
        zoho: SandboxZoho,
    ) -> None:
        page = staff_page
        zoho.script("POST", UPSERT, *[answer] * 3)
        page.goto(form_of(rich))
        for name, value in NEEDED.items():
            enter_value(page, name, value)
        page.get_by_role("button", name="Save contact").click()
        page.get_by_test_id("save").click()

        expect(page.get_by_text(words).first).to_be_visible()


class TestTwoPeople:
    def test_see_each_others_change_and_lose_nothing(
        self,
        open_page: OpenPage,
        enter: Enter,
        staff: User,
        admin: User,
        rich: Connection,
        zoho: SandboxZoho,
    ) -> None:
        record = zoho.crm_records("Contacts")[0]["id"]
        address = f"/c/{rich.slug}/crm/Contacts/{record}/change/"
        mine, theirs = open_page(), open_page()
        enter(mine, staff)
        enter(theirs, admin)
        mine.goto(address)
        theirs.goto(address)
        theirs.locator("#id_Title").fill("Theirs")
        theirs.get_by_role("button", name="Save changes").click()
        expect(theirs.get_by_test_id("result")).to_be_visible()

        mine.locator("#id_Title").fill("Mine")
        mine.get_by_role("button", name="Save changes").click()

        clashes = mine.get_by_test_id("clashes")
        expect(clashes).to_contain_text("Zoho has “Theirs” now, your form had “Mine”")
        expect(mine.locator("#id_Title")).to_have_value("Mine")
        mine.get_by_role("button", name="Save changes").click()
        expect(mine.get_by_test_id("result")).to_be_visible()
        assert zoho.crm_records("Contacts")[0]["Title"] == "Mine"


class TestF47Drift:
    def test_of_a_required_field_keeps_what_was_typed(
        self, staff_page: Page, rich: Connection, zoho: SandboxZoho
    ) -> None:
        page = staff_page
        page.goto(form_of(rich))
        for name, value in NEEDED.items():
            enter_value(page, name, value)
        field = {"api_name": "Shoe_Size", "label": "Shoe size", "required": True}
        zoho.change_crm_metadata("Contacts", add_field=field)
        page.get_by_role("button", name="Save contact").click()
        page.get_by_test_id("save").click()

        expect(page.get_by_test_id("drift")).to_contain_text("Shoe size is new in Zoho")
        expect(page.locator("#id_Last_Name")).to_have_value("Sample")
        page.locator("#id_Shoe_Size").fill("43")
        save(page)
        assert zoho.crm_records("Contacts")[-1]["Shoe_Size"] == "43"

    def test_of_a_field_that_is_gone_keeps_what_was_typed(
        self, staff_page: Page, rich: Connection, zoho: SandboxZoho
    ) -> None:
        page = staff_page
        open_form(page, rich)
        for name, value in (NEEDED | {"Door_Phone": "+49 30 123"}).items():
            enter_value(page, name, value)
        zoho.change_crm_metadata("Contacts", remove_field="Door_Phone")
        zoho.script("POST", UPSERT, objection("INVALID_DATA", "Door_Phone"))
        page.get_by_role("button", name="Save contact").click()
        page.get_by_test_id("save").click()

        drift = page.get_by_test_id("drift")
        expect(drift).to_contain_text("is not there any more in Zoho.")
        expect(drift).to_contain_text("had: +49 30 123.")
        expect(page.locator("#id_Last_Name")).to_have_value("Sample")
        save(page)
        assert zoho.crm_records("Contacts")[-1]["Last_Name"] == "Sample"

    def test_of_a_value_is_seen_after_a_press_e19(
        self, staff_page: Page, rich: Connection, zoho: SandboxZoho
    ) -> None:
        page = staff_page
        open_form(page, rich)
        for name, value in (NEEDED | {"Language": "French"}).items():
            enter_value(page, name, value)
        french = {"field": "Language", "value": "French"}
        zoho.change_crm_metadata("Contacts", remove_value=french)
        refused = objection("INVALID_DATA", "Language", expected_data_type="picklist")
        zoho.script("POST", UPSERT, refused)
        page.get_by_role("button", name="Save contact").click()
        page.get_by_test_id("save").click()

        gone = "Choose one of the values of sprache"
        expect(page.locator("#id_Language_error")).to_contain_text(gone)
        latin = {"field": "Language", "value": "Latin"}
        zoho.change_crm_metadata("Contacts", add_value=latin)
        page.get_by_role("button", name="Reload values from Zoho").click()
        expect(page.get_by_test_id("drift")).to_contain_text("the new value “Latin”")
        expect(page.locator("#id_Last_Name")).to_have_value("Sample")
        page.locator("main details > summary").first.click()
        page.locator("#id_Language").select_option("Latin")
        save(page)
        assert zoho.crm_records("Contacts")[-1]["Language"] == "Latin"


class TestWithoutJavaScript:
    def test_everything_works_step_by_step(
        self,
        plain_page: Page,
        enter: Enter,
        admin: User,
        rich: Connection,
        zoho: SandboxZoho,
    ) -> None:
        page = plain_page
        enter(page, admin)
        page.goto(form_of(rich, "Accounts"))
        enter_value(page, "Account_Name", "Example Bakery")
        page.get_by_role("button", name="Save account").click()
        page.get_by_test_id("save").click()
        page.goto(form_of(rich))
        for name, value in NEEDED.items():
            enter_value(page, name, value)
        page.locator("#id_Account_Name").fill("Bakery")
        page.get_by_role("button", name="Save contact").click()
        page.get_by_label("Example Bakery").check()
        page.get_by_role("button", name="Save contact").click()
        expect(page.get_by_test_id("changes")).to_contain_text("Example Bakery")
        page.get_by_test_id("save").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Sample was created.")

        page.goto(f"/c/{rich.slug}/crm/")
        page.get_by_role("link", name="Contacts", exact=True).click()
        page.get_by_label("Search").fill("kim.sample@example.com")
        page.get_by_role("button", name="Find").click()
        page.get_by_test_id("records").get_by_role("link").click()
        expect(page.get_by_test_id("record")).to_contain_text("Example Bakery")
        page.get_by_role("link", name="Change", exact=True).click()
        page.locator("#id_Title").fill("Manager")
        page.get_by_role("button", name="Save changes").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("1 field changed")

        page.go_back()
        page.goto(f"/c/{rich.slug}/crm/Contacts/")
        page.get_by_role("link", name="Sample").first.click()
        page.get_by_role("link", name="Delete…").click()
        page.get_by_role("button", name="Delete contact").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("was deleted")
        emails = json.dumps(zoho.crm_records("Contacts"))
        assert NEEDED["Email"] not in emails
