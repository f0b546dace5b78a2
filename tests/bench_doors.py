"""What strangers who keep the web server waiting cost everybody else."""

import itertools
import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from statistics import quantiles
from typing import Any

import requests

from tests.slow_clients import BEGINNINGS, SlowClients
from tests.workers.web import Browser, WebServer
from zohoportal.accounts.models import User

NUMBERS = (20, 200)
SECONDS = float(os.environ.get("DOORS_SECONDS", "60"))
PEOPLE = 4
PATIENCE = 20.0
# Pages a second beside the idle figure that the server has to keep at 20 of them.
GOAL = 0.5


def bench_doors(person: User, say: Callable[..., None]) -> None:
    """Print pages a second and their p95, idle and with strangers at the door."""
    with WebServer(processes=2) as server:
        browser = Browser(person)
        measure(server, browser, SECONDS / 4)
        for kind, number in itertools.product(BEGINNINGS, NUMBERS):
            # Just before, as other things may run on this machine.
            idle = measure(server, browser, SECONDS / 2)
            with at_the_door(server, kind, number) as slow:
                found = measure(server, browser, SECONDS)
            ratio = round(found["pages_per_second"] / idle["pages_per_second"], 2)
            figure = f"doors: pages, {number} {kind}"
            goal = {"goal_ratio": GOAL} if number == NUMBERS[0] else {}
            before = {
                f"idle_{name}": idle[name] for name in ("pages_per_second", "p95_ms")
            }
            say(figure, ratio=ratio, **goal, **before, **found, reopened=slow.reopened)


@contextmanager
def at_the_door(server: WebServer, kind: str, number: int) -> Iterator[SlowClients]:
    with SlowClients(server.port, kind, number) as slow:
        # They all have arrived before anybody counts.
        time.sleep(2)
        yield slow


def measure(server: WebServer, browser: Browser, seconds: float) -> dict[str, Any]:
    """Let a few people load the first page one after the other for so long."""
    until = time.monotonic() + seconds
    with ThreadPoolExecutor(PEOPLE) as pool:
        each = [pool.submit(_load, server, browser, until) for _ in range(PEOPLE)]
        times = [taken for one in each for taken in one.result()]
    answered = sorted(taken for taken in times if taken is not None)
    p95 = quantiles(answered, n=20)[-1] * 1000 if len(answered) > 1 else None
    return {
        "pages_per_second": round(len(answered) / seconds, 1),
        "p95_ms": p95 and round(p95),
        "without_answer": len(times) - len(answered),
        "rss_mb": round(server.memory / 1024 / 1024),
    }


def _load(server: WebServer, browser: Browser, until: float) -> list[float | None]:
    taken: list[float | None] = []
    while (began := time.monotonic()) < until:
        try:
            answer = browser.get(server, "/", timeout=PATIENCE)
        except requests.RequestException:
            taken.append(None)
            continue
        if answer.status_code != 200:
            raise RuntimeError(f"The page was answered with {answer.status_code}.")
        taken.append(time.monotonic() - began)
    return taken
