"""What somebody has submitted and Zoho has not got yet passes to somebody else."""

from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from zohoportal.accounts.models import User
from zohoportal.accounts.people.belongings import Handed, Waiting
from zohoportal.outbox.delivering import tasks, transitions
from zohoportal.outbox.models import OPEN, Delivery, Upload
from zohoportal.outbox.permission import may_bring_on


def waiting_of(person: User) -> QuerySet[Delivery]:
    """Return what a person submitted that is kept, on its way, or in doubt."""
    return Delivery.objects.filter(person=person, state__in=OPEN)


def count(person: User) -> int:
    return waiting_of(person).count()


def hand_over(person: User, to: User) -> Handed:
    """Make somebody else's what they have the right to have sent.

    Drafts stay drafts; what was held for want of a right goes on.
    """
    with transaction.atomic():
        rows = waiting_of(person).select_related("connection").order_by("created_at")
        stays: dict[UUID, Delivery] = {}
        for each in rows:
            # A file stays with what it belongs to.
            if each.parent_id in stays or not may_bring_on(to, each):
                stays[each.pk] = each
        keys = [each.pk for each in rows if each.pk not in stays]
        these = Delivery.objects.filter(pk__in=keys)
        files = Upload.objects.filter(deliveries__in=keys)
        brought = Upload.objects.filter(brought_by__in=keys)
        for uploads in (files, brought):
            Upload.objects.filter(pk__in=uploads.values("pk")).update(person=to)
        count = these.update(person=to)
        _resume(these)
    names = [f"{each.title} ({each.connection})" for each in stays.values()]
    return Handed(count, names)


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
