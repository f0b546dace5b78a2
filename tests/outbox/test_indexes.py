"""What the workers ask each second costs the same, however much was settled."""

import re
from collections.abc import Callable

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from connections import limits
from connections.models import Connection
from tests.support.deliveries import new_ticket
from zohoportal.accounts.models import User
from zohoportal.outbox.delivering import claims, reaper
from zohoportal.outbox.models import Delivery
from zohoportal.outbox.views import lists

# One row, or the few that are open.
PRIMARY = "sqlite_autoindex_outbox_delivery_1"
OF_FEW = {index.name for index in Delivery._meta.indexes if index.condition}
READS = re.compile(r"(?:SCAN|SEARCH) outbox_delivery(?: USING.* INDEX (\w+))?")


def reads_of(act: Callable[[], object]) -> set[str]:
    """Return the indexes by which its queries find deliveries; empty for a scan."""
    with CaptureQueriesContext(database) as queries:
        act()
    read = set()
    with database.cursor() as cursor:
        for query in queries.captured_queries:
            cursor.execute(f"EXPLAIN QUERY PLAN {query['sql']}".replace("%", "%%"))
            steps = [READS.match(row[-1]) for row in cursor.fetchall()]
            read |= {step[1] or "" for step in steps if step}
    return read


@pytest.mark.skipif(
    database.vendor != "sqlite",
    reason="PostgreSQL plans by what it has counted: `make bench ARGS=age` shows it",
)
class TestOldInstallation:
    """SQLite plans by the statement alone, as nobody lets it count its rows."""

    @pytest.mark.parametrize("work", ["sweep", "claim", "count"])
    def test_reads_no_more_than_what_is_open(
        self, connection: Connection, staff: User, work: str
    ) -> None:
        slot = limits.take(limits.key_of(connection, "desk"))
        assert slot
        new_ticket(connection, staff)
        Delivery.objects.update(state="waiting")
        acts: dict[str, Callable[[], object]] = {
            "sweep": reaper.sweep,
            "claim": lambda: claims.take_next(slot),
            "count": lambda: lists.how_many_need_a_look(staff),
        }

        read = reads_of(acts[work])

        assert read
        assert read <= {PRIMARY, *OF_FEW}
