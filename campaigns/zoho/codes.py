"""What Campaigns says yes and no with, by the method that was asked.

HTTP 200 is no success there, "0" and "200" are, and an answer to a dead token has its
names in capitals.
"""

import re
import tomllib
from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

import msgspec

from connections.zoho import shapes
from connections.zoho.errors import (
    FieldProblem,
    PermissionMissing,
    RateLimited,
    Rejected,
    TokenRefused,
    Unavailable,
    UnexpectedReply,
    ZohoError,
)
from connections.zoho.refusals import Refusal, text
from connections.zoho.shapes import Json

GENERAL = "general"
SUCCESS = {"0", "200"}
# What is asked too often is locked for so long, and no header says so.
# https://www.zoho.com/campaigns/help/developers/contact-subscribe.html
LOCKED = timedelta(minutes=30)
# How Campaigns says it is not documented.
LOCK = re.compile(r"\b(api|calls?|requests?)\b.*\b(limit|exceed|lock)", re.IGNORECASE)


class Kind(StrEnum):
    """What a code is: which error, or none."""

    REFUSED = "refused"
    RIGHT = "right"
    SCOPE = "scope"
    TOKEN = "token"  # noqa: S105  # a word, and no secret
    FAULT = "fault"
    OURS = "ours"
    NONE = "none"


ERRORS: Mapping[Kind, type[ZohoError]] = {
    Kind.REFUSED: Rejected,
    Kind.RIGHT: PermissionMissing,
    Kind.SCOPE: PermissionMissing,
    Kind.TOKEN: TokenRefused,
    Kind.FAULT: Unavailable,
    Kind.OURS: UnexpectedReply,
}


class Meaning(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a code means, and what to say of it beside which field."""

    kind: Kind
    field: str = ""
    words: str = ""


CODES = msgspec.convert(
    tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8")),
    dict[str, dict[str, Meaning]],
)


def meaning(method: str, code: str) -> Meaning | None:
    """Return what a code means for a method; None for one that nobody knows."""
    return CODES.get(method, {}).get(code) or CODES[GENERAL].get(code)


def code_of(body: Json) -> str:
    """Return an answer's code as text; empty where it has none."""
    whole = body if "response" not in body else shapes.mapping(body["response"])
    return shapes.text(whole.get("code", whole.get("Code")), shapes.LONGEST_NAME)


def is_success(body: Json) -> bool:
    """Tell whether an answer says that what was asked was done."""
    return code_of(body) in SUCCESS and body.get("status") != "error"


def is_refusal(method: str, body: Json) -> bool:
    """Tell whether an answer with HTTP 200 refused something.

    What says neither yes nor no is no refusal: whoever asked has to see what it is.
    """
    code = code_of(body)
    known = meaning(method, code)
    if known and known.kind is Kind.NONE:
        return False
    return body.get("status") == "error" or (bool(code) and code not in SUCCESS)


def refusal(method: str, body: Json) -> Refusal:
    """Return what a method refused."""
    code, message = code_of(body), text(body.get("message"))
    known = meaning(method, code)
    if known is None:
        kind = RateLimited if LOCK.search(message) else None
        return Refusal(code, message, kind=kind, wait=LOCKED)
    problem = FieldProblem(known.field, "invalid", words=known.words, code=code)
    return Refusal(
        code,
        message,
        (problem,) if known.words else (),
        kind=ERRORS.get(known.kind),
        wait=LOCKED,
    )
