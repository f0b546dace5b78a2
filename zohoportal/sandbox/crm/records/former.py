"""What records were like a while ago: so the search index, which lags, knows them."""

import time
from collections import defaultdict

from zohoportal.sandbox.tables import Row, Table

# So many former versions of a record are kept.
KEPT = 20


class Records(Table):
    """A module's records, and what each was like before."""

    def __init__(self, rows: dict[str, Row] | None = None) -> None:
        super().__init__(rows)
        self._versions: dict[str, list[tuple[float, Row]]] = defaultdict(list)

    def put(self, row: Row) -> None:
        super().put(row)
        versions = self._versions[row["id"]]
        versions.append((time.time(), row))
        del versions[:-KEPT]

    def as_of(self, moment: float) -> list[Row]:
        """Return the records as they were, the newest first."""
        found = []
        for row in self.newest_first():
            versions = self._versions[row["id"]]
            known = [each for put_at, each in versions if put_at <= moment]
            # What was read from the state file has no former version.
            if known or not versions:
                found.append(known[-1] if known else row)
        return found
