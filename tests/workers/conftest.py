from collections.abc import Iterator

import pytest

from connections import lanes
from tests.workers.process import WorkerProcess


@pytest.fixture
def worker(transactional_db: None) -> Iterator[WorkerProcess]:
    with WorkerProcess() as process:
        yield process.wait_until_ready()


def fill_lane(delivery_lane: str) -> list[lanes.HeldSlot]:
    """Take all slots of a lane, as busy processes would."""
    return [slot for slot in iter(lambda: lanes.take(delivery_lane), None) if slot]
