from collections.abc import Iterator

import pytest

from tests.workers.process import WorkerProcess


@pytest.fixture
def worker(transactional_db: None) -> Iterator[WorkerProcess]:
    with WorkerProcess() as process:
        yield process.wait_until_ready()
