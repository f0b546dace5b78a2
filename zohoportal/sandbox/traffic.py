"""How many calls are under way, and how many were made in a day or a minute."""

from collections import Counter, deque
from dataclasses import dataclass
from threading import Lock

from zohoportal.sandbox.clock import Clock

DAY = 86_400


@dataclass(frozen=True)
class Caller:
    """What Zoho counts by."""

    product: str
    org_id: str


class Gauge:
    """Calls in flight, with the most there ever were for one organisation."""

    def __init__(self) -> None:
        self._in_flight: Counter[Caller] = Counter()
        self._most: Counter[str] = Counter()
        self._lock = Lock()

    def enter(self, caller: Caller) -> int:
        """Count a call and return how many are in flight with it."""
        with self._lock:
            self._in_flight[caller] += 1
            now = self._in_flight[caller]
            self._most[caller.product] = max(now, self._most[caller.product])
            return now

    def leave(self, caller: Caller) -> None:
        with self._lock:
            self._in_flight[caller] -= 1

    def most(self, product: str) -> int:
        with self._lock:
            return self._most[product]

    def start_anew(self) -> None:
        """Forget the most; what is in flight stays counted."""
        with self._lock:
            self._most.clear()


class Meter:
    """The credits each organisation spent; each comes back after so many seconds.

    Hold the world's lock.
    """

    def __init__(self, clock: Clock, seconds: float = DAY) -> None:
        self._clock = clock
        self._seconds = seconds
        self._spent: dict[Caller, deque[tuple[float, int]]] = {}

    def spend(self, caller: Caller, cost: int) -> None:
        self._of(caller).append((self._clock.now(), cost))

    def used(self, caller: Caller) -> int:
        return sum(cost for _, cost in self._of(caller))

    def seconds_to_wait(self, caller: Caller) -> float:
        """Return when the oldest spent credits come back."""
        spent = self._of(caller)
        return (
            spent[0][0] + self._seconds - self._clock.now() if spent else self._seconds
        )

    def start_anew(self) -> None:
        self._spent.clear()

    def _of(self, caller: Caller) -> deque[tuple[float, int]]:
        spent = self._spent.setdefault(caller, deque())
        while spent and spent[0][0] <= self._clock.now() - self._seconds:
            spent.popleft()
        return spent
