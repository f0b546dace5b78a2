"""Tickets begun from a template, by people who click, type and press keys."""

import re

import pytest
from playwright.sync_api import Page, expect

from connections.models import Connection
from desk.models import TicketTemplate
from tests.browser.desk import (
    PEOPLE,
    Worker,
    choose_contact,
    choose_department,
    heading,
    new_tickets,
)
from tests.browser.pages import Enter, OpenPage
from tests.desk.templates import made
from tests.support.connected import connected
from tests.support.departments import choose_organisation
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User

pytestmark = [pytest.mark.browser, pytest.mark.looks]


@pytest.fixture
def rich(zoho: SandboxZoho, admin: User, staff: User) -> Connection:
    zoho.reset(desk="rich")
    return connected(zoho, admin, staff, ["desk.tickets", "desk.answers"])


@pytest.fixture
def template(zoho: SandboxZoho, rich: Connection, staff: User) -> TicketTemplate:
    """A template of the department that asks for much."""
    return made(
        staff,
        rich,
        department=choose_organisation(zoho, rich, "Support"),
        department_name="Support",
        description="Dear {contact name},",
        values={"category": "Hardware", "cf_serial_number": "S-1"},
        labels={"category": "Category", "cf_serial_number": "Serial number"},
    )


@pytest.fixture
def desk(
    open_page: OpenPage,
    staff: User,
    enter: Enter,
    rich: Connection,
    template: TicketTemplate,  # there before the page is
) -> Page:
    page = open_page(tabs=2)
    enter(page, staff)
    page.goto(f"/c/{rich.slug}/desk/tickets/new/")
    return page


def opened(page: Page) -> None:
    expect(heading(page)).to_have_text(re.compile(r"Ticket #\d+ was opened."))


class TestUsing:
    def test_is_done_by_keys_alone_and_told_r32(
        self, desk: Page, zoho: SandboxZoho
    ) -> None:
        choose_contact(desk, *PEOPLE["Support"])
        desk.get_by_label("Subject").fill("Mine")
        desk.get_by_label("Start from a template").focus()
        desk.keyboard.type("Warr")
        desk.keyboard.press("Tab")
        desk.keyboard.press("Enter")

        told = desk.locator("#from-template[role=status]")
        expect(told).to_contain_text(
            "Filled in from “Warranty”: "
            "Department, Description, Category, Serial number."
        )
        expect(told).to_contain_text("Subject was left as you typed it.")
        expect(desk.get_by_role("button", name="Use template")).to_be_focused()
        expect(desk.get_by_label("Serial number")).to_have_value("S-1")
        expect(desk.get_by_label("Department", exact=True)).to_have_value(
            re.compile(".")
        )

        desk.get_by_label("Subject").focus()
        desk.keyboard.press("Enter")
        opened(desk)
        (ticket,) = [
            each for each in zoho.records()["tickets"] if each["subject"] == "Mine"
        ]
        assert ticket["description"].startswith("Dear Ada Archer,")

    def test_loses_nothing_that_is_typed_meanwhile(
        self, desk: Page, template: TicketTemplate
    ) -> None:
        desk.get_by_label("Start from a template").select_option(str(template.pk))

        def answer_late(route: object) -> None:
            desk.get_by_label("Description").fill("Typed meanwhile")
            route.continue_()  # type: ignore[attr-defined]

        desk.route("**/desk/tickets/new/", answer_late)
        desk.get_by_role("button", name="Use template").click()

        expect(desk.get_by_label("Subject")).to_have_value("A repair")
        expect(desk.get_by_label("Description")).to_have_value("Typed meanwhile")

    def test_can_be_tried_again_when_the_portal_does_not_answer(
        self, desk: Page, template: TicketTemplate
    ) -> None:
        desk.get_by_label("Start from a template").select_option(str(template.pk))
        desk.route(
            "**/desk/tickets/new/", lambda route: route.fulfill(body=""), times=1
        )
        desk.get_by_role("button", name="Use template").click()
        desk.get_by_label("Subject").fill("Mine")

        desk.get_by_role("button", name="Use template").click()

        expect(desk.get_by_label("Serial number")).to_have_value("S-1")
        expect(desk.get_by_label("Subject")).to_have_value("Mine")

    def test_comes_back_with_the_back_button(self, desk: Page) -> None:
        choose_contact(desk, *PEOPLE["Support"])
        desk.get_by_label("Start from a template").select_option("Warranty")
        desk.get_by_role("button", name="Use template").click()
        expect(desk.get_by_label("Subject")).to_have_value("A repair")
        desk.get_by_role("button", name="Open ticket").click()
        opened(desk)

        desk.go_back()

        expect(desk.get_by_label("Description")).to_have_value("Dear {contact name},")
        expect(desk.get_by_label("Serial number")).to_have_value("S-1")


