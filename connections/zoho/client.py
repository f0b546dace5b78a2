"""A client for one connection: it authorises, and repeats once after a 401."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any, BinaryIO, Protocol, TypeVar

from connections.zoho import replies
from connections.zoho.datacenters import DataCenter
from connections.zoho.errors import TokenRefused
from connections.zoho.multipart import File, FileBody, Still
from connections.zoho.transport import Reply, Transport

Result = TypeVar("Result")
CRM_VERSION = "v8"
# What forms are made of is read by that version always: v2 has no dependent values, and
# does not say which fields may be written. All versions share hosts and tokens.
# https://www.zoho.com/crm/developer/docs/api/v2.1/change-log.html
NO_RECORDS = {"org", "settings", "users"}
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

    def call(self, product: str, method: str) -> AbstractContextManager[Still]:
        """Return a context for one call; what goes wrong with it passes through.

        It gives what a long transfer calls now and then to keep its place.
        """


class OpenGate:
    """Lets everything through."""

    def call(self, product: str, method: str) -> AbstractContextManager[Still]:  # noqa: ARG002  # a gate that does nothing
        return nullcontext(lambda: None)


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
        crm_version: str = CRM_VERSION,
    ) -> None:
        self.data_center = data_center
        self.organisations = dict(organisations or {})
        self.seen = Seen()
        self._transport = transport
        self._tokens = tokens
        self._gate = gate or OpenGate()
        self._crm_version = crm_version

    def crm(
        self, method: str, path: str, *, repeatable: bool | None = None, **data: Any
    ) -> replies.Json:
        """Call Zoho CRM, such as `crm("GET", "org")`; records go by the chosen version.

        `data` is params, json, headers, or an open `file`.
        """
        return self._product("crm", method, path, repeatable, **data)

    def desk(
        self, method: str, path: str, *, repeatable: bool | None = None, **data: Any
    ) -> replies.Json:
        """Call Zoho Desk v1 for the connection's organisation."""
        return self._product("desk", method, path, repeatable, **data)

    def download(self, product: str, path: str, *, into: BinaryIO, most: int) -> bool:
        """Get a file of up to `most` bytes; return whether Zoho has it.

        Raises:
            TooLarge: it has more bytes.
            ZohoError: otherwise as the product's own calls.
        """

        def get(token: str, still: Still) -> Reply:
            headers = self._headers(product, path) | _signed(token)
            url = self._url(product, path)
            return self._transport.download(
                url, headers=headers, into=into, most=most, still=still
            )

        def interpret(reply: Reply) -> bool:
            if reply.status != 200:
                INTERPRETERS[product](reply, repeatable=True)
            return reply.status == 200

        return self._call("GET", get, interpret, self._gate, product)

    def _url(self, product: str, path: str) -> str:
        is_record = path.partition("/")[0] not in NO_RECORDS
        version = self._crm_version if is_record else CRM_VERSION
        bases = {
            "crm": f"{self.data_center.api}/crm/{version}",
            "desk": f"{self.data_center.desk}/api/v1",
        }
        return f"{bases[product]}/{path}"

    def _headers(self, product: str, path: str) -> dict[str, str]:
        organisation = self.organisations.get("desk", "")
        # Which organisations there are is asked of none of them.
        is_named = organisation and product == "desk" and path != "organizations"
        return {"orgId": organisation} if is_named else {}

    def profile(self) -> replies.Json:
        """Return who connected: `First_Name`, `Last_Name`, `Email`, `ZUID`."""
        url = f"{self.data_center.accounts}/oauth/user/info"

        def ask(token: str, _still: Still) -> Reply:
            return self._transport.send("GET", url, headers=_signed(token))

        return self._call("GET", ask, replies.profile, OpenGate())

    def _product(
        self,
        product: str,
        method: str,
        path: str,
        repeatable: bool | None,
        *,
        file: File | None = None,
        headers: Mapping[str, str] | None = None,
        **data: Any,
    ) -> replies.Json:
        own = {**self._headers(product, path), **(headers or {})}
        harmless = method == "GET" if repeatable is None else repeatable

        def send(token: str, still: Still) -> Reply:
            return self._transport.send(
                method,
                self._url(product, path),
                headers=own | _signed(token),
                file=FileBody(file, still) if file else None,
                repeatable=harmless,
                **data,
            )

        interpret = partial(INTERPRETERS[product], repeatable=harmless)
        return self._call(method, send, interpret, self._gate, product)

    def _call(
        self,
        method: str,
        send: Callable[[str, Still], Reply],
        interpret: Callable[[Reply], Result],
        gate: Gate,
        product: str = "",
    ) -> Result:
        def once(token: str) -> Result:
            with gate.call(product, method) as still:
                reply = send(token, still)
                self.seen.note(reply)
                return interpret(reply)

        token = self._tokens.current()
        try:
            return once(token)
        except TokenRefused:
            # Outside the gate: nobody's turn is spent on waiting for a token.
            return once(self._tokens.renewed(token))


def _signed(token: str) -> dict[str, str]:
    # Zoho's own scheme, although the token's type says Bearer.
    return {"Authorization": f"Zoho-oauthtoken {token}"}
