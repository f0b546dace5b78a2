"""Probes: harmless questions to Zoho that show whether a connection works.

Products register theirs in `apps.py`; the doctor runs them (`checks.py`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from connections.zoho.client import ZohoClient
from connections.zoho.errors import UnexpectedReply

LONGEST_ID = 40


@dataclass(frozen=True)
class Account:
    """An organisation found at a product."""

    external_id: str
    name: str


def account_of(external_id: object, name: object) -> Account:
    """Return an organisation as Zoho named it.

    Raises:
        UnexpectedReply: there is no id that makes sense.
    """
    found = str(external_id or "")
    if not found or len(found) > LONGEST_ID:
        raise UnexpectedReply("no_organisation")
    return Account(found, str(name or found))


@dataclass(frozen=True)
class Finding:
    """What a probe found. Several `choices` and no `account`: an admin must choose."""

    text: str
    account: Account | None = None
    choices: tuple[Account, ...] = ()


@dataclass(frozen=True)
class Probe:
    """A named question to Zoho; `product` is the one whose account it may find."""

    key: str
    label: str
    product: str
    run: Callable[[ZohoClient], Finding]


_probes: list[Probe] = []


def register(probe: Probe) -> None:
    """Add a probe; probes run in the order of the installed products."""
    _probes.append(probe)


def registered() -> Sequence[Probe]:
    """Return all probes, in the order of the installed products."""
    return tuple(_probes)


def daily_credits(edition: str, limits: Mapping[str, int]) -> str:
    """Return what an edition allows a day, to follow an organisation's name."""
    least = limits.get(edition.lower())
    if least is None:
        return ""
    return f", {edition.capitalize()} edition: {least:,} API credits a day or more"
