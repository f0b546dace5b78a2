"""How what can be delivered reaches Zoho: products bring a `Sender` for each kind."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, NoReturn, TypeVar

from django.urls import reverse

from connections import product
from connections.models import Connection
from connections.zoho.client import ZohoClient
from connections.zoho.envelope import Pace
from zohoportal.outbox.payloads import Payload, Unreadable

P = TypeVar("P", bound=Payload)
T = TypeVar("T")


@dataclass(frozen=True)
class Outcome:
    """What Zoho made of it: a sentence for people, and where to see it.

    Attributes:
        stamp: when Zoho says that this write changed it, as Zoho writes it.
        details: what the sender's template says of it.
    """

    sentence: str
    external_id: str
    url: str = ""
    number: str = ""
    stamp: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Earlier:
    """What was saved since a delivery was submitted, and changed the same.

    Attributes:
        stamp: when Zoho says that this write changed it, as Zoho writes it.
    """

    payload: Payload
    external_id: str
    stamp: str


@dataclass(frozen=True)
class Sending:
    """What goes with a payload when it is sent, or looked for.

    Attributes:
        typed_at: when it was submitted.
        tried_at: when it was sent first without an answer; None if it never was.
        upload: the id of the file that it is.
        uploads: the ids of the files that it brings, by name and digest.
        earlier: what changed the same since it was submitted, the oldest first.
    """

    reference: str
    typed_at: datetime
    tried_at: datetime | None = None
    upload: str = ""
    uploads: Mapping[str, str] = field(default_factory=dict)
    earlier: Sequence[Earlier] = ()


def returning(value: T) -> Callable[..., T]:
    """Return a function that returns this, whatever it is asked."""
    return lambda *_asked: value


never, always = returning(False), returning(True)
no_name, no_targets, no_doubt = returning(""), returning(()), returning(None)
no_labels: Callable[..., Mapping[str, str]] = returning({})


def only(*names: str) -> Callable[[Payload], Mapping[str, Any]]:
    """Return `typed` for payloads in which these are what a person typed."""
    return lambda payload: {name: getattr(payload, name) for name in names}


@dataclass(frozen=True)
class Sender(Generic[P]):
    """How one kind of delivery reaches Zoho.

    Attributes:
        payload: the class of what it carries.
        form_url: returns the address of its form, for a connection's slug and a
            payload, which may be deleted by then.
        again: what the link to a fresh form is called.
        open_label: what the link into Zoho is called.
        fields: Zoho's names of fields -> ours, to put a refusal beside its field;
            names that are not in it are the same in both.
        send: makes the call.
        is_repeatable: whether sending this payload twice is harmless.
        typed: returns what a person typed, and the id of what it is about. That is what
            two of the same have in common; what Zoho said on the way is no part of it.
        find: looks for what may have been sent since a moment; None where Zoho has
            nothing to recognise it by. Where it returns None, it is surely not there,
            and may be sent again; where that cannot be told, it raises
            `OutcomeUnknown`. `reconciling.chosen` sees to both.
        targets: returns keys of all that a payload changes. Two that share one reach
            Zoho in the order in which people submitted them. Once Zoho has it, the
            second argument is the id of what it became; it is empty before.
        thing: what one is called where others wait for it.
        adds: whether it only adds something, so that it goes over nothing.
        carries_reference: whether Zoho shows the reference with it.
        person: the person it is about, as a form's query takes them; None where it is
            about nobody.
        again_same: what the link to a form for the same person is called.
        feature: returns the key of the feature that a payload belongs to.
        module: returns what people call the kind of thing that a payload is about, if
            it has a name.
        labels: returns what people call its fields, by Zoho's names, as far as that is
            known without asking Zoho.
        doubt: has what its form is made of read anew, for everybody: Zoho refused what
            that allowed.
        at_zoho: returns where Zoho has what a payload changes; empty where it has
            nothing yet.
        details_template: says what came of it beyond the sentence, where there is more.
        whose: whose rules say which fields are needed.
        is_form_fixed: whether no admin can add fields to its form.
        file_kind: the kind of delivery for files that come with it; its payload is a
            `FilePayload`.
        pace: of its calls, where Zoho does not count them with the product's others.
        unsure: returns why a look-up may tell nothing of a payload; empty for most.
    """

    kind: str
    payload: type[P]
    form_url: Callable[[str, P | None], str]
    again: str
    open_label: str
    fields: Mapping[str, str]
    send: Callable[[ZohoClient, P, Sending], Outcome]
    is_repeatable: Callable[[P], bool]
    typed: Callable[[P], Mapping[str, Any]]
    find: Callable[[ZohoClient, P, Sending, datetime], Outcome | None] | None = None
    targets: Callable[[P, str], Collection[str]] = no_targets
    thing: str = "change"
    adds: bool = False
    carries_reference: bool = False
    person: Callable[[P], Mapping[str, str]] | None = None
    again_same: str = ""
    feature: Callable[[P], str] = no_name
    module: Callable[[Connection, P], str] = no_name
    labels: Callable[[Connection, P], Mapping[str, str]] = no_labels
    doubt: Callable[[Connection, P], None] = no_doubt
    at_zoho: Callable[[ZohoClient, P], str] = no_name
    details_template: str = ""
    whose: str = "Zoho"
    is_form_fixed: bool = False
    file_kind: str = ""
    pace: Pace | None = None
    unsure: Callable[[P], str] = no_name

    @property
    def product(self) -> str:
        """Return the product whose limit holds for it."""
        return product.product_key(self.kind)


def form_at(page: str) -> Callable[[str, Payload | None], str]:
    """Return `form_url` for a form whose address takes the connection's slug alone."""
    return lambda slug, payload: reverse(page, args=[slug])  # noqa: ARG005  # one form for all


def page_of(
    page: str, *names: str, otherwise: str
) -> Callable[[str, Payload | None], str]:
    """Return `form_url` for the page of what these parts of a payload name.

    `otherwise` is the page where they are empty, or the payload is deleted.
    """

    def url(slug: str, payload: Payload | None) -> str:
        named = [getattr(payload, name, "") for name in names]
        if not all(named):
            return reverse(otherwise, args=[slug])
        return reverse(page, args=[slug, *named])

    return url


class _Unknown(Payload, frozen=True):
    """Of a kind that no product here has."""

    @classmethod
    def read(cls, stored: object) -> NoReturn:  # noqa: ARG003  # whatever it is
        raise Unreadable("not_installed")


def sender_of(kind: str) -> Sender[Any]:
    """Return the sender for a kind of delivery; one that keeps it if no product has it.

    Products can be taken out again: what people sent with them is still shown.
    """
    of = product.find(product.product_key(kind))
    for sender in of.senders if of else ():
        if isinstance(sender, Sender) and sender.kind == kind:
            return sender
    return Sender(
        kind=kind,
        payload=_Unknown,
        form_url=lambda slug, payload: reverse("outbox:list"),  # noqa: ARG005  # it has no form
        again="Show what was sent",
        open_label="Open in Zoho",
        fields={},
        send=_not_installed,
        find=_not_installed,
        is_repeatable=never,
        typed=Payload.stored,
    )


def _not_installed(*_asked: object) -> NoReturn:
    raise Unreadable("not_installed")
