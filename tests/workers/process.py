"""A worker process on the test database, quicker than in real life where wished."""

import os
import signal
import subprocess
import sys
from threading import Event, Thread
from types import TracebackType
from typing import Self

from tests.sweeps.processes import database_url
from tests.zoho import ROOT

READY = '"worker started"'
PATIENCE = 60
# Seconds until others take over from a worker that died.
LEASE = 1.5
# Seconds that Zoho takes for its answer; a worker dies before or after it.
LATENCY = 0.04


class WorkerProcess:
    """`manage.py worker` with leases of `lease` seconds; the environment can be set.

    No wait that the portal chooses itself is longer than `waits`.
    """

    def __init__(
        self, lease: float = 45, waits: float = 60, **environment: str
    ) -> None:
        pace = ("--lease", str(lease), "--waits", str(waits))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.workers.run", *pace],
            cwd=ROOT,
            env=os.environ
            | {"DATABASE_URL": database_url(), "LOG_LEVEL": "INFO"}
            | environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.pid = self._process.pid
        self._ready = Event()
        self.log: list[str] = []
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        """Read what it logs, so that the pipe never fills up."""
        assert self._process.stderr
        for line in self._process.stderr:
            self.log.append(line)
            if READY in line:
                self._ready.set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.kill()

    def wait_until_ready(self) -> Self:
        assert self._ready.wait(PATIENCE), "".join(self.log)
        return self

    def send(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def wait(self, seconds: float) -> int:
        """Return its exit code when it has ended."""
        return self._process.wait(seconds)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
        self._reader.join()
        assert self._process.stderr
        self._process.stderr.close()


def new_worker() -> WorkerProcess:
    """Start one that is soon missed, and soon looks what became of its calls."""
    return WorkerProcess(LEASE, LOOK_AFTER="1,2").wait_until_ready()
