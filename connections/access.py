"""May this person do this on this connection?"""

from collections.abc import Collection
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404

from connections import features, rights
from connections.models import Connection, Membership
from connections.product import Feature
from connections.rights import NOTHING, Granted
from zohoportal.accounts.models import Role, User

# What comes with the role, whoever has it.
OF_ROLES: dict[str, str] = {
    Role.ADMIN: "Everything",
    Role.MANAGER: "Every connection",
    Role.AUDITOR: "Reads who did what",
}


def usable_by(person: User) -> QuerySet[Connection]:
    """Return the set-up connections this person works with.

    All of them for managers; for staff those opened to them; auditors only read.
    """
    ready = Connection.objects.exclude(state=Connection.State.DRAFT)
    if person.may_manage:
        return ready
    return ready.filter(members=person) if person.is_staff_member else ready.none()


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
    """Return the connection; a foreign one looks like one that does not exist.

    Pages that belong to a product go through `right_or_404`.
    """
    ready = usable_by(person).select_related("client")
    # A page's look-ups and calls need the organisations several times.
    found = ready.prefetch_related("product_accounts").filter(slug=slug).first()
    if found is None:
        raise Http404("No such connection")
    return found


def granted(person: User, connection: Connection) -> Granted:
    """Return what `person` may do on `connection` now."""
    return _granted(person, connection, connection.features)


def given(person: User, connection: Connection) -> Granted:
    """Return the same, whether or not the connection is used for it any more.

    What was submitted while it was is still theirs to have sent, or to cancel.
    """
    every = [feature.key for feature in features.every()]
    return _granted(person, connection, every)


def _granted(person: User, connection: Connection, chosen: Collection[str]) -> Granted:
    """The one place that says what somebody may do."""
    if not person.is_active or connection.is_draft:
        return NOTHING
    if person.may_manage:
        return rights.everything(chosen)
    if not person.is_staff_member:
        return NOTHING
    kept = Membership.objects.filter(person=person, connection=connection)
    for held, places in kept.values_list("rights", "places"):
        return rights.in_force(held, places, chosen)
    return NOTHING


def may(person: User, connection: Connection, *any_of: str) -> bool:
    """Tell whether `person` has one of these rights on `connection`."""
    return granted(person, connection).has(*any_of)


def right_or_404(person: User, slug: str, *any_of: str) -> Connection:
    """Return a connection on which this person has one of these rights.

    Raises:
        Http404: there is no such connection for them, or it is not used for this.
        PermissionDenied: it is, and they do not have the right.
    """
    found = usable_or_404(person, slug)
    if {right.key for right in rights.of_features(found.features)}.isdisjoint(any_of):
        raise Http404("The connection is not used for this")
    if not may(person, found, *any_of):
        raise PermissionDenied
    return found


def offered(person: User, connection: Connection) -> list[Feature]:
    """Return the features whose pages this person may open, one for each page."""
    may_do = granted(person, connection)
    by_page: dict[str, Feature] = {}
    for each in connection.chosen_features:
        if may_do.has(*each.entry):
            by_page.setdefault(each.page, each)
    return [*by_page.values()]


def unreviewed() -> QuerySet[Membership]:
    """Return those that kept all that everybody could do before there were rights."""
    return Membership.objects.filter(is_unreviewed=True)


def rights_of(people: Collection[User]) -> dict[UUID, str]:
    """Return in words which connections each of these people works with."""
    found = {
        person.pk: OF_ROLES[person.role] for person in people if person.role in OF_ROLES
    }
    others = [person.pk for person in people if person.pk not in found]
    rows = Membership.objects.filter(person__in=others).select_related("connection")
    for row in rows.order_by("connection__name"):
        before = f"{found[row.person_id]}, " if row.person_id in found else ""
        found[row.person_id] = f"{before}{row.connection}"
    return found
