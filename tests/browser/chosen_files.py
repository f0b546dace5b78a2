"""Files that are chosen on a form."""

from playwright.sync_api import FilePayload, Locator, Page


def named(name: str, size: int = 5) -> FilePayload:
    return {"name": name, "mimeType": "text/plain", "buffer": b"x" * size}


def choose(page: Page, *files: FilePayload) -> None:
    page.locator("input[type=file]").set_input_files(list(files))


def rows(page: Page) -> Locator:
    return page.get_by_test_id("chosen-files").get_by_role("listitem")


def problem(page: Page) -> Locator:
    return page.locator("[data-files-problem]")
