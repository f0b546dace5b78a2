"""A portal process of its own whose threads ask the broker for a token.

    python -m tests.sweeps.caller [--lease SECONDS] [--doze SECONDS] [--die-before STEP]

Steered by lines of JSON: `{"threads": n, "calls": [[connection, moment], …]}` comes in
and, when all have their answer, what each of them got goes out. Moments are those of
`time.monotonic()`, which all processes of a machine share.
"""

import argparse
import hashlib
import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from threading import Thread
from typing import Any

import django

# Models can be imported only after this, so what follows stands below it (E402).
django.setup()

from django.db import connections as databases  # noqa: E402

from connections import services  # noqa: E402
from connections.models import Connection, Grant  # noqa: E402
from connections.tokens import broker, renewal  # noqa: E402
from connections.zoho import oauth  # noqa: E402
from connections.zoho.errors import ZohoError  # noqa: E402

# Where a process may die before it has asked Zoho: the function that it never enters.
STEPS = {"counting": (renewal, "spend_budget"), "asking": (oauth, "refresh")}


def name_of(token: str) -> str:
    """Return what may be said about a token, to tell it from others."""
    return hashlib.sha256(token.encode()).hexdigest()[:16]


class Caller(Thread):
    """One caller: waits for its moment, then wants a token."""

    def __init__(self, stored: broker.StoredTokens, about: dict[str, Any]) -> None:
        super().__init__(daemon=True)
        self._stored = stored
        self._about = about
        self.database: Any = None
        self.seen: dict[str, Any] = {}

    def run(self) -> None:
        self.database = databases["default"]
        time.sleep(max(0, self._about["at"] - time.monotonic()))
        began = time.monotonic()
        try:
            seen = {"token": name_of(self._stored.current()), "error": ""}
        except ZohoError as error:
            seen = {"token": "", "error": type(error).__name__, "code": error.code}
        except Exception as error:  # noqa: BLE001  # the parent is to see it
            seen = {"token": "", "error": repr(error)}
        ended = time.monotonic()
        self.database.close()
        self.seen = self._about | seen | {"began": began, "ended": ended}

    @property
    def holds_database(self) -> bool:
        return self.database is not None and self.database.connection is not None


def call(order: dict[str, Any]) -> dict[str, Any]:
    """Let all callers ask at once and return what they saw."""
    callers = []
    for name, at in order["calls"]:
        found = Connection.objects.get(pk=name)
        stored = broker.StoredTokens(
            found, services.transport_to(found.data_center_row)
        )
        about = {"connection": name, "at": at}
        callers += [Caller(stored, about) for _ in range(order["threads"])]
    databases.close_all()
    for caller in callers:
        caller.start()
    held = list(_while_they_wait(callers, min(at for _, at in order["calls"])))
    for caller in callers:
        caller.join()
    return {
        "callers": [caller.seen for caller in callers],
        "databases_held": min(held, default=0),
        "most_databases_held": max(held, default=0),
    }


def _while_they_wait(callers: list[Caller], at: float) -> Iterator[int]:
    """Count again and again, until the first has its token, who holds a database."""
    while not any(caller.seen for caller in callers):
        if time.monotonic() > at + 0.1:
            yield sum(caller.holds_database for caller in callers)
        time.sleep(0.005)


def _die(*_args: object, **_values: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _doze(seconds: float) -> None:
    """Let who took the lease fall asleep before it goes on."""
    lease = renewal.take

    def slow_lease(grant: Grant) -> str:
        owner = lease(grant)
        time.sleep(seconds if owner else 0)
        return owner

    renewal.take = slow_lease


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--lease", type=float)
    parser.add_argument("--doze", type=float)
    parser.add_argument("--die-before", choices=STEPS)
    return parser.parse_args()


def main() -> None:
    options = _options()
    if options.lease:
        renewal.LEASE = timedelta(seconds=options.lease)
    if options.doze:
        _doze(options.doze)
    if options.die_before:
        module, step = STEPS[options.die_before]
        assert hasattr(module, step)
        setattr(module, step, _die)
    print(json.dumps("ready"), flush=True)
    for line in sys.stdin:
        print(json.dumps(call(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
