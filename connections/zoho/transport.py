"""The only place that performs HTTP."""

import logging
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from http.cookiejar import DefaultCookiePolicy
from typing import Any, BinaryIO
from urllib.parse import urlsplit

import requests
import urllib3

from connections.zoho import shapes
from connections.zoho.deadline import DeadlineAdapter
from connections.zoho.errors import (
    NotSent,
    OutcomeUnknown,
    Unavailable,
    UnexpectedReply,
    ZohoError,
)
from connections.zoho.multipart import CHUNK, FileBody, Pulse, Still, seconds_for

logger = logging.getLogger(__name__)

API_SECONDS = 30.0
# How much of a deadline may go into connecting; the rest is for the whole reply.
CONNECT_SHARE = 0.3
LARGEST_REPLY = 10 * 1024 * 1024
# With these words for a failure, nothing of the request has arrived.
NEVER_ARRIVED = {"certificate", "connect_timeout", "name_not_found", "no_connection"}


@dataclass(frozen=True)
class Reply:
    """What came back, not yet understood."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    host: str
    received_at: datetime

    @cached_property
    def content(self) -> shapes.Json | None:
        """Return the JSON object in the body; None where there is no sound one."""
        return shapes.decode(self.body)


@dataclass(frozen=True)
class Call:
    """What was asked of Zoho; where no reply came, `failure` is a word for the reason.

    The path is without its query, and the reply, which may hold tokens, is for those
    who interpret replies: it is not part of the text of a call.
    """

    method: str
    host: str
    path: str
    milliseconds: int
    reply: Reply | None = field(default=None, repr=False)
    failure: str = ""


Report = Callable[[Call], None]
# Reads the body of a response: whole, or into a file.
Reader = Callable[[requests.Response], bytes]


class Transport:
    """Sends requests to the given origins and to nobody else.

    No redirect is followed: requests would send a body with the client secret on to
    the new host. No proxy, netrc or CA bundle is taken from the environment: a netrc
    entry would silently replace Zoho's token header. No cookie is kept.
    """

    def __init__(
        self, origins: Collection[str], *, report: Report | None = None
    ) -> None:
        """Take the origins, and who is told of calls instead of Zoho's lines of log."""
        self._origins = frozenset(origins)
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.mount("http://", DeadlineAdapter())
        self._session.mount("https://", DeadlineAdapter())
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self._session.headers["User-Agent"] = "Zoho-Portal"
        self._report = report or _log

    def reporting_to(self, report: Report) -> "Transport":
        """Return this transport, open connections and all, with its calls reported.

        `report` is called once for each request that left here, before its reply is
        returned or its failure raised; it raises nothing.
        """

        def log_and_report(call: Call) -> None:
            _log(call)
            report(call)

        reporting = copy(self)
        reporting._report = log_and_report
        return reporting

    def send(  # noqa: PLR0913  # what makes a request, written out
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        json: Any = None,
        file: FileBody | None = None,
        repeatable: bool = True,
        seconds: float = API_SECONDS,
    ) -> Reply:
        """Send one request and return the whole reply, whatever its status.

        Args:
            file: goes out as the body; the time for it grows with its size.
            repeatable: whether sending it twice would be harmless.
            seconds: the deadline for the whole exchange.

        Raises:
            NotSent: no connection.
            Unavailable: no whole answer to a repeatable request.
            OutcomeUnknown: the request may have arrived, but its answer did not.
        """
        kind = {"Content-Type": file.content_type} if file else {}
        request = requests.Request(
            method,
            url,
            headers={**(headers or {}), **kind},
            params=params,
            data=file or form,
            json=json,
        )
        return self._reported(request, _read_body, seconds, repeatable=repeatable)

    def download(
        self,
        url: str,
        *,
        headers: Mapping[str, str],
        params: Mapping[str, str],
        into: BinaryIO,
        most: int,
        still: Still,
    ) -> Reply:
        """Get a file into `into`; the reply to a refusal holds its body as always.

        Args:
            most: more bytes than this are not taken.
            still: called now and then while it goes on.

        Raises:
            TooLarge: there is more; what is in `into` is of no use.
            Unavailable: no connection, or no whole answer.
        """

        def read(response: requests.Response) -> bytes:
            if response.status_code != requests.codes.ok:
                return _read_body(response)
            _read_into(into, response, most, Pulse(most, still))
            return b""

        request = requests.Request("GET", url, headers=headers, params=params)
        return self._reported(request, read, seconds_for(most))

    def _reported(
        self,
        request: requests.Request,
        read: Reader,
        seconds: float,
        *,
        repeatable: bool = True,
    ) -> Reply:
        prepared = self._prepared(request)
        parts = urlsplit(prepared.url or "")
        started = time.monotonic()
        reply, failure = None, "stopped"
        try:
            reply = self._exchange(prepared, parts.netloc, read, seconds)
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            failure = _read(error)
            body: object = prepared.body
            # A file may be on its way already: TLS says no better what broke.
            has_begun = isinstance(body, FileBody) and body.has_begun
            if failure in NEVER_ARRIVED and not has_begun:
                kind: type[ZohoError] = NotSent
            else:
                kind = Unavailable if repeatable else OutcomeUnknown
            # The cause holds the whole request with its token: it ends here.
            raise kind(failure, host=parts.netloc) from None
        finally:
            spent = round((time.monotonic() - started) * 1000)
            failure = "" if reply else failure
            about = (prepared.method or "", parts.netloc, parts.path)
            self._report(Call(*about, spent, reply, failure))
        return reply

    def _prepared(self, request: requests.Request) -> requests.PreparedRequest:
        """Return the request as it will be sent, if it goes to one of our origins."""
        try:
            prepared = self._session.prepare_request(request)
        except requests.RequestException:
            raise UnknownHost from None
        parts = urlsplit(prepared.url or "")
        if f"{parts.scheme}://{parts.netloc}" not in self._origins:
            raise UnknownHost(host=parts.netloc)
        return prepared

    def _exchange(
        self,
        prepared: requests.PreparedRequest,
        host: str,
        read: Reader,
        seconds: float,
    ) -> Reply:
        connect = min(seconds, API_SECONDS) * CONNECT_SHARE
        with self._session.send(
            prepared,
            stream=True,
            allow_redirects=False,
            timeout=(connect, seconds - connect),
        ) as response:
            return Reply(
                response.status_code,
                response.headers,
                read(response),
                host,
                datetime.now(UTC),
            )


