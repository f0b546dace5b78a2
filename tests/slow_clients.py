"""Clients that keep a web server waiting: they drip heads, bodies, or never hang up."""

import selectors
import socket
import time
from threading import Event, Thread
from types import TracebackType
from typing import Self

HEAD = (
    b"POST /account/sign-in/ HTTP/1.1\r\nHost: localhost\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\n"
)
# What each kind says at once; a byte of the rest follows every second.
BEGINNINGS = {
    "heads": b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ",
    "bodies": HEAD + b"Content-Length: 20000\r\n\r\nusername=",
    "large bodies": HEAD + b"Content-Length: 20000000\r\n\r\nusername=",
    "chunks": HEAD + b"Transfer-Encoding: chunked\r\n\r\n",
    "lines left open": b"GET /healthz HTTP/1.0\r\nHost: localhost\r\n\r\n",
}
EVERY_SECONDS = 1.0


class SlowClients:
    """So many sockets of one kind; one that the server closes is opened again."""

    def __init__(self, port: int, kind: str, number: int) -> None:
        self.reopened = 0
        self._port, self._beginning = port, BEGINNINGS[kind]
        self._drips = kind != "lines left open"
        self._ended = Event()
        self._to_open = 0
        self._selector = selectors.DefaultSelector()
        for _ in range(number):
            self._open()
        self._thread = Thread(target=self._run)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._thread.join()
        for key in list(self._selector.get_map().values()):
            key.fileobj.close()  # type: ignore[union-attr]  # a socket
        self._selector.close()

    def _open(self) -> None:
        line = socket.create_connection(("127.0.0.1", self._port), timeout=5)
        line.sendall(self._beginning)
        line.setblocking(False)
        self._selector.register(line, selectors.EVENT_READ)

    def _run(self) -> None:
        while not self._ended.is_set():
            due = time.monotonic() + EVERY_SECONDS
            while (left := due - time.monotonic()) > 0 and not self._ended.is_set():
                for key, _ in self._selector.select(min(left, 0.2)):
                    self._see_answer(key.fileobj)  # type: ignore[arg-type]
            if self._drips:
                for key in list(self._selector.get_map().values()):
                    self._drip(key.fileobj)  # type: ignore[arg-type]
            self._open_again()

    def _see_answer(self, line: socket.socket) -> None:
        try:
            is_open = bool(line.recv(65536))
        except OSError:
            is_open = False
        if not is_open:
            self._replace(line)

    def _drip(self, line: socket.socket) -> None:
        try:
            line.send(b"a")
        except OSError:
            self._replace(line)

    def _replace(self, line: socket.socket) -> None:
        self._selector.unregister(line)
        line.close()
        self._to_open += 1

    def _open_again(self) -> None:
        """Come back within a second, not at once: that would be a flood."""
        ended, self._to_open = self._to_open, 0
        for _ in range(ended):
            self.reopened += 1
            self._open()
