"""Slots that this process holds from one call to the next, so that none costs a commit.

What a process keeps, no other one has: so for a tenth of a second, and a second in all.
Then it goes back, and who takes it looks at its limit again. If the process is killed
it lapses with its lease, as a slot in use does.
"""

import threading
import time
from typing import Generic, Protocol, TypeVar

from django.db import connection

from zohoportal.run.later import later

# So long a slot waits here for the next call.
IDLE_SECONDS = 0.1
# And so long it is used before others get their chance at it.
HOLD_SECONDS = 1.0
# Longer than others wait between two looks for a slot.
LEAVE_SECONDS = 0.2


class Slot(Protocol):
    pk: int
    limit_key: str
    taken: float

    def release(self) -> None:
        """Give it back to all processes."""


AnySlot = TypeVar("AnySlot", bound=Slot)


class KeptSlots(Generic[AnySlot]):
    """The slots of this process that nobody uses just now."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        # With the moment in which each came.
        self._slots: list[tuple[float, AnySlot]] = []
        self._shut: dict[str, float] = {}
        self._left: dict[int, float] = {}

    def take(self, limit_key: str) -> AnySlot | None:
        """Return a slot that serves for one more call, if there is one."""
        with self._changed:
            for each in self._slots:
                if each[1].limit_key == limit_key and self._serves(each[1]):
                    self._slots.remove(each)
                    return each[1]
        return None

    def keep(self, slot: AnySlot) -> None:
        """Keep a slot for the next call, or give it back where it has served long."""
        if self._is_long_here(slot):
            self._left[slot.pk] = time.monotonic()
        # What is not committed is nobody's yet.
        if connection.in_atomic_block or not self._serves(slot):
            slot.release()
            return
        with self._changed:
            self._slots.append((time.monotonic(), slot))
            self._changed.notify()
        later.do(self._give_back, IDLE_SECONDS)

    def leaves(self, pk: int) -> bool:
        """Tell whether a slot is for others now: this process has had it for long."""
        return time.monotonic() - self._left.get(pk, -LEAVE_SECONDS) < LEAVE_SECONDS

    def wait(self, seconds: float) -> None:
        """Wait until a slot is kept, or so long at most."""
        with self._changed:
            self._changed.wait(seconds)

    def shut(self, limit_key: str) -> None:
        """Let no slot that was taken before serve again: its limit may have changed."""
        self._shut[limit_key] = time.monotonic()

    def was_shut(self, limit_key: str, since: float) -> bool:
        """Tell whether this process has seen a limit change since a moment."""
        return self._shut.get(limit_key, -1.0) >= since

    def _serves(self, slot: AnySlot) -> bool:
        was_shut = self.was_shut(slot.limit_key, slot.taken)
        return not (was_shut or self._is_long_here(slot))

    def _is_long_here(self, slot: AnySlot) -> bool:
        return time.monotonic() - slot.taken >= HOLD_SECONDS

    def _give_back(self) -> None:
        """Give back what has waited long enough."""
        with self._changed:
            since = time.monotonic() - (0 if later.is_ending else IDLE_SECONDS)
            idle = [slot for came, slot in self._slots if came <= since]
            self._slots = [each for each in self._slots if each[0] > since]
            goes_on = bool(self._slots)
        for slot in idle:
            # Each by itself: one that cannot be given back keeps no other.
            later.do(slot.release, 0)
        if goes_on:
            later.do(self._give_back, IDLE_SECONDS)
