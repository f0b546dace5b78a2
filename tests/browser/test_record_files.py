"""Files of CRM records in a browser: added, refused, retried, brought back."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from connections.models import Connection
from tests.browser.pages import Enter, OpenPage
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User

pytestmark = [pytest.mark.browser, pytest.mark.looks]

TOO_LARGE = {"status": 413, "body": {"code": "BODY_SIZE_REACHED", "message": "no"}}
CONTENT = "<script>document.title = 'run'</script>"


@pytest.fixture
def ada(zoho: SandboxZoho, rich: Connection) -> str:
    """The address of a record's page."""
    record = zoho.crm_records("Contacts")[0]["id"]
    return f"/c/{rich.slug}/crm/Contacts/{record}/"


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / name for name in ("a.html", "b.txt", "c.txt")]
    for path in paths:
        path.write_text(CONTENT)
    return paths


def add(page: Page, files: list[Path]) -> None:
    page.get_by_label("Files to add").set_input_files(files)
    page.get_by_role("button", name="Add files").click()


def names(page: Page) -> list[str]:
    cells = page.get_by_test_id("files").get_by_role("rowheader")
    return [each.split("\n")[-1] for each in cells.all_inner_texts()]


def walk(page: Page, ada: str, files: list[Path], zoho: SandboxZoho) -> None:
    """Add files of which one is refused, send it again, and get one back."""
    at_zoho = f"/crm/v8/Contacts/{ada.split('/')[-2]}/Attachments"
    page.goto(ada)
    expect(page.get_by_text("No files yet.")).to_be_visible()
    expect(page.get_by_text("Up to 10 files of 100 MB each")).to_be_visible()
    zoho.script("POST", at_zoho, {"delay": 0}, TOO_LARGE)

    add(page, files)

    expect(page.get_by_test_id("messages")).to_contain_text(
        "1 of 3 files was not attached."
    )
    unsent = page.get_by_test_id("unsent")
    expect(unsent).to_contain_text("which is more than Zoho takes")
    assert names(page) == ["c.txt", "a.html"]
    unsent.get_by_role("button", name="Retry File “b.txt”").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("“b.txt” was attached.")
    page.get_by_role("link", name="Show the record").click()
    assert names(page) == ["b.txt", "c.txt", "a.html"]
    expect(unsent).to_have_count(0)

    with page.expect_download() as download:
        page.get_by_role("link", name="a.html").click()
    assert download.value.suggested_filename == "a.html"
    assert download.value.path().read_text() == CONTENT
    expect(page).not_to_have_title("run")


class TestFiles:
    def test_are_added_retried_and_brought_back_e23_r22_a60(
        self,
        page: Page,
        enter: Enter,
        staff: User,
        ada: str,
        files: list[Path],
        zoho: SandboxZoho,
    ) -> None:
        enter(page, staff)

        walk(page, ada, files, zoho)

    def test_need_no_javascript_and_no_wide_screen(
        self,
        open_page: OpenPage,
        enter: Enter,
        staff: User,
        ada: str,
        files: list[Path],
        zoho: SandboxZoho,
    ) -> None:
        page = open_page(
            java_script_enabled=False, viewport={"width": 320, "height": 700}
        )
        enter(page, staff)

        walk(page, ada, files, zoho)

    def test_that_are_empty_are_refused_beside_the_field(
        self, plain_page: Page, enter: Enter, staff: User, ada: str, tmp_path: Path
    ) -> None:
        page = plain_page
        empty = tmp_path / "empty.txt"
        empty.touch()
        enter(page, staff)
        page.goto(ada)

        add(page, [empty])

        expect(page.get_by_test_id("error-summary")).to_contain_text(
            "“empty.txt” is empty (0 bytes). Choose another file."
        )
        expect(page.get_by_text("Choose the files again")).to_be_visible()
        page.get_by_role("link", name="Record", exact=True).click()
        expect(page.get_by_text("No files yet.")).to_be_visible()

    def test_that_are_empty_are_not_even_sent_r44(
        self,
        page: Page,
        enter: Enter,
        staff: User,
        ada: str,
        files: list[Path],
        tmp_path: Path,
    ) -> None:
        empty = tmp_path / "empty.txt"
        empty.touch()
        enter(page, staff)
        page.goto(ada)

        add(page, [empty, files[0]])

        chosen = page.get_by_test_id("chosen-files")
        expect(chosen).to_contain_text("“empty.txt” is empty (0 bytes).")
        chosen.get_by_role("button", name="Remove empty.txt").click()
        page.get_by_role("button", name="Add files").click()
        expect(page.get_by_test_id("messages")).to_contain_text("1 file was attached.")
        assert names(page) == ["a.html"]
