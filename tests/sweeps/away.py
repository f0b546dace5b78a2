"""An accounts server that is away: only pages come, or nothing, or it is not there."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from tests.processes import free_port
from tests.sweeps.grants import TOKEN

WINDOW = timedelta(minutes=10)


class Away:
    """Stands where the accounts server of the row "sandbox" was."""

    def __init__(self, kind: str, settings: Any) -> None:
        self._kind = kind
        self._settings = settings
        self._port = free_port()
        # When requests for a token arrived here.
        self.token_calls: list[datetime] = []

    @contextmanager
    def instead(self) -> Iterator[None]:
        """Take the place of the accounts server for a while."""
        rows = self._settings.DATA_CENTERS
        here = f"http://127.0.0.1:{self._port}"
        row = rows["sandbox"].having(accounts=here)
        self._settings.DATA_CENTERS = {**rows, "sandbox": row}
        try:
            with self._serving():
                yield
        finally:
            self._settings.DATA_CENTERS = rows

    @contextmanager
    def _serving(self) -> Iterator[None]:
        if self._kind == "not there":
            yield
            return
        server = ThreadingHTTPServer(("127.0.0.1", self._port), self._handler())
        server.daemon_threads = True
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield
        finally:
            server.shutdown()
            server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        away = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                if self.path == TOKEN:
                    away.token_calls.append(datetime.now(UTC))
                self.close_connection = True
                if away._kind == "pages":
                    self.send_response(503)
                    self.end_headers()
                    self.wfile.write(b"<html>We are busy</html>")

            do_GET = do_POST = answer  # noqa: N815  # their names in the library

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        return Handler


def most_in_ten_minutes(moments: list[datetime]) -> int:
    return max(
        (sum(at <= other < at + WINDOW for other in moments) for at in moments),
        default=0,
    )
