"""A client for one connection: it authorises, and repeats once after a 401."""

import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta
from typing import Any, BinaryIO, Protocol, TypeVar

from connections.zoho import replies, shapes
from connections.zoho.datacenters import DataCenter
from connections.zoho.envelope import Envelope, Pace
from connections.zoho.errors import TokenRefused
from connections.zoho.multipart import File, FileBody, Still
from connections.zoho.transport import Reply, Transport

Result = TypeVar("Result")
# Seconds in which one act makes several calls with the same token.
A_MOMENT = 1.0


class Tokens(Protocol):
    """Where a client gets its access token from."""

    def current(self) -> str:
        """Return an access token that should work."""

    def renewed(self, refused: str) -> str:
        """Return another access token than the one that Zoho refused."""


class Gate(Protocol):
    """Who lets calls through: it may wait, keep a record, or refuse."""

    def call(
        self, product: str, method: str, pace: Pace | None
    ) -> AbstractContextManager[Still]:
        """Return a context for one call; what goes wrong with it passes through.

        It gives what a long transfer calls now and then to keep its place.
        """


class OpenGate:
    """Lets everything through."""

    def call(
        self,
        product: str,  # noqa: ARG002  # a gate that does nothing
        method: str,  # noqa: ARG002
        pace: Pace | None,  # noqa: ARG002
    ) -> AbstractContextManager[Still]:
        return nullcontext(lambda: None)


class Seen:
    """What Zoho's replies say by the way: its clock, and the credits that are left.

    Credits are by the key of the product, as people write numbers.
    """

    def __init__(self) -> None:
        self.clock_ahead = timedelta()
        self.credits: dict[str, str] = {}

    def note(self, reply: Reply, envelope: Envelope | None) -> None:
        """Read a reply's headers; what makes no sense is passed over."""
        if envelope:
            left = shapes.count(reply.headers.get(envelope.credits_header))
            if left is not None:
                self.credits[envelope.product] = f"{left:,}"
        zoho_says = shapes.http_moment(reply.headers.get("Date", ""))
        # No date, or one without a zone: nothing is known of the clock.
        self.clock_ahead = reply.received_at - (zoho_says or reply.received_at)


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
        versions: Mapping[str, str] | None = None,
    ) -> None:
        self.data_center = data_center
        self.organisations = dict(organisations or {})
        self.seen = Seen()
        self._transport = transport
        self._tokens = tokens
        self._gate = gate or OpenGate()
        self._versions = dict(versions or {})
        self._token, self._token_at = "", -A_MOMENT

    def call(  # noqa: PLR0913  # what makes a call, written out
        self,
        envelope: Envelope,
        method: str,
        path: str,
        *,
        repeatable: bool | None = None,
        file: File | None = None,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        json: Any = None,
        form: Mapping[str, str] | None = None,
        is_seen: bool = True,
    ) -> replies.Json:
        """Call a product for the connection, such as `call(BOOKS, "GET", "invoices")`.

        Args:
            is_seen: whether it has an effect that somebody could see.
        """
        url, own, whose = self._addressed(envelope, path)
        harmless = method == "GET" if repeatable is None else repeatable

        def send(token: str, still: Still) -> Reply:
            return self._transport.send(
                method,
                url,
                headers={**own, **(headers or {}), **_signed(token)},
                params={**whose, **(params or {})},
                file=FileBody(file, still) if file else None,
                json=json,
                form=form,
                repeatable=harmless,
            )

        def interpret(reply: Reply) -> replies.Json:
            answer = replies.read(reply, envelope, repeatable=harmless)
            if not answer and method != "GET":
                # Every write has something to say for itself when it is done.
                raise replies.no_answer("empty", reply, repeatable=harmless)
            return answer

        # What nobody sees has no effect that would have to be on record.
        kind = method if is_seen else "GET"
        return self._call(kind, send, interpret, self._gate, envelope)

    def download(
        self, envelope: Envelope, path: str, *, into: BinaryIO, most: int
    ) -> bool:
        """Get a file of up to `most` bytes; return whether Zoho has it.

        Raises:
            TooLarge: it has more bytes.
            ZohoError: otherwise as the product's other calls.
        """
        url, own, whose = self._addressed(envelope, path)

        def get(token: str, still: Still) -> Reply:
            return self._transport.download(
                url,
                headers=own | _signed(token),
                params=whose,
                into=into,
                most=most,
                still=still,
            )

        def interpret(reply: Reply) -> bool:
            if reply.status != 200:
                replies.read(reply, envelope, repeatable=True)
            return reply.status == 200

        return self._call("GET", get, interpret, self._gate, envelope)

    def _addressed(
        self, envelope: Envelope, path: str
    ) -> tuple[str, dict[str, str], dict[str, str]]:
        """Return the address of a path, and the headers and parameters it needs."""
        url = envelope.url(self.data_center, path, self._versions)
        return url, *envelope.organisation(path, self.organisations)

    def sign_in(self) -> None:
        """Get a token if there is none, and ask nothing with it."""
        self._tokens.current()

    def profile(self) -> replies.Json:
        """Return who connected: `First_Name`, `Last_Name`, `Email`, `ZUID`."""
        url = f"{self.data_center.accounts}/oauth/user/info"

        def ask(token: str, _still: Still) -> Reply:
            return self._transport.send("GET", url, headers=_signed(token))

        return self._call("GET", ask, replies.profile, OpenGate())

    def _call(
        self,
        method: str,
        send: Callable[[str, Still], Reply],
        interpret: Callable[[Reply], Result],
        gate: Gate,
        envelope: Envelope | None = None,
    ) -> Result:
        def once(token: str) -> Result:
            product = envelope.product if envelope else ""
            pace = envelope.pace if envelope else None
            with gate.call(product, method, pace) as still:
                reply = send(token, still)
                self.seen.note(reply, envelope)
                return interpret(reply)

        # One of a moment ago serves again.
        if time.monotonic() - self._token_at < A_MOMENT:
            token = self._token
        else:
            token = self._remembered(self._tokens.current())
        try:
            return once(token)
        except TokenRefused:
            # Outside the gate: nobody's turn is spent on waiting for a token.
            return once(self._remembered(self._tokens.renewed(token)))

    def _remembered(self, token: str) -> str:
        self._token, self._token_at = token, time.monotonic()
        return token


def _signed(token: str) -> dict[str, str]:
    # Zoho's own scheme, although the token's type says Bearer.
    return {"Authorization": f"Zoho-oauthtoken {token}"}
