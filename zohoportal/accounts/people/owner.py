"""The first account of a fresh portal, and the one link that lets somebody make it."""

from django.db import transaction

from zohoportal.accounts.models import Link, Role, User
from zohoportal.accounts.people import links, trail
from zohoportal.accounts.people.refusals import Refused


def is_fresh() -> bool:
    """Tell whether nobody has an account yet."""
    return not User.objects.exists()


def new_link() -> str:
    """Return the address of a link that makes the owner; ends the one before.

    Raises:
        Refused: there are people already.
    """
    if not is_fresh():
        raise Refused(
            "There are people already. Sign in as an admin, or add one with "
            "`manage.py add_person EMAIL --role admin`."
        )
    with transaction.atomic():
        Link.objects.filter(kind=Link.Kind.OWNER).delete()
        return links.issue(Link.Kind.OWNER)


def make_owner(
    link: Link, *, name: str, email: str, password: str, time_zone: str
) -> User:
    """Create and return the first admin.

    Raises:
        Refused: the link was replaced, or somebody was faster.
        ValidationError: the person makes no sense.
    """
    with transaction.atomic():
        # There is one link at a time: whoever comes second waits here for the first.
        links.use_up(link)
        if not is_fresh():
            raise Refused("The first account is there already. Sign in with it.")
        owner = User.objects.add(
            email, role=Role.ADMIN, password=password, time_zone=time_zone, name=name
        )
        trail.record(trail.Act.JOINED, owner, owner.email, role="owner")
    return owner
