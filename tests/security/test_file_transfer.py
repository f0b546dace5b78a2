"""Files to and from Zoho over real sockets: flat memory, limits, cut lines."""

import re
import socket
import ssl
import tempfile
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from threading import Event, Thread
from typing import BinaryIO

import pytest

from connections.zoho import multipart
from connections.zoho.client import ZohoClient
from connections.zoho.errors import (
    OutcomeUnknown,
    Rejected,
    TokenRefused,
    Unavailable,
)
from connections.zoho.multipart import CHUNK, File
from connections.zoho.transport import TooLarge, Transport
from crm.envelope import CRM
from desk.envelope import DESK
from tests.security.servers import Listener, answer, client_at, header, region

MEGABYTE = 1024 * 1024
LARGE = 50 * MEGABYTE
FLAT = 3 * MEGABYTE
ATTACHED = answer(body=b'{"id": "1"}')


class TwoTokens:
    def current(self) -> str:
        return "first"

    def renewed(self, refused: str) -> str:
        return "second"


def small(content: bytes = b"content", name: str = "a.txt") -> File:
    return File(name, BytesIO(content), len(content))


@contextmanager
def large() -> Iterator[File]:
    with tempfile.TemporaryFile() as handle:
        handle.truncate(LARGE)
        yield File("large.bin", handle, LARGE)


@contextmanager
def peak() -> Iterator[list[int]]:
    """Give a list that holds the most memory used at a time, afterwards."""
    found: list[int] = []
    tracemalloc.start()
    try:
        yield found
        found.append(tracemalloc.get_traced_memory()[1])
    finally:
        tracemalloc.stop()


class Sink:
    """Counts what arrives and forgets it; hangs up or answers after so many bytes."""

    def __init__(
        self, after: int, reply: bytes = b"", tls: ssl.SSLContext | None = None
    ) -> None:
        self.received = 0
        self._after, self._reply, self._tls = after, reply, tls
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = (
            f"{'https' if tls else 'http'}://127.0.0.1:{self._socket.getsockname()[1]}"
        )
        self._thread = Thread(target=self._serve)
        self._done = Event()

    def __enter__(self) -> "Sink":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()
        self._socket.close()

    def _serve(self) -> None:
        line, _ = self._socket.accept()
        if self._tls:
            line = self._tls.wrap_socket(line, server_side=True)
        buffer = bytearray(CHUNK)
        with line:
            while self.received < self._after:
                got = line.recv_into(buffer)
                if not got:
                    return
                self.received += got
            line.sendall(self._reply)
            if self._reply:
                self._done.wait(30)


def send(client: ZohoClient, file: File) -> object:
    return client.call(DESK, "POST", "tickets/1/attachments", file=file)


