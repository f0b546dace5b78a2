"""What people do with the ticket form."""

from playwright.sync_api import Locator, Page, expect


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
