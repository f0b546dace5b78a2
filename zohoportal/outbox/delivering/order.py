"""The line before everything at Zoho: what changes the same goes in the order typed.

A delivery stands in the line of each key that it touches, and those before it go first.
It leaves when it ends, or when a person lets a later one go before it.
"""

from typing import Any

from django.db.models import (
    DateTimeField,
    Exists,
    OuterRef,
    Q,
    QuerySet,
    UUIDField,
)
from django.utils import timezone

from connections.models import Connection
from zohoportal.outbox.models import Delivery, Target
from zohoportal.outbox.senders import sender_of
from zohoportal.run.prepared import Given, Prepared

State = Delivery.State


def is_behind() -> Exists:
    """Return the condition for a delivery that has another one before it."""
    before = in_line().filter(key=OuterRef("key"), place__lt=OuterRef("place"))
    own = Target.objects.filter(Exists(before), delivery=OuterRef("pk"), left_at=None)
    return Exists(own)


def may_go() -> Q:
    """Return the condition for a delivery that may be sent now, as to its place."""
    return Q(~is_behind(), overtaken_by=None)


def before(delivery: Delivery) -> QuerySet[Delivery]:
    """Return those that have to end first, in the order in which they go."""
    return _beside(delivery, "lt").order_by("created_at")


def after(delivery: Delivery) -> QuerySet[Delivery]:
    """Return those that wait for this one, in the order in which they go."""
    return _beside(delivery, "gt").order_by("created_at")


def _beside(delivery: Delivery, side: str) -> QuerySet[Delivery]:
    own = delivery.targets.filter(left_at=None)
    wanted = Q()
    for key, place in own.values_list("key", "place"):
        wanted |= Q(("key", key), (f"place__{side}", place))
    beside = in_line().filter(wanted) if wanted else Target.objects.none()
    return Delivery.objects.filter(pk__in=beside.values("delivery"))


def in_line() -> QuerySet[Target]:
    """Return the places of all that have not left."""
    return Target.objects.filter(left_at=None)


def is_stuck() -> Q:
    """Return the condition for one that has no end without a person, or not soon."""
    is_held = ~Q(held_for="") | ~Q(connection__state=Connection.State.ACTIVE)
    is_left = Q(state=State.SENDING, lease_until__lt=timezone.now())
    return Q(state=State.UNKNOWN) | Q(is_held, state=State.WAITING) | is_left


def saved_since(delivery: Delivery) -> QuerySet[Delivery]:
    """Return what changed the same and reached Zoho since this one was submitted."""
    # Mostly nothing: that is found out without Django writing a query for it.
    found = _saved_since.rows(pk=delivery.pk, submitted=delivery.created_at)
    saved = Delivery.objects.filter(pk__in=[pk for (pk,) in found])
    return saved.order_by("finished_at") if found else saved.none()


def _saved() -> QuerySet[Any]:
    this = Given("pk", UUIDField())
    lines = Target.objects.filter(delivery=this).values("key")
    left = Target.objects.filter(
        key__in=lines, left_at__gte=Given("submitted", DateTimeField())
    ).exclude(delivery=this)
    saved = Delivery.objects.filter(pk__in=left.values("delivery"), state=State.DONE)
    return saved.order_by().values_list("pk")


_saved_since = Prepared(_saved)


def may_overwrite(one: Delivery, other: Delivery) -> bool:
    """Tell whether one of two that stand in a line goes over what the other wrote."""
    return not (sender_of(one.kind).adds or sender_of(other.kind).adds)
