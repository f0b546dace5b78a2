"""What Zoho objected to; products read it from the bodies of their refusals.

Nothing there is trusted: shapes may be others than the documented ones, and texts are
made plain and cut short.
"""

from dataclasses import dataclass
from datetime import timedelta

from connections.zoho.errors import FieldProblem, ZohoError, plain
from connections.zoho.shapes import Json, rows

MOST_PROBLEMS = 100
LONGEST_NAME = 100


@dataclass(frozen=True)
class Refusal:
    """A refusal in Zoho's terms.

    Attributes:
        is_bare: it gives no details of its own.
        is_ours: it objects to what the portal built, not to what was typed.
        kind: which error it is, where the product's codes tell that themselves.
        wait: how long the product takes no such calls.
    """

    code: str
    message: str
    fields: tuple[FieldProblem, ...] = ()
    is_bare: bool = True
    is_ours: bool = False
    kind: type[ZohoError] | None = None
    wait: timedelta | None = None


def refused_item(body: Json) -> Json | None:
    """Return the first item of `data` that was refused, if items have states."""
    return next(
        (
            item
            for item in rows(body.get("data"), MOST_PROBLEMS)
            if item.get("status") == "error"
        ),
        None,
    )


def name(value: object) -> str:
    """Return Zoho's name of a field as plain text, cut short."""
    return plain(text(value), LONGEST_NAME)


def text(value: object) -> str:
    return value if isinstance(value, str) else ""
