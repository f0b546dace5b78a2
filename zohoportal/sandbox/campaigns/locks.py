"""Methods that were asked too often are locked, each by itself."""

from collections import deque
from typing import Any

from zohoportal.sandbox.clock import Clock

# Calls and seconds; https://www.zoho.com/campaigns/help/developers/contact-subscribe.html
LIMITS = {
    "listsubscribe": (500, 60),
    "listunsubscribe": (500, 300),
    "contactdonotmail": (500, 300),
    "getmailinglists": (500, 300),
    "getlistsubscribers": (500, 300),
    "contact/allfields": (100, 300),
    "topics": (500, 300),
}
SECONDS = 30 * 60


class Locks:
    """The calls of each method, and until when it is locked.

    Hold the world's lock.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.start_anew()

    def start_anew(self) -> None:
        self._calls: dict[str, deque[float]] = {}
        self._until: dict[str, float] = {}

    def lock(self, method: str, seconds: float = SECONDS) -> None:
        self._until[method] = self._clock.now() + seconds

    def is_locked(self, method: str, settings: dict[str, Any]) -> bool:
        """Count a call; tell whether its method is locked, by this call or before."""
        now = self._clock.now()
        if self._until.get(method, 0) > now:
            return True
        known: dict[str, tuple[int, int]] = {**LIMITS, **settings["campaigns_limits"]}
        if method not in known:
            return False
        most, seconds = known[method]
        calls = self._calls.setdefault(method, deque())
        while calls and calls[0] <= now - seconds:
            calls.popleft()
        calls.append(now)
        if len(calls) > most:
            self.lock(method)
        return len(calls) > most

    def locked(self) -> list[str]:
        now = self._clock.now()
        return [method for method, until in self._until.items() if until > now]
