"""A73: whoever sends slowly, or never hangs up, keeps nobody else waiting."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from itertools import count

import pytest
import requests
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from tests.slow_clients import BEGINNINGS, SlowClients
from tests.workers.web import WebServer
from zohoportal.run.front import LINGER_SECONDS, MOST_HEAD, MOST_WAITING
from zohoportal.run.lines import (
    HEAD_SECONDS,
    SLOWEST_UPLOAD,
    STALL_SECONDS,
    Line,
    Upload,
)

pytestmark = pytest.mark.django_db(transaction=True)

MEGABYTE = 1024 * 1024
GET = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
POST = b"POST /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n"
# Of a busy machine; one that waits for a thread waits for ever.
SOON = 5.0


@pytest.fixture(scope="module")
def server(
    django_db_setup: None, django_db_blocker: pytest.FixtureRequest
) -> Iterator[WebServer]:
    with django_db_blocker.unblock(), WebServer() as started:  # type: ignore[attr-defined]
        yield started


@contextmanager
def line_to(server: WebServer) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as line:
        yield line


def heard(line: socket.socket) -> bytes:
    """Return all that comes until the other side has nothing more to say."""
    found = b""
    while piece := line.recv(65536):
        found += piece
    return found


def is_up(server: WebServer) -> bool:
    return requests.get(f"{server.url}/healthz", timeout=SOON).text == "ok"


class TestA73SlowClients:
    @pytest.mark.parametrize("kind", BEGINNINGS)
    def test_keep_nobody_waiting(self, server: WebServer, kind: str) -> None:
        with SlowClients(server.port, kind, 40):
            assert all(is_up(server) for _ in range(10))

    def test_are_let_go_in_the_end(self, server: WebServer) -> None:
        began = time.monotonic()
        with line_to(server) as idle, line_to(server) as half, line_to(server) as post:
            half.sendall(GET[:-2])
            post.sendall(POST % 10 + b"12345")

            assert heard(half).startswith(b"HTTP/1.1 408 ")
            assert heard(post).startswith(b"HTTP/1.1 408 ")
            assert heard(idle) == b""
        assert HEAD_SECONDS - 1 < time.monotonic() - began < HEAD_SECONDS + SOON

    def test_send_no_head_without_end(self, server: WebServer) -> None:
        with line_to(server) as line:
            line.sendall(GET[:-2] + b"X-Long: " + bytes(MOST_HEAD).replace(b"\0", b"a"))

            assert heard(line).startswith(b"HTTP/1.1 431 ")

    def test_make_room_for_others(self, server: WebServer) -> None:
        """More lines than a process holds: the oldest go, a page is there at once."""
        with ExitStack() as stack:
            for _ in range(600):
                stack.enter_context(line_to(server)).sendall(GET[:-2])

            assert is_up(server)

    def test_are_told_so_where_all_that_waits_is_too_much(
        self, server: WebServer
    ) -> None:
        """The oldest goes, and not the largest."""
        half = bytes(settings.STRANGERS_BYTES // 2)
        with ExitStack() as stack:
            oldest = stack.enter_context(line_to(server))
            oldest.sendall(POST % settings.STRANGERS_BYTES + half)
            assert is_up(server)
            for _ in range(MOST_WAITING // len(half)):
                line = stack.enter_context(line_to(server))
                line.sendall(POST % settings.STRANGERS_BYTES + half)
            largest = stack.enter_context(line_to(server))
            largest.sendall(POST % settings.STRANGERS_BYTES + half + half[:-1])

            answer = heard(oldest)

            assert answer.startswith(b"HTTP/1.1 503 ")
            assert b"\r\nRetry-After: 10\r\n" in answer
            largest.sendall(b"x")
            assert largest.recv(65536).startswith(b"HTTP/1.1 403 ")


class TestFront:
    def test_puts_a_request_together(self, server: WebServer) -> None:
        with line_to(server) as line:
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for byte in GET:
                line.sendall(bytes([byte]))

            assert line.recv(65536).startswith(b"HTTP/1.1 200 OK")

    def test_answers_requests_that_came_together(self, server: WebServer) -> None:
        end = GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
        with line_to(server) as line:
            line.sendall(GET + POST % 5 + b"12345" + GET + end)

            answers = heard(line)

        # Only forms of ours are posted, but the next request is heard behind each.
        assert answers.count(b"HTTP/1.1 200 OK") == 3
        assert answers.count(b"HTTP/1.1 403 Forbidden") == 1

    def test_tells_who_asks_first_to_go_on(self, server: WebServer) -> None:
        with line_to(server) as line:
            line.sendall((POST % 5)[:-2] + b"Expect: 100-continue\r\n\r\n")
            line.settimeout(SOON)

            assert line.recv(65536).startswith(b"HTTP/1.1 100 Continue")
            line.sendall(b"12345")
            assert b"HTTP/1.1 403 Forbidden" in heard(line)

    def test_says_that_a_body_is_too_large_while_it_still_comes(
        self, server: WebServer
    ) -> None:
        with line_to(server) as line:
            line.sendall(POST % (40 * MEGABYTE))
            for _ in range(40):
                line.sendall(bytes(MEGABYTE))

            answer = heard(line)

        assert answer.startswith(b"HTTP/1.1 413 ")
        assert b"Connection: close" in answer
        assert b"You are not signed in" in answer

    def test_takes_no_more_memory_for_what_it_refuses_a59(
        self, server: WebServer
    ) -> None:
        before = server.memory
        for _ in range(5):
            with line_to(server) as line, suppress(OSError):
                line.sendall(POST % (10_000 * MEGABYTE))
                for _ in range(30):
                    line.sendall(bytes(MEGABYTE))

        assert is_up(server)
        assert server.memory - before < 30 * MEGABYTE

    def test_ends_soon_although_half_a_request_is_there_f31(self) -> None:
        with WebServer() as server, line_to(server) as half, line_to(server):
            half.sendall(GET[:-2])
            assert is_up(server)
            began = time.monotonic()

            server.end()

            assert server.wait(30) == 0
            assert time.monotonic() - began < LINGER_SECONDS


class TestLine:
    @given(st.binary(max_size=300), st.data())
    def test_is_ready_when_head_and_body_are_there_and_not_before(
        self, body: bytes, data: st.DataObject
    ) -> None:
        request = POST % len(body) + body
        cut = data.draw(st.integers(0, len(request) - 1))
        line = new_line()

        line.received += request[:cut]
        assert not line.is_ready()
        line.received += request[cut:]

        assert line.is_ready()
        assert line.is_whole

    def test_waits_until_the_answer_before_was_taken(self) -> None:
        ours, theirs = socket.socketpair()
        with ours, theirs:
            line = Line(None, ours, ("127.0.0.1", 1), ("127.0.0.1", 2))
            assert line.is_heard()

            ours.send(b"an answer")
            assert not line.is_heard()
            theirs.recv(100)

            assert line.is_heard()

    def test_of_a_large_body_a_thread_reads_the_rest(self) -> None:
        line = new_line()
        line.received += POST % (settings.STRANGERS_BYTES + 1)
        assert not line.is_ready()

        line.received += bytes(settings.STRANGERS_BYTES)

        assert line.is_ready()
        assert not line.is_whole


class Dripping(socket.socket):
    piece = 0

    def recv(self, _most: int, _flags: int = 0) -> bytes:
        return bytes(self.piece)


class TestUpload:
    @pytest.mark.parametrize(("piece", "most"), [(1, 40), (SLOWEST_UPLOAD, 400)])
    def test_of_whoever_drips_it_is_given_up(
        self, monkeypatch: pytest.MonkeyPatch, piece: int, most: int
    ) -> None:
        """A second passes until each piece comes."""
        clock = count()
        monkeypatch.setattr("time.monotonic", lambda: float(next(clock)))
        came = 0
        with Dripping() as drips:
            drips.piece = piece
            upload = Upload(drips)
            with suppress(TimeoutError):
                while came < most:
                    upload.recv(65536)
                    came += 1

        assert came == (STALL_SECONDS + 1 if piece == 1 else most)


def new_line() -> Line:
    with socket.socket() as never_used:
        line = Line(None, never_used, ("127.0.0.1", 1), ("127.0.0.1", 2))
    line.begin()
    return line