class UnknownHost(UnexpectedReply):
    """A host outside the table of data centres: a fault in our own code."""


class TooLarge(UnexpectedReply):
    """A file at Zoho with more bytes than we take."""


def _read_body(response: requests.Response) -> bytes:
    """Read the body up to the largest size that makes sense."""
    parts: list[bytes] = []
    size = 0
    for part in _pieces(response):
        parts.append(part)
        size += len(part)
        if size > LARGEST_REPLY:
            raise requests.exceptions.ContentDecodingError("too large")
    return b"".join(parts)


def _read_into(
    file: BinaryIO, response: requests.Response, most: int, pulse: Pulse
) -> None:
    size = 0
    for part in _pieces(response):
        size += len(part)
        if size > most:
            raise TooLarge("too_large", host=urlsplit(response.url).netloc)
        file.write(part)
        pulse.beat()


def _pieces(response: requests.Response) -> Iterator[bytes]:
    while part := response.raw.read1(CHUNK, decode_content=True):
        yield part


def _read(error: Exception) -> str:
    """Return a word for what broke."""
    cause = error.args[0] if error.args else None
    reason = getattr(cause, "reason", None)
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return "connect_timeout"
    if isinstance(error, requests.exceptions.SSLError):
        return "certificate"
    if isinstance(reason, urllib3.exceptions.NameResolutionError):
        return "name_not_found"
    if isinstance(reason, urllib3.exceptions.NewConnectionError):
        return "no_connection"
    if isinstance(
        error, requests.exceptions.Timeout | urllib3.exceptions.TimeoutError
    ) or isinstance(reason, urllib3.exceptions.ReadTimeoutError):
        return "timeout"
    return "line_broke"


def _log(call: Call) -> None:
    about = {
        "zoho_method": call.method,
        "zoho_host": call.host,
        "zoho_path": call.path,
        "zoho_outcome": str(call.reply.status) if call.reply else call.failure,
        "milliseconds": call.milliseconds,
    }
    if call.reply:
        logger.info("zoho call", extra=about)
    else:
        logger.warning("zoho call failed", extra=about)
