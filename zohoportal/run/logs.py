"""The log: one line of JSON for each event, and no secret in any of them."""

import logging
import re
import sys
import threading
from collections.abc import MutableMapping
from types import TracebackType
from typing import Any

import structlog

logger = logging.getLogger(__name__)

# Codes, access and refresh tokens: https://www.zoho.com/accounts/protocol/oauth.html
TOKEN = re.compile(r"1000\.[0-9a-zA-Z]{16,}(\.[0-9a-zA-Z]{16,})?")
NAMED = re.compile(
    r"((?:code|state|client_secret|refresh_token|access_token|password)"
    r"[\"']?\s*[=:]\s*[\"']?)[^\s&\"',}]+",
    re.IGNORECASE,
)


def logging_config(level: str) -> dict[str, Any]:
    """Return Django's LOGGING; sets structlog up to go the same way."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.ExtraAdder(),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    json_lines = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": shared,
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            without_secrets,
            structlog.processors.JSONRenderer(),
        ],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": json_lines},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # Django's own handlers would mail settings and print every request twice.
            "django": {"handlers": [], "level": "WARNING", "propagate": True},
            "django.server": {"handlers": [], "propagate": False},
            # Two lines for each time that a worker is woken.
            "django_tasks": {"level": "WARNING"},
            "django_tasks_db": {"level": "WARNING"},
            # At DEBUG urllib3 writes whole addresses; a code could be in one.
            "urllib3": {"level": "INFO"},
        },
    }


def log_what_nobody_caught() -> None:
    """Let exceptions that end a thread or a process go the log's way, too."""
    sys.excepthook = _uncaught
    threading.excepthook = lambda left: _uncaught(
        left.exc_type, left.exc_value, left.exc_traceback
    )
    sys.unraisablehook = lambda left: _uncaught(
        left.exc_type, left.exc_value, left.exc_traceback
    )


def _uncaught(
    kind: type[BaseException],
    error: BaseException | None,
    trace: TracebackType | None,
) -> None:
    if issubclass(kind, KeyboardInterrupt | SystemExit):
        return
    found = error or kind()
    where = {"in_thread": threading.current_thread().name}
    logger.critical("nobody caught it", exc_info=(kind, found, trace), extra=where)


def without_secrets(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Return the log entry with everything that looks like a secret blanked."""
    return {name: _blanked(value) for name, value in event.items()}


def request_id() -> str:
    """Return the number of the web request under way; empty outside of one."""
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))


def _blanked(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    # Whatever else is logged, requests among it, is written as its text.
    return NAMED.sub(r"\1…", TOKEN.sub("1000.…", str(value)))
