import time
from collections.abc import Callable, Iterator

import pytest

from tests.workers.process import WorkerProcess

PATIENCE = 60.0


@pytest.fixture
def worker(transactional_db: None) -> Iterator[WorkerProcess]:
    with WorkerProcess() as process:
        yield process.wait_until_ready()


def until(holds: Callable[[], bool], seconds: float = PATIENCE) -> float:
    """Wait until something holds in the database; return how long that took."""
    began = time.monotonic()
    while not holds():
        assert time.monotonic() < began + seconds, "It did not come to that in time."
        time.sleep(0.02)
    return time.monotonic() - began
