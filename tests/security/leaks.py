"""Finds secrets where they should not be: in clear, or in a thin disguise."""

import base64
import html
import json
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, quote_plus

from django.db import connection as database
from django.db.utils import InternalError

SHORTEST = 12
# So much of a long secret is a leak, too; pages may show its last four letters.
PART = 16


@dataclass(frozen=True, order=True)
class Leak:
    """`secret` stands in `place`, written as `form`; never holds the secret itself."""

    place: str
    secret: str
    form: str


def find(secrets: Mapping[str, str], places: Mapping[str, str | bytes]) -> list[Leak]:
    """Return every secret found in a place, whatever it is written as."""
    needles = {name: dict(_forms(value)) for name, value in secrets.items()}
    found = set()
    for place, content in places.items():
        text = content.encode() if isinstance(content, str) else content
        folded = text.lower()
        for name, forms in needles.items():
            for form, needle in forms.items():
                hay = folded if form == "hex" else text
                if needle in hay:
                    found.add(Leak(place, name, form))
    return sorted(found)


def _forms(secret: str) -> Iterator[tuple[str, bytes]]:
    """Yield the ways in which a secret may be written."""
    raw = secret.encode()
    assert len(raw) >= SHORTEST, "too short to be searched for"
    yield "raw", raw
    yield "hex", raw.hex().encode()
    yield "address", quote(secret, safe="").encode()
    yield "form", quote_plus(secret).encode()
    yield "html", html.escape(secret).encode()
    yield "json", json.dumps(secret)[1:-1].encode()
    yield "backwards", raw[::-1]
    if len(raw) > 2 * PART:
        yield "beginning", raw[:PART]
        yield "end", raw[-PART:]
    for shift in range(3):
        for name, encode in (
            ("base64", base64.b64encode),
            ("base64url", base64.urlsafe_b64encode),
        ):
            yield f"{name}+{shift}", _inner(encode(bytes(shift) + raw), shift)


def _inner(encoded: bytes, shift: int) -> bytes:
    """Cut off the letters that depend on what stands before and after the secret."""
    start = (0, 2, 3)[shift]
    return encoded.rstrip(b"=")[start:-1]


def database_content() -> dict[str, str]:
    """Return every table as text."""
    found = {}
    with database.cursor() as cursor:
        for table in database.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {database.ops.quote_name(table)}")
            found[f"table {table}"] = "\n".join(map(_line, cursor.fetchall()))
    return found


def database_left_behind() -> dict[str, str]:
    """Return the tables, and the sessions opened; nothing where no test may look."""
    # Models can be imported only once Django is set up, and plugins come before.
    from zohoportal.accounts.models import Session

    try:
        database.ensure_connection()
    except RuntimeError:
        # This is how pytest-django keeps tests that did not ask for it out.
        return {}
    if database.needs_rollback:
        return {}
    try:
        opened = [repr(session.get_decoded()) for session in Session.objects.all()]
    except InternalError:
        # PostgreSQL reads nothing more in a transaction that a test broke on purpose.
        return {}
    return database_content() | {"inside the sessions": "\n".join(opened)}


def database_files() -> dict[str, bytes]:
    """Return the bytes of SQLite's files; nothing for a database server."""
    if database.vendor != "sqlite":
        return {}
    file = Path(str(database.settings_dict["NAME"]))
    files = [file, *file.parent.glob(f"{file.name}-*")]
    return {f"file {each.suffix}": _read_elsewhere(each) for each in files}


def _read_elsewhere(file: Path) -> bytes:
    """Read a database file in another process.

    Closing it in this one would end all of SQLite's locks on it here:
    https://www.sqlite.org/howtocorrupt.html#_posix_advisory_locks_canceled
    """
    return subprocess.run(["cat", str(file)], check=True, capture_output=True).stdout


def _line(row: Iterable[object]) -> str:
    return "\t".join(
        bytes(value).hex() if isinstance(value, bytes | memoryview) else str(value)
        for value in row
    )
