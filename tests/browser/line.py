"""A line between a browser and the portal that stops and breaks when a test says so."""

import socket
from contextlib import suppress
from threading import Event, Thread
from typing import BinaryIO
from urllib.parse import urlsplit

CHUNK = 64 * 1024
# Before a pause: so much of an upload gets through.
LET_THROUGH = 512 * 1024


class Line:
    """A proxy on this machine, for `open_page(proxy={"server": line.url})`.

    What is larger than `LET_THROUGH` stops there until `go_on` or `cut`.
    """

    def __init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._goes_on, self._is_cut = Event(), False
        Thread(target=self._accept, daemon=True).start()

    def go_on(self) -> None:
        """Let everything through from now on."""
        self._is_cut = False
        self._goes_on.set()

    def cut(self) -> None:
        """Break what has stopped."""
        self._is_cut = True
        self._goes_on.set()

    def close(self) -> None:
        self.cut()
        self._listening.close()

    def _accept(self) -> None:
        while True:
            try:
                browser, _ = self._listening.accept()
            except OSError:
                return
            Thread(target=self._carry, args=(browser,), daemon=True).start()

    def _carry(self, browser: socket.socket) -> None:
        # Either end may hang up at any moment.
        with suppress(OSError), browser, browser.makefile("rb") as asked:
            head = _head(asked)
            if not head:
                return
            method, url, version = head[0].split()
            parts = urlsplit(url.decode())
            # Chromium looks for its maker, too.
            if parts.hostname != "localhost":
                return
            path = f"{parts.path}?{parts.query}" if parts.query else parts.path
            first = b" ".join([method, path.encode(), version]) + b"\r\n"
            kept = [each for each in head[1:] if b"connection:" not in each.lower()]
            with socket.create_connection(("localhost", parts.port or 80)) as portal:
                portal.sendall(b"".join([first, *kept, b"Connection: close\r\n\r\n"]))
                if self._send_body(asked, portal, _length(head)):
                    while piece := portal.recv(CHUNK):
                        browser.sendall(piece)

    def _send_body(self, asked: BinaryIO, portal: socket.socket, left: int) -> bool:
        """Pass a body on; return whether all of it got through."""
        passed = 0
        while left:
            piece = asked.read(min(left, CHUNK))
            portal.sendall(piece)
            left, passed = left - len(piece), passed + len(piece)
            if passed >= LET_THROUGH and left:
                self._goes_on.wait()
            if self._is_cut or not piece:
                return False
        return True


def _head(asked: BinaryIO) -> list[bytes]:
    lines = []
    while (line := asked.readline()) not in (b"", b"\r\n"):
        lines.append(line)
    return lines


def _length(head: list[bytes]) -> int:
    for line in head:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0
