"""`make bench`: figures as JSON lines; ratios are taken side by side in one run.

`make bench ARGS=age` prints a part of them; several can be named.
"""

import argparse
import json
import os
import statistics
import tempfile
import time
import uuid
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import tests.environment  # noqa: F401  # sets what Django's settings read
from crm.envelope import CRM

# isort: split
# Standard output is for figures.
os.environ["LOG_LEVEL"] = "ERROR"

import django
import requests
from django.conf import settings

# Models can be imported only after this, so what follows stands below it (E402).
django.setup()

from django.db import connection as database  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import get_runner, setup_test_environment  # noqa: E402

from connections import features, services  # noqa: E402
from connections.models import Connection, OAuthClient  # noqa: E402
from connections.setup import clients, flow  # noqa: E402
from connections.tokens import broker  # noqa: E402
from connections.zoho.client import ZohoClient  # noqa: E402
from connections.zoho.transport import Transport  # noqa: E402
from crm.payloads import RecordPayload  # noqa: E402
from tests.bench_age import bench_age  # noqa: E402
from tests.bench_doors import bench_doors  # noqa: E402
from tests.bench_forms import bench_forms, queries_of  # noqa: E402
from tests.bench_idle import bench_idle  # noqa: E402
from tests.bench_outbox import bench_outbox  # noqa: E402
from tests.bench_sign_in import bench_sign_in  # noqa: E402
from tests.crm.contacts import PAYLOAD  # noqa: E402
from tests.sweeps import grants  # noqa: E402
from tests.sweeps.processes import Fleet, callers_of  # noqa: E402
from tests.zoho import SandboxZoho  # noqa: E402
from zohoportal.accounts.models import Role, User  # noqa: E402
from zohoportal.outbox import services as outbox  # noqa: E402
from zohoportal.outbox.idempotency import IdempotencyKey  # noqa: E402
from zohoportal.outbox.models import Delivery  # noqa: E402
from zohoportal.run.later import later  # noqa: E402

ROUNDS = 40
CALLS = 25
ROWS = 5_000
STAMPEDES = 9
LATENCY = 0.3
KEYS = ["crm.contacts", "desk.tickets"]


def main() -> None:
    """Print the figures that are asked for; all but `doors` take about five minutes."""
    parser = argparse.ArgumentParser()
    parser.add_argument("part", nargs="*", choices=[*PARTS, []])
    chosen = parser.parse_args().part or [name for name in PARTS if name != "doors"]
    settings.STORAGES["staticfiles"] = {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
    }
    # WhiteNoise warns without it, and in a fresh clone nothing was collected yet.
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    setup_test_environment()
    port = settings.DATA_CENTERS["sandbox"].api.rpartition(":")[2]
    with tempfile.TemporaryDirectory() as folder, SandboxZoho("--port", port) as zoho:
        if database.vendor == "sqlite":
            name = str(Path(folder) / "bench.sqlite3")
            settings.DATABASES["default"]["TEST"]["NAME"] = name
        runner = get_runner(settings)(verbosity=0, interactive=False)
        before = runner.setup_databases()
        try:
            connection = _connected(zoho)
            for part in chosen:
                PARTS[part](zoho, connection)
        finally:
            later.finish()
            runner.teardown_databases(before)


def say(figure: str, **values: Any) -> None:
    line = {"figure": figure, "database": database.vendor} | values
    print(json.dumps(line), flush=True)


def ratio(ours: Callable[[], object], bare: Callable[[], object]) -> dict[str, float]:
    """Time both in turns and return the medians and the median of the ratios."""
    pairs = [(_seconds(ours), _seconds(bare)) for _ in range(ROUNDS)]
    return {
        "ours_ms": round(statistics.median(a for a, _ in pairs) * 1000 / CALLS, 3),
        "bare_ms": round(statistics.median(b for _, b in pairs) * 1000 / CALLS, 3),
        "ratio": round(statistics.median(a / b for a, b in pairs), 3),
    }


def bench_tokens(_zoho: SandboxZoho, connection: Connection) -> None:
    """What a caller pays for a token that is there and fresh."""
    stored = broker.StoredTokens(
        connection, Transport(connection.data_center_row.origins)
    )
    seconds = [_seconds(stored.current) / CALLS for _ in range(ROUNDS * 2)]
    milliseconds = round(statistics.median(seconds) * 1000, 3)
    say("a warm token", goal_ms=1.0, median_ms=milliseconds)


def bench_stampede(zoho: SandboxZoho, connection: Connection) -> None:
    """Callers of four processes meet a token that is over, at the same moment."""
    slowest = []
    fleet = Fleet(4)
    try:
        for _ in range(STAMPEDES):
            zoho.advance(grants.WINDOW_SECONDS)
            zoho.script("POST", grants.TOKEN, {"delay": LATENCY})
            grants.expire(connection)
            at = fleet.order(connection, threads=32)
            callers = callers_of(fleet.results())
            if {caller["error"] for caller in callers} != {""}:
                raise RuntimeError("A caller got no token.")
            slowest.append(max(caller["ended"] for caller in callers) - at)
    finally:
        fleet.kill()
    say(
        "128 callers until the last has the new token",
        goal_seconds=LATENCY + 1,
        token_latency=LATENCY,
        median_seconds=round(statistics.median(slowest), 3),
        worst_seconds=round(max(slowest), 3),
    )


