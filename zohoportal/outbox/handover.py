"""What somebody has submitted and Zoho has not got yet passes to somebody else."""

from functools import partial

from django.db import transaction
from django.db.models import QuerySet

from connections.access import may_use
from connections.models import Connection
from zohoportal.accounts.models import User
from zohoportal.accounts.people.belongings import Waiting
from zohoportal.accounts.people.refusals import Refused
from zohoportal.outbox.delivering import tasks, transitions
from zohoportal.outbox.models import OPEN, Delivery, Upload


def waiting_of(person: User) -> QuerySet[Delivery]:
    """Return what a person submitted that is kept, on its way, or in doubt."""
    return Delivery.objects.filter(person=person, state__in=OPEN)


def count(person: User) -> int:
    return waiting_of(person).count()


def hand_over(person: User, to: User) -> int:
    """Make what waits somebody else's; what was held for want of a right goes on.

    Drafts stay drafts. Returns how much it was.

    Raises:
        Refused: they may not use one of the connections.
    """
    rows = waiting_of(person)
    used = Connection.objects.filter(deliveries__in=rows.order_by()).distinct()
    if closed := [str(each) for each in used if not may_use(to, each)]:
        raise Refused(
            f"{to.email} may not use {' or '.join(closed)}. Let them use it first, or "
            "choose somebody else."
        )
    with transaction.atomic():
        keys = list(rows.values_list("pk", flat=True))
        these = Delivery.objects.filter(pk__in=keys)
        files = Upload.objects.filter(deliveries__in=keys)
        brought = Upload.objects.filter(brought_by__in=keys)
        for uploads in (files, brought):
            Upload.objects.filter(pk__in=uploads.values("pk")).update(person=to)
        handed = these.update(person=to)
        _resume(these)
    return handed


def resume(person: User) -> None:
    """Let go on what is held because its author could not use the connection."""
    _resume(waiting_of(person))


def _resume(rows: QuerySet[Delivery]) -> None:
    held = rows.filter(held_for=Delivery.Held.PERSON)
    keys = list(held.order_by().values_list("limit_key", flat=True).distinct())
    transitions.release(held)
    for limit_key in keys:
        transaction.on_commit(partial(tasks.wake, limit_key))


WAITING = Waiting(count=count, hand_over=hand_over, resume=resume)
