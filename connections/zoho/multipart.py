"""A file on its way to Zoho: read from disk piece by piece, never whole in memory."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from urllib3.fields import RequestField
from urllib3.filepost import choose_boundary

CHUNK = 64 * 1024
# Bytes a second: who is slower than this for a whole file is given up.
SLOWEST = 64 * 1024
LEAST_SECONDS = 30.0
# So often whoever waits for a long transfer is told that it goes on.
TELL_EVERY = 5.0

Still = Callable[[], object]


@dataclass(frozen=True)
class File:
    """An open file with the name that Zoho is to show."""

    name: str
    handle: BinaryIO
    size: int


def seconds_for(size: int) -> float:
    """Return how long a transfer of so many bytes may take."""
    return LEAST_SECONDS + size / SLOWEST


class Pulse:
    """Bounds a transfer, and says now and then that it goes on."""

    def __init__(self, size: int, still: Still) -> None:
        now = time.monotonic()
        self._deadline = now + seconds_for(size)
        self._told = now
        self._still = still

    def beat(self) -> None:
        """Note that a piece went through.

        Raises:
            TimeoutError: the transfer took too long as a whole.
        """
        now = time.monotonic()
        if now > self._deadline:
            raise TimeoutError("the file took too long as a whole")
        if now - self._told > TELL_EVERY:
            self._told = now
            self._still()


class FileBody:
    """A multipart form with one file; it can be sent again from its start."""

    def __init__(self, file: File, still: Still) -> None:
        self._file, self._still = file, still
        boundary = choose_boundary()
        part = RequestField("file", b"", filename=file.name)
        # What a browser said about the type is not passed on.
        part.make_multipart(content_type="application/octet-stream")
        self._head = f"--{boundary}\r\n{part.render_headers()}".encode()
        self._tail = f"\r\n--{boundary}--\r\n".encode()
        self.has_begun = False
        self.content_type = f"multipart/form-data; boundary={boundary}"

    def __len__(self) -> int:
        return len(self._head) + self._file.size + len(self._tail)

    def __iter__(self) -> Iterator[bytes]:
        pulse = Pulse(self._file.size, self._still)
        self._file.handle.seek(0)
        left = self._file.size
        self.has_begun = True
        yield self._head
        while left:
            piece = self._file.handle.read(min(CHUNK, left))
            if not piece:
                raise OSError("the file is shorter than it was")
            left -= len(piece)
            yield piece
            pulse.beat()
        yield self._tail
