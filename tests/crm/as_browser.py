"""What a browser without scripts sends for the form of a page: as it was, or touched.

https://html.spec.whatwg.org/multipage/input.html#value-sanitization-algorithm
"""

import re
from datetime import datetime
from html.parser import HTMLParser
from typing import Any

Attributes = dict[str, str | None]
Sent = dict[str, list[str]]
LINE_END = re.compile(r"\r\n|\r|\n")
NEVER_SENT = {"submit", "button", "reset", "file", "image"}


def form_of(page: Any) -> Sent:
    """Return what the product form of a page sends when nobody touched it."""
    reader = _Form()
    # A page is read with one kind of line ends.
    reader.feed(LINE_END.sub("\n", page.content.decode()))
    sent: Sent = {}
    for name, value in reader.sent:
        # And its values are sent with another.
        sent.setdefault(name, []).append(LINE_END.sub("\r\n", value))
    return sent


class _Form(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.sent: list[tuple[str, str]] = []
        self._is_open = False
        self._templates = 0
        self._text: list[str] | None = None
        self._about: Attributes = {}
        self._options: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        about = dict(attrs)
        self._templates += tag == "template"
        if tag == "form" and "data-keep" in about:
            self._is_open = True
        if not self._is_open or self._templates:
            return
        match tag:
            case "input":
                self._input(about)
            case "textarea":
                self._about, self._text = about, []
            case "select":
                self._about, self._options = about, []
            case "option":
                self._options.append((about.get("value") or "", "selected" in about))

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        self._templates -= tag == "template"
        if not self._is_open or self._templates:
            return
        match tag:
            case "form":
                self._is_open = False
            case "textarea":
                text = "".join(self._text or ())
                # The line end right after the tag is no part of the text.
                self._send(self._about, text.removeprefix("\n"))
                self._text = None
            case "select":
                chosen = [value for value, is_chosen in self._options if is_chosen]
                self._send(self._about, (chosen or [self._options[0][0]])[-1])

    def _input(self, about: Attributes) -> None:
        kind = about.get("type") or "text"
        if kind in NEVER_SENT:
            return
        if kind in ("checkbox", "radio"):
            if "checked" in about:
                self._send(about, about.get("value") or "on")
            return
        self._send(about, _sanitised(kind, about.get("value") or ""))

    def _send(self, about: Attributes, value: str) -> None:
        if name := about.get("name"):
            self.sent.append((name, value))


def _sanitised(kind: str, value: str) -> str:
    match kind:
        case "hidden":
            return value
        case "date":
            return value if _is_moment(value, "%Y-%m-%d") else ""
        case "datetime-local":
            return value if _is_moment(value, "%Y-%m-%dT%H:%M") else ""
        case "email":
            return re.sub(r"[\r\n]", "", value).strip()
    return re.sub(r"[\r\n]", "", value)


def _is_moment(value: str, form: str) -> bool:
    try:
        datetime.strptime(value, form)  # noqa: DTZ007  # inputs have no zone
    except ValueError:
        return False
    return True
