"""What Zoho is asked for about its own set-up, and what workers read anew of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Generic, TypeVar, cast

from connections import product
from connections.models import Connection
from connections.zoho.client import ZohoClient
from connections.zoho.errors import ZohoError

T = TypeVar("T")
FRESH = timedelta(minutes=10)


def _nothing(*_about: object) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Source(Generic[T]):
    """One thing to be read; a connection keeps one answer of each kind and key.

    Attributes:
        key: which one of its kind, by Zoho's ids or names.
        shape: the answer's type, of dataclasses and what JSON has: so it is kept.
        fresh: so long an answer is as good as a new one.
        is_side: forms do without it where Zoho does not tell.
        ended_by: after these errors what is known does not serve on.
        is_whole: whether an answer has all that was asked for.
        changed: gets the connection, the whole answer before and the one of now.
    """

    product: str
    kind: str
    key: str
    shape: Any
    ask: Callable[[ZohoClient], T]
    fresh: timedelta = FRESH
    is_side: bool = False
    ended_by: tuple[type[ZohoError], ...] = ()
    is_whole: Callable[[T], bool] = lambda _found: True
    changed: Callable[[Connection, T, T], None] = _nothing


@dataclass(frozen=True)
class Kind:
    """A kind of answers that workers read anew before they grow old.

    Attributes:
        source: returns what an answer was read from, by its key; None for what is not
            there any more.
        gone: gets the connection and the key of what is not there any more.
    """

    product: str
    name: str
    source: Callable[[Connection, str], Source[Any] | None]
    gone: Callable[[Connection, str], None] = _nothing


def registered() -> list[Kind]:
    """Return all kinds that workers read anew, of all products."""
    of_products = (kind for each in product.every() for kind in each.schema)
    return [cast("Kind", kind) for kind in of_products]
