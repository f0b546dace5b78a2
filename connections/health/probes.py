"""Probes: harmless questions to Zoho that show whether a connection works.

Products bring theirs; the doctor runs them (`checks.py`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from connections.zoho import shapes
from connections.zoho.client import ZohoClient
from connections.zoho.errors import UnexpectedReply

LONGEST_NAME = 255


@dataclass(frozen=True)
class Account:
    """An organisation found at a product."""

    external_id: str
    name: str


def account_of(external_id: object, name: object) -> Account:
    """Return an organisation as Zoho named it.

    Raises:
        UnexpectedReply: there is no id or no name that makes sense.
    """
    found = Account(shapes.identifier(external_id), shapes.text(name, LONGEST_NAME))
    if not (found.external_id and found.name.strip()):
        raise UnexpectedReply("no_organisation")
    return found


@dataclass(frozen=True)
class Finding:
    """What a probe found. Several `choices` and no `account`: an admin must choose."""

    text: str
    account: Account | None = None
    choices: tuple[Account, ...] = ()


@dataclass(frozen=True)
class Probe:
    """A named question to Zoho; it may find the product's organisation."""

    key: str
    label: str
    run: Callable[[ZohoClient], Finding]


def daily_credits(edition: str, limits: Mapping[str, int]) -> str:
    """Return what an edition allows a day, to follow an organisation's name."""
    least = limits.get(edition.lower())
    if least is None:
        return ""
    return f", {edition.capitalize()} edition: {least:,} API credits a day or more"
