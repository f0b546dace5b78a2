"""The front of the web server: who sends slowly, or never hangs up, holds no thread.

gunicorn gives a thread to every line whose first byte has come, and waits in it for the
rest. Here one loop waits for all of them: a thread gets a request when its head is
there, and as much of its body as a stranger may send at all. Lines end in the loop too.
"""

import errno
import selectors
import socket
import time
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

from zohoportal.run.lines import Line

MOST_HEAD = 64 * 1024
# An answer is lost if its line is closed while its reader still sends.
LINGER_SECONDS = 15.0
# For half a request, once this process has been asked to end.
STOP_SECONDS = 2.0
# What all lines of a process that wait hold together; beyond that the oldest goes.
MOST_WAITING = 16 * 1024 * 1024
PIECE = 64 * 1024
# Takes most answers whole, so that nobody makes a thread wait by reading slowly.
SEND_BUFFER = 512 * 1024

NOT_NOW = {errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK}
TOO_SLOW = ("408 Request Timeout", "The request did not arrive in time. Send it again.")
TOO_MUCH = (
    "503 Service Unavailable\r\nRetry-After: 10",
    "Too much is being sent here at the moment. Send it again in ten seconds.",
)
HEAD_TOO_LARGE = (
    "431 Request Header Fields Too Large",
    "The request's head is too large. Delete this site's cookies and load it again.",
)


class Front(ThreadWorker):
    """gunicorn's threads behind a loop that waits."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The oldest first.
        self._waiting: dict[Line, None] = {}
        self._held = 0
        self._ends_by = 0.0

    def accept(self, listener: socket.socket) -> None:
        try:
            sock, address = listener.accept()
        except OSError as error:
            if error.errno not in NOT_NOW:
                raise
            return
        self.nr_conns += 1
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        line = Line(self.cfg, sock, address, listener.getsockname())
        line.begin()
        self._await(line, self._take)
        if self.nr_conns >= self.worker_connections:
            self._drop(next(iter(self._waiting)))

    def on_client_socket_readable(self, conn: Any, client: socket.socket) -> None:
        """Wait for the next request of a line that was kept open."""
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        conn.begin()
        self._await(conn, self._take)

    def enqueue_req(self, conn: Any) -> None:
        """Go on with what came behind a request, which gunicorn has read already."""
        conn.sock.setblocking(False)
        conn.begin(conn.parser.unreader.take_buffered())
        self._await(conn, self._take)
        self._held += len(conn.received)
        self._look_at(conn)

    def finish_request(self, conn: Any, fs: "Future[Any]") -> None:
        """Keep the line, or end it without waiting for its other side."""
        if not fs.cancelled() and fs.exception() is None and fs.result():
            super().finish_request(conn, fs)
        else:
            self._hang_up(conn)

    def handle_request(self, req: Any, conn: Any) -> Any:
        """Have the line end after a request of which something may still come."""
        if not conn.is_whole:
            req.force_close()
        return super().handle_request(req, conn)

    def murder_pending(self) -> None:
        """Give up the lines that have taken too long."""
        for line in [line for line in self._waiting if line.has_head]:
            # Its other side may have taken the answers before by now.
            self._look_at(line)
        now = time.monotonic()
        if not self.alive:
            self._ends_by = self._ends_by or now + STOP_SECONDS
        late = [
            line
            for line in self._waiting
            if min(line.until, self._ends_by or line.until) <= now
        ]
        for line in late:
            if line.received:
                self._refuse(line, *TOO_SLOW)
            else:
                self._drop(line)

    def _take(self, line: Line) -> None:
        data = self._read(line)
        if data:
            line.received += data
            self._held += len(data)
            self._look_at(line)
            while self._held > MOST_WAITING:
                # Who sends at an honest pace has been here for a short time only.
                oldest = next(each for each in self._waiting if each.received)
                self._refuse(oldest, *TOO_MUCH)

    def _look_at(self, line: Line) -> None:
        if line.is_ready():
            # Else a thread would wait for who asks much and reads nothing.
            if line.is_heard():
                self._forget(line)
                super().enqueue_req(line)
        elif not line.has_head and len(line.received) > MOST_HEAD:
            self._refuse(line, *HEAD_TOO_LARGE)

    def _read(self, line: Line) -> bytes:
        """Return what has come; drop the line if it has ended."""
        try:
            data: bytes = line.sock.recv(PIECE)
        except BlockingIOError:
            return b""
        except OSError:
            data = b""
        if not data:
            self._drop(line)
        return data

    def _refuse(self, line: Line, status: str, words: str) -> None:
        self._forget(line)
        answer = (
            f"HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nConnection: close\r\n"
            f"Content-Length: {len(words)}\r\n\r\n{words}"
        )
        # Perhaps nobody is there to hear it.
        with suppress(OSError):
            line.sock.send(answer.encode())
        self._hang_up(line)

    def _hang_up(self, line: Line) -> None:
        """Say that there is no more, and throw away what still comes for a while."""
        line.received.clear()
        try:
            line.sock.setblocking(False)
            line.sock.shutdown(socket.SHUT_WR)
        except OSError:
            self._close(line)
            return
        line.until = time.monotonic() + LINGER_SECONDS
        self._await(line, self._read)

    def _await(self, line: Line, act: Any) -> None:
        self._waiting[line] = None
        call = partial(self._act, act, line)
        self.poller.register(line.sock, selectors.EVENT_READ, call)

    def _act(self, act: Any, line: Line, _socket: socket.socket) -> None:
        # Another one's turn, just before, may have been this one's end.
        if line in self._waiting:
            act(line)

    def _drop(self, line: Line) -> None:
        self._forget(line)
        self._close(line)

    def _forget(self, line: Line) -> None:
        del self._waiting[line]
        self._held -= len(line.received)
        self.poller.unregister(line.sock)

    def _close(self, line: Line) -> None:
        self.nr_conns -= 1
        line.close()
