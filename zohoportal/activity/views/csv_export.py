"""CSV that a spreadsheet shows and does not run.

https://owasp.org/www-community/attacks/CSV_Injection: a text that begins like a formula
gets an apostrophe in front. So does one that begins with an apostrophe; taking one away
from each text that has one gives back what stood there. Numbers stay as they are.
"""

import csv
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0")
FULL_WIDTH = ("\uff1d", "\uff0b", "\uff0d", "\uff20")
GUARD = "'"
# Without it Excel reads UTF-8 as the computer's old code page.
BYTE_ORDER_MARK = "\ufeff"


class _Echo:
    """A file that hands each line back."""

    def write(self, line: str) -> str:
        return line


def lines(header: Iterable[str], rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """Yield a whole CSV file line by line, every field quoted."""
    writer = csv.writer(_Echo(), quoting=csv.QUOTE_ALL)
    yield BYTE_ORDER_MARK
    yield writer.writerow(header)
    for row in rows:
        yield writer.writerow([cell(value) for value in row])


def cell(value: object) -> object:
    """Return what goes into the file: safe text, numbers, and times in UTC."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds")
    if isinstance(value, str) and value.startswith((*FORMULA, *FULL_WIDTH, GUARD)):
        return GUARD + value
    return value
