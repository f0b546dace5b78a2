"""Which deliveries a list shows, and how many need a look."""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from zohoportal.accounts.models import User
from zohoportal.outbox import services
from zohoportal.outbox.models import OPEN, Delivery

State = Delivery.State


def is_corrected() -> Q:
    """Return the condition for what was refused and then sent with other content."""
    corrections = Delivery.objects.filter(replaces=OuterRef("pk"))
    sent = corrections.exclude(state=State.CANCELLED).order_by()
    return Q(Exists(sent), state=State.REFUSED)


def needs_a_look() -> Q:
    """Return the condition for what only a person brings on.

    While workers run, that is what they looked for in vain. Without them nobody looks,
    and nobody takes over what was left by a process that died.
    """
    nobody_works = ~Q(Exists(services.living_workers()))
    is_left = Q(state=State.SENDING, lease_until__lt=timezone.now())
    # Four conditions with an index each; nested, SQLite would look at every row.
    return (
        Q(state=State.UNKNOWN, retry_at=None)
        | Q(state=State.WAITING, overtaken_by__isnull=False)
        | (Q(state=State.UNKNOWN) & nobody_works)
        | (is_left & nobody_works)
    )


def is_on_its_way() -> Q:
    """Return the condition for what goes on without a person's look."""
    # What goes on has a time, and few rows have: both databases find them by it.
    return Q(state__in=OPEN, retry_at__isnull=False) & ~needs_a_look()


def how_many_need_a_look(person: User) -> int:
    """Return how many need a look: of this person, or of all for managers."""
    # Few need one. Asked for a person's, SQLite would go through all of theirs.
    rows = Delivery.objects.filter(needs_a_look()).order_by()
    people = rows.values_list("person", flat=True)
    return sum(person.may_manage or each == person.pk for each in people)


def does_anything_wait() -> bool:
    """Tell whether workers would have something to send or to look for."""
    return Delivery.objects.filter(
        state__in=[State.WAITING, State.UNKNOWN], retry_at__isnull=False
    ).exists()


def older_than(rows: QuerySet[Delivery], last: Delivery) -> QuerySet[Delivery]:
    """Return those after `last` in a list that begins with the newest."""
    return rows.filter(
        Q(created_at__lt=last.created_at)
        | Q(created_at=last.created_at, pk__lt=last.pk)
    )
