"""What a page costs while strangers try passwords, beside what it costs else."""

import itertools
import statistics
import threading
import time
from collections import Counter
from collections.abc import Callable

from tests.support.people import PASSWORD, add_person
from tests.workers.strangers import Stranger
from tests.workers.web import Browser, WebServer
from zohoportal.accounts.models import Role

CLIENTS = 50
PAGES = 60
GOAL_RATIO = 2

Say = Callable[..., None]


def bench_sign_in(say: Say) -> None:
    """Print a page's median with and without 50 clients who sign in all the time."""
    browser = Browser(add_person("bench-sign-in@example.com", Role.STAFF))
    for is_patient in (True, False):
        with WebServer(processes=2) as server:
            idle = _median(server, browser)
            flood = Flood(server, is_patient=is_patient)
            with flood:
                busy = _median(server, browser)
        say(
            "a page beside clients who sign in",
            goal_ratio=GOAL_RATIO,
            clients=CLIENTS,
            wait_as_told=is_patient,
            idle_ms=round(idle * 1000, 1),
            busy_ms=round(busy * 1000, 1),
            ratio=round(busy / idle, 2),
            answers=dict(sorted(flood.answers.items())),
        )


def _median(server: WebServer, browser: Browser) -> float:
    seconds = []
    for _ in range(PAGES):
        began = time.perf_counter()
        assert browser.get(server, "/account/settings/").status_code == 200
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds)


class Flood:
    """Clients at as many addresses who try one account after the other.

    Refused, they wait as they are told, or not at all.
    """

    def __init__(self, server: WebServer, *, is_patient: bool) -> None:
        self._is_patient = is_patient
        self.answers: Counter[int] = Counter()
        self._server = server
        self._over = threading.Event()
        self._threads = [
            threading.Thread(target=self._try, args=(number,))
            for number in range(CLIENTS)
        ]

    def __enter__(self) -> None:
        for thread in self._threads:
            thread.start()

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _try(self, number: int) -> None:
        stranger = Stranger(self._server, f"198.51.100.{number}")
        for account in itertools.count():
            answer = stranger.sign_in(f"p{account}.{number}@example.com", PASSWORD)
            self.answers[answer.status_code] += 1
            pause = float(answer.headers.get("Retry-After", 0))
            if self._over.wait(pause if self._is_patient else 0):
                return
