"""Requests as the sandbox's journal has them, made for tests of the judges."""

from typing import Any
from urllib.parse import parse_qsl

from tests.openapi.table import CONTENTS, Entry

DESK = {"orgId": "60001280952"}


def request(
    method: str,
    address: str,
    body: Any = None,
    *,
    parts: dict[str, str] | None = None,
    form: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
) -> Entry:
    path, _, query = address.partition("?")
    kind = f"{CONTENTS['part']}; boundary=x" if parts else ""
    kind = CONTENTS["body"] if body is not None else kind
    every = {
        "Host": "127.0.0.1",
        "User-Agent": "Zoho-Portal",
        "Content-Type": kind,
        **(DESK if path.startswith("/api/v1/") else {}),
        **(headers or {}),
    }
    told = {name: value for name, value in every.items() if value}
    return {
        "method": method,
        "path": path,
        "query": dict(parse_qsl(query, keep_blank_values=True)),
        "form": form or {},
        # The journal tells no headers of the accounts server's visitors.
        "headers": {} if path.startswith("/oauth/") else told,
        "user_agent": every["User-Agent"],
        "is_whole": True,
        "body": body,
        "parts": parts,
    }
