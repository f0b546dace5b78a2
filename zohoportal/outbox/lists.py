"""Which deliveries a list shows, and how many need a look."""

from django.db.models import Exists, Q, QuerySet
from django.utils import timezone

from zohoportal.accounts.models import User
from zohoportal.outbox import services
from zohoportal.outbox.models import Delivery

State = Delivery.State

OPEN = [State.WAITING, State.SENDING, State.UNKNOWN]


def needs_a_look() -> Q:
    """Return the condition for what only a person brings on.

    While workers run, that is what they looked for in vain. Without them nobody looks,
    and nobody takes over what was left by a process that died.
    """
    left = Q(state=State.UNKNOWN) | Q(
        state=State.SENDING, lease_until__lt=timezone.now()
    )
    # The states once more: so PostgreSQL finds them by the index of what is open.
    return Q(state__in=OPEN) & (
        Q(state=State.UNKNOWN, retry_at=None)
        | (left & ~Q(Exists(services.living_workers())))
    )


def is_on_its_way() -> Q:
    """Return the condition for what goes on without a person's look."""
    return Q(state__in=OPEN) & ~needs_a_look()


def how_many_need_a_look(person: User) -> int:
    """Return how many need a look: of this person, or of all for admins."""
    return services.visible_to(person).filter(needs_a_look()).count()


def does_anything_wait() -> bool:
    """Tell whether workers would have something to send or to look for."""
    return Delivery.objects.filter(
        Q(state=State.WAITING) | Q(state=State.UNKNOWN, retry_at__isnull=False)
    ).exists()


def older_than(rows: QuerySet[Delivery], last: Delivery) -> QuerySet[Delivery]:
    """Return those after `last` in a list that begins with the newest."""
    return rows.filter(
        Q(created_at__lt=last.created_at)
        | Q(created_at=last.created_at, pk__lt=last.pk)
    )
