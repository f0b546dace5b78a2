"""Keeping ticket templates: whose they are, who may change them, and how many."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet

from connections import trail
from connections.models import Connection
from desk.models import TicketTemplate
from zohoportal.accounts.models import User

MOST = 50


class NameTaken(Exception):
    """The owner has another template with this name."""


class TooMany(Exception):
    """The person has as many templates as anybody may have."""


class ChangedMeanwhile(Exception):
    """The template was changed, or deleted, since it was read."""


def usable_by(person: User, connection: Connection) -> QuerySet[TicketTemplate]:
    """Return a person's own templates and those that others share."""
    return (
        TicketTemplate.objects.filter(connection=connection)
        .filter(Q(owner=person) | Q(is_shared=True))
        .select_related("owner")
    )


def listed_for(person: User, connection: Connection) -> QuerySet[TicketTemplate]:
    """Return the same without what only their own page and a ticket need."""
    return usable_by(person, connection).defer("description", "values", "labels")


def may_change(person: User, template: TicketTemplate) -> bool:
    """Tell whether it is the person's own, or shared and the person a manager."""
    is_own = template.owner_id == person.pk
    return is_own or (template.is_shared and person.may_manage)


def add(
    person: User, connection: Connection, values: Mapping[str, Any]
) -> TicketTemplate:
    """Keep a new template; `values` are the model's fields.

    Raises:
        TooMany: nothing was kept.
        NameTaken: nothing was kept.
    """
    own = TicketTemplate.objects.filter(connection=connection, owner=person)
    if own.count() >= MOST:
        raise TooMany
    try:
        with transaction.atomic():
            made = TicketTemplate.objects.create(
                connection=connection, owner=person, **values
            )
    except IntegrityError:
        raise NameTaken from None
    if made.is_shared:
        _note(person, made, "made")
    return made


def change(
    person: User, template: TicketTemplate, version: int, values: Mapping[str, Any]
) -> None:
    """Change a template that still is what it was when it had this version.

    Raises:
        ChangedMeanwhile: nothing was changed.
        NameTaken: nothing was changed.
    """
    as_read = TicketTemplate.objects.filter(pk=template.pk, version=version)
    try:
        with transaction.atomic():
            changed = as_read.update(version=F("version") + 1, **values)
    except IntegrityError:
        raise NameTaken from None
    if not changed:
        raise ChangedMeanwhile
    if template.is_shared or values["is_shared"]:
        now = "changed" if values["is_shared"] else "not shared any more"
        _note(person, template, now)


def delete(person: User, template: TicketTemplate) -> None:
    """Delete a template; tickets made with it stay what they are."""
    if template.is_shared:
        _note(person, template, "deleted")
    template.delete()


def _note(person: User, template: TicketTemplate, now: str) -> None:
    # What is shared concerns others; what is one's own concerns nobody.
    what = f"shared template “{template.name}”"
    trail.changed(person, template.connection, what, now=now)
