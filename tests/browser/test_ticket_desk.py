"""Opening tickets in every department, by people who click, type and press keys."""

import re

import pytest
from playwright.sync_api import Page, expect

from connections.models import Connection
from tests.browser.desk import (
    DEMANDED,
    PEOPLE,
    Worker,
    add_contact,
    choose_contact,
    choose_department,
    heading,
    new_tickets,
    options,
    who,
)
from tests.browser.pages import Enter, OpenPage
from tests.support.connected import connected
from tests.support.departments import choose_organisation
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User

pytestmark = [pytest.mark.browser, pytest.mark.looks]


@pytest.fixture
def rich(zoho: SandboxZoho, admin: User, staff: User) -> Connection:
    zoho.reset(desk="rich")
    made = connected(zoho, admin, staff, ["desk.tickets", "desk.answers"])
    choose_organisation(zoho, made, "Support")
    zoho.clear_journal()
    return made


@pytest.fixture
def desk(page: Page, staff: User, enter: Enter, rich: Connection) -> Page:
    """Staff on the form of a new ticket."""
    enter(page, staff)
    page.goto(f"/c/{rich.slug}/desk/tickets/new/")
    return page


class TestBudget:
    @pytest.fixture
    def worker(self, desk: Page) -> Worker:
        self.loads = 0

        def count(_page: Page) -> None:
            self.loads += 1

        desk.goto("/")
        desk.on("load", count)
        return Worker(desk)

    @pytest.mark.parametrize("name", DEMANDED)
    def test_holds_for_a_known_person_r15(
        self, worker: Worker, zoho: SandboxZoho, rich: Connection, name: str
    ) -> None:
        choose_organisation(zoho, rich, name)

        worker.click(worker.page.get_by_role("link", name="New ticket").first)
        worker.take(*PEOPLE[name])
        worker.open_it(name)

        assert worker.clicks <= 5
        assert self.loads == 2
        assert len(new_tickets(zoho)) == 1

    @pytest.mark.parametrize("name", DEMANDED)
    def test_holds_for_a_new_person_r15(
        self, worker: Worker, zoho: SandboxZoho, rich: Connection, name: str
    ) -> None:
        choose_organisation(zoho, rich, name)

        worker.click(worker.page.get_by_role("link", name="New ticket").first)
        worker.take("Nia Person", "Add new contact")
        worker.fill_in({"E-mail": "nia.person@example.com"})
        worker.open_it(name)

        assert worker.clicks <= 7
        assert self.loads == 2
        made = zoho.records()["desk_contacts"][-1]
        assert (made["firstName"], made["lastName"]) == ("Nia", "Person")


