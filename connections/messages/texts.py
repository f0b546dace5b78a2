"""What people read when something with Zoho goes wrong: `texts.toml` has the texts."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

import msgspec

# Nothing works through this connection until an admin has set it up anew.
CUT_OFF = {"E01", "E02", "E03", "E06", "E14", "E15"}


def quoted(message: str) -> str:
    """Return Zoho's own words as a sentence; empty where it said nothing."""
    end = "" if message.endswith((".", "!", "?")) else "."
    return f"Zoho's words: “{message}”{end}" if message else ""


class Remedy(StrEnum):
    """What mends a situation: where the button of its text leads."""

    NONE = ""
    AGAIN = "again"
    CLIENT = "client"
    CONSENT = "consent"
    FEATURES = "features"
    LIST = "list"
    ORGANISATION = "organisation"
    RECONNECT = "reconnect"
    REGION = "region"
    SECRET = "secret"  # noqa: S105  # a place, and no secret
    TEST = "test"
    VERSION = "version"


class Button(NamedTuple):
    """A button under a text, and its words."""

    action: Remedy
    label: str


class Link(NamedTuple):
    """The words and the address of a page out there."""

    words: str
    url: str


NO_BUTTON = Button(Remedy.NONE, "")
NO_LINK = Link("", "")


class Text(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is said of one situation, with places for facts in braces.

    Attributes:
        codes: what Zoho, or the portal, calls the situation.
        also: further buttons.
        asks: what staff ask an admin for.
        note: a text that an admin here can pass on to one at Zoho.
    """

    codes: tuple[str, ...] = ()
    ref: str
    title: str
    cause: str
    next_step: str
    button: Button = NO_BUTTON
    also: tuple[Button, ...] = ()
    link: Link = NO_LINK
    needs_admin: bool = False
    asks: str = ""
    note: str = ""


@dataclass(frozen=True)
class Explanation:
    """What people read of one error; kept as JSON with what it is about.

    `action` names the main button's place, `label` its words; the others are those of
    `Text`.
    """

    ref: str
    title: str
    cause: str
    next_step: str
    action: str = Remedy.NONE
    label: str = ""
    needs_admin: bool = False
    details: tuple[tuple[str, str], ...] = ()
    also: tuple[tuple[str, str], ...] = ()
    link: tuple[str, str] = NO_LINK
    asks: str = ""
    note: str = ""

    def for_staff(self, admin: str) -> "Explanation":
        """Return the same without set-up words, where only an admin can help."""
        if not self.needs_admin:
            return self
        return replace(
            self,
            title="Zoho is not connected at the moment"
            if self.ref in CUT_OFF
            else self.title,
            cause="",
            next_step=f"Ask {admin}{self.asks}. Your form is kept.",
            action=Remedy.NONE,
            label="",
            also=(),
            note="",
        )


class _Texts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    situations: Mapping[str, Text]
    sent_back: Mapping[str, str]
    reasons: Mapping[str, str]


_FILE = Path(__file__).with_suffix(".toml")
_KEPT = msgspec.convert(tomllib.loads(_FILE.read_text("utf-8")), _Texts)
TEXTS = _KEPT.situations
SENT_BACK = _KEPT.sent_back
REASONS = _KEPT.reasons
