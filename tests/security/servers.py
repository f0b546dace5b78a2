"""Real servers on the loopback address that answer badly, or should see nothing."""

import socket
import ssl
from threading import Event, Thread
from types import TracebackType
from typing import Self

from connections.tokens.broker import FreshToken
from connections.zoho.client import ZohoClient
from connections.zoho.datacenters import DataCenter, table
from connections.zoho.transport import Transport


def answer(
    status: str = "200 OK", body: bytes = b"{}", *headers: str, length: bool = True
) -> bytes:
    """Return a whole HTTP answer; without `length` the body ends with the line."""
    lines = [f"HTTP/1.1 {status}", "Content-Type: application/json", *headers]
    if length:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


class Listener:
    """Reads whole requests and gives each the same answer.

    With `drip` it sends that piece every `interval` seconds afterwards, for ever. With
    `hang_up` it ends the line after the answer; `reply=b""` hangs up without one.
    """

    def __init__(
        self,
        reply: bytes | None = None,
        *,
        drip: bytes = b"",
        interval: float = 0.05,
        hang_up: bool = False,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.requests: list[bytes] = []
        self.connections = 0
        self.hung_up = Event()
        self._reply = answer() if reply is None else reply
        self._drip, self._interval = drip, interval
        self._hang_up = hang_up or self._reply == b""
        self._tls = tls
        self._stopped = Event()
        self._lines: list[socket.socket] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._socket.getsockname()[1]}"
        self.url = f"{'https' if tls else 'http'}://{self.address}"
        self._threads = [Thread(target=self._accept)]

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stopped.set()
        # Wakes the thread that waits in accept().
        socket.create_connection(self._socket.getsockname()).close()
        self._threads[0].join()
        self._socket.close()
        for line in self._lines:
            _end(line)
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        while True:
            line, _ = self._socket.accept()
            if self._stopped.is_set():
                line.close()
                return
            self.connections += 1
            self._lines.append(line)
            thread = Thread(target=self._serve, args=(line,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, plain: socket.socket) -> None:
        try:
            line = (
                self._tls.wrap_socket(plain, server_side=True) if self._tls else plain
            )
            with line:
                self._speak(line)
        except OSError:
            # The other side went away, as it should in some tests.
            pass
        finally:
            plain.close()
            self.hung_up.set()

    def _speak(self, line: socket.socket) -> None:
        while request := _request(line):
            self.requests.append(request)
            line.sendall(self._reply)
            while self._drip and not self._stopped.wait(self._interval):
                line.sendall(self._drip)
            if self._hang_up:
                return


def _request(line: socket.socket) -> bytes:
    """Return one request with its body, or nothing when the line ended."""
    received = b""
    while b"\r\n\r\n" not in received:
        part = line.recv(65536)
        if not part:
            return b""
        received += part
    head, _, body = received.partition(b"\r\n\r\n")
    names = (field.partition(b":") for field in head.split(b"\r\n"))
    lengths = [value for name, _, value in names if name.lower() == b"content-length"]
    while lengths and len(body) < int(lengths[0]):
        part = line.recv(65536)
        if not part:
            return b""
        body += part
    return head + b"\r\n\r\n" + body


def _end(line: socket.socket) -> None:
    try:
        line.shutdown(socket.SHUT_RDWR)
    except OSError:
        # It ended by itself.
        return


def closed_port() -> int:
    """Return a port where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def region(base: str) -> DataCenter:
    return table(sandbox=base, only_sandbox=True)["sandbox"]


def client_at(base: str) -> ZohoClient:
    row = region(base)
    return ZohoClient(Transport(row.origins), row, FreshToken("1000.token"))


def header(request: bytes, name: str) -> list[str]:
    lines = request.partition(b"\r\n\r\n")[0].decode().split("\r\n")[1:]
    pairs = (line.partition(":") for line in lines)
    return [value.strip() for key, _, value in pairs if key.lower() == name]