class TestCombobox:
    def test_is_worked_by_keys_alone_r15(self, desk: Page) -> None:
        box = who(desk)
        box.focus()
        desk.keyboard.type("arch")
        expect(options(desk)).to_have_count(2)
        expect(box).to_have_attribute("aria-expanded", "true")

        desk.keyboard.press("ArrowDown")
        active = desk.locator("[role=option][aria-selected=true]")
        expect(active).to_contain_text("Ada Archer")
        expect(box).to_have_attribute(
            "aria-activedescendant", active.get_attribute("id") or ""
        )
        desk.keyboard.press("Escape")
        expect(box).to_have_attribute("aria-expanded", "false")
        expect(box).to_have_value("arch")
        desk.keyboard.press("ArrowDown")
        expect(options(desk)).to_have_count(2)
        desk.keyboard.press("ArrowDown")
        desk.keyboard.press("Enter")

        expect(box).to_have_value("Ada Archer")
        expect(box).to_be_focused()
        expect(desk.get_by_role("listbox")).to_be_hidden()

    @pytest.mark.parametrize(
        ("typed", "values", "focus"),
        [
            ("dan", {"Last name": "dan"}, "E-mail"),
            ("a@example.org", {"E-mail": "a@example.org"}, "Last name"),
            ("+44 20 7946 0555", {"Phone": "+44 20 7946 0555"}, "Last name"),
            (
                "Ann Archer <ann.a@example.com>",
                {
                    "First name": "Ann",
                    "Last name": "Archer",
                    "E-mail": "ann.a@example.com",
                },
                "Phone",
            ),
        ],
    )
    def test_keeps_what_was_typed_for_a_new_contact_r15_forms_07_forms_15(
        self, desk: Page, typed: str, values: dict[str, str], focus: str
    ) -> None:
        who(desk).fill(typed)
        expect(options(desk).last).to_have_text("Add new contact")
        options(desk).last.click()

        box = desk.get_by_role("group", name="New contact")
        expect(box.get_by_label(focus)).to_be_focused()
        for label in ("E-mail", "Last name", "First name", "Phone"):
            expect(box.get_by_label(label)).to_have_value(values.get(label, ""))
        expect(who(desk)).to_have_value(typed)

    def test_asks_who_is_meant_without_an_address_forms_07(
        self, desk: Page, zoho: SandboxZoho
    ) -> None:
        add_contact(desk, "Ada Archer")
        expect(desk.get_by_label("Last name")).to_have_value("Archer")
        worker = Worker(desk)
        choose_department(desk, "Support")
        worker.fill_in(DEMANDED["Support"] | {"Subject": "No paper"})
        desk.get_by_role("button", name="Open ticket").click()
        expect(desk.get_by_role("button", name="Use Ada Archer")).to_be_visible()

        desk.get_by_label("This is somebody else").check()
        desk.get_by_role("button", name="Open ticket").click()

        expect(heading(desk)).to_have_text(re.compile(r"Ticket #\d+ was opened."))
        made = zoho.records()["desk_contacts"][-1]
        assert (made["firstName"], made["lastName"]) == ("Ada", "Archer")

    def test_says_that_it_looks_and_then_that_it_cannot_r61(
        self, desk: Page, zoho: SandboxZoho
    ) -> None:
        zoho.script("GET", "/api/v1/contacts/search", {"delay": 1.5, "status": 503})

        who(desk).fill("arch")

        expect(desk.get_by_text("Looking up contacts in Zoho…")).to_be_visible()
        expect(desk.get_by_text("Zoho has a problem at the moment.")).to_be_visible()
        expect(desk.get_by_role("option", name="Add new contact")).to_be_visible()

    def test_offers_the_person_whose_address_is_known(self, desk: Page) -> None:
        add_contact(desk, "Somebody New")
        desk.get_by_label("E-mail").fill("ada.archer@example.com")
        desk.keyboard.press("Tab")

        desk.get_by_role("button", name="Use Ada Archer").click()

        expect(who(desk)).to_have_value("Ada Archer")
        expect(desk.get_by_label("Last name")).to_be_hidden()


class TestOpenTickets:
    def test_are_offered_and_never_block_r45(
        self, desk: Page, zoho: SandboxZoho
    ) -> None:
        choose_contact(desk, *PEOPLE["Support"])

        box = desk.get_by_test_id("open-tickets")
        expect(box).to_contain_text("Is it one of these?")
        box.get_by_role("link").first.click()
        expect(desk.get_by_role("button", name="Add comment")).to_be_visible()
        desk.get_by_label("Comment").fill("Again today.")
        desk.get_by_role("button", name="Add comment").click()
        expect(heading(desk)).to_have_text(
            re.compile(r"The comment was added to ticket #\d+.")
        )
        assert not new_tickets(zoho)


