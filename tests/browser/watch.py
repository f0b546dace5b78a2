"""Notes what no page of ours may do, while somebody walks through them."""

from urllib.parse import urlsplit

from playwright.sync_api import (
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Response,
    WebError,
)

TELL_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", function (event) {
  console.error("Against the policy: " + event.effectiveDirective + " " +
    event.blockedURI);
});
"""
# Chromium's words for answers such as 404, which `_response` tells apart.
ANSWER = "Failed to load resource"


def origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


class Watch:
    """Console errors, script errors, policy violations, strangers, pop-ups.

    A tab that somebody opens on purpose is no pop-up: `tabs` are expected.
    """

    def __init__(
        self, context: BrowserContext, known: list[str], tabs: int = 1
    ) -> None:
        self.context = context
        self.problems: list[str] = []
        self._known = known
        self._tabs_left = tabs
        context.add_init_script(TELL_VIOLATIONS)
        context.on("console", self._console)
        context.on("weberror", self._error)
        context.on("page", self._tab)
        context.on("request", self._request)
        context.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(ANSWER):
            self.problems.append(f"console: {message.text}")

    def _error(self, error: WebError) -> None:
        self.problems.append(f"script: {error.error}")

    def _tab(self, page: Page) -> None:
        self._tabs_left -= 1
        if self._tabs_left < 0:
            self.problems.append(f"pop-up: {page.url}")

    def _request(self, request: Request) -> None:
        if origin(request.url) not in self._known:
            self.problems.append(f"stranger: {request.url}")
        elif not request.is_navigation_request():
            asking = origin(request.frame.url)
            if asking != origin(request.url):
                self.problems.append(f"{asking} asked for {request.url}")

    def _response(self, response: Response) -> None:
        if response.status >= 400 and not response.request.is_navigation_request():
            self.problems.append(f"{response.status}: {response.url}")
