"""What can go wrong with Zoho, named by what the caller does next.

    ZohoError
    ├── Unavailable         nothing was applied, or repeating is harmless -> later
    ├── OutcomeUnknown      it may have been applied, do not repeat       -> look first
    ├── RateLimited         .retry_at                                     -> later
    ├── ReconnectRequired   grant gone, client or secret refused          -> an admin
    │   └── TokenRefused    the access token was refused                  -> renew once
    ├── PermissionMissing   .scopes                                       -> add it
    ├── Rejected            .fields                                       -> on the form
    └── UnexpectedReply     a shape we do not know                        -> our code

Every text may be shown to a person. None holds a token, a secret or a whole reply.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


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
        self.code = code[:100]
        self.status = status
        self.message = message[:200]
        self.host = host
        super().__init__(self.code, status)

    def __str__(self) -> str:
        return " ".join(str(part) for part in (self.status, self.code) if part)


class Unavailable(ZohoError):
    """Nothing was applied, or repeating is harmless: try again later."""


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
        return "SCOPE_MISMATCH" in self.code


@dataclass(frozen=True)
class FieldProblem:
    """Zoho's objection to one field, by Zoho's name of the field.

    `kind` is missing, invalid, too_long or duplicate; `expected` is Zoho's data type.
    `words` are ours and replace the usual sentence; `record` is the id of another
    record that is in the way.
    """

    field: str
    kind: str
    expected: str = ""
    limit: int | None = None
    words: str = ""
    record: str = ""


class Rejected(ZohoError):
    """Zoho refused what was sent; nothing was applied."""

    def __init__(
        self, code: str = "", *, fields: Sequence[FieldProblem] = (), **about: object
    ) -> None:
        super().__init__(code, **about)  # type: ignore[arg-type]  # ZohoError's own
        self.fields = tuple(fields)


class UnexpectedReply(ZohoError):
    """A shape we do not know, or a request that we built wrong."""
