"""What the engine has to do: wake a worker, for several sends at a time."""

from collections.abc import Iterator

import pytest

from connections import limits
from connections.models import Connection
from tests.processes import until
from tests.support.deliveries import UPSERT, new_contact, upserts
from tests.workers.process import WorkerProcess
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User
from zohoportal.outbox.models import Delivery

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def worker() -> Iterator[WorkerProcess]:
    with WorkerProcess() as process:
        yield process.wait_until_ready()


class TestEngine:
    def test_delivers_as_many_at_a_time_as_may_send(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff: User,
        worker: WorkerProcess,
    ) -> None:
        zoho.lift_limits()
        zoho.script("POST", UPSERT, {"delay": 1, "times": 8})
        slots = [limits.take(limits.key_of(connection, "crm")) for _ in range(3)]
        for number in range(8):
            new_contact(connection, staff, Email=f"person{number}@example.com")
        assert upserts(zoho) == 0

        for slot in slots:
            assert slot
            slot.release()

        done = Delivery.objects.filter(state="done")
        until(lambda: done.count() == 8)
        assert zoho.limits()["most_in_flight"]["crm"] == 3
        assert upserts(zoho) == 8
