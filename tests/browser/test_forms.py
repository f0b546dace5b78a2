from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from connections.models import Connection
from desk.zoho.departments import departments_of
from tests.browser.desk import add_contact, choose_contact, choose_department
from tests.browser.pages import Enter, OpenPage
from tests.desk.form import created_tickets
from tests.support.people import PASSWORD
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User
from zohoportal.outbox.models import Delivery

pytestmark = [pytest.mark.browser, pytest.mark.looks]

CONTACT = {
    "Email": "kim.sample@example.com",
    "Last_Name": "Sample",
    "First_Name": "Kim",
    "Phone": "+49 30 0000000",
    "Mobile": "+49 170 0000000",
    "Title": "Office manager",
    "Description": "Met at the fair.\nCalls on Mondays.",
}
TICKET = {
    "email": "new.person@example.com",
    "last_name": "Person",
    "first_name": "Nia",
    "phone": "+49 30 1111111",
    "subject": "Printer is out of paper",
    "description": "Since Monday.\nSecond floor.",
    "due_date": "2027-03-01T17:00",
    "priority": "High",
    "channel": "Phone",
    "language": "German",
}
# What the button says next, for whoever asks on the page after this one.
NOTE_WORDS = """
button => new MutationObserver(() => {
  sessionStorage.words = button.textContent;
}).observe(button, {childList: true})
"""
UPSERT = "/crm/v8/Contacts/upsert"
BAD_MOBILE = {
    "code": "INVALID_DATA",
    "details": {"api_name": "Mobile", "expected_data_type": "phone"},
    "message": "invalid data",
    "status": "error",
}


def contact_form(connection: Connection) -> str:
    return f"/c/{connection.slug}/crm/contacts/new/"


def ticket_form(connection: Connection) -> str:
    return f"/c/{connection.slug}/desk/tickets/new/"


def full_ticket_form(connection: Connection) -> str:
    """Return the address of the form with a department's fields on it."""
    department = departments_of(connection)[0]
    return f"{ticket_form(connection)}?department={department.id}"


