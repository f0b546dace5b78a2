"""Keeps secrets out of the log, as a last line of defence."""

import re
from collections.abc import MutableMapping
from typing import Any

# Codes, access and refresh tokens: https://www.zoho.com/accounts/protocol/oauth.html
TOKEN = re.compile(r"1000\.[0-9a-zA-Z]{16,}(\.[0-9a-zA-Z]{16,})?")
NAMED = re.compile(
    r"((?:code|state|client_secret|refresh_token|access_token|password)"
    r"[\"']?\s*[=:]\s*[\"']?)[^\s&\"',}]+",
    re.IGNORECASE,
)


def without_secrets(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Return the log entry with everything that looks like a secret blanked."""
    return {name: _blanked(value) for name, value in event.items()}


def _blanked(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    # Whatever else is logged, requests among it, is written as its text.
    return NAMED.sub(r"\1…", TOKEN.sub("1000.…", str(value)))
