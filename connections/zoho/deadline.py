"""Makes a read timeout bound a whole reply, head and body, not each single read.

With `requests` alone a server that sends a byte now and then keeps a caller for ever:
every read is answered in time. Here the time left shrinks from read to read.
"""

import http.client
import io
import socket
import time
from typing import Any

import urllib3
from requests.adapters import HTTPAdapter


class _WatchedReader(io.RawIOBase):
    """Reads from a socket until the deadline.

    Through a file of the socket's own: that keeps the socket open when `http.client`
    closes its side after the head of an answer with `Connection: close`.
    """

    def __init__(self, sock: socket.socket, deadline: float) -> None:
        self._sock = sock
        self._file = sock.makefile("rb", buffering=0)
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("the reply took too long as a whole")
        self._sock.settimeout(left)
        return self._file.readinto(buffer) or 0

    def close(self) -> None:
        self._file.close()
        super().close()


class _WatchedSocket:
    """What `http.client` asks of a socket it reads a reply from."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock

    def makefile(self, _mode: str) -> io.BufferedReader:
        seconds = self._sock.gettimeout()
        if seconds is None:
            raise ValueError("a reply is never read without a timeout")
        deadline = time.monotonic() + seconds
        return io.BufferedReader(_WatchedReader(self._sock, deadline))


class _Response(http.client.HTTPResponse):
    def __init__(self, sock: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(_WatchedSocket(sock), *args, **kwargs)  # type: ignore[arg-type]  # the part it uses


class _HTTPConnection(urllib3.connection.HTTPConnection):
    response_class = _Response


class _HTTPSConnection(urllib3.connection.HTTPSConnection):
    response_class = _Response


class _HTTPPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _HTTPConnection


class _HTTPSPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _HTTPSConnection


class DeadlineAdapter(HTTPAdapter):
    """Mount it on a session: its read timeout then bounds the whole reply."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {
            "http": _HTTPPool,
            "https": _HTTPSPool,
        }
