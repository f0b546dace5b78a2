"""How long a page waits for what it is made of: three seconds in all."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse

PAGE_SECONDS = 3.0
# Who is no page waits for another reader's answer as long as for an own one.
ELSEWHERE_SECONDS = 30.0


@dataclass
class _Budget:
    seconds: float


_budget: ContextVar[_Budget | None] = ContextVar("schema_budget", default=None)


def of_a_page(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Give each request its time to wait: middleware."""

    def answer(request: HttpRequest) -> HttpResponse:
        token = _budget.set(_Budget(PAGE_SECONDS))
        try:
            return get_response(request)
        finally:
            _budget.reset(token)

    return answer


def is_page() -> bool:
    """Tell whether somebody waits at a page."""
    return _budget.get() is not None


def leave_page() -> None:
    """Have nobody wait at a page, in this context."""
    _budget.set(None)


@contextmanager
def spent() -> Iterator[float]:
    """Give the seconds that may be waited; what passes meanwhile is taken from them."""
    budget = _budget.get() or _Budget(ELSEWHERE_SECONDS)
    began = time.monotonic()
    try:
        yield budget.seconds
    finally:
        budget.seconds = max(0.0, budget.seconds - (time.monotonic() - began))
