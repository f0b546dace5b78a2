"""Work that nobody has to wait for, done a moment later by a thread of the process."""

import atexit
import logging
import threading
import time
from collections.abc import Callable

from django.db import connections

logger = logging.getLogger(__name__)

Work = Callable[[], object]

# So long the thread keeps its session with the database without anything to do.
LINGER_SECONDS = 10.0


class Later:
    """Does works in a thread that lives while there are some.

    What a process has not done when it is killed is not done: that is for what may be
    lost, or lapses by itself.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._due: dict[Work, float] = {}
        self._thread: threading.Thread | None = None
        # Whatever waits for its time is done now.
        self.is_ending = False

    def do(self, work: Work, within: float) -> None:
        """Have it done within so many seconds, once for all who ask meanwhile."""
        with self._changed:
            self._due.setdefault(work, time.monotonic() + within)
            if self._thread is None and not self.is_ending:
                self._thread = threading.Thread(target=self._run, daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def finish(self) -> None:
        """Do at once what is left to be done, and end the thread."""
        with self._changed:
            thread, self._thread = self._thread, None
            self.is_ending = True
            self._changed.notify_all()
        if thread:
            thread.join(LINGER_SECONDS)
        while self._due:
            work, _ = self._due.popitem()
            _do(work)
        self.is_ending = False

    def _run(self) -> None:
        try:
            while work := self._next():
                _do(work)
        finally:
            connections.close_all()
            with self._changed:
                if self._is_ours():
                    self._thread = None

    def _next(self) -> Work | None:
        """Wait for the next work; None where there was none for long, or at the end."""
        ends_at = time.monotonic() + LINGER_SECONDS
        with self._changed:
            while self._is_ours():
                first = min(self._due, key=self._due.__getitem__, default=None)
                at = self._due[first] if first else ends_at
                if (left := at - time.monotonic()) > 0:
                    self._changed.wait(left)
                elif first:
                    del self._due[first]
                    return first
                else:
                    self._thread = None
        return None

    def _is_ours(self) -> bool:
        return self._thread is threading.current_thread()


def _do(work: Work) -> None:
    """Do a work; one that fails leaves the others to be done."""
    try:
        work()
    except Exception:
        logger.exception("work failed that nobody waits for")
        connections.close_all()


later = Later()
atexit.register(later.finish)