class TestBudget:
    def test_is_smaller_with_a_template_r15(
        self, desk: Page, zoho: SandboxZoho
    ) -> None:
        desk.goto("/")
        worker = Worker(desk)

        worker.click(desk.get_by_role("link", name="New ticket").first)
        worker.take(*PEOPLE["Support"])
        worker.fill_in({"Start from a template": "Warranty"})
        worker.click(desk.get_by_role("button", name="Use template"))
        expect(desk.get_by_label("Serial number")).to_have_value("S-1")
        worker.click(desk.get_by_role("button", name="Open ticket"))

        opened(desk)
        assert worker.clicks <= 5
        assert len(new_tickets(zoho)) == 1

    def test_is_kept_by_those_who_use_none_r15(self, desk: Page) -> None:
        desk.goto("/")
        worker = Worker(desk)

        worker.click(desk.get_by_role("link", name="New ticket").first)
        worker.take(*PEOPLE["Support"])
        worker.open_it("Support")

        assert worker.clicks <= 5


class TestSaving:
    def test_of_a_ticket_leaves_its_form_as_it_is(self, desk: Page) -> None:
        choose_contact(desk, *PEOPLE["Support"])
        choose_department(desk, "Support")
        desk.get_by_label("Category", exact=True).select_option("Software")
        desk.get_by_label("Serial number").fill("S-2")
        desk.get_by_label("Subject").fill("Update {my e-mail}")
        file = {"name": "a.txt", "mimeType": "text/plain", "buffer": b"a"}
        desk.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
        with desk.context.expect_page() as news:
            desk.get_by_role("button", name="Save as template").click()
        tab = news.value

        expect(tab.get_by_label("Serial number")).to_have_value("S-2")
        tab.get_by_label("Name of the template").fill("Updates")
        tab.get_by_role("button", name="Save template").click()
        expect(tab.get_by_text("The template “Updates” was saved.")).to_be_visible()
        tab.close()

        assert TicketTemplate.objects.get(name="Updates").values == {
            "category": "Software",
            "cf_serial_number": "S-2",
        }
        desk.get_by_role("button", name="Open ticket").click()
        opened(desk)

    def test_brings_the_fields_of_the_department(
        self, desk: Page, rich: Connection
    ) -> None:
        desk.goto(f"/c/{rich.slug}/desk/templates/new/")
        desk.get_by_label("Department").select_option("Support")
        desk.get_by_label("Serial number").fill("S-3")
        desk.get_by_label("Name of the template").fill("Third")
        desk.keyboard.press("Enter")

        expect(desk.get_by_text("The template “Third” was saved.")).to_be_visible()


class TestWithoutJavaScript:
    def test_is_made_and_used_r56(
        self,
        plain_page: Page,
        staff: User,
        enter: Enter,
        rich: Connection,
        zoho: SandboxZoho,
    ) -> None:
        choose_organisation(zoho, rich, "Support")
        page = plain_page
        enter(page, staff)
        page.goto(f"/c/{rich.slug}/desk/tickets/new/")
        page.get_by_role("link", name="Show templates").click()
        page.get_by_role("link", name="Add a template").click()
        page.get_by_label("Name of the template").fill("Warranty")
        page.get_by_label("Department").select_option("Support")
        page.get_by_role("button", name="Show this department's fields").click()
        page.get_by_label("Category (optional)", exact=True).select_option("Hardware")
        page.get_by_label("Serial number").fill("S-1")
        page.get_by_role("button", name="Save template").last.click()

        page.get_by_role("link", name="New ticket").last.click()
        typed, person = PEOPLE["Support"]
        page.get_by_label("Contact", exact=True).fill(typed)
        page.get_by_role("button", name="Find contact").click()
        page.get_by_role("button", name=f"Use {person}").click()
        page.get_by_label("Subject").fill("Mine")
        page.get_by_label("Start from a template").select_option("Warranty")
        page.get_by_role("button", name="Use template").click()
        expect(page.get_by_label("Serial number")).to_have_value("S-1")
        expect(page.get_by_label("Subject")).to_have_value("Mine")
        page.get_by_role("button", name="Open ticket").click()

        opened(page)
        assert len(new_tickets(zoho)) == 1
