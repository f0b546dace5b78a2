"""The sandbox's own clock: tests move it, and make it show the wrong time."""

import time
from email.utils import formatdate


class Clock:
    """Real time, plus what it was advanced by; `skew` is only shown, never used."""

    def __init__(self) -> None:
        self.ahead = 0.0
        self.skew = 0.0

    def now(self) -> float:
        return time.time() + self.ahead

    def date(self, seconds: float = 0) -> str:
        """Return what a header says about now, or so many seconds from now."""
        return formatdate(self.now() + self.skew + seconds, usegmt=True)
