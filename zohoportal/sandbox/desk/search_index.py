"""Zoho's search index: it learns of a record a while after the record is there."""

from datetime import datetime

from zohoportal.sandbox.tables import Row
from zohoportal.sandbox.world import World


def indexed(rows: list[Row], world: World) -> list[Row]:
    """Return the rows that a search finds already; lists find all of them."""
    lag = world.settings["index_lag"]
    if not lag:
        return rows
    newest = world.clock.now() - lag
    return [
        row
        for row in rows
        if datetime.fromisoformat(row["createdTime"]).timestamp() <= newest
    ]
