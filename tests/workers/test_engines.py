"""What both engines have to do: wake a worker, for several sends at a time."""

import os
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from connections import lanes
from connections.models import Connection
from tests.outbox.test_services import UPSERT, new_contact, upserts
from tests.processes import until
from tests.workers.process import WorkerProcess
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User
from zohoportal.outbox import services as outbox
from zohoportal.outbox.models import Delivery

pytestmark = pytest.mark.django_db(transaction=True)

REDIS = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/9")


def redis_answers() -> bool:
    address = urlsplit(REDIS)
    with socket.socket() as probe:
        return probe.connect_ex((address.hostname or "", address.port or 6379)) == 0


@pytest.fixture(
    params=[
        pytest.param("", id="database"),
        pytest.param(
            REDIS,
            id="redis",
            marks=pytest.mark.skipif(
                not redis_answers(), reason="no Redis answers on this machine"
            ),
        ),
    ]
)
def engine(transactional_db: None, request: pytest.FixtureRequest) -> Iterator[str]:
    yield request.param
    if request.param:
        import redis

        redis.Redis.from_url(request.param).flushdb()


@pytest.fixture
def worker(engine: str) -> Iterator[WorkerProcess]:
    with WorkerProcess(TASKS_REDIS_URL=engine) as process:
        yield process.wait_until_ready()


class TestEngines:
    def test_deliver_four_at_a_time(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff: User,
        worker: WorkerProcess,
    ) -> None:
        zoho.lift_limits()
        zoho.script("POST", UPSERT, {"delay": 1, "times": 8})
        slots = [lanes.take(lanes.key_of(connection, "crm")) for _ in range(4)]
        for number in range(8):
            new_contact(connection, staff, Email=f"person{number}@example.com")
        assert upserts(zoho) == 0

        for slot in slots:
            assert slot
            slot.release()

        done = Delivery.objects.filter(state="done")
        until(lambda: done.count() == 8)
        assert zoho.limits()["most_in_flight"]["crm"] == 4
        assert upserts(zoho) == 8


class TestRedisAway:
    def test_keeps_what_is_submitted(
        self, zoho: SandboxZoho, connection: Connection, staff: User
    ) -> None:
        """The sweep cannot wake anybody; it says so and goes on."""
        for _ in range(4):
            assert lanes.take(lanes.key_of(connection, "crm"))
        delivery = new_contact(connection, staff).delivery

        with WorkerProcess(TASKS_REDIS_URL="redis://127.0.0.1:1/0") as worker:
            worker.wait_until_ready()
            until(lambda: any("task engine away" in line for line in worker.log))
            until(outbox.is_anyone_working)

        delivery.refresh_from_db()
        assert delivery.state == "waiting"
        assert not any("job failed" in line for line in worker.log)
