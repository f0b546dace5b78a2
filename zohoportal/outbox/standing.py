"""Where a delivery stands for people: its state, and what happens next."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils import timezone

from connections.status import Badge
from zohoportal.outbox import verdicts
from zohoportal.outbox.models import Delivery
from zohoportal.outbox.senders import Sender, sender_of

State = Delivery.State
Held = Delivery.Held


KEPT = Badge("warn", "clock", State.WAITING.label)
BADGES = {
    "done": Badge("ok", "check", State.DONE.label),
    "refused": Badge("bad", "cross", State.REFUSED.label),
    "unknown": Badge("warn", "warning", State.UNKNOWN.label),
    "looked for": Badge("idle", "clock", "Being looked for"),
    "sending": Badge("idle", "clock", State.SENDING.label),
    "cancelled": Badge("idle", "cross", State.CANCELLED.label),
    "waiting": KEPT,
    "held": KEPT,
    "stopped": KEPT,
}
NEXT = {
    "unknown": "Look for it in Zoho",
    "looked for": "Is looked for in Zoho",
    "sending": "Waits for Zoho's answer",
    "stopped": "Waits for a worker",
}
HELD_FOR = {
    Held.RECONNECT: "Waits for a reconnect",
    Held.PERMISSION: "Waits for a permission",
    Held.PERSON: "Waits for an admin",
    Held.REPLY: "Waits for a new try",
    Held.PARENT: "Waits for what it belongs to",
    Held.DRAFT: "Kept as a draft",
}
FOR_PEOPLE = {Held.REPLY, Held.PERSON, Held.DRAFT}


@dataclass(frozen=True)
class Line:
    """A delivery as lists and its own page show it."""

    delivery: Delivery
    stands: str

    @property
    def sender(self) -> Sender:
        return sender_of(self.delivery.kind)

    @property
    def form_url(self) -> str:
        """Return the address of the form it came from."""
        slug = self.delivery.connection.slug
        return self.sender.form_url(slug, self.delivery.payload)

    @property
    def badge(self) -> Badge:
        # Left by a process that died, while no worker runs to take it over.
        is_left = self.stands == "stopped" and self.delivery.state == State.SENDING
        return BADGES["unknown" if is_left else self.stands]

    @property
    def what_next(self) -> str:
        """Return what happens next, in a few words; empty once it is settled."""
        if self.stands == "held":
            return HELD_FOR[Held(self.delivery.held_for)]
        if self.stands == "waiting":
            at = self.next_try
            return f"Tries again at {at}" if at else "Waits for its turn"
        return NEXT.get(self.stands, "")

    @property
    def next_try(self) -> str:
        """Return when it is tried again after a problem."""
        if not (self.delivery.problem and self.delivery.retry_at):
            return ""
        at = timezone.localtime(self.delivery.retry_at)
        is_today = at.date() == timezone.localdate()
        return f"{at:%H:%M:%S}" if is_today else f"{at:%H:%M on %-d %B}"

    @property
    def is_waiting(self) -> bool:
        return self.stands in {"waiting", "stopped"}

    @property
    def changes_by_itself(self) -> bool:
        """Whether somebody who waits at its page will soon see something else."""
        return self.stands in {"sending", "looked for", "waiting"}

    @property
    def is_for_people(self) -> bool:
        """Whether it waits until somebody presses a button."""
        held_for = self.delivery.held_for
        return self.stands == "stopped" or held_for in FOR_PEOPLE


def line(delivery: Delivery, *, is_anyone_working: bool) -> Line:
    """Return how to show a delivery."""
    return Line(delivery, standing(delivery, is_anyone_working=is_anyone_working))


def lines(deliveries: Iterable[Delivery], *, is_anyone_working: bool) -> Iterator[Line]:
    """Yield how to show each of them."""
    for delivery in deliveries:
        yield line(delivery, is_anyone_working=is_anyone_working)


def standing(delivery: Delivery, *, is_anyone_working: bool) -> str:
    """Return what the page is to say.

    The delivery's state, or "held" (an admin is needed), "looked for" (workers search
    Zoho for it) or "stopped" (it waits and there are no workers to go on).
    """
    state = str(delivery.state)
    if delivery.is_abandoned and not is_anyone_working:
        # Otherwise the next sweep settles it.
        state = "waiting" if verdicts.repeatable(delivery) else "unknown"
    if state == "unknown" and delivery.is_looked_for and is_anyone_working:
        return "looked for"
    if state != "waiting":
        return state
    if delivery.held_for:
        return "held"
    return "waiting" if is_anyone_working else "stopped"
