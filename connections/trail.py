"""The audit trail's entries about connections, and about what was sent by them."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser

from connections.models import Connection
from zohoportal.activity import services as activity
from zohoportal.activity.models import AuditEvent

Act = AuditEvent.Act
Person = AbstractBaseUser | AnonymousUser


def record(
    act: AuditEvent.Act,
    person: Person,
    connection: Connection,
    target: str = "",
    **details: object,
) -> None:
    """Add what a person did to a connection or, with a target, by or in it."""
    activity.record(
        act,
        person,
        target or str(connection),
        connection_id=connection.pk,
        connection_name=str(connection),
        **details,
    )


def connected(person: Person, connection: Connection, *, is_first: bool) -> None:
    """Add that a consent was put to use: the first one, or one that replaces it."""
    record(
        Act.CONNECTED if is_first else Act.RECONNECTED,
        person,
        connection,
        region=connection.region,
        features=", ".join(connection.features),
    )


def changed(
    person: Person, connection: Connection, what: str, **details: object
) -> None:
    """Add that something about a connection was changed."""
    record(Act.CHANGED, person, connection, what, **details)


def mixed_up(person: Person) -> None:
    """Add that somebody came back from Zoho who did not leave for it here."""
    if person.is_authenticated:
        activity.record(
            Act.MIX_UP, person, "The way back from Zoho", why="no trip began here"
        )