def fill(page: Page, values: dict[str, str]) -> None:
    for name, value in values.items():
        field = page.locator(f"#id_{name}")
        if field.evaluate("it => it.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)


def expect_values(page: Page, values: dict[str, str]) -> None:
    for name, value in values.items():
        expect(page.locator(f"#id_{name}")).to_have_value(value)


def press(page: Page, button: str) -> None:
    page.get_by_role("button", name=button, exact=True).click()


def save(page: Page) -> None:
    """Look what a save of a new contact does, and save it."""
    press(page, "Save contact")
    press(page, "Create contact")


def fill_ticket(page: Page, connection: Connection) -> None:
    page.goto(f"/c/{connection.slug}/desk/tickets/new/")
    choose_contact(page, "ada", "Ada Archer")
    choose_department(page, "Support")
    page.get_by_label("Subject", exact=True).fill("The printer jams")


def heading(page: Page) -> Locator:
    return page.get_by_role("heading", level=1)


def created(zoho: SandboxZoho) -> list[str]:
    return [effect for effect in zoho.effects() if effect.startswith("created")]


@pytest.fixture
def staff_page(page: Page, staff: User, enter: Enter) -> Page:
    enter(page, staff)
    return page


class TestErrorSummary:
    def test_has_the_focus_and_leads_to_each_field(
        self, staff_page: Page, connection: Connection
    ) -> None:
        page = staff_page
        page.goto(ticket_form(connection))
        press(page, "Open ticket")

        summary = page.get_by_test_id("error-summary")
        expect(summary).to_be_focused()
        assert page.title().startswith("Error: ")
        links = summary.get_by_role("link").all()
        fields = [(link.get_attribute("href") or "")[1:] for link in links]
        in_page = page.locator("main form [aria-invalid=true]")
        assert fields == [field.get_attribute("id") for field in in_page.all()]
        assert len(fields) == 3
        for link, field in zip(links, fields, strict=True):
            link.click()
            expect(page.locator(f"#{field}")).to_be_focused()
            expect(page.locator(f"#{field}_error")).to_have_text(link.inner_text())

    def test_ties_each_error_to_its_input(
        self, staff_page: Page, connection: Connection
    ) -> None:
        page = staff_page
        page.goto(contact_form(connection))
        email = page.locator("#id_Email")
        email.fill("nobody")
        press(page, "Save contact")

        expect(email).to_have_attribute("aria-invalid", "true")
        expect(email).to_have_accessible_description(
            "If there is a contact with the same, it is updated. "
            "Email must be an e-mail address such as name@example.com."
        )


class TestTypedValues:
    @pytest.fixture
    def filled(self, staff_page: Page, connection: Connection) -> Page:
        staff_page.goto(contact_form(connection))
        fill(staff_page, CONTACT)
        return staff_page

    def test_stay_after_an_error_of_ours(self, filled: Page) -> None:
        filled.locator("#id_Email").fill("nobody")

        press(filled, "Save contact")

        expect(filled.get_by_test_id("error-summary")).to_be_visible()
        expect_values(filled, CONTACT | {"Email": "nobody"})

    def test_stay_after_an_objection_of_zoho(
        self, filled: Page, zoho: SandboxZoho
    ) -> None:
        zoho.script("POST", UPSERT, {"status": 400, "body": {"data": [BAD_MOBILE]}})

        save(filled)

        expect(filled.locator("#id_Mobile")).to_have_attribute("aria-invalid", "true")
        expect_values(filled, CONTACT)

    @pytest.mark.parametrize(
        "answer",
        [
            {"status": 503, "body": "<h1>Down</h1>"},
            {"status": 200, "body": "<h1>Not JSON</h1>"},
            {"status": 429, "body": {"code": "TOO_MANY_REQUESTS"}},
            {"drop": "before"},
        ],
        ids=["down", "strange", "busy", "dropped"],
    )
    def test_stay_with_us_while_zoho_does_not_take_them(
        self, filled: Page, zoho: SandboxZoho, answer: dict[str, Any]
    ) -> None:
        zoho.script("POST", UPSERT, *[answer] * 5)

        save(filled)

        expect(filled.get_by_test_id("state")).to_be_visible()
        kept = Delivery.objects.get().payload["values"]
        description = CONTACT["Description"].replace("\n", "\r\n")
        assert kept == CONTACT | {"Description": description}

    def test_are_there_when_one_goes_back(self, filled: Page) -> None:
        save(filled)
        expect(heading(filled)).to_have_text("Kim Sample was created.")

        filled.go_back()

        expect_values(filled, CONTACT)


class TestOneAct:
    def test_makes_one_record_of_a_double_click(
        self, staff_page: Page, connection: Connection, zoho: SandboxZoho
    ) -> None:
        page = staff_page
        zoho.script("POST", UPSERT, {"delay": 0.5})
        page.goto(contact_form(connection))
        fill(page, CONTACT)
        press(page, "Save contact")
        button = page.get_by_role("button", name="Create contact")
        button.evaluate(NOTE_WORDS)

        button.dblclick()
        expect(heading(page)).to_have_text("Kim Sample was created.")
        assert page.evaluate("sessionStorage.words") == "Saving…"
        assert len(created(zoho)) == 1

    def test_shows_the_first_record_when_sent_again(
        self, staff_page: Page, connection: Connection, zoho: SandboxZoho
    ) -> None:
        page = staff_page
        page.goto(contact_form(connection))
        fill(page, CONTACT)
        save(page)
        expect(heading(page)).to_have_text("Kim Sample was created.")
        first = page.url

        page.go_back()
        press(page, "Save contact")

        expect(heading(page)).to_have_text("Kim Sample was created.")
        assert page.url == first
        assert len([e for e in zoho.journal() if e["path"] == UPSERT]) == 1

    def test_asks_when_one_goes_back_and_sends_something_else_f62(
        self, staff_page: Page, connection: Connection, zoho: SandboxZoho
    ) -> None:
        page = staff_page
        fill_ticket(page, connection)
        press(page, "Open ticket")
        expect(heading(page)).to_contain_text("was opened")
        page.go_back()
        page.get_by_label("Subject", exact=True).fill("The printer burns")

        press(page, "Open ticket")

        notice = page.get_by_test_id("already-sent")
        expect(notice).to_contain_text("This form was sent before, with other content")
        expect(notice.get_by_role("link")).to_have_text("Ticket “The printer jams”")
        assert created_tickets(zoho) == 1
        subject = page.get_by_label("Subject", exact=True)
        expect(subject).to_have_value("The printer burns")

        press(page, "Open ticket")

        expect(heading(page)).to_contain_text("was opened")
        assert created_tickets(zoho) == 2

    def test_asks_when_the_same_is_typed_into_another_form_f62(
        self, staff_page: Page, connection: Connection, zoho: SandboxZoho
    ) -> None:
        page = staff_page
        fill_ticket(page, connection)
        press(page, "Open ticket")
        expect(heading(page)).to_contain_text("was opened")
        fill_ticket(page, connection)

        press(page, "Open ticket")

        notice = page.get_by_test_id("already-sent")
        expect(notice).to_contain_text("You sent exactly this a moment ago")
        assert created_tickets(zoho) == 1

        press(page, "Open ticket")

        expect(heading(page)).to_contain_text("was opened")
        assert created_tickets(zoho) == 2


class TestFields:
    @pytest.mark.parametrize("form", [contact_form, full_ticket_form])
    def test_wear_their_labels_and_say_what_is_optional(
        self, staff_page: Page, connection: Connection, form: Any
    ) -> None:
        page = staff_page
        page.goto(form(connection))
        for details in page.locator("main details").all():
            details.locator("summary").first.click()

        controls = page.locator("main form :is(input, select, textarea):visible").all()
        for control in controls:
            label = page.locator(f"label[for={control.get_attribute('id')}]")
            is_optional = control.get_attribute("required") is None
            expect(label).to_be_visible()
            assert label.inner_text().endswith("(optional)") is is_optional
            assert control.get_attribute("placeholder") is None
        assert len(controls) >= len(CONTACT)
        email = page.locator("#id_email, #id_Email")
        expect(email).to_have_attribute("type", "email")
        expect(page.locator("main form")).to_have_attribute("novalidate", "")

    def test_are_not_judged_while_one_types(
        self, staff_page: Page, connection: Connection
    ) -> None:
        page = staff_page
        page.goto(contact_form(connection))

        page.locator("#id_Email").press_sequentially("half@")
        page.keyboard.press("Tab")

        expect(page.get_by_label("Last name")).to_be_focused()
        expect(page.locator("[aria-invalid=true], .field-errors")).to_have_count(0)


class TestTicketForm:
    def test_opens_more_details_for_an_error_in_them(
        self, staff_page: Page, connection: Connection, zoho: SandboxZoho
    ) -> None:
        page = staff_page
        objection = {"fieldName": "/priority", "errorType": "invalid"}
        body = {"errorCode": "INVALID_DATA", "message": "bad", "errors": [objection]}
        zoho.script("POST", "/api/v1/tickets", {"status": 422, "body": body})
        page.goto(ticket_form(connection))
        choose_contact(page, "arch", "Ada Archer")
        choose_department(page, "Billing")
        fill(page, {"subject": "No paper"})
        expect(page.get_by_label("Priority")).to_be_hidden()

        press(page, "Open ticket")

        expect(page.get_by_label("Priority")).to_be_visible()
        page.get_by_test_id("error-summary").get_by_role("link").click()
        expect(page.get_by_label("Priority")).to_be_focused()

    def test_reads_the_due_date_in_the_zone_that_it_names(
        self,
        open_page: OpenPage,
        enter: Enter,
        staff: User,
        connection: Connection,
        zoho: SandboxZoho,
    ) -> None:
        page = open_page(timezone_id="Asia/Tokyo")
        enter(page, staff)
        page.goto(ticket_form(connection))
        add_contact(page, "nobody")
        choose_department(page, "Support")
        page.get_by_text("More details").click()
        due_date = page.get_by_label("Due date")
        expect(due_date).to_have_accessible_description(
            "Day and time in Europe/Berlin."
        )

        fill(page, TICKET)
        press(page, "Open ticket")

        expect(heading(page)).to_have_text("Ticket #105 was opened.")
        newest = max(zoho.records()["tickets"], key=lambda row: row["ticketNumber"])
        assert newest["dueDate"] == "2027-03-01T16:00:00.000Z"

    def test_ends_with_the_number_and_the_link(
        self, staff_page: Page, connection: Connection
    ) -> None:
        page = staff_page
        page.goto(ticket_form(connection))
        choose_contact(page, "arch", "Ada Archer")
        choose_department(page, "Support")
        fill(page, {"subject": "No paper"})

        press(page, "Open ticket")

        expect(heading(page)).to_have_text("Ticket #105 was opened.")
        link = page.get_by_role("link", name="Open in Zoho Desk")
        expect(link).to_have_attribute("target", "_blank")
        expect(link).to_have_attribute("rel", "noopener")
        page.goto(link.get_attribute("href") or "")
        expect(page.get_by_text("No paper")).to_be_visible()


class TestWithoutJavaScript:
    @pytest.fixture
    def staff_page(self, plain_page: Page, staff: User, enter: Enter) -> Page:
        enter(plain_page, staff)
        return plain_page

    @pytest.fixture
    def wizard(self, plain_page: Page, admin: User, enter: Enter) -> Page:
        enter(plain_page, admin)
        plain_page.goto("/connections/new/")
        plain_page.get_by_label("Sandbox").check()
        return plain_page

    def test_signs_a_person_in(self, plain_page: Page, staff: User) -> None:
        plain_page.goto("/")
        plain_page.get_by_label("E-mail").fill(staff.email)
        plain_page.get_by_label("Password").fill(PASSWORD)
        press(plain_page, "Sign in")

        expect(heading(plain_page)).to_have_text("What would you like to do?")

    def test_saves_a_contact(self, staff_page: Page, connection: Connection) -> None:
        page = staff_page
        page.goto(contact_form(connection))
        press(page, "Save contact")
        expect(page.get_by_test_id("error-summary")).to_be_visible()

        fill(page, CONTACT)
        save(page)

        expect(heading(page)).to_have_text("Kim Sample was created.")

    def test_opens_a_ticket(self, staff_page: Page, connection: Connection) -> None:
        page = staff_page
        page.goto(ticket_form(connection))
        page.get_by_label("Department").select_option("Support")
        press(page, "Show this department's fields")
        page.get_by_text("More details").click()
        fill(page, TICKET | {"subject": ""})
        press(page, "Open ticket")
        expect(page.get_by_label("Due date")).to_be_visible()
        expect_values(page, TICKET | {"subject": ""})

        fill(page, {"subject": TICKET["subject"]})
        press(page, "Open ticket")

        expect(heading(page)).to_have_text("Ticket #105 was opened.")

    def test_walks_through_the_redirect_door(
        self, wizard: Page, zoho: SandboxZoho
    ) -> None:
        press(wizard, "Continue")
        uri = wizard.get_by_test_id("redirect-uri").input_value()
        client_id, secret = zoho.new_client("server", [uri])
        wizard.get_by_label("Client ID").fill(client_id)
        wizard.get_by_label("Client secret").fill(secret)
        press(wizard, "Save and go to Zoho")
        press(wizard, "Accept")

        expect(heading(wizard)).to_have_text("Connected to Example Ltd")

    def test_walks_through_the_self_client_door(
        self, wizard: Page, zoho: SandboxZoho
    ) -> None:
        wizard.get_by_label("Paste a code (Self Client)").check()
        press(wizard, "Continue")
        scopes = wizard.get_by_test_id("scopes").input_value()
        client_id, secret = zoho.new_client("self")
        wizard.get_by_label("Client ID").fill(client_id)
        wizard.get_by_label("Client secret").fill(secret)
        code = zoho.new_code(client_id, scopes)
        wizard.get_by_label("Code", exact=True).fill(code)
        press(wizard, "Connect with this code")

        expect(heading(wizard)).to_have_text("Connected to Example Ltd")
