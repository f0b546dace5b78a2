"""Where a delivery stands for people: its state, and what happens next."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from django.db.models import Exists, OuterRef, Q, QuerySet, TextChoices
from django.utils import timezone

from connections.models import Connection
from connections.views.status import Badge
from zohoportal.accounts.models import User
from zohoportal.outbox.delivering import failures, order
from zohoportal.outbox.delivering.contents import known_payload
from zohoportal.outbox.models import ENDED, UNCLEAR, Attempt, Delivery
from zohoportal.outbox.senders import Sender, sender_of

State = Delivery.State
Held = Delivery.Held

# Afterwards a file that Zoho refused is found in Activity only.
SHOWN_FOR = timedelta(days=1)


class Standing(TextChoices):
    """Where a delivery stands for people: its state, or what keeps it there."""

    WAITING = State.WAITING
    SENDING = State.SENDING
    DONE = State.DONE
    REFUSED = State.REFUSED
    UNKNOWN = State.UNKNOWN
    CANCELLED = State.CANCELLED
    HELD = "held"
    LOOKED_FOR = "looked for"
    OVERTAKEN = "overtaken"
    STOPPED = "stopped"


KEPT = Badge("warn", "clock", State.WAITING.label)
BADGES = {
    Standing.DONE: Badge("ok", "check", State.DONE.label),
    Standing.REFUSED: Badge("bad", "cross", State.REFUSED.label),
    Standing.UNKNOWN: Badge("warn", "warning", State.UNKNOWN.label),
    Standing.LOOKED_FOR: Badge("idle", "clock", "Being looked for"),
    Standing.SENDING: Badge("idle", "clock", State.SENDING.label),
    Standing.CANCELLED: Badge("idle", "cross", State.CANCELLED.label),
    Standing.WAITING: KEPT,
    Standing.HELD: KEPT,
    Standing.OVERTAKEN: Badge("warn", "warning", State.UNKNOWN.label),
    Standing.STOPPED: KEPT,
}
KEPT_AGAIN = Badge("warn", "clock", "Kept, to be sent again")
IN_DOUBT = Badge("warn", "clock", "Not known yet")
CORRECTED = Badge("idle", "check", "Corrected")
NEXT = {
    Standing.UNKNOWN: "Look for it in Zoho",
    Standing.LOOKED_FOR: "Is looked for in Zoho",
    Standing.SENDING: "Waits for Zoho's answer",
    Standing.STOPPED: "Waits for a worker",
    Standing.OVERTAKEN: "A later one went first",
}
HELD_FOR = {
    Held.RECONNECT: "Waits for a reconnect",
    Held.PERMISSION: "Waits for a permission",
    Held.PERSON: "Waits for an admin",
    Held.REPLY: "Waits for a new try",
    Held.PARENT: "Waits for what it belongs to",
    Held.DRAFT: "Kept as a draft",
    Held.RESTORED: "Waits for an admin",
    Held.PAYLOAD: "Waits for an update of the portal",
}
FOR_PEOPLE = {Held.REPLY, Held.PERSON, Held.DRAFT, Held.PAYLOAD}


@dataclass(frozen=True)
class Line:
    """A delivery as lists and its own page show it."""

    # For templates, which compare with its members.
    Stands: ClassVar = Standing

    delivery: Delivery
    stands: Standing

    @property
    def sender(self) -> Sender:
        return sender_of(self.delivery.kind)

    @property
    def form_url(self) -> str:
        """Return the address of the form it came from."""
        slug = self.delivery.connection.slug
        return self.sender.form_url(slug, known_payload(self.delivery))

    @property
    def badge(self) -> Badge:
        # Left by a process that died, while no worker runs to take it over.
        if self.stands == Standing.STOPPED and self.delivery.state == State.SENDING:
            return BADGES[Standing.UNKNOWN]
        if self.correction:
            return CORRECTED
        if self.is_in_doubt:
            return IN_DOUBT
        badge = BADGES[self.stands]
        return KEPT_AGAIN if badge is KEPT and self.delivery.missed_at else badge

    @property
    def is_in_doubt(self) -> bool:
        """Whether Zoho may have it already, although it is to be sent again."""
        return BADGES[self.stands] is KEPT and self.delivery.is_in_doubt

    @property
    def correction(self) -> Delivery | None:
        """Return the newest delivery that was sent instead of a refused one."""
        if self.stands != Standing.REFUSED:
            return None
        sent = self.delivery.corrections.all()
        return next((each for each in sent if each.state != State.CANCELLED), None)

    @property
    def what_next(self) -> str:
        """Return what happens next, in a few words; empty once it is settled."""
        if self.is_waiting and self.delivery.is_behind:
            return "Goes after an earlier one"
        if self.stands == Standing.HELD:
            return HELD_FOR[Held(self.delivery.held_for)]
        if self.stands == Standing.WAITING:
            at = self.next_try
            return f"Tries again at {at}" if at else "Waits for its turn"
        return NEXT.get(self.stands, "")

    @property
    def next_try(self) -> str:
        """Return when it is tried again after a problem."""
        if not (self.delivery.problem and self.delivery.retry_at):
            return ""
        return moment(self.delivery.retry_at, today="%H:%M:%S")

    @property
    def is_waiting(self) -> bool:
        return self.stands in {Standing.WAITING, Standing.STOPPED}

    @property
    def changes_by_itself(self) -> bool:
        """Whether somebody who waits at its page will soon see something else."""
        return self.stands in {Standing.SENDING, Standing.LOOKED_FOR, Standing.WAITING}

    @property
    def is_for_people(self) -> bool:
        """Whether it waits until somebody presses a button."""
        held_for = self.delivery.held_for
        return self.stands == Standing.STOPPED or held_for in FOR_PEOPLE


def moment(at: datetime, today: str = "%H:%M") -> str:
    """Return a moment as people say it here; of today the clock is enough."""
    local = timezone.localtime(at)
    is_today = local.date() == timezone.localdate()
    return local.strftime(today if is_today else "%H:%M on %-d %B")


def with_standing(rows: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """Return the same rows with all that tells people where each stands."""
    unclear = Attempt.objects.filter(UNCLEAR, delivery=OuterRef("pk"))
    shown = rows.select_related("connection").prefetch_related("corrections")
    brought = {"is_in_doubt": Exists(unclear), "is_behind": order.is_behind()}
    return shown.annotate(**brought)


def line(delivery: Delivery, *, is_anyone_working: bool) -> Line:
    """Return how to show a delivery."""
    return Line(delivery, standing(delivery, is_anyone_working=is_anyone_working))


def lines(deliveries: Iterable[Delivery], *, is_anyone_working: bool) -> Iterator[Line]:
    """Yield how to show each of them."""
    for delivery in deliveries:
        yield line(delivery, is_anyone_working=is_anyone_working)


def standing(delivery: Delivery, *, is_anyone_working: bool) -> Standing:
    """Return what the page is to say.

    The delivery's state, or held (an admin is needed), looked for (workers search Zoho
    for it), overtaken (a later one went first) or stopped (it waits and there are no
    workers to go on).
    """
    state = Standing(delivery.state)
    if delivery.is_abandoned and not is_anyone_working:
        # Otherwise the next sweep settles it.
        is_safe = failures.repeatable(delivery)
        state = Standing.WAITING if is_safe else Standing.UNKNOWN
    if state == Standing.UNKNOWN and delivery.is_looked_for and is_anyone_working:
        return Standing.LOOKED_FOR
    if state != Standing.WAITING:
        return state
    if delivery.overtaken_by_id:
        return Standing.OVERTAKEN
    if delivery.held_for:
        return Standing.HELD
    return Standing.WAITING if is_anyone_working else Standing.STOPPED


def unsent(
    person: User, connection: Connection, kind: str, attach_to: str
) -> list[Delivery]:
    """Return this person's files for something in Zoho that are not attached to it."""
    is_refused = Q(state=State.REFUSED, finished_at__gt=timezone.now() - SHOWN_FOR)
    is_for_it = Q(payload__attach_to=attach_to) | Q(
        parent__outcome__external_id=attach_to
    )
    theirs = Delivery.objects.filter(person=person, connection=connection, kind=kind)
    open_ones = theirs.filter(is_refused | ~Q(state__in=ENDED), is_for_it)
    return list(with_standing(open_ones))
