"""A person at the portal who only clicks and pastes, and is counted."""

from playwright.sync_api import Locator, Page


class Visitor:
    """Somebody with a mouse and a clipboard; no key but for copy and paste is hit."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.pages = 0
        self.clicks = 0
        self.questions = 0
        self.unanswered = 0

    def look(self) -> None:
        """Count the page and its questions; a group of radios or ticks is one."""
        fields = self.page.locator("main .field:visible")
        answers = self.page.locator(
            ":checked, [value]:is([type=text], [type=password])"
        )
        self.pages += 1
        self.questions += fields.count()
        self.unanswered += fields.count() - fields.filter(has=answers).count()

    def click(self, what: Locator) -> None:
        self.clicks += 1
        what.click()

    def copy(self, what: str, into: Locator) -> None:
        """Press a copy button of the portal and paste at Zoho."""
        value = self.page.get_by_test_id(what)
        box = self.page.locator(".copy-box").filter(has=value)
        self.click(box.get_by_role("button", name="Copy"))
        box.get_by_text("Copied", exact=True).wait_for()
        into.fill("")
        into.focus()
        into.page.keyboard.press("Control+v")

    def bring(self, what: Locator, into: str) -> None:
        """Copy a value of Zoho's page, click into a field of the portal, paste."""
        what.evaluate("it => window.getSelection().selectAllChildren(it)")
        what.page.keyboard.press("Control+c")
        self.click(self.page.get_by_label(into))
        self.page.keyboard.press("Control+v")

    def follow(self, link: Locator, there: Page) -> None:
        """Follow a link that opens a new tab: here, a browser of its own."""
        self.clicks += 1
        assert link.get_attribute("target") == "_blank"
        there.goto(link.get_attribute("href") or "")