def bench_client(_zoho: SandboxZoho, connection: Connection) -> None:
    """Our client alone against a bare session: the same request, the same server."""
    row = connection.data_center_row
    access = broker.StoredTokens(connection, Transport(row.origins)).current()
    client = ZohoClient(Transport(row.origins), row, broker.FreshToken(access))
    session = _bare_session(access)
    url = f"{row.api}/crm/v8/org"
    bare = lambda: session.get(url, timeout=30).json()  # noqa: E731
    figures = ratio(lambda: client.call(CRM, "GET", "org"), bare)
    say("client alone against a bare session", goal=1.10, **figures)
    reading = services.client_for(connection)
    figures = ratio(lambda: _read(reading), bare)
    say("a read with token, slot and log against a bare session", goal=1.5, **figures)
    figures = ratio(lambda: _read(services.client_for(connection)), bare)
    say("the same with a client made for each read", **figures)


def _read(client: ZohoClient) -> None:
    client.call(CRM, "GET", "org")


def bench_delivery(_zoho: SandboxZoho, connection: Connection) -> None:
    """A contact through the outbox against a bare POST of the same record."""
    row = connection.data_center_row
    access = broker.StoredTokens(connection, Transport(row.origins)).current()
    session = _bare_session(access)
    person = connection.created_by

    def deliver() -> None:
        outbox.submit(
            kind="crm.record",
            connection=connection,
            person=person,
            # Told to be meant: the same content again would only be asked about.
            idempotency_key=IdempotencyKey(uuid.uuid4().hex, is_second=True),
            title="Bench",
            payload=RecordPayload(**PAYLOAD),
        )

    record = PAYLOAD["values"]
    body = {"data": [record], "duplicate_check_fields": ["Email"]}
    url = f"{row.api}/crm/v8/Contacts/upsert"
    figures = ratio(deliver, lambda: session.post(url, json=body, timeout=30).json())
    say("token read and delivery against a bare session", goal=1.5, **figures)


def bench_pages(_zoho: SandboxZoho, connection: Connection) -> None:
    """Pages a second in one thread, and queries a page with few and many rows."""
    client = Client(HTTP_HOST=settings.ALLOWED_HOSTS[0])
    client.force_login(connection.created_by)
    pages = {
        "home": "/",
        "activity": "/deliveries/",
        "connections": "/connections/",
        "contact form": f"/c/{connection.slug}/crm/contacts/new/",
        "ticket form": f"/c/{connection.slug}/desk/tickets/new/",
    }
    few = {name: queries_of(client, url) for name, url in pages.items()}
    _many_rows(connection)
    for name, url in pages.items():
        get = partial(client.get, url)
        seconds = statistics.median(_seconds(get) for _ in range(9))
        say(
            f"page: {name}",
            pages_per_second=round(CALLS / seconds),
            queries=queries_of(client, url),
            queries_with_few_rows=few[name],
            rows=Delivery.objects.count(),
        )


def _seconds(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    for _ in range(CALLS):
        action()
    return time.perf_counter() - started


def _bare_session(access: str) -> requests.Session:
    session = requests.Session()
    session.headers["Authorization"] = f"Zoho-oauthtoken {access}"
    return session


def _many_rows(connection: Connection) -> None:
    Delivery.objects.bulk_create(
        Delivery(
            kind="crm.record",
            connection=connection,
            person=connection.created_by,
            title=f"Contact {number}",
            payload={},
            idempotency_key=uuid.uuid4().hex,
            fingerprint="",
            state=Delivery.State.DONE,
        )
        for number in range(ROWS)
    )


def _connected(zoho: SandboxZoho) -> Connection:
    admin = User.objects.add(
        "admin@example.com",
        role=Role.ADMIN,
        password="only for the bench",
        time_zone="UTC",
    )
    return _connect(zoho, admin, KEYS)


def _connect(zoho: SandboxZoho, admin: User, keys: list[str]) -> Connection:
    made = flow.begin_setup(
        person=admin,
        data_center="sandbox",
        feature_keys=keys,
        kind=OAuthClient.Kind.SELF,
    )
    client_id, secret = zoho.new_client("self")
    clients.save_client(made, client_id=client_id, secret=secret)
    code = zoho.new_code(client_id, ",".join(features.scopes(keys)))
    flow.connect_with_code(made, code)
    return made


PARTS: dict[str, Callable[[SandboxZoho, Connection], None]] = {
    "tokens": bench_tokens,
    "outbox": lambda zoho, connection: bench_outbox(zoho, connection, say),
    "idle": lambda _zoho, _connection: bench_idle(say),
    "stampede": bench_stampede,
    "client": bench_client,
    "delivery": bench_delivery,
    "pages": bench_pages,
    "forms": lambda zoho, _connection: bench_forms(zoho, _connect, say),
    "doors": lambda _zoho, connection: bench_doors(connection.created_by, say),
    "sign-in": lambda _zoho, _connection: bench_sign_in(say),
    "age": lambda _zoho, connection: bench_age(connection, say),
}

if __name__ == "__main__":
    main()
