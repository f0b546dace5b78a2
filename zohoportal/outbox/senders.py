"""The register of what can be delivered; products register in their `apps.py`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connections.zoho.client import ZohoClient

Payload = Mapping[str, Any]


@dataclass(frozen=True)
class Outcome:
    """What Zoho made of it: a sentence for people, and where to see it."""

    sentence: str
    external_id: str
    url: str = ""
    number: str = ""


@dataclass(frozen=True)
class Sender:
    """How one kind of delivery reaches Zoho.

    Attributes:
        form_url: returns the address of its form, for a connection's slug and a
            payload, which may be empty by then.
        again: what the link to a fresh form is called.
        open_label: what the link into Zoho is called.
        fields: Zoho's names of fields -> ours, to put a refusal beside its field;
            names that are not in it are the same in both.
        send: makes the call; gets the payload and the delivery's reference.
        is_repeatable: whether sending this payload twice is harmless.
        find: looks for what may have been sent since a moment; None where Zoho has
            nothing to recognise it by.
    """

    kind: str
    form_url: Callable[[str, Payload], str]
    again: str
    open_label: str
    fields: Mapping[str, str]
    send: Callable[[ZohoClient, Payload, str], Outcome]
    is_repeatable: Callable[[Payload], bool]
    find: Callable[[ZohoClient, Payload, str, datetime], Outcome | None] | None = None

    @property
    def product(self) -> str:
        """Return the product whose lane it takes."""
        return self.kind.partition(".")[0]


_senders: dict[str, Sender] = {}


def register(sender: Sender) -> None:
    """Add a sender; its kind must be new."""
    if sender.kind in _senders:
        raise ValueError(f"sender {sender.kind} is registered twice")
    _senders[sender.kind] = sender


def sender_of(kind: str) -> Sender:
    """Return the sender for a kind of delivery."""
    return _senders[kind]
