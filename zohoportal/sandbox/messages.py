"""What every room of the sandbox speaks: requests, answers, refusals, routes."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import Message
from functools import cached_property
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from zohoportal.sandbox.multipart import parts_of

if TYPE_CHECKING:
    from zohoportal.sandbox.world import World

JSON_TYPE = "application/json;charset=UTF-8"
HTML_TYPE = "text/html;charset=UTF-8"
# Where each product's paths begin.
PRODUCTS = {
    "crm": "/crm/",
    "desk": "/api/v1/",
    "campaigns": "/api/v1.1/",
    "books": "/books/v3/",
}


@dataclass
class Request:
    method: str
    path: str
    query_string: str
    headers: Message
    body: bytes
    # What the route's pattern found in the path.
    found: dict[str, str] = field(default_factory=dict)

    @cached_property
    def product(self) -> str | None:
        """Return whose call this is; None for the accounts server and the pages."""
        for product, beginning in PRODUCTS.items():
            if self.path.startswith(beginning):
                return product
        return None

    @property
    def is_whole(self) -> bool:
        """Tell whether the line held until the end of the body."""
        return str(len(self.body)) == self.headers.get("Content-Length", "0")

    @cached_property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(self.query_string, keep_blank_values=True))

    @cached_property
    def form(self) -> dict[str, str]:
        kind = self.headers.get("Content-Type", "")
        if not kind.startswith("application/x-www-form-urlencoded"):
            return {}
        text = self.body.decode("utf-8", "replace")
        return dict(parse_qsl(text, keep_blank_values=True))

    @cached_property
    def parameters(self) -> dict[str, str]:
        """Return what was sent, wherever: in the address, as a form, or in parts."""
        try:
            parts = parts_of(self.headers, self.body)
        except ValueError:
            parts = {}
        sent = {name: part.text for name, part in parts.items()}
        return {**self.query, **self.form, **sent}

    @cached_property
    def json(self) -> Any:
        """Return the parsed body, or None when it is not JSON."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None

    @cached_property
    def token(self) -> str | None:
        """Return the access token; Zoho wants its own word instead of Bearer."""
        kind, _, token = self.headers.get("Authorization", "").partition(" ")
        return token if kind == "Zoho-oauthtoken" and token else None


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes = b""
    content_type: str = JSON_TYPE
    headers: dict[str, str] = field(default_factory=dict)
    # What the request changed; whatever changed something is saved and journalled.
    effect: str | None = None
    # A line that is slow: so many bytes, then a pause of so many seconds.
    drip: tuple[int, float] | None = None
    # A line that breaks: only so many bytes of the body, although its length says more.
    truncate: int | None = None
    # A line that goes dead: half of the answer, then a reset.
    is_cut: bool = False


class Refusal(Exception):
    """Ends a handler early with the answer to send."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


Handler = Callable[[Request, "World"], Answer]


@dataclass(frozen=True)
class Route:
    method: str
    pattern: re.Pattern[str]
    handler: Handler


def route(method: str, pattern: str, handler: Handler) -> Route:
    """Return a route; the method "*" means any."""
    return Route(method, re.compile(pattern), handler)


def json_answer(
    body: object,
    status: int = HTTPStatus.OK,
    effect: str | None = None,
    headers: dict[str, str] | None = None,
) -> Answer:
    text = json.dumps(body, ensure_ascii=False).encode()
    return Answer(status, text, headers=headers or {}, effect=effect)


def html_answer(
    text: str, status: int = HTTPStatus.OK, effect: str | None = None
) -> Answer:
    return Answer(status, text.encode(), HTML_TYPE, effect=effect)


def redirect(location: str, effect: str | None = None) -> Answer:
    return Answer(
        HTTPStatus.FOUND,
        content_type=HTML_TYPE,
        headers={"Location": location},
        effect=effect,
    )


def not_modified() -> Answer:
    """Return the answer for "nothing newer there", without any body."""
    return Answer(HTTPStatus.NOT_MODIFIED)


def no_content() -> Answer:
    """Return Zoho's answer for "nothing there": 204 without any body."""
    return Answer(HTTPStatus.NO_CONTENT)
