"""What a worker costs that has nothing to do."""

import time
from collections.abc import Callable
from pathlib import Path

from tests.bench_outbox import workers

SETTLE_SECONDS = 5
SECONDS = 60
GOAL_PERCENT = 0.5

Say = Callable[..., None]


def bench_idle(say: Say) -> None:
    """Print the share of a core that an idle worker process takes."""
    with workers(1) as (worker,):
        time.sleep(SETTLE_SECONDS)
        before = _cpu_seconds(worker.pid)
        time.sleep(SECONDS)
        used = _cpu_seconds(worker.pid) - before
    say(
        "an idle worker",
        goal_percent_of_a_core=GOAL_PERCENT,
        percent_of_a_core=round(used / SECONDS * 100, 2),
        seconds=SECONDS,
    )


def _cpu_seconds(pid: int) -> float:
    """Return the time that all threads of a process have computed."""
    threads = Path(f"/proc/{pid}/task").iterdir()
    nanoseconds = sum(
        int((each / "schedstat").read_text().split()[0]) for each in threads
    )
    return nanoseconds / 1e9
