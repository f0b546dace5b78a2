"""`make run`: the web server and a worker as one foreground command.

The worker is started again when it dies; when the web server ends, all ends. The demo
uses the same `Children`.
"""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parents[2]
WEB = ("-m", "gunicorn", "--config", "python:zohoportal.run.gunicorn_conf")
WEB_SERVER = (*WEB, "zohoportal.wsgi")
WORKER = ("manage.py", "worker")

# Set anew: a shell that starts us in the background leaves SIGINT ignored.
ENDING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)

LOOK_SECONDS = 0.5
# A worker that dies at once is started again without a hurry.
AGAIN_SECONDS = 2.0
# Longer than gunicorn's and the worker's own time for what is in flight.
END_SECONDS = 40


class Asked(Exception):
    """Somebody wants us to end: Ctrl-C, the service manager, a closed terminal."""


def main() -> None:
    """Serve and work until asked to end, or until the web server ends."""
    end_when_asked()
    children = Children()
    try:
        _tell_of_the_owner()
        children.start(*WEB_SERVER)
        children.keep(*WORKER)
        sys.exit(children.wait())
    except Asked:
        pass
    finally:
        children.end()


def end_when_asked() -> None:
    """Raise `Asked` at the signals that end a foreground command."""
    for number in ENDING:
        signal.signal(number, _ask)


def _tell_of_the_owner() -> None:
    """Print the link that makes the first account, while there is none."""
    subprocess.run(  # our own command line
        [sys.executable, "manage.py", "owner_link", "--at-start"], cwd=ROOT, check=False
    )


def _ask(_number: int, _frame: FrameType | None) -> None:
    raise Asked


@contextmanager
def _asked_afterwards() -> Iterator[None]:
    """Let a start be finished: a child that we do not know yet is ended by nobody."""
    asked: list[int] = []
    before = {
        number: signal.signal(number, lambda number, _frame: asked.append(number))
        for number in ENDING
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if asked:
        signal.raise_signal(asked[0])


@dataclass
class Children:
    """Processes that end together."""

    env: Mapping[str, str] | None = None
    _running: list[subprocess.Popen[str]] = field(default_factory=list)
    _kept: dict[tuple[str, ...], subprocess.Popen[str]] = field(default_factory=dict)

    def start(self, *command: str) -> subprocess.Popen[str]:
        """Start a Python process without which the others make no sense."""
        with _asked_afterwards():
            child = self._started(command)
            self._running.append(child)
        return child

    def keep(self, *command: str) -> None:
        """Start a Python process, and start it again whenever it dies."""
        with _asked_afterwards():
            self._kept[command] = self._started(command)

    def wait(self) -> int:
        """Return the exit code of the first that ended and is not started again."""
        while True:
            for child in self._running:
                if child.poll() is not None:
                    return child.returncode
            for command, child in self._kept.items():
                if child.poll() is not None:
                    self._again(command, child.returncode)
            time.sleep(LOOK_SECONDS)

    def end(self) -> None:
        """End them all, the newest first; what does not end in time is killed."""
        every = [*self._running, *self._kept.values()]
        for child in reversed(every):
            child.terminate()
        _until(lambda: all(child.poll() is not None for child in every), END_SECONDS)
        for child in every:
            child.kill()
            child.wait()

    def _again(self, command: tuple[str, ...], code: int) -> None:
        name = " ".join(command)
        print(f"`{name}` ended with {code}; starting it again.", file=sys.stderr)  # noqa: T201  # a command
        time.sleep(AGAIN_SECONDS)
        self.keep(*command)

    def _started(self, command: tuple[str, ...]) -> subprocess.Popen[str]:
        return subprocess.Popen(  # noqa: S603  # our own command line
            [sys.executable, *command],
            cwd=ROOT,
            env=self.env,
            text=True,
            stdout=subprocess.DEVNULL,
            # Ctrl-C is for us: each of them is asked to end once, by us.
            process_group=0,
        )


def _until(holds: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.05)


if __name__ == "__main__":
    main()
