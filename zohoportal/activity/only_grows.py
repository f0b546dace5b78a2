"""Where what was done is only added to: the databases refuse to change or delete it.

That keeps mistakes and injected statements out, not whoever owns the database: they can
take the guard away, as `lifted` does.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

TABLE = "activity_auditevent"
NAME = "audit_only_grows"

_SQLITE = [
    f"CREATE TRIGGER IF NOT EXISTS {NAME}_{act.lower()} BEFORE {act} ON {TABLE} "
    "BEGIN SELECT RAISE(ABORT, 'entries are added and never changed'); END"
    for act in ("UPDATE", "DELETE")
]
_POSTGRESQL = [
    f"CREATE OR REPLACE FUNCTION {NAME}() RETURNS trigger LANGUAGE plpgsql AS "
    "$$BEGIN RAISE EXCEPTION 'entries are added and never changed'; END$$",
    f"DROP TRIGGER IF EXISTS {NAME} ON {TABLE}",
    f"CREATE TRIGGER {NAME} BEFORE UPDATE OR DELETE OR TRUNCATE ON {TABLE} "
    f"FOR EACH STATEMENT EXECUTE FUNCTION {NAME}()",
]


def guard(**_signal: Any) -> None:
    """Put the guard in its place; SQLite loses it whenever the table is altered."""
    with connection.cursor() as cursor:
        if TABLE in connection.introspection.table_names(cursor):
            for statement in _SQLITE if _is_sqlite() else _POSTGRESQL:
                cursor.execute(statement)


@contextmanager
def lifted() -> Iterator[None]:
    """Take the guard away in here: for what the law wants erased, and for `flush`."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            for statement in _lifting():
                cursor.execute(statement)
        yield
        guard()


def _lifting() -> list[str]:
    if _is_sqlite():
        return [f"DROP TRIGGER IF EXISTS {NAME}_{act}" for act in ("update", "delete")]
    return [f"DROP TRIGGER IF EXISTS {NAME} ON {TABLE}"]


def _is_sqlite() -> bool:
    return connection.vendor == "sqlite"
