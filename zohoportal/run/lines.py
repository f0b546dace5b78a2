"""A line to the web server, and what has come on it of the next request."""

import fcntl
import re
import socket
import struct
import termios
import time
from contextlib import suppress
from typing import Any

from django.conf import settings
from gunicorn.workers.gthread import TConn

HEAD_SECONDS = 10.0
# Bytes of a body a second: what comes slower is given up.
SLOWEST = 4 * 1024
# Between two pieces of what a thread reads or writes itself: a file, a long page.
STALL_SECONDS = 30.0
# Bytes a second of what a thread reads; it may stand still for so long in all beside.
SLOWEST_UPLOAD = 16 * 1024

HEAD_END = b"\r\n\r\n"
LENGTH = re.compile(rb"^content-length:[ \t]*(\d{1,15})[ \t]*\r$", re.I | re.M)
CODING = re.compile(rb"^transfer-encoding:", re.I | re.M)
ASKS_FIRST = re.compile(rb"^expect:[ \t]*100-continue[ \t]*\r$", re.I | re.M)
GO_ON = b"HTTP/1.1 100 Continue\r\n\r\n"


class Upload:
    """The socket of a line whose thread waits for the rest of a body, with patience.

    Only the time spent waiting counts, not what is done with what came.
    """

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._waited = 0.0
        self._came = 0

    def recv(self, most: int) -> bytes:
        """Return what comes next.

        Raises:
            TimeoutError: all of it came too slowly, or nothing comes any more.
        """
        if self._waited > STALL_SECONDS + self._came / SLOWEST_UPLOAD:
            raise TimeoutError
        began = time.monotonic()
        data = self._sock.recv(most)
        self._waited += time.monotonic() - began
        self._came += len(data)
        return data


class Line(TConn):
    """What gunicorn knows of a line, and a request that is on its way.

    Attributes:
        received: what has come of it and was not handed to gunicorn yet.
        until: when it is given up.
        is_whole: nothing of the request is still to come.
    """

    # gunicorn's of HTTP/1, as it is asked to speak nothing else.
    parser: Any

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.data_ready = True
        self.received = bytearray()
        self.until = 0.0
        self.is_whole = False
        self._needed: int | None = None

    def begin(self, received: bytes = b"") -> None:
        """Wait for a request of which so much is there."""
        self.received, self._needed = bytearray(received), None
        self.until = time.monotonic() + HEAD_SECONDS

    @property
    def has_head(self) -> bool:
        """Whether the head is there; `is_ready` has looked."""
        return self._needed is not None

    def is_ready(self) -> bool:
        """Whether as much of the request is there as a thread is to wait for."""
        if self._needed is None:
            end = self.received.find(HEAD_END)
            if end < 0:
                return False
            self._read_head(end + len(HEAD_END))
        return len(self.received) >= (self._needed or 0)

    def is_heard(self) -> bool:
        """Whether the other side has taken all that was answered before."""
        left = fcntl.ioctl(self.sock, termios.TIOCOUTQ, bytes(4))
        return bool(struct.unpack("i", left)[0] == 0)

    def _read_head(self, end: int) -> None:
        head = self.received[:end]
        found = LENGTH.search(head)
        length = int(found[1]) if found else 0
        first = min(length, settings.STRANGERS_BYTES)
        self._needed = end + first
        self.is_whole = first == length and not CODING.search(head)
        self.until += first / SLOWEST
        if ASKS_FIRST.search(head):
            # It sends no body before; gunicorn's word would come behind it.
            with suppress(OSError):
                self.sock.send(GO_ON)

    def init(self) -> None:
        """Hand what has come to gunicorn's parser; a thread reads on from there."""
        super().init()
        self.sock.settimeout(STALL_SECONDS)
        self.parser.unreader.sock = Upload(self.sock)
        self.parser.unreader.unread(bytes(self.received))
        self.received.clear()
