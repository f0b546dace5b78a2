"""What an outbox costs that has settled a million deliveries."""

import statistics
import time
from collections.abc import Callable

from django.conf import settings
from django.db import connection as database
from django.test import Client

from connections import limits
from connections.models import Connection
from tests.bench_outbox import syncs_per_second, waiting
from zohoportal.outbox.delivering import claims, reaper
from zohoportal.outbox.models import Delivery
from zohoportal.outbox.views import lists
from zohoportal.outbox.worker import housekeeping

ROWS = 1_000_000
BATCH = 100_000
ROUNDS = 30
GOAL_MS = 5
# What all of them changed.
LINE = 1
# How each database makes an id, and goes back in time by seconds for each row.
NEW = {
    "sqlite": (
        "lower(hex(randomblob(16)))",
        "strftime('%%Y-%%m-%%d %%H:%%M:%%f', {0}, '-' || (n.i * 25) || ' seconds')",
    ),
    "postgresql": ("gen_random_uuid()", "{0} - n.i * interval '25 seconds'"),
}

Say = Callable[..., None]


def bench_age(connection: Connection, say: Say) -> None:
    """Print what regular work costs beside so many settled rows."""
    _fill(connection)
    newest = waiting(connection)
    newest.save(force_insert=True)
    # All the others changed the same before it.
    newest.targets.create(key=LINE, place=1)
    slot = limits.take(limits.key_of(connection, "crm"))
    if slot is None:
        raise RuntimeError("No slot is free.")
    client = Client(HTTP_HOST=settings.ALLOWED_HOSTS[0])
    client.force_login(connection.created_by)
    work: dict[str, Callable[[], object]] = {
        "sweep": reaper.sweep,
        "claim": lambda: _claim(slot),
        "count what needs a look": lambda: lists.how_many_need_a_look(
            connection.created_by
        ),
        "activity's first page": lambda: client.get("/deliveries/"),
        "nothing to clean up": housekeeping.forget_contents,
    }
    for name, act in work.items():
        _seconds(act, newest)
        seconds = [_seconds(act, newest) for _ in range(ROUNDS)]
        say(
            f"with a million settled deliveries: {name}",
            goal_ms=GOAL_MS if name in {"sweep", "claim"} else None,
            median_ms=round(statistics.median(seconds) * 1000, 2),
            worst_ms=round(max(seconds) * 1000, 2),
            rows=ROWS,
            # A claim is one commit, and waits for the disk.
            syncs_per_second=syncs_per_second(),
        )
    slot.release()
    with database.cursor() as cursor:
        for table in ("outbox_target", "outbox_attempt", "outbox_delivery"):
            cursor.execute(f"DELETE FROM {table}")


def _claim(slot: limits.HeldSlot) -> None:
    if claims.take_next(slot) is None:
        raise RuntimeError("Nothing was to be claimed.")


def _fill(connection: Connection) -> None:
    """Copy one settled delivery a million times, back over ten months."""
    first = waiting(connection, state="done")
    first.finished_at = first.forgotten_at = first.retry_at
    first.retry_at = None
    first.save(force_insert=True)
    for start in range(0, ROWS, BATCH):
        _copy(first, start)
    if database.vendor == "postgresql":
        # SQLite counts its rows only where somebody asks for it; nobody does.
        with database.cursor() as cursor:
            cursor.execute("ANALYZE")


def _copy(first: Delivery, start: int) -> None:
    """Make a part of the copies, so that nobody waits long for this writer."""
    identity, earlier = NEW[database.vendor]
    own = {
        "id": identity,
        "form_key": f"'copy {start} ' || n.i",
        "reference": "'copy ' || n.i",
        "created_at": earlier.format("d.created_at"),
        "finished_at": earlier.format("d.finished_at"),
    }
    names = [str(field.column) for field in Delivery._meta.concrete_fields]
    values = [own.get(name, f"d.{name}") for name in names]
    with database.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO outbox_delivery ({', '.join(names)}) "
            "WITH RECURSIVE n(i) AS "
            "(SELECT %s + 1 UNION ALL SELECT i + 1 FROM n WHERE i < %s) "
            f"SELECT {', '.join(values)} FROM outbox_delivery d, n "
            "WHERE d.reference = %s",
            [start, start + BATCH, first.reference],
        )
        cursor.execute(
            "INSERT INTO outbox_target (delivery_id, key, place, left_at) "
            "SELECT id, %s, 0, finished_at FROM outbox_delivery "
            f"WHERE form_key LIKE 'copy {start} %%'",
            [LINE],
        )


def _seconds(act: Callable[[], object], newest: Delivery) -> float:
    Delivery.objects.filter(pk=newest.pk).update(
        state="waiting", lease_owner="", lease_until=None
    )
    began = time.perf_counter()
    act()
    return time.perf_counter() - began
