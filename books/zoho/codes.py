"""What Books says yes and no with: a number in each answer, and nought is yes."""

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
SUCCESS = "0"
NOT_AUTHORISED = "57"
# What is said of JSON that Books does not read as such.
NOT_READ = {"4", "1038"}
# Books counts anew once a day and does not say when: asked again after so long.
SPENT = timedelta(minutes=30)
# "Invalid value passed for Email ID."
VALUE = re.compile(r"value passed for (?P<name>[a-z _]{2,40})", re.IGNORECASE)
# How Books calls fields in sentences, beside their own names.
SAID_AS = {
    "email_id": "email",
    "currency": "currency_id",
    "customer_name": "contact_name",
}


class Kind(StrEnum):
    """What a code is: which error."""

    REFUSED = "refused"
    RIGHT = "right"
    ORGANISATION = "organisation"
    TOKEN = "token"  # noqa: S105  # a word, and no secret
    FAULT = "fault"
    OURS = "ours"
    BUSY = "busy"
    SPENT = "spent"


ERRORS: Mapping[Kind, type[ZohoError]] = {
    Kind.REFUSED: Rejected,
    Kind.RIGHT: PermissionMissing,
    Kind.ORGANISATION: PermissionMissing,
    Kind.TOKEN: TokenRefused,
    Kind.FAULT: Unavailable,
    Kind.OURS: UnexpectedReply,
    Kind.BUSY: RateLimited,
    Kind.SPENT: RateLimited,
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


def meaning(part: str, code: str) -> Meaning | None:
    """Return what a code means for a part of Books; None if nobody knows it."""
    return CODES.get(part, {}).get(code) or CODES[GENERAL].get(code)


def code_of(body: Json) -> str:
    """Return an answer's code as text; empty where it has none."""
    return shapes.text(body.get("code"), shapes.LONGEST_NAME)


def is_refusal(body: Json) -> bool:
    """Tell whether an answer with HTTP 200 refused something."""
    return code_of(body) not in ("", SUCCESS)


def refusal(part: str, body: Json) -> Refusal:
    """Return what a part of Books refused."""
    code, message = code_of(body), text(body.get("message"))
    known = meaning(part, code)
    if known is None:
        return Refusal(code, message, _about_a_value(message))
    problem = FieldProblem(known.field, "invalid", words=known.words, code=code)
    return Refusal(
        code,
        message,
        (problem,) if known.words else _about_a_value(message),
        kind=ERRORS[known.kind],
        wait=SPENT if known.kind is Kind.SPENT else None,
    )


def _about_a_value(message: str) -> tuple[FieldProblem, ...]:
    """Return which value a sentence of Books is about; none where it names none."""
    found = VALUE.search(message)
    if not found:
        return ()
    name = "_".join(found["name"].lower().split())
    return (FieldProblem(SAID_AS.get(name, name), "invalid", message=message),)
