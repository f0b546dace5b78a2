"""Lets a `Watch` see the whole suite; a secret that came out fails the session."""

import logging
from collections.abc import Callable, Generator
from urllib.parse import parse_qs, urlsplit

import pytest
import structlog
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from tests.leak_watch import COMPANY, CONSENT, LINK, SESSION, Watch
from zohoportal.sandbox.journal import SECRET_NAMES

TYPED = (*SECRET_NAMES, "password")
WATCH = Watch()

Handler = Callable[[HttpRequest], HttpResponseBase]


def watched(get_response: Handler) -> Handler:
    """Show every answer to the watch, and let it learn what people typed."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        _learn_from(request, response)
        _show(request, response)
        return response

    return answer


def _learn_from(request: HttpRequest, response: HttpResponseBase) -> None:
    # Not `request.POST`, which would read a body that nobody has read.
    for fields in (request.GET, getattr(request, "_post", {})):
        for name in TYPED:
            WATCH.learn(name, fields.get(name, ""))
        WATCH.learn(LINK, fields.get("link", "").rpartition("#")[2])
    name = settings.SESSION_COOKIE_NAME
    WATCH.learn(SESSION, request.COOKIES.get(name, ""))
    if name in response.cookies:
        WATCH.learn(SESSION, response.cookies[name].value)
    for state in parse_qs(urlsplit(response.get("Location", "")).query).get(
        "state", []
    ):
        WATCH.learn("state", state)


def _show(request: HttpRequest, response: HttpResponseBase) -> None:
    match = request.resolver_match
    page = f"page {match.view_name if match else 'of no view'}"
    for name, value in response.items():
        is_trip = name == "Location" and (CONSENT in value or COMPANY in value)
        if not is_trip:
            WATCH.show(page, f"{name}: {value}")
    if not response.streaming:
        WATCH.show(page, getattr(response, "content", b""))


class LogWatch(logging.Handler):
    """Shows the lines that the portal would write with LOG_LEVEL=DEBUG."""

    def __init__(self, watch: Watch) -> None:
        super().__init__()
        self._watch = watch

    def emit(self, record: logging.LogRecord) -> None:
        self._watch.show("the log", self.format(record))


def portal_log_format() -> logging.Formatter:
    """Return the formatter of the portal's own log."""
    return next(
        handler.formatter
        for handler in logging.getLogger().handlers
        if isinstance(handler.formatter, structlog.stdlib.ProcessorFormatter)
    )


def pytest_sessionstart() -> None:
    settings.MIDDLEWARE = [f"{__name__}.watched", *settings.MIDDLEWARE]
    root = logging.getLogger()
    for handler in root.handlers:
        # What is written elsewhere stays as it was.
        handler.setLevel(max(handler.level, root.level))
    log = LogWatch(WATCH)
    log.setFormatter(portal_log_format())
    root.addHandler(log)
    root.setLevel(logging.DEBUG)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Generator[None, object, object]:
    try:
        return (yield)
    finally:
        WATCH.gather()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    try:
        return (yield)
    finally:
        WATCH.judge(item.nodeid)


def pytest_sessionfinish(session: pytest.Session) -> None:
    if WATCH.found:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    megabytes = WATCH.bytes_seen / 1_000_000
    terminalreporter.write_line(
        f"Leak scan: {WATCH.secrets_seen} secrets sought in {megabytes:.1f} MB, "
        f"{len(WATCH.found)} tests leaked."
    )
    for test, hits in WATCH.found.items():
        for hit in hits:
            terminalreporter.write_line(
                f"LEAK {test}: {hit.secret}, written as {hit.form}, in {hit.place}"
            )
