"""A delivery's place among those that change the same thing, in words."""

from dataclasses import dataclass

from django.utils.html import format_html

from zohoportal.accounts.models import User
from zohoportal.outbox.delivering import order
from zohoportal.outbox.models import Delivery
from zohoportal.outbox.senders import sender_of
from zohoportal.outbox.status import moment

State = Delivery.State


@dataclass(frozen=True)
class Neighbour:
    """Another delivery that changes the same, as a reader may know it.

    Attributes:
        words: "your change of 14:02", or whose it is.
        url: its page; empty where the reader may not see it.
        may_overwrite: whether one of the two goes over what the other one wrote.
    """

    words: str
    url: str
    state: str
    may_overwrite: bool

    @property
    def is_unknown(self) -> bool:
        """Whether Zoho may have it already."""
        return self.state == State.UNKNOWN

    @property
    def has_failed(self) -> bool:
        """Whether it came to an end without Zoho having it."""
        return self.state in {State.REFUSED, State.CANCELLED}

    @property
    def link(self) -> str:
        if not self.url:
            return self.words
        return format_html('<a href="{}">{}</a>', self.url, self.words)


@dataclass(frozen=True)
class Place:
    """Where a delivery stands: behind one, before others, or overtaken.

    Attributes:
        behind: the last one that goes before it.
        stuck: one of those that has no end without a person, or not soon.
        before: the next one that waits for this one.
        passed_by: the later one that a person let go first.
    """

    behind: Neighbour | None = None
    stuck: Neighbour | None = None
    before: Neighbour | None = None
    passed_by: Neighbour | None = None

    @property
    def has_others(self) -> bool:
        return bool(self.before or self.passed_by)


def place_of(delivery: Delivery, reader: User) -> Place:
    """Return where a delivery stands in its lines, as its page says it."""

    def neighbour(other: Delivery | None) -> Neighbour | None:
        return _neighbour(delivery, other, reader) if other else None

    ahead = order.before(delivery).select_related("person")
    return Place(
        behind=neighbour(ahead.last()),
        stuck=neighbour(ahead.filter(order.is_stuck()).last()),
        before=neighbour(order.after(delivery).select_related("person").first()),
        passed_by=neighbour(delivery.overtaken_by),
    )


def saved_since(delivery: Delivery, reader: User) -> Neighbour | None:
    """Return the newest one that a repeat of this one's content would go over."""
    for other in order.saved_since(delivery).select_related("person").reverse():
        if order.may_overwrite(delivery, other):
            return _neighbour(delivery, other, reader)
    return None


def _neighbour(delivery: Delivery, other: Delivery, reader: User) -> Neighbour:
    is_own = other.person_id == reader.pk
    whose = "your" if is_own else f"{other.person}'s"
    thing = sender_of(other.kind).thing
    return Neighbour(
        words=f"{whose} {thing} of {moment(other.created_at)}",
        url=other.get_absolute_url() if is_own or reader.may_manage else "",
        state=other.state,
        may_overwrite=order.may_overwrite(delivery, other),
    )
