"""A mail server on a real socket, that keeps what it gets."""

from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread
from typing import ClassVar

ANSWERS = {b"DATA": b"354 go on", b"QUIT": b"221 bye"}


class MailServer(ThreadingTCPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.mails: list[EmailMessage] = []

    @property
    def port(self) -> int:
        port: int = self.socket.getsockname()[1]
        return port

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"


class _Handler(StreamRequestHandler):
    """As much of SMTP as a client without sign-in needs (RFC 5321)."""

    server: MailServer
    END: ClassVar = b".\r\n"

    def handle(self) -> None:
        self._say(b"220 ready")
        for line in self.rfile:
            word = line[:4].strip().upper()
            self._say(ANSWERS.get(word, b"250 ok"))
            if word == b"DATA":
                self._keep()
                self._say(b"250 kept")
            if word == b"QUIT":
                return

    def _keep(self) -> None:
        lines = iter(self.rfile.readline, self.END)
        mail = message_from_bytes(b"".join(lines), policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.server.mails.append(mail)

    def _say(self, answer: bytes) -> None:
        self.wfile.write(answer + b"\r\n")


@contextmanager
def mail_server() -> Iterator[MailServer]:
    with MailServer() as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()