class TestSending:
    def test_arrives_byte_for_byte_as_a_form(self) -> None:
        content = bytes(range(256)) * 1000 + b"\r\n--\r\n"
        with Listener(ATTACHED) as zoho:
            assert send(client_at(zoho.url), small(content)) == {"id": "1"}

            (request,) = zoho.requests
        head, _, body = request.partition(b"\r\n\r\n")
        (kind,) = header(request, "content-type")
        boundary = kind.removeprefix("multipart/form-data; boundary=").encode()
        assert b"Transfer-Encoding" not in head
        assert body == (
            b"--" + boundary + b'\r\nContent-Disposition: form-data; name="file"; '
            b'filename="a.txt"\r\nContent-Type: application/octet-stream\r\n\r\n'
            + content
            + b"\r\n--"
            + boundary
            + b"--\r\n"
        )

    @pytest.mark.parametrize("name", ['a"; x="b', "a\r\nX-Evil: 1", "ü.txt"])
    def test_keeps_its_name_inside_its_quotes_a63(self, name: str) -> None:
        with Listener(ATTACHED) as zoho:
            send(client_at(zoho.url), small(name=name))

            (request,) = zoho.requests
        lines = request.partition(b"\r\n\r\n")[2].split(b"\r\n")
        assert re.fullmatch(rb'.*; filename="[^"]*"', lines[1])
        assert lines[2].startswith(b"Content-Type:")

    def test_keeps_memory_flat(self) -> None:
        with Sink(after=LARGE, reply=ATTACHED) as zoho, large() as file:
            client = client_at(zoho.url)

            with peak() as most:
                assert send(client, file) == {"id": "1"}

        assert zoho.received >= LARGE
        assert most[0] < FLAT

    def test_starts_anew_with_a_new_token(self) -> None:
        refused = answer("401 Unauthorized", b'{"errorCode": "INVALID_OAUTH"}')
        with Listener(refused) as zoho:
            row = region(zoho.url)
            client = ZohoClient(Transport(row.origins), row, TwoTokens())

            with pytest.raises(TokenRefused):
                send(client, small(b"whole"))

            requests = zoho.requests
        assert [header(each, "authorization") for each in requests] == [
            ["Zoho-oauthtoken first"],
            ["Zoho-oauthtoken second"],
        ]
        assert all(b"\r\n\r\nwhole\r\n--" in each for each in requests)

    def test_tells_its_holder_that_it_goes_on(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(multipart, "TELL_EVERY", 0.0)
        told: list[float] = []
        body = multipart.FileBody(
            small(bytes(CHUNK * 3)), lambda: told.append(time.monotonic())
        )

        assert sum(map(len, body)) == len(body)
        assert len(told) == 3


class TestCutLine:
    @pytest.mark.parametrize("after", [1, MEGABYTE])
    def test_while_it_is_sent_leaves_the_outcome_open_f64(self, after: int) -> None:
        with (
            Sink(after) as zoho,
            large() as file,
            pytest.raises(OutcomeUnknown, match="line_broke"),
        ):
            send(client_at(zoho.url), file)

        assert zoho.received < LARGE

    def test_with_tls_leaves_it_open_too_f64(self, own_authority: Path) -> None:
        """The error then reads like one of the certificate, which came before."""
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(own_authority)
        with Sink(MEGABYTE, tls=tls) as zoho, large() as file:
            row = region(zoho.url)
            transport = Transport(row.origins)
            transport._session.verify = str(own_authority)

            with pytest.raises(OutcomeUnknown):
                send(ZohoClient(transport, row, TwoTokens()), file)

        assert zoho.received >= MEGABYTE

    def test_before_the_answer_leaves_it_open_too(self) -> None:
        with Listener(b"") as zoho, pytest.raises(OutcomeUnknown):
            send(client_at(zoho.url), small())

    def test_before_anything_was_sent_is_tried_again(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]

        with pytest.raises(Unavailable, match="no_connection"):
            send(client_at(f"http://127.0.0.1:{port}"), small())

    def test_of_a_file_that_shrank_never_counts_as_whole(self) -> None:
        with Listener(ATTACHED) as zoho, pytest.raises(OutcomeUnknown):
            send(client_at(zoho.url), File("a.txt", BytesIO(b"half"), 8))

        assert zoho.requests == []


class TestRefusal:
    def test_before_the_whole_file_was_sent_is_read(self) -> None:
        body = b'{"errorCode": "RESOURCE_SIZE_EXCEEDED", "message": "Too large"}'
        too_large = answer("413 Content Too Large", body)
        with Listener(too_large) as zoho, pytest.raises(Rejected) as raised:
            send(client_at(zoho.url), small())

        assert raised.value.status == 413


class TestTimeout:
    def test_of_a_file_that_crawls(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The time grows with the size, and ends all the same."""
        monkeypatch.setattr(multipart, "LEAST_SECONDS", 0.0)
        monkeypatch.setattr(multipart, "SLOWEST", 10**15)
        with (
            Sink(after=LARGE) as zoho,
            large() as file,
            pytest.raises(OutcomeUnknown, match="line_broke"),
        ):
            send(client_at(zoho.url), file)

    def test_grows_with_the_size(self) -> None:
        assert multipart.seconds_for(0) == 30
        assert multipart.seconds_for(20 * MEGABYTE) == 350


def fetch(url: str, into: BinaryIO, most: int = MEGABYTE) -> bool:
    path = "tickets/1/attachments/2/content"
    return client_at(url).download(DESK, path, into=into, most=most)


class TestDownload:
    def test_goes_to_a_file_with_flat_memory(self) -> None:
        with (
            Listener(answer(body=bytes(LARGE))) as zoho,
            tempfile.TemporaryFile() as into,
        ):
            with peak() as most:
                assert fetch(zoho.url, into, LARGE)

            assert into.tell() == LARGE
        assert most[0] < FLAT

    def test_above_the_limit_is_refused(self) -> None:
        whole = answer(body=bytes(MEGABYTE + 1))
        with Listener(whole) as zoho, pytest.raises(TooLarge):
            fetch(zoho.url, BytesIO())

    def test_that_is_cut_is_no_file_f64(self) -> None:
        whole = answer(body=bytes(MEGABYTE))
        half = Listener(whole[: len(whole) // 2], hang_up=True)
        with half as zoho, pytest.raises(Unavailable):
            fetch(zoho.url, BytesIO())

    def test_of_what_is_gone_says_so(self) -> None:
        with Listener(answer("204 No Content", length=False, body=b"")) as zoho:
            assert not fetch(zoho.url, BytesIO())

    def test_that_zoho_refuses_is_an_error(self) -> None:
        refusal = answer("400 Bad Request", b'{"code": "DOWNLOAD_NOT_ALLOWED"}')
        into = BytesIO()
        with Listener(refusal) as zoho, pytest.raises(Rejected):
            client_at(zoho.url).download(CRM, "Contacts/1", into=into, most=9)

        assert into.getvalue() == b""
