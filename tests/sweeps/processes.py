"""Start portal processes (`tests.sweeps.caller`) on the test database."""

import json
import os
import signal
import subprocess
import sys
import time
from threading import Timer
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

from django.db import connection as database

from connections.models import Connection
from tests.zoho import ROOT

PATIENCE = 90
# From giving the order until all threads have been started and wait.
RUN_UP = 0.4


def database_url() -> str:
    """Return the address of the database that this process works with."""
    values = database.settings_dict
    name = str(values["NAME"])
    if database.vendor == "sqlite":
        return f"sqlite:///{name}"
    account = f"{quote(values['USER'])}:{quote(values['PASSWORD'])}"
    return f"postgres://{account}@{values['HOST']}:{values['PORT'] or 5432}/{name}"


def environment() -> dict[str, str]:
    """Return the environment of a process that works with the same database."""
    return os.environ | {"DATABASE_URL": database_url(), "LOG_LEVEL": "ERROR"}


class CallerProcess:
    """One portal process; the options go to its command line."""

    def __init__(self, *options: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.sweeps.caller", *options],
            cwd=ROOT,
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.pid = self._process.pid

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.kill()

    def wait_until_ready(self) -> None:
        assert self._line() == "ready"

    def order(self, *calls: tuple[Connection, float], threads: int = 1) -> None:
        """Let so many threads ask for each connection's token at its moment."""
        wanted = [(str(each.pk), at) for each, at in calls]
        order = {"calls": wanted, "threads": threads}
        assert self._process.stdin
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()

    def result(self) -> dict[str, Any]:
        """Wait for the answer to the order before."""
        found: dict[str, Any] = self._line()
        return found

    def pause(self) -> None:
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    def wait_until_dead(self) -> float:
        """Return the moment in which it was gone, killed by SIGKILL."""
        assert self._process.wait(PATIENCE) == -signal.SIGKILL
        return time.monotonic()

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe
            pipe.close()

    def _line(self) -> Any:
        watch = Timer(PATIENCE, self._process.kill)
        watch.start()
        try:
            assert self._process.stdout
            line = self._process.stdout.readline()
        finally:
            watch.cancel()
        if not line:
            raise RuntimeError("The caller process ended without an answer.")
        return json.loads(line)


class Fleet:
    """Some processes that stay for several rounds."""

    def __init__(self, size: int, *options: str) -> None:
        self._processes = [CallerProcess(*options) for _ in range(size)]
        for process in self._processes:
            process.wait_until_ready()

    def __len__(self) -> int:
        return len(self._processes)

    def order(self, connection: Connection, threads: int) -> float:
        """Let them all ask for a token at once; return the moment they will."""
        at = time.monotonic() + RUN_UP
        for process in self._processes:
            process.order((connection, at), threads=threads)
        return at

    def results(self) -> list[dict[str, Any]]:
        return [process.result() for process in self._processes]

    def kill(self) -> None:
        for process in self._processes:
            process.kill()


def callers_of(results: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return what all callers of some processes saw."""
    return [caller for result in results for caller in result["callers"]]
