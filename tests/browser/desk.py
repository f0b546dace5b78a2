"""What people do with the ticket form."""

import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.visitor import Visitor
from tests.zoho import SandboxZoho

# What each department with custom fields asks for, by the labels people see.
DEMANDED: dict[str, dict[str, str]] = {
    "Support": {"Category": "Hardware", "Serial number": "S-1"},
    "Billing": {"Invoice number": "7", "Invoice date": "2026-11-20"},
    "Repairs": {"Device": "Laptop"},
    "Sales": {},
}
PEOPLE = {
    "Support": ("arch", "Ada Archer"),
    "Billing": ("arch", "Ada Archer"),
    "Repairs": ("ines", "Ines Ibarra"),
    "Sales": ("ines", "Ines Ibarra"),
}


def who(page: Page) -> Locator:
    return page.get_by_role("combobox", name="Contact")


def options(page: Page) -> Locator:
    return page.get_by_role("listbox").get_by_role("option")


def choose_contact(page: Page, typed: str, name: str) -> None:
    """Type the beginning, and take the contact with this name."""
    who(page).fill(typed)
    options(page).filter(has_text=name).click()


def add_contact(page: Page, typed: str) -> None:
    """Type somebody whom Desk does not know, and take the last row."""
    who(page).fill(typed)
    options(page).filter(has_text="Add new contact").click()


def choose_department(page: Page, name: str) -> None:
    """Choose it, and wait for its fields."""
    page.get_by_label("Department", exact=True).select_option(name)
    expect(page.get_by_text("More details")).to_be_visible()


def new_tickets(zoho: SandboxZoho) -> list[str]:
    return [each for each in zoho.effects() if each.startswith("created ticket")]


def heading(page: Page) -> Any:
    return page.get_by_role("heading", level=1)


class Worker(Visitor):
    """Somebody at the desk; choosing from a list is a click, typing is not."""

    def fill_in(self, values: dict[str, str]) -> None:
        for label, value in values.items():
            field = self.page.get_by_label(re.compile(f"^{label}"))
            if field.evaluate("it => it.tagName") == "SELECT":
                self.clicks += 1
                field.select_option(value)
            else:
                field.fill(value)

    def take(self, typed: str, option: str) -> None:
        who(self.page).fill(typed)
        self.click(self.page.get_by_role("option", name=option))

    def open_it(self, department: str) -> None:
        self.clicks += 1
        choose_department(self.page, department)
        self.fill_in(DEMANDED[department] | {"Subject": "No paper"})
        self.page.get_by_label("Description").fill("On the second floor.")
        self.click(self.page.get_by_role("button", name="Open ticket"))
        expect(heading(self.page)).to_have_text(re.compile(r"Ticket #\d+ was opened."))
