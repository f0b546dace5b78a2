"""Passwords are hashed one at a time in each process, behind its pages.

A hash costs as much as a hundred pages, and anybody may ask for one by signing in.
"""

import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.contrib.auth.hashers import PBKDF2PasswordHasher

from zohoportal.accounts.signing_in.refused import HashingBusy

# One is hashed and two wait; these keep three of a process's threads from pages.
PLACES = 3
RETRY_SECONDS = 5
# Pages get three quarters of a core that both want. With much more, nobody would get in
# on a machine that is busy with other things.
NICER = 5


def _stand_back() -> None:
    """Put pages before this thread; Linux has priorities for each thread."""
    if sys.platform == "linux":
        thread = threading.get_native_id()
        usual = os.getpriority(os.PRIO_PROCESS, thread)
        os.setpriority(os.PRIO_PROCESS, thread, min(usual + NICER, 19))


_thread = ThreadPoolExecutor(1, "hashing", initializer=_stand_back)
_places = threading.BoundedSemaphore(PLACES)


def in_turn(work: Callable[[], str]) -> str:
    """Return what `work` returns, once it is its turn.

    Raises:
        HashingBusy: too many wait already.
    """
    if not _places.acquire(blocking=False):
        raise _busy()
    try:
        return _thread.submit(work).result()
    finally:
        _places.release()


def look_for_a_place() -> None:
    """See whether it would be worth waiting, before anything is written.

    Raises:
        HashingBusy: too many wait already.
    """
    if not _places.acquire(blocking=False):
        raise _busy()
    _places.release()


def _busy() -> HashingBusy:
    return HashingBusy(
        "Too many people are signing in just now. Wait a few seconds, then send it "
        "again.",
        RETRY_SECONDS,
    )


class InTurn(PBKDF2PasswordHasher):
    """Django's own hasher, waiting for its turn."""

    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        encode = super().encode
        return in_turn(lambda: encode(password, salt, iterations))
