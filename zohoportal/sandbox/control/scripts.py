"""Scripted answers: what the next requests to a route get instead of the truth."""

import json
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from threading import Lock
from typing import Any

from zohoportal.sandbox.clock import Clock
from zohoportal.sandbox.control import assassin
from zohoportal.sandbox.control.wishes import is_number
from zohoportal.sandbox.messages import HTML_TYPE, JSON_TYPE, Answer, Request

DROPS = (None, "before", "during", "after")
KEYS = {
    "times",
    "status",
    "headers",
    "body",
    "delay",
    "apply",
    "drop",
    "drip",
    "truncate",
    "kill",
    "late",
}


@dataclass(frozen=True)
class Scripted:
    """One scripted answer; without a status the true answer is sent."""

    status: int | None = None
    headers: dict[str, Any] = field(default_factory=dict)
    body: Any = None
    delay: float = 0
    apply: bool = False
    drop: str | None = None
    drip: dict[str, Any] | None = None
    truncate: int | None = None
    kill: dict[str, Any] | None = None
    # So many seconds later the request has its effect, though nobody is there any more.
    late: float = 0

    @property
    def applies(self) -> bool:
        """Tell whether the request takes effect."""
        if self.drop:
            return self.drop != "before"
        return self.apply or self.status is None

    def answer(self, truth: Answer | None, clock: Clock) -> Answer | None:
        """Return what to send, given the true answer if there is one."""
        if self.drop in ("before", "after"):
            return None
        return replace(
            self._content(truth, clock),
            drip=(self.drip["bytes"], self.drip["interval"]) if self.drip else None,
            truncate=self.truncate,
            is_cut=self.drop == "during",
        )

    def _content(self, truth: Answer | None, clock: Clock) -> Answer:
        if self.status is None and truth is not None:
            return truth
        effect = truth.effect if truth else None
        if self.body is None:
            body, kind = b"", HTML_TYPE
        elif isinstance(self.body, str):
            body, kind = self.body.encode(), HTML_TYPE
        else:
            body, kind = json.dumps(self.body).encode(), JSON_TYPE
        headers = {
            name: clock.date(value["date_in"])
            if isinstance(value, dict)
            else str(value)
            for name, value in self.headers.items()
        }
        kind = headers.pop("Content-Type", kind)
        return Answer(self.status or 200, body, kind, headers, effect)


def parse(wishes: Any) -> list[Scripted]:
    """Return the scripted answers described in JSON, each as often as it says.

    Raises:
        ValueError: A sentence about what cannot be understood.
    """
    if not isinstance(wishes, list) or not wishes:
        raise ValueError("answers must be a list with at least one answer.")
    for wish in wishes:
        if not isinstance(wish, dict) or not wish or wish.keys() - KEYS:
            raise ValueError(f"An answer may have: {', '.join(sorted(KEYS))}.")
        if not _is_sound(wish):
            raise ValueError(
                "status, delay, late and truncate are numbers, times is 1 or more, a "
                'header is a text, a number or {"date_in": s}, drop is "before", '
                '"during" or "after", drip is {"bytes": n, "interval": s}, kill is '
                '{"pid": n, "delay": s}.'
            )
    return [scripted for wish in wishes for scripted in _repeated(**wish)]


def _repeated(times: int = 1, **wish: Any) -> list[Scripted]:
    return [Scripted(**wish)] * times


def _is_sound(wish: dict[str, Any]) -> bool:
    return (
        isinstance(wish.get("status"), int | None)
        and isinstance(wish.get("delay", 0), int | float)
        and is_number(wish.get("late", 0))
        and wish.get("drop") in DROPS
        and _is_count(wish.get("times", 1), 1)
        and _are_headers(wish.get("headers", {}))
        and ("drip" not in wish or _is_drip(wish["drip"]))
        and ("truncate" not in wish or _is_count(wish["truncate"]))
        and ("kill" not in wish or assassin.is_sound(wish["kill"]))
    )


def _are_headers(wish: Any) -> bool:
    return isinstance(wish, dict) and all(map(_is_header, wish.values()))


def _is_header(value: Any) -> bool:
    if isinstance(value, dict):
        return value.keys() == {"date_in"} and is_number(value["date_in"])
    return isinstance(value, str) or is_number(value)


def _is_drip(wish: Any) -> bool:
    if not isinstance(wish, dict) or wish.keys() != {"bytes", "interval"}:
        return False
    interval = wish["interval"]
    return _is_count(wish["bytes"], 1) and is_number(interval) and interval >= 0


def _is_count(value: object, least: int = 0) -> bool:
    return type(value) is int and value >= least


class Scripts:
    def __init__(self) -> None:
        self._scripts: list[tuple[str, str, list[Scripted]]] = []
        self._lock = Lock()

    def add(self, method: str, path: str, answers: list[Scripted]) -> None:
        with self._lock:
            self._scripts.append((method.upper(), path, answers))

    def clear(self) -> None:
        with self._lock:
            self._scripts.clear()

    def take(self, request: Request) -> Scripted | None:
        """Return and use up the next scripted answer for a request."""
        with self._lock:
            for method, path, answers in self._scripts:
                if method == request.method and matches(path, request.path) and answers:
                    return answers.pop(0)
        return None


def matches(pattern: str, path: str) -> bool:
    """Tell whether a path is the pattern, in which * stands for anything."""
    return fnmatchcase(path, pattern)
