"""After a backup was restored: nothing goes out that may be at Zoho already.

What was open when the backup was made may have been sent since. It is held until an
admin lets it go; then Zoho is searched first for what can be found there.
"""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from connections.models import Slot
from zohoportal.accounts.models import Session
from zohoportal.outbox.delivering import failures, tasks, transitions
from zohoportal.outbox.models import Delivery
from zohoportal.outbox.senders import sender_of

State = Delivery.State
Held = Delivery.Held


@dataclass(frozen=True)
class Counts:
    """What is held, by what happens when it is let go.

    Attributes:
        sought: it is looked for at Zoho and sent only if it is not there.
        repeated: it is sent again; twice does no harm.
        doubted: nobody can look for it but a person.
    """

    sought: int = 0
    repeated: int = 0
    doubted: int = 0

    @property
    def total(self) -> int:
        return self.sought + self.repeated + self.doubted


def hold() -> int:
    """Hold what may have been sent since the backup; return how much that is.

    Whoever was signed in then signs in anew, and nobody holds a slot any more.
    """
    with transaction.atomic():
        Session.objects.all().delete()
        Slot.objects.update(owner="", until=None)
        # A draft waits for its author.
        transitions.hold_restored(Delivery.objects.exclude(held_for=Held.DRAFT))
    return held().count()


def held() -> QuerySet[Delivery]:
    """Return what waits to be let go, in the order it was typed.

    Files of what is not at Zoho yet follow it by themselves.
    """
    rows = Delivery.objects.filter(state=State.WAITING, held_for=Held.RESTORED)
    follows = Q(parent=None) | Q(parent__state=State.DONE)
    return rows.filter(follows).order_by("created_at")


def counts() -> Counts:
    """Return what happens with what is held when it is let go."""
    found = {"sought": 0, "repeated": 0, "doubted": 0}
    for delivery in held().iterator():
        found[_fate(delivery)] += 1
    return Counts(**found)


def let_go() -> int:
    """Let go what is held; return how much that was."""
    let = 0
    for delivery in held().iterator():
        fate = _fate(delivery)
        this = Delivery.objects.filter(pk=delivery.pk, held_for=Held.RESTORED)
        if fate == "repeated":
            let += transitions.release(this)
        else:
            # It was sent long ago, if it was: looked for at once.
            first_look = timezone.now() if fate == "sought" else None
            let += transitions.doubt(this, first_look)
        tasks.wake(delivery.limit_key)
    return let


def _fate(delivery: Delivery) -> str:
    if failures.repeatable(delivery):
        return "repeated"
    return "doubted" if sender_of(delivery.kind).find is None else "sought"
