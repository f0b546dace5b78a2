"""Zoho's recorded answers, from `tests/replies/<area>/<case>.<status>.json`.

The shapes are Zoho's; every person, organisation and id in them is invented.
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from requests.structures import CaseInsensitiveDict

from connections.zoho.transport import Reply

FOLDER = Path(__file__).with_name("replies")
NOW = datetime(2026, 5, 14, 12, 0, tzinfo=UTC)


def recorded(area: str, case: str, **headers: str) -> Reply:
    """Return a recorded answer as the transport hands it on."""
    (file,) = FOLDER.glob(f"{area}/{case}.*.json")
    return answer(int(file.suffixes[-2][1:]), file.read_bytes(), **headers)


def answer(status: int, body: bytes, **headers: str) -> Reply:
    """Return an answer with any body."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, CaseInsensitiveDict(named), body, "zoho.example", NOW)


def body_of(area: str, case: str) -> Any:
    """Return the JSON of a recorded answer, to script the sandbox with."""
    return json.loads(recorded(area, case).body)