class TestDepartment:
    def test_keeps_what_fits_and_names_what_does_not_r41(self, desk: Page) -> None:
        choose_department(desk, "Support")
        desk.get_by_label("Serial number").fill("S-1")
        desk.get_by_text("More details").click()
        desk.get_by_label("Channel").select_option("Web")

        desk.get_by_label("Department", exact=True).focus()
        desk.get_by_label("Department", exact=True).select_option("Billing")

        expect(desk.get_by_label("Invoice number")).to_be_visible()
        expect(desk.get_by_label("Department", exact=True)).to_be_focused()
        expect(desk.get_by_label("Channel")).to_have_value("Web")
        expect(desk.get_by_test_id("alert")).to_contain_text("Serial number")

    def test_narrows_values_that_depend_on_others(self, desk: Page) -> None:
        choose_department(desk, "Support")
        desk.get_by_text("More details").click()
        values = desk.get_by_label("Sub Category").locator("option")
        expect(values).to_have_count(1)

        desk.get_by_label("Category", exact=True).select_option("Hardware")

        expect(values).to_have_text(["As Desk has it", "Printer", "Screen"])

    def test_brings_its_fields_back_with_the_back_button(self, desk: Page) -> None:
        choose_contact(desk, *PEOPLE["Support"])
        choose_department(desk, "Support")
        desk.get_by_label("Serial number").fill("S-1")
        desk.get_by_label("Category", exact=True).select_option("Hardware")
        desk.get_by_label("Subject").fill("No paper")
        desk.get_by_role("button", name="Open ticket").click()
        expect(heading(desk)).to_have_text(re.compile("was opened"))

        desk.go_back()

        expect(desk.get_by_label("Serial number")).to_have_value("S-1")
        expect(desk.get_by_label("Category", exact=True)).to_have_value("Hardware")


class TestGaps:
    def test_lose_nothing_and_leave_the_enter_key_to_the_ticket_replies_s6(
        self, desk: Page, zoho: SandboxZoho
    ) -> None:
        down = {"status": 503, "body": "<h1>Down</h1>"}
        zoho.script("GET", "/api/v1/layouts", *[down] * 3)
        choose_contact(desk, *PEOPLE["Support"])
        choose_department(desk, "Support")
        gap = desk.get_by_test_id("gap")
        expect(gap).to_contain_text("does not tell what this department asks for")
        desk.get_by_label("Subject").fill("No paper")

        desk.get_by_label("Subject").press("Enter")

        expect(desk.get_by_text("There is a problem")).to_be_visible()
        zoho.clear_script()
        gap.get_by_role("button", name="Ask Zoho again").click()
        expect(desk.get_by_label("Serial number")).to_be_visible()
        expect(desk.get_by_label("Subject")).to_have_value("No paper")
        Worker(desk).fill_in(DEMANDED["Support"])
        desk.get_by_role("button", name="Open ticket").click()
        expect(heading(desk)).to_have_text(re.compile(r"Ticket #\d+ was opened."))


class TestDueDate:
    def test_is_a_press_away_in_the_persons_zone_r43(
        self, open_page: OpenPage, enter: Enter, staff: User, rich: Connection
    ) -> None:
        page = open_page(timezone_id="Asia/Tokyo")
        enter(page, staff)
        page.goto(f"/c/{rich.slug}/desk/tickets/new/")
        choose_department(page, "Support")
        page.get_by_text("More details").click()

        page.get_by_role("button", name="Tomorrow 12:00").click()

        expect(page.get_by_label("Due date")).to_have_value(
            re.compile(r"\d{4}-\d\d-\d\dT12:00")
        )


class TestWithoutJavaScript:
    @pytest.mark.parametrize("name", DEMANDED)
    def test_opens_a_ticket_in_every_department_r56(
        self,
        plain_page: Page,
        staff: User,
        enter: Enter,
        rich: Connection,
        zoho: SandboxZoho,
        name: str,
    ) -> None:
        choose_organisation(zoho, rich, name)
        page = plain_page
        enter(page, staff)
        page.goto(f"/c/{rich.slug}/desk/tickets/new/")
        typed, person = PEOPLE[name]
        page.get_by_label("Contact", exact=True).fill(typed)
        page.get_by_role("button", name="Find contact").click()
        page.get_by_role("button", name=f"Use {person}").click()
        page.get_by_label("Department").select_option(name)
        page.get_by_role("button", name="Show this department's fields").click()
        Worker(page).fill_in(DEMANDED[name] | {"Subject": "No paper"})

        page.get_by_role("button", name="Open ticket").click()

        expect(heading(page)).to_have_text(re.compile(r"Ticket #\d+ was opened."))
        assert len(new_tickets(zoho)) == 1
