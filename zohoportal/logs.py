"""The log: one line of JSON for each event, and no secret in any of them."""

import re
from collections.abc import MutableMapping
from typing import Any

import structlog

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
            "huey": {"level": "WARNING"},
            # At DEBUG urllib3 writes whole addresses; a code could be in one.
            "urllib3": {"level": "INFO"},
        },
    }


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
