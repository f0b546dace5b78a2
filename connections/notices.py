"""What products have to tell admins on a connection's page.

Products register a function in their `apps.py`; it asks nobody but the database.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from connections.models import Connection


@dataclass(frozen=True)
class Notice:
    """Something an admin had better know: a title, lines, and where to go with it."""

    title: str
    lines: tuple[str, ...]
    url: str
    label: str


Source = Callable[[Connection], Iterable[Notice]]
_sources: list[Source] = []


def register(source: Source) -> None:
    """Add a source of notices; they stand in the order of the installed products."""
    _sources.append(source)


def of(connection: Connection) -> list[Notice]:
    """Return what there is to tell about a connection."""
    return [notice for source in _sources for notice in source(connection)]
