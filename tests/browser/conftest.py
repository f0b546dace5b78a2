import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db.migrations.recorder import MigrationRecorder
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.pages import Enter, OpenPage
from tests.browser.watch import Watch
from tests.support.people import signed_in
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User

# The headless shell first: the same engine, without the windows that nobody sees.
NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 10_000


def chromium() -> str:
    """Return the path of a Chromium; empty if there is none."""
    found = (shutil.which(name) for name in NAMES)
    return os.environ.get("CHROMIUM") or next(filter(None, found), "")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium()
    if not path:
        reason = "no Chromium here: install one, or name it in CHROMIUM"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser, live_server: Any, zoho: SandboxZoho) -> Iterator[Any]:
    """Open pages, each like a browser of its own, in which nothing goes wrong."""
    watches: list[Watch] = []

    def open_one(*, tabs: int = 1, visits: str = "", **options: Any) -> Page:
        wishes = {
            "viewport": {"width": 1280, "height": 900},
            "reduced_motion": "reduce",
        }
        context = browser.new_context(
            base_url=settings.SITE_URL,
            permissions=["clipboard-read", "clipboard-write"],
            **(wishes | options),
        )
        context.set_default_timeout(PATIENCE)
        elsewhere = zoho.url.replace("127.0.0.1", "localhost")
        known = [settings.SITE_URL, zoho.url, elsewhere, visits]
        watches.append(Watch(context, known, tabs))
        return context.new_page()

    yield open_one
    for watch in watches:
        watch.context.close()
    problems = [problem for watch in watches for problem in watch.problems]
    assert not problems, "\n".join(problems)


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    return open_page()


@pytest.fixture
def plain_page(open_page: OpenPage) -> Page:
    """A browser in which JavaScript is off."""
    return open_page(java_script_enabled=False)


@pytest.fixture
def console(open_page: OpenPage, zoho: SandboxZoho) -> Page:
    """Zoho's API console, in another browser than the portal."""
    page = open_page()
    page.goto(f"{zoho.url}/console")
    return page


@pytest.fixture
def enter() -> Enter:
    """Sign a person in without the form."""

    def put_cookie(page: Page, person: User) -> None:
        name = settings.SESSION_COOKIE_NAME
        value = signed_in(person).cookies[name].value
        page.context.add_cookies(
            [{"name": name, "value": value, "url": settings.SITE_URL}]
        )

    return put_cookie


@pytest.fixture
def migration_of_tomorrow(transactional_db: None) -> Iterator[Any]:
    """What a newer version did to the database; emptying tables leaves it there."""
    row = MigrationRecorder.Migration(app="outbox", name="9999_of_tomorrow")
    row.save()
    yield row
    row.delete()
