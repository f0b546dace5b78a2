"""What can go wrong with Zoho, named by what the caller does next.

    ZohoError
    ├── Unavailable         nothing was applied, or repeating is harmless -> later
    │   ├── NotAsked        nothing was even asked: the last call failed  -> later
    │   └── NotSent         Zoho was not reached: surely nothing was applied
    ├── OutcomeUnknown      it may have been applied, do not repeat       -> look first
    ├── RateLimited         .retry_at                                     -> later
    ├── ReconnectRequired   grant gone, client or secret refused          -> an admin
    │   └── TokenRefused    the access token was refused                  -> renew once
    ├── PermissionMissing   .scopes                                       -> add it
    ├── Rejected            .fields                                       -> on the form
    └── UnexpectedReply     a shape we do not know                        -> our code

Every text may be shown to a person. None holds a token, a secret or a whole reply.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

LONGEST_CODE = 100
LONGEST_MESSAGE = 200


def plain(text: str, longest: int = LONGEST_MESSAGE) -> str:
    """Return somebody else's text as one line of visible characters, cut short.

    What turns the direction of text or shows nothing could make it read as ours.
    """
    visible = (
        letter if letter.isprintable() else " "
        for letter in text[: 2 * longest]
        if unicodedata.category(letter) != "Cf"
    )
    return " ".join("".join(visible).split())[:longest]


class ZohoError(Exception):
    """A call to Zoho that did not do what was asked.

    Attributes:
        code: Zoho's code, cut short, or our own word where no answer came.
        status: the HTTP status; 0 where no answer came.
        message: Zoho's own words, cut short; may be empty.
        host: whom we asked; may be empty.
    """

    def __init__(
        self, code: str = "", *, status: int = 0, message: str = "", host: str = ""
    ) -> None:
        self.code = plain(code, LONGEST_CODE)
        self.status = status
        self.message = plain(message)
        self.host = host
        super().__init__(self.code, status)

    def __str__(self) -> str:
        return " ".join(str(part) for part in (self.status, self.code) if part)


class Unavailable(ZohoError):
    """Nothing was applied, or repeating is harmless: try again later."""


class NotAsked(Unavailable):
    """Nothing was asked just now, because the last call failed a moment ago.

    `code` and `status` are those of that call, `asked_at` is when it was made.
    """

    def __init__(self, code: str = "", *, asked_at: datetime, **about: object) -> None:
        super().__init__(code, **about)  # type: ignore[arg-type]  # ZohoError's own
        self.asked_at = asked_at


class NotSent(Unavailable):
    """There was no connection to Zoho, so nothing left here."""


class OutcomeUnknown(ZohoError):
    """It may have been applied and must not be repeated: look at Zoho first."""


class RateLimited(ZohoError):
    """Zoho, or our own budget, asks us to wait until `retry_at`.

    `is_named`: the time was said, not guessed. `asked_until` is what Zoho said, which
    may be later than we ask again.
    """

    def __init__(
        self,
        code: str = "",
        *,
        retry_at: datetime,
        is_named: bool = True,
        asked_until: datetime | None = None,
        **about: object,
    ) -> None:
        super().__init__(code, **about)  # type: ignore[arg-type]  # ZohoError's own
        self.retry_at = retry_at
        self.asked_until = asked_until or retry_at
        self.is_named = is_named


class ReconnectRequired(ZohoError):
    """The grant is gone, or the client or its secret is refused: an admin is needed."""


class TokenRefused(ReconnectRequired):
    """The access token was refused; the client renews it once before this gets out."""


class PermissionMissing(ZohoError):
    """The connection, or the Zoho user behind it, may not do this."""

    def __init__(
        self, code: str = "", *, scopes: Sequence[str] = (), **about: object
    ) -> None:
        super().__init__(code, **about)  # type: ignore[arg-type]  # ZohoError's own
        self.scopes = tuple(scopes)

    @property
    def scope_is_missing(self) -> bool:
        """Whether the grant lacks a scope, not the Zoho user a right."""
        return "SCOPE" in self.code


@dataclass(frozen=True)
class FieldProblem:
    """Zoho's objection to one field, by Zoho's name of the field.

    Attributes:
        field: empty where it is about the whole record.
        kind: missing, invalid, too_long or duplicate.
        expected: Zoho's data type.
        limit: how long it may be.
        words: ours, in place of the usual sentence.
        record, module: the record that is in the way.
        code, message: Zoho's own, for this field.
        row, column: where in a subform; rows count from 1.
        place: the input on the form, where that has a name of its own.
        because_of: the field whose value asks for this one.
        among: one of these is enough.
        bounds: the least and the greatest value.
        values: what Zoho takes instead.
    """

    field: str
    kind: str
    expected: str = ""
    limit: int | None = None
    words: str = ""
    record: str = ""
    module: str = ""
    code: str = ""
    message: str = ""
    row: int = 0
    column: str = ""
    because_of: str = ""
    among: Sequence[str] = ()
    bounds: Sequence[str] = ()
    values: Sequence[str] = ()
    place: str = ""


class Rejected(ZohoError):
    """Zoho refused what was sent; nothing was applied."""

    def __init__(
        self, code: str = "", *, fields: Sequence[FieldProblem] = (), **about: object
    ) -> None:
        super().__init__(code, **about)  # type: ignore[arg-type]  # ZohoError's own
        self.fields = tuple(fields)


class UnexpectedReply(ZohoError):
    """A shape we do not know, or a request that we built wrong."""
