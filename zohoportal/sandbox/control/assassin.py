"""Kills a process of the test's own in the middle of its request.

Only the process that a scripted answer names by its id, never one that was looked up.
"""

import os
import signal
from contextlib import suppress
from threading import Timer
from typing import Any

from zohoportal.sandbox.control.wishes import is_number


def is_sound(wish: Any) -> bool:
    """Tell whether this is `{"pid": n, "delay": seconds}`, the delay being optional."""
    if not isinstance(wish, dict) or wish.keys() - {"pid", "delay"}:
        return False
    pid, delay = wish.get("pid"), wish.get("delay", 0)
    # 0 and less name whole groups of processes, 1 is the system's own.
    is_process = type(pid) is int and pid > 1 and pid != os.getpid()
    return is_process and is_number(delay) and delay >= 0


def send_out(wish: dict[str, Any]) -> Timer:
    """Have the process killed after the delay."""
    killer = Timer(wish.get("delay", 0), _kill, [wish["pid"]])
    killer.daemon = True
    killer.start()
    return killer


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
