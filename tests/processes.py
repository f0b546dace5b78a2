"""What tests ask about processes and ports of this machine."""

import socket
import time
from collections.abc import Callable
from pathlib import Path

PATIENCE = 60.0


def until(holds: Callable[[], bool], seconds: float = PATIENCE) -> float:
    """Wait until something holds; return how long that took."""
    began = time.monotonic()
    while not holds():
        assert time.monotonic() < began + seconds, "It did not come to that in time."
        time.sleep(0.02)
    return time.monotonic() - began


def children_of(pid: int, command: str) -> list[int]:
    """Return a process's children whose command line contains `command`."""
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in listed if command in _command_line(child)]


def _command_line(pid: str) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        # It has just ended.
        return ""


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
