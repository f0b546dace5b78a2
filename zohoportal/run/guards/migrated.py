"""Whether the database is of the same version as the portal that runs."""

from functools import cache

from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from zohoportal.run.durability import AWAY

OLDER = (
    "The database is of an older version: stop every process of the portal, run "
    "“python manage.py migrate”, and start again."
)
NEWER = (
    "The database is of a newer version than this process: start it anew, from the "
    "version that the database was brought up to."
)


def misfit() -> str:
    """Return why database and portal do not fit, and what to do; empty if they do.

    Raises:
        DatabaseError: the database cannot be asked.
    """
    ours = _ours()
    applied = MigrationRecorder(connection).applied_migrations().keys()
    beyond = applied - ours.disk_migrations.keys()
    if any(app in ours.migrated_apps for app, _ in beyond):
        return NEWER
    return OLDER if ours.graph.nodes.keys() - applied else ""


@cache
def _ours() -> MigrationLoader:
    """Return the migrations of this version; reading them costs more than asking."""
    return MigrationLoader(None)


def prove_migrated() -> None:
    """See that nothing is left to migrate, and nothing went beyond this version.

    Raises:
        ImproperlyConfigured: it is so, or the database cannot be asked.
    """
    try:
        words = misfit()
    except DatabaseError as error:
        raise ImproperlyConfigured(AWAY) from error
    if words:
        raise ImproperlyConfigured(words)
