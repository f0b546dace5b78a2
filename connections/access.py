"""May this person do this on this connection?"""

from django.db.models import QuerySet
from django.http import Http404

from connections.models import Connection
from zohoportal.accounts.models import User


def usable_by(person: User) -> QuerySet[Connection]:
    """Return the set-up connections this person works with: all of them for admins."""
    ready = Connection.objects.exclude(state=Connection.State.DRAFT)
    return ready if person.is_admin else ready.filter(members=person)


def open_to(person: User) -> QuerySet[Connection]:
    """Return the connections to offer for new work: not those that were ended."""
    return usable_by(person).exclude(state=Connection.State.DISCONNECTED)


def broken_for(person: User) -> QuerySet[Connection]:
    """Return the connections this person works with that an admin must reconnect."""
    return usable_by(person).filter(state=Connection.State.RECONNECT)


def may_use(person: User, connection: Connection) -> bool:
    """Return whether `person` may work with `connection`."""
    return person.is_active and usable_by(person).filter(pk=connection.pk).exists()


def usable_or_404(person: User, slug: str) -> Connection:
    """Return the connection; a foreign one looks like one that does not exist."""
    found = usable_by(person).select_related("client").filter(slug=slug).first()
    if found is None:
        raise Http404("No such connection")
    return found
