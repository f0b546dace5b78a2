"""When people were last here, to within some minutes."""

import time
from contextlib import suppress
from uuid import UUID

from django.db import DatabaseError
from django.utils import timezone

from zohoportal.accounts.models import LastSeen, User
from zohoportal.run.durability import unsynced

EVERY_SECONDS = 120

_noted: dict[UUID, float] = {}


def note(person: User) -> None:
    """Keep that somebody is here now; a database that does not take it harms nobody."""
    now = time.monotonic()
    if now - _noted.get(person.pk, -EVERY_SECONDS) < EVERY_SECONDS:
        return
    _noted[person.pk] = now
    row = LastSeen(person=person, at=timezone.now())
    with suppress(DatabaseError), unsynced():
        LastSeen.objects.bulk_create(
            [row],
            update_conflicts=True,
            unique_fields=["person"],
            update_fields=["at"],
        )
