"""The register of what can be delivered; products register in their `apps.py`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from connections.zoho.client import ZohoClient

Payload = Mapping[str, Any]


@dataclass(frozen=True)
class Outcome:
    """What Zoho made of it: a sentence for people, and where to see it."""

    sentence: str
    external_id: str
    url: str = ""
    number: str = ""


def nothing(_payload: Payload) -> str:
    """Return no name."""
    return ""


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
        carries_reference: whether Zoho shows the reference with it.
        person: the person it is about, as a form's query takes them; None where it is
            about nobody.
        again_same: what the link to a form for the same person is called.
        feature: returns the key of the feature that a payload belongs to.
        module: returns what a payload is about is called at Zoho, if it has a name.
        whose: whose rules say which fields are needed.
        file_kind: the kind of delivery for files that come with it; such a sender's
            payload names the `upload` and what to `attach_to`.
    """

    kind: str
    form_url: Callable[[str, Payload], str]
    again: str
    open_label: str
    fields: Mapping[str, str]
    send: Callable[[ZohoClient, Payload, str], Outcome]
    is_repeatable: Callable[[Payload], bool]
    find: Callable[[ZohoClient, Payload, str, datetime], Outcome | None] | None = None
    carries_reference: bool = False
    person: Callable[[Payload], Mapping[str, str]] | None = None
    again_same: str = ""
    feature: Callable[[Payload], str] = nothing
    module: Callable[[Payload], str] = nothing
    whose: str = "Zoho"
    file_kind: str = ""

    @property
    def product(self) -> str:
        """Return the product whose lane it takes."""
        return self.kind.partition(".")[0]


def form_at(page: str) -> Callable[[str, Payload], str]:
    """Return `form_url` for a form whose address takes the connection's slug alone."""
    return lambda slug, payload: reverse(page, args=[slug])  # noqa: ARG005


_senders: dict[str, Sender] = {}


def register(sender: Sender) -> None:
    """Add a sender; its kind must be new."""
    if sender.kind in _senders:
        raise ValueError(f"sender {sender.kind} is registered twice")
    _senders[sender.kind] = sender


def sender_of(kind: str) -> Sender:
    """Return the sender for a kind of delivery."""
    return _senders[kind]
