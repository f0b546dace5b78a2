"""The sockets: threads, keep-alive and one send for each answer."""

import socket
import struct
import sys
import time
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import Any

from zohoportal.sandbox.exchange import Exchange
from zohoportal.sandbox.messages import Answer, Request


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: "Server"

    def _handle(self) -> None:
        path, _, query_string = self.path.partition("?")
        length = self.headers.get("Content-Length", "0")
        body = self.rfile.read(int(length) if length.isdecimal() else 0)
        request = Request(self.command, path, query_string, self.headers, body)
        answer = self.server.exchange.answer(request)
        if answer is None:
            self._hang_up()
        else:
            self._send(answer)

    def _send(self, answer: Answer) -> None:
        data = _bytes(answer, self.server.exchange.date())
        if answer.truncate is not None:
            data = data[: data.index(b"\r\n\r\n") + 4 + answer.truncate]
            self.close_connection = True
        if answer.is_cut:
            data = data[: len(data) // 2]
            self._hang_up()
        if answer.drip is None:
            # Unbuffered, so this is one send.
            self.wfile.write(data)
            return
        size, interval = answer.drip
        for start in range(0, len(data), size):
            self.wfile.write(data[start : start + size])
            time.sleep(interval)

    def _hang_up(self) -> None:
        """End the line after this request with a reset, as a broken network does."""
        at_once = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
        self.close_connection = True

    # The names the base class asks for.
    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _handle  # noqa: N815

    def log_message(self, *args: Any) -> None:
        """Say nothing; the journal remembers every request."""


def _bytes(answer: Answer, date: str) -> bytes:
    lines = [
        f"HTTP/1.1 {answer.status} {_phrase(answer.status)}",
        f"Date: {date}",
    ]
    body = answer.body
    # With a body, such an answer would spoil the next one on the connection.
    if answer.status in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED):
        body = b""
    else:
        lines += [
            f"Content-Type: {answer.content_type}",
            f"Content-Length: {len(body)}",
        ]
    lines += [f"{name}: {value}" for name, value in answer.headers.items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


class Server(ThreadingHTTPServer):
    daemon_threads = True
    # Hundreds of clients may knock in the same instant.
    request_queue_size = 1024

    def __init__(self, host: str, port: int, exchange: Exchange) -> None:
        self.exchange = exchange
        super().__init__((host, port), Handler)

    def server_bind(self) -> None:
        # Without HTTPServer's look-up of the host's name, which may take seconds.
        TCPServer.server_bind(self)

    def shutdown_request(self, request: Any) -> None:
        # Without the farewell of the base class, which would come before a reset.
        self.close_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        # A client that hung up is no news; a mistake of ours is.
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)
