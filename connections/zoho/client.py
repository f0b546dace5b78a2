"""A client for one connection: it authorises, and repeats once after a 401."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any, Protocol

from connections.zoho import replies
from connections.zoho.datacenters import DataCenter
from connections.zoho.errors import TokenRefused
from connections.zoho.transport import Reply, Transport

Interpreter = Callable[[Reply], replies.Json]
INTERPRETERS: dict[str, Callable[..., replies.Json]] = {
    "crm": replies.crm,
    "desk": replies.desk,
}


class Tokens(Protocol):
    """Where a client gets its access token from."""

    def current(self) -> str:
        """Return an access token that should work."""

    def renewed(self, refused: str) -> str:
        """Return another access token than the one that Zoho refused."""


class Gate(Protocol):
    """Who lets calls through: it may wait, keep a record, or refuse."""

    def call(self, product: str, method: str) -> AbstractContextManager[None]:
        """Return a context for one call; what goes wrong with it passes through."""


class OpenGate:
    """Lets everything through."""

    def call(self, product: str, method: str) -> AbstractContextManager[None]:  # noqa: ARG002  # a gate that does nothing
        return nullcontext()


# https://www.zoho.com/crm/developer/docs/api/v8/api-limits.html and
# https://desk.zoho.com/DeskAPIDocument#APIlimits
CREDIT_HEADERS = {"X-API-CREDITS-REMAINING": "CRM", "X-Rate-Limit-Remaining-v3": "Desk"}


class Seen:
    """What Zoho's replies say by the way: its clock, and the credits that are left."""

    def __init__(self) -> None:
        self.clock_ahead = timedelta()
        self.credits: dict[str, str] = {}

    def note(self, reply: Reply) -> None:
        """Read a reply's headers; what makes no sense is passed over."""
        for header, product in CREDIT_HEADERS.items():
            left = reply.headers.get(header, "")
            if left.isdecimal():
                self.credits[product] = f"{int(left):,}"
        try:
            zoho_says = parsedate_to_datetime(reply.headers.get("Date", ""))
            self.clock_ahead = reply.received_at - zoho_says
        except (TypeError, ValueError):
            # No date, or one without a zone: nothing is known of the clock.
            self.clock_ahead = timedelta()


class ZohoClient:
    """Calls Zoho for one connection, at the hosts of its data centre only.

    Every method returns Zoho's JSON as a dictionary, empty for "nothing found", and
    raises a `ZohoError`. A call that reads is repeatable; say so for a write that is.
    """

    def __init__(
        self,
        transport: Transport,
        data_center: DataCenter,
        tokens: Tokens,
        organisations: Mapping[str, str] | None = None,
        gate: Gate | None = None,
    ) -> None:
        self.data_center = data_center
        self.organisations = dict(organisations or {})
        self.seen = Seen()
        self._transport = transport
        self._tokens = tokens
        self._gate = gate or OpenGate()

    def crm(
        self, method: str, path: str, *, repeatable: bool | None = None, **data: Any
    ) -> replies.Json:
        """Call Zoho CRM v8, such as `crm("GET", "org")`; `data` is params or json."""
        url = f"{self.data_center.api}/crm/v8/{path}"
        return self._product("crm", method, url, repeatable, **data)

    def desk(
        self, method: str, path: str, *, repeatable: bool | None = None, **data: Any
    ) -> replies.Json:
        """Call Zoho Desk v1 for the connection's organisation."""
        organisation = self.organisations.get("desk", "")
        # Which organisations there are is asked of none of them.
        is_named = organisation and path != "organizations"
        headers = {"orgId": organisation} if is_named else {}
        url = f"{self.data_center.desk}/api/v1/{path}"
        return self._product("desk", method, url, repeatable, headers=headers, **data)

    def profile(self) -> replies.Json:
        """Return who connected: `First_Name`, `Last_Name`, `Email`, `ZUID`."""
        return self._call(
            "GET",
            f"{self.data_center.accounts}/oauth/user/info",
            replies.profile,
            OpenGate(),
        )

    def _product(
        self,
        product: str,
        method: str,
        url: str,
        repeatable: bool | None,
        **request: Any,
    ) -> replies.Json:
        harmless = method == "GET" if repeatable is None else repeatable
        return self._call(
            method,
            url,
            partial(INTERPRETERS[product], repeatable=harmless),
            self._gate,
            product,
            repeatable=harmless,
            **request,
        )

    def _call(  # one call, said in full
        self,
        method: str,
        url: str,
        interpret: Interpreter,
        gate: Gate,
        product: str = "",
        **request: Any,
    ) -> replies.Json:
        token = self._tokens.current()
        try:
            with gate.call(product, method):
                return interpret(self._send(method, url, token, **request))
        except TokenRefused:
            # Outside the gate: nobody's turn is spent on waiting for a token.
            token = self._tokens.renewed(token)
        with gate.call(product, method):
            return interpret(self._send(method, url, token, **request))

    def _send(
        self,
        method: str,
        url: str,
        token: str,
        headers: Mapping[str, str] | None = None,
        **request: Any,
    ) -> Reply:
        # Zoho's own scheme, although the token's type says Bearer.
        signed = {**(headers or {}), "Authorization": f"Zoho-oauthtoken {token}"}
        reply = self._transport.send(method, url, headers=signed, **request)
        self.seen.note(reply)
        return reply
