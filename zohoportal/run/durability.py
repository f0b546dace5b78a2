"""What a commit promises: what the portal says it keeps survives a power cut.

SQLite syncs its log at every commit with `synchronous=FULL`; PostgreSQL does it with
`synchronous_commit=on`.
https://www.sqlite.org/pragma.html#pragma_synchronous
https://www.postgresql.org/docs/current/wal-async-commit.html
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection

AWAY = (
    "The database cannot be reached. See that it runs and that DATABASE_URL is right, "
    "then start again."
)

# Anything else than "off" has the commit on this host's disk at least.
LOSES_COMMITS = {"synchronous_commit": "off", "fsync": "off"}


@contextmanager
def unsynced() -> Iterator[None]:
    """Let commits in here reach the disk with a later one: nobody relies on them.

    For marks of life, slots and the log of calls. The next commit outside syncs them
    too, as SQLite's log is one file. Without effect within a transaction, and on
    PostgreSQL, where a setting for each statement costs more than it saves.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    _synchronous("NORMAL")
    try:
        yield
    finally:
        _synchronous("FULL")


def _synchronous(level: str) -> None:
    connection.ensure_connection()
    # Not by a cursor of Django's: it is no query of the page's.
    with connection.wrap_database_errors:
        connection.connection.execute(f"PRAGMA synchronous={level}")


def prove_durable() -> None:
    """See that the database keeps what it has committed.

    Raises:
        ImproperlyConfigured: it may lose it at a power cut.
    """
    if connection.vendor != "postgresql":
        return
    try:
        with connection.cursor() as cursor:
            for name, loses in LOSES_COMMITS.items():
                cursor.execute(f"SHOW {name}")
                if cursor.fetchone()[0] == loses:
                    raise ImproperlyConfigured(
                        f"PostgreSQL runs with {name}={loses}: what the portal says it "
                        f"keeps could be lost at a power cut. Set {name} = on in "
                        "its configuration and start again."
                    )
    except DatabaseError as error:
        raise ImproperlyConfigured(AWAY) from error
