"""Rows by id, found by any field without walking through all of them."""

from collections import defaultdict
from typing import Any

Row = dict[str, Any]


class Table:
    """A table of rows; a row is replaced, never changed in place."""

    def __init__(self, rows: dict[str, Row] | None = None) -> None:
        self.rows: dict[str, Row] = rows or {}
        # Field, value, then the ids in order (the inner values say nothing).
        self._indexes: dict[str, dict[str, dict[str, None]]] = {}

    def get(self, row_id: str) -> Row | None:
        return self.rows.get(row_id)

    def put(self, row: Row) -> None:
        old = self.rows.get(row["id"])
        for field, index in self._indexes.items():
            if old is not None:
                del index[_key(old.get(field))][row["id"]]
            index[_key(row.get(field))][row["id"]] = None
        self.rows[row["id"]] = row

    def remove(self, row_id: str) -> None:
        row = self.rows.pop(row_id)
        for field, index in self._indexes.items():
            del index[_key(row.get(field))][row_id]

    def having(self, field: str, value: str) -> list[Row]:
        """Return the rows with this value, whatever its case, oldest first."""
        if field not in self._indexes:
            index: dict[str, dict[str, None]] = defaultdict(dict)
            for row in self.rows.values():
                index[_key(row.get(field))][row["id"]] = None
            self._indexes[field] = index
        return [self.rows[row_id] for row_id in self._indexes[field][_key(value)]]

    def newest_first(self) -> list[Row]:
        return list(reversed(self.rows.values()))


def _key(value: object) -> str:
    return "" if value is None else str(value).casefold()
