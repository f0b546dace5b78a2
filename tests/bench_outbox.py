"""Figures of the outbox: accepting, picking up, delivering."""

import random
import statistics
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection as database
from django.db import connections as databases
from django.test import Client
from django.utils import timezone

from connections import lanes
from connections.models import Connection
from tests.processes import until
from tests.workers.process import WorkerProcess
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User
from zohoportal.outbox import form_keys, tasks
from zohoportal.outbox.models import Delivery

UPSERT = "/crm/v8/Contacts/upsert"
# So many people press the button at the same time.
PEOPLE = 4
FORMS = 75
PICK_UPS = 60
DELIVERIES = 1_500
WORKERS = 2
EVERY_SLOT = "25"
LEASE = lanes.LEASE.total_seconds()

Say = Callable[..., None]


def bench_outbox(zoho: SandboxZoho, connection: Connection, say: Say) -> None:
    """Print how fast the outbox takes, starts and ends its work."""
    try:
        _accepting(zoho, connection, say)
        _picking_up(zoho, connection, say)
        _delivering(zoho, connection, say)
    finally:
        Delivery.objects.all().delete()


def _accepting(zoho: SandboxZoho, connection: Connection, say: Say) -> None:
    """Forms a second from the button to the answer, while all slots wait for Zoho."""
    zoho.script("POST", UPSERT, {"delay": 10, "times": settings.CALLS_AT_ONCE})
    with ThreadPoolExecutor(PEOPLE) as people, _busy(connection):
        began = time.perf_counter()
        batches = people.map(lambda _: _posts(connection, FORMS), range(PEOPLE))
        waits = [seconds for batch in batches for seconds in batch]
        seconds = time.perf_counter() - began
    zoho.clear_script()
    say(
        "accepting a form when no slot is free",
        goal_per_second=60,
        goal_p95_ms=150,
        per_second=round(len(waits) / seconds),
        p95_ms=round(_p95(waits) * 1000),
    )
    Delivery.objects.all().delete()


@contextmanager
def _busy(connection: Connection) -> Iterator[None]:
    """Fill the lane with sends that wait for Zoho's answer."""
    size = settings.CALLS_AT_ONCE
    with ThreadPoolExecutor(size) as pool:
        sends = [pool.submit(_posts, connection, 1) for _ in range(size)]
        until(lambda: lanes.take(lanes.key_of(connection, "crm")) is None)
        yield
        wait(sends)
    until(lambda: not Delivery.objects.filter(state="sending").exists())


def _posts(connection: Connection, count: int) -> list[float]:
    """Send contact forms one after the other; return how long each answer took."""
    person = connection.created_by
    client = Client(HTTP_HOST=settings.ALLOWED_HOSTS[0])
    client.force_login(person)
    try:
        return [_post(client, connection, person) for _ in range(count)]
    finally:
        databases.close_all()


def _post(client: Client, connection: Connection, person: User) -> float:
    form = _payload() | {"form_key": form_keys.issue(person)}
    began = time.perf_counter()
    answer = client.post(f"/c/{connection.slug}/crm/contacts/new/", form)
    seconds = time.perf_counter() - began
    if answer.status_code != 302:
        raise RuntimeError(f"The form was answered with {answer.status_code}.")
    return seconds


def _picking_up(zoho: SandboxZoho, connection: Connection, say: Say) -> None:
    """From the commit of a delivery until its call arrives at Zoho."""
    zoho.clear_journal()
    waits = []
    with _workers(1):
        for _ in range(PICK_UPS):
            time.sleep(random.random() * 0.5)
            delivery = _waiting(connection)
            delivery.save(force_insert=True)
            committed = timezone.now()
            tasks.wake(delivery.lane)
            waits.append((_arrived(zoho, delivery) - committed).total_seconds())
    say(
        "from the commit to the first byte at Zoho",
        goal_p95_seconds=1 if database.vendor == "postgresql" else 2,
        p50_seconds=round(statistics.median(waits), 3),
        p95_seconds=round(_p95(waits), 3),
    )


def _arrived(zoho: SandboxZoho, delivery: Delivery) -> datetime:
    mine = Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.DONE)
    until(mine.exists)
    calls = [entry for entry in zoho.journal() if entry["path"] == UPSERT]
    return datetime.fromisoformat(calls[-1]["at"])


def _delivering(zoho: SandboxZoho, connection: Connection, say: Say) -> None:
    """Deliveries a second through two worker processes, without a gate."""
    later = timezone.now() + timedelta(hours=1)
    rows = [_waiting(connection, retry_at=later) for _ in range(DELIVERIES)]
    Delivery.objects.bulk_create(rows)
    mine = Delivery.objects.filter(pk__in=[rows[0].pk]).values_list("lane", flat=True)
    open_ones = Delivery.objects.exclude(state=Delivery.State.DONE)
    with _workers(WORKERS, CALLS_AT_ONCE=EVERY_SLOT):
        Delivery.objects.filter(retry_at=later).update(retry_at=timezone.now())
        began = time.perf_counter()
        tasks.wake(mine[0])
        until(lambda: not open_ones.exists(), 300)
        seconds = time.perf_counter() - began
    say(
        "deliveries with two workers, gate off",
        goal_per_second=150 if database.vendor == "postgresql" else 80,
        per_second=round(DELIVERIES / seconds),
        deliveries=DELIVERIES,
    )


@contextmanager
def _workers(count: int, **environment: str) -> Iterator[None]:
    with ExitStack() as stack:
        workers = [WorkerProcess(LEASE, 60, **environment) for _ in range(count)]
        for worker in workers:
            stack.enter_context(worker)
        for worker in workers:
            worker.wait_until_ready()
        yield


def _waiting(connection: Connection, **values: Any) -> Delivery:
    return Delivery(
        kind="crm.contact",
        connection=connection,
        person=_person(connection),
        title="Bench",
        payload=_payload(),
        lane=lanes.key_of(connection, "crm"),
        form_key=uuid.uuid4().hex,
        **values,
    )


def _person(connection: Connection) -> User:
    person: User = connection.created_by
    return person


def _payload() -> dict[str, str]:
    empty = ("first_name", "phone", "mobile", "title", "description")
    name = f"bench{uuid.uuid4().hex}@example.com"
    return {"email": name, "last_name": "Bench"} | dict.fromkeys(empty, "")


def _p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]
