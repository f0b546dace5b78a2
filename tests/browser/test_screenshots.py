from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from connections.models import Connection
from tests.browser.pages import Enter, OpenPage
from tests.browser.states.base import World, contact, ticket
from zohoportal.accounts.models import User

pytestmark = [pytest.mark.browser, pytest.mark.looks]

MOST_BYTES = 200_000
# Ports, ids and times differ from run to run; the pictures should not.
STEADY = """
() => {
  const steady = text => text
    .replace(/http:\\/\\/localhost:\\d+/g, "https://portal.example.com")
    .replace(/http:\\/\\/127\\.0\\.0\\.1:\\d+\\/desk\\/tickets/g,
      "https://desk.zoho.eu/agent/example/tickets")
    .replace(/1000\\.[0-9A-F]{30}/g, "1000.7KQ2ZB4M8YHT3XWC5NLD9RVPEA6S0J")
    .replace(/ends in \\w{4}/g, "ends in 4c1e");
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode())
    walker.currentNode.data = steady(walker.currentNode.data);
  document.querySelectorAll("textarea").forEach(it => { it.value = steady(it.value); });
  document.querySelectorAll("time").forEach(it => {
    it.textContent = "2 Mar 2026, 09:41";
  });
}
"""


@pytest.fixture
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    wish = request.config.getoption("--screenshots")
    folder = Path(wish) if wish else tmp_path
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def page(open_page: OpenPage, settings: Any) -> Page:
    """A portal that looks like one for the real Zoho."""
    row = settings.DATA_CENTERS["sandbox"]
    europe = replace(row, name="Europe", sign_in="crm.zoho.eu")
    settings.DATA_CENTERS = {"sandbox": europe}
    settings.PORTAL_BANNER = ""
    return open_page(viewport={"width": 1280, "height": 800})


def take(page: Page, path: Path) -> None:
    page.evaluate(STEADY)
    page.screenshot(path=path)
    assert path.stat().st_size <= MOST_BYTES


class TestScreenshots:
    def test_show_what_the_admin_sees(
        self,
        page: Page,
        enter: Enter,
        admin: User,
        draft: Connection,
        connection: Connection,
        folder: Path,
    ) -> None:
        enter(page, admin)
        pages = {
            "wizard-client": reverse("connections:client", args=[draft.pk]),
            "wizard-checks": reverse("connections:ready", args=[connection.pk]),
            "connection": reverse("connections:detail", args=[connection.pk]),
        }

        for name, address in pages.items():
            page.goto(address)
            take(page, folder / f"{name}.png")

    def test_show_what_staff_see(
        self,
        page: Page,
        enter: Enter,
        staff: User,
        connection: Connection,
        folder: Path,
        request: pytest.FixtureRequest,
    ) -> None:
        world = World(request)
        contact(world)
        opened = ticket(world)
        enter(page, staff)

        page.goto("/")
        take(page, folder / "home.png")
        page.goto(opened.get_absolute_url())
        take(page, folder / "ticket-opened.png")
        page.goto(reverse("crm:contact", args=[connection.slug]))
        page.locator("#id_Email").fill("kim.sample@example.com")
        page.locator("#id_Last_Name").fill("Sample")
        page.locator("#id_First_Name").fill("Kim")
        page.locator("#id_Title").fill("Office manager")
        expect(page.get_by_role("button", name="Save contact")).to_be_visible()
        take(page, folder / "contact-form.png")
