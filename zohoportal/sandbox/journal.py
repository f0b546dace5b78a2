"""The journal: every request that reached the sandbox, with secrets masked."""

import json
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Lock
from time import perf_counter
from typing import Any

from zohoportal.sandbox.clock import Clock
from zohoportal.sandbox.messages import Request
from zohoportal.sandbox.multipart import parts_of

KEPT = 5_000
SECRET_NAMES = {
    "access_token",
    "client_secret",
    "code",
    "code_verifier",
    "refresh_token",
    "state",
    "token",
}

SECRET_HEADERS = {"authorization", "cookie"}


def masked(secret: str) -> str:
    # Of a short secret, four characters would be most of it.
    return f"…{secret[-4:]}" if len(secret) >= 12 else "…"


def _masked_fields(fields: dict[str, str]) -> dict[str, str]:
    return {
        name: masked(value) if name in SECRET_NAMES else value
        for name, value in fields.items()
    }


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _is_told(request: Request) -> bool:
    """Tell whether the body is kept: files would fill the memory."""
    return bool(request.product) and not _has_files(request)


def _has_files(request: Request) -> bool:
    return request.headers.get_content_maintype() == "multipart"


def _file_names(request: Request) -> dict[str, str | None] | None:
    """Return the parts of a form with files, each with its file's name."""
    if not _has_files(request):
        return None
    try:
        parts = parts_of(request.headers, request.body)
    except ValueError:
        return None
    return {name: part.filename for name, part in parts.items()}


def _told_headers(request: Request) -> dict[str, str]:
    """Return the headers of a call; a browser's name pages that had a state."""
    if not request.product:
        return {}
    return {
        name: value
        for name, value in request.headers.items()
        if name.lower() not in SECRET_HEADERS
    }


class Visit:
    """One request on its way through the sandbox."""

    def __init__(self, in_flight: int, at: float) -> None:
        moment = datetime.fromtimestamp(at, UTC)
        self.at = moment.isoformat(timespec="milliseconds")
        self.in_flight = in_flight
        self._began = perf_counter()
        self.entry: dict[str, Any] | None = None

    @property
    def milliseconds(self) -> float:
        return round((perf_counter() - self._began) * 1000, 1)


class Journal:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._entries: deque[dict[str, Any]] = deque(maxlen=KEPT)
        self._lock = Lock()
        self._last = 0
        self._in_flight = 0

    @contextmanager
    def visit(self) -> Iterator[Visit]:
        """Count a request while it is here."""
        with self._lock:
            self._in_flight += 1
            visit = Visit(self._in_flight, self._clock.now())
        try:
            yield visit
        finally:
            with self._lock:
                self._in_flight -= 1
                if visit.entry is not None:
                    visit.entry["milliseconds"] = visit.milliseconds

    def write(
        self, visit: Visit, request: Request, status: int | None, effect: str | None
    ) -> None:
        """Add an entry before the answer leaves.

        So whoever holds the answer finds the entry, and so does whoever gave up
        waiting for it; until it left, its "milliseconds" is null.
        """
        entry = {
            "at": visit.at,
            "method": request.method,
            "path": request.path,
            "query": _masked_fields(request.query),
            "form": _masked_fields(request.form),
            "authorization": masked(request.token) if request.token else None,
            "org_id": request.headers.get("orgId"),
            "headers": _told_headers(request),
            "is_whole": request.is_whole,
            "status": status,
            "effect": effect,
            "in_flight": visit.in_flight,
            "milliseconds": None,
            "user_agent": request.headers.get("User-Agent"),
            # Parsed when somebody reads it: thousands of parsed batches are heavy.
            "body": request.body if _is_told(request) else b"",
            "parts": _file_names(request),
        }
        with self._lock:
            self._last += 1
            entry["n"] = self._last
            self._entries.append(entry)
        visit.entry = entry

    def since(self, number: int) -> list[dict[str, Any]]:
        with self._lock:
            return [_told(entry) for entry in self._entries if entry["n"] > number]

    def clear(self) -> list[dict[str, Any]]:
        """Forget all entries, and return them a last time."""
        with self._lock:
            found = [_told(entry) for entry in self._entries]
            self._entries.clear()
            return found


def _told(entry: dict[str, Any]) -> dict[str, Any]:
    return {**entry, "body": _parsed(entry["body"])}
