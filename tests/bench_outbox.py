"""Figures of the outbox: accepting, picking up, delivering."""

import os
import random
import statistics
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from tempfile import TemporaryFile
from typing import Any

from django.conf import settings
from django.db import connection as database
from django.db import connections as databases
from django.test import Client, override_settings
from django.utils import timezone

from connections import limits
from connections.models import Connection, Reading
from desk.zoho.departments import departments_of
from tests.crm.contacts import PAYLOAD
from tests.desk import form
from tests.processes import until
from tests.workers.process import WorkerProcess
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User
from zohoportal.outbox import idempotency
from zohoportal.outbox.delivering import tasks
from zohoportal.outbox.models import Delivery

UPSERT = "/crm/v8/Contacts/upsert"
# So many people press the button at the same time.
PEOPLE = 4
FORMS = 75
# Each takes Zoho ten seconds; with the slot that they leave, so many are allowed.
SENDS = 4
PICK_UPS = 60
SYNCS = 200
DELIVERIES = 1_500
WORKERS = 2
EVERY_SLOT = "25"
LEASE = limits.LEASE.total_seconds()

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
    """Forms a second from the button to the answer, while all sends wait for Zoho."""
    for figure, is_cold in (
        ("accepting a form when no slot is free", False),
        ("accepting a form, with nothing remembered of Zoho's set-up", True),
    ):
        department = departments_of(connection)[0].id
        zoho.script("POST", form.TICKETS, {"delay": 10, "times": SENDS})
        with ThreadPoolExecutor(PEOPLE) as people, _busy(connection, department):
            if is_cold:
                Reading.objects.all().delete()
            began = time.perf_counter()
            pressing = [
                people.submit(_posts, connection, department, FORMS)
                for _ in range(PEOPLE)
            ]
            waits = [seconds for each in pressing for seconds in each.result()]
            seconds = time.perf_counter() - began
        zoho.clear_script()
        say(
            figure,
            sends_of_ten_seconds=SENDS,
            goal_per_second=60,
            goal_p95_ms=150,
            per_second=round(len(waits) / seconds),
            p95_ms=round(_p95(waits) * 1000),
            worst_ms=round(max(waits) * 1000),
            syncs_per_second=syncs_per_second(),
        )
        Delivery.objects.all().delete()


def syncs_per_second() -> int:
    """Return how often this disk takes a page for good: each form waits for that."""
    with TemporaryFile(dir=settings.UPLOAD_DIR) as file:
        began = time.perf_counter()
        for _ in range(SYNCS):
            file.write(bytes(4096))
            file.flush()
            os.fdatasync(file.fileno())
        return round(SYNCS / (time.perf_counter() - began))


@contextmanager
def _busy(connection: Connection, department: str) -> Iterator[None]:
    """Take all slots for sending with sends that wait for Zoho's answer."""
    sending = Delivery.objects.filter(state="sending")
    slots = {"CALLS_AT_ONCE": SENDS + 1}
    with override_settings(**slots), ThreadPoolExecutor(SENDS) as pool:
        sends = [pool.submit(_posts, connection, department, 1) for _ in range(SENDS)]
        until(lambda: sending.count() == SENDS)
        yield
        wait(sends)
    until(lambda: not sending.exists())


def _posts(connection: Connection, department: str, count: int) -> list[float]:
    """Send ticket forms one after the other; return how long each answer took."""
    person = connection.created_by
    client = Client(HTTP_HOST=settings.ALLOWED_HOSTS[0])
    client.force_login(person)
    try:
        return [_post(client, connection, department, person) for _ in range(count)]
    finally:
        databases.close_all()


def _post(
    client: Client, connection: Connection, department: str, person: User
) -> float:
    key = {"form_key": idempotency.issue(person), "subject": uuid.uuid4().hex}
    typed = form.TICKET | key | {"department": department}
    began = time.perf_counter()
    answer = client.post(form.url(connection), typed)
    seconds = time.perf_counter() - began
    if answer.status_code != 302:
        raise RuntimeError(f"The form was answered with {answer.status_code}.")
    return seconds


def _picking_up(zoho: SandboxZoho, connection: Connection, say: Say) -> None:
    """From the commit of a delivery until its call arrives at Zoho."""
    zoho.clear_journal()
    waits = []
    with workers(1):
        for _ in range(PICK_UPS):
            time.sleep(random.random() * 0.5)
            delivery = waiting(connection)
            delivery.save(force_insert=True)
            committed = timezone.now()
            tasks.wake(delivery.limit_key)
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
    rows = [waiting(connection, retry_at=later) for _ in range(DELIVERIES)]
    Delivery.objects.bulk_create(rows)
    mine = Delivery.objects.filter(pk__in=[rows[0].pk]).values_list(
        "limit_key", flat=True
    )
    open_ones = Delivery.objects.exclude(state=Delivery.State.DONE)
    with workers(WORKERS, CALLS_AT_ONCE=EVERY_SLOT):
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
def workers(count: int, **environment: str) -> Iterator[list[WorkerProcess]]:
    """Run so many worker processes, with leases as in real life."""
    with ExitStack() as stack:
        started = [WorkerProcess(LEASE, 60, **environment) for _ in range(count)]
        for worker in started:
            stack.enter_context(worker)
        for worker in started:
            worker.wait_until_ready()
        yield started


def waiting(connection: Connection, **values: Any) -> Delivery:
    return Delivery(
        kind="crm.record",
        connection=connection,
        person=_person(connection),
        title="Bench",
        payload=_payload(),
        limit_key=limits.key_of(connection, "crm"),
        idempotency_key=uuid.uuid4().hex,
        **values,
    )


def _person(connection: Connection) -> User:
    person: User = connection.created_by
    return person


def _payload() -> dict[str, Any]:
    email = f"bench{uuid.uuid4().hex}@example.com"
    return PAYLOAD | {"values": {"Email": email, "Last_Name": "Bench"}}


def _p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]
