"""Closing tickets in a browser, where Desk asks for more and others were faster."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from connections.models import Connection
from tests.browser.pages import Enter, OpenPage
from tests.desk.form import TICKETS
from tests.desk.ticket_page import by_somebody, missing, now
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
def ticket(zoho: SandboxZoho, rich: Connection) -> dict[str, Any]:
    support = choose_organisation(zoho, rich, "Support")
    found: dict[str, Any] = next(
        each
        for each in zoho.records()["tickets"]
        if each["departmentId"] == support and each["status"] == "Open"
    )
    return found


@pytest.fixture(params=[True, False], ids=["with scripts", "without"])
def desk(
    request: pytest.FixtureRequest,
    open_page: OpenPage,
    staff: User,
    enter: Enter,
    rich: Connection,
    ticket: dict[str, Any],
) -> Page:
    """Staff on the page of a ticket that is open."""
    page = open_page(java_script_enabled=request.param)
    enter(page, staff)
    page.goto(f"/c/{rich.slug}/desk/tickets/{ticket['id']}/")
    return page


def close(page: Page) -> None:
    page.get_by_label("Status", exact=True).select_option("Closed")
    page.get_by_role("button", name="Change status").click()


def closed(page: Page, ticket: dict[str, Any]) -> None:
    words = re.compile(rf"Ticket #{ticket['ticketNumber']} is “Closed” now.")
    expect(page.get_by_role("heading", level=1)).to_have_text(words)


class TestClosing:
    def test_asks_in_place_for_what_desk_demands_forms_10(
        self, desk: Page, zoho: SandboxZoho, ticket: dict[str, Any]
    ) -> None:
        zoho.script("PATCH", f"{TICKETS}/*", missing("/resolution", "/cf/cf_severity"))

        close(desk)

        expect(desk.get_by_label("Status", exact=True)).to_have_value("Closed")
        desk.get_by_label("Resolution").fill("A new drum.")
        desk.get_by_label("Severity").select_option("Minor")
        desk.get_by_role("button", name="Change status").click()
        closed(desk, ticket)
        assert now(zoho, ticket)["resolution"] == "A new drum."
        assert now(zoho, ticket)["cf"]["cf_severity"] == "Minor"

    def test_leads_to_desk_where_there_is_no_input_forms_10(
        self, desk: Page, zoho: SandboxZoho, ticket: dict[str, Any]
    ) -> None:
        zoho.script("PATCH", f"{TICKETS}/*", missing("/productId"))

        close(desk)

        link = desk.get_by_role("link", name="Set it to “Closed” in Zoho Desk")
        expect(link).to_have_attribute("href", re.compile(f"/{ticket['id']}$"))
        expect(desk.get_by_test_id("error-summary")).to_contain_text("Product Name")

    def test_tells_what_others_did_meanwhile(
        self, desk: Page, zoho: SandboxZoho, ticket: dict[str, Any]
    ) -> None:
        zoho.advance(2)
        by_somebody(zoho, ticket, status="Escalated")

        close(desk)

        summary = desk.get_by_test_id("error-summary")
        expect(summary).to_contain_text("Somebody set it to “Escalated” meanwhile.")
        assert now(zoho, ticket)["status"] == "Escalated"
        desk.get_by_role("button", name="Change status").click()
        closed(desk, ticket)
        assert now(zoho, ticket)["status"] == "Closed"
