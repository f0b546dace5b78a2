"""The one boundary for what comes from Zoho: checked types with bounds.

JSON is decoded once, within bounds of depth and size. What has another shape than
Zoho's is dropped: every function here returns something sound, or the empty value of
its type, and none is expensive, whatever it gets.
"""

from collections.abc import Collection
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from math import isfinite
from typing import Annotated, Any
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

Json = dict[str, Any]

# Zoho's own JSON nests about ten deep, and has a few thousand values.
DEEPEST = 40
MOST_CONTAINERS = 50_000
MOST_VALUES = 200_000
# Zoho's longest text is 65,535 characters, but for mails.
LONGEST_TEXT = 200_000
LONGEST_LINE = 500
LONGEST_NAME = 100
MOST_ROWS = 10_000
YEARS = range(1970, 2200)
# What a calendar can tell: people type any day.
ALL_YEARS = range(1, 10_000)
LARGEST_ID = 10**20
LARGEST_FILE = 10**12
LARGEST_COUNT = 10**12

_Id = Annotated[str, Meta(pattern=r"\A[0-9]{1,20}\Z")]
_Name = Annotated[str, Meta(pattern=r"\A[A-Za-z][A-Za-z0-9_]*\Z", max_length=100)]
_Digits = Annotated[str, Meta(pattern=r"\A[0-9]{1,15}\Z")]
_Moment = Annotated[datetime, Meta(tz=True)]


def decode(raw: bytes) -> Json | None:
    """Return the object that strict JSON holds, within bounds; else None.

    Databases do not take NUL and lone surrogates, so neither is taken here.
    """
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    containers = raw.count(b"{") + raw.count(b"[")
    if containers > MOST_CONTAINERS or raw.count(b",") > MOST_VALUES:
        return None
    try:
        body = _json.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    if not isinstance(body, dict) or not _is_flat_enough(body):
        return None
    is_odd = len(raw) > LONGEST_TEXT or b"\\u0000" in raw
    return body if not is_odd or _cut_texts(body) else None


def _finite(number: str) -> float | None:
    found = float(number)
    return found if isfinite(found) else None


_json = msgspec.json.Decoder(float_hook=_finite)


def _is_flat_enough(body: Json) -> bool:
    level: list[Any] = [body]
    for _ in range(DEEPEST):
        level = [
            child
            for node in level
            for child in (node.values() if type(node) is dict else node)
            if type(child) is dict or type(child) is list
        ]
        if not level:
            return True
    return False


def _cut_texts(node: Any) -> bool:
    """Cut what is too long; tell whether no text has a NUL in it."""
    if isinstance(node, dict) and "\0" in "".join(node):
        return False
    for key, value in list(node.items() if isinstance(node, dict) else enumerate(node)):
        if isinstance(value, str):
            if "\0" in value:
                return False
            node[key] = value[:LONGEST_TEXT]
        elif isinstance(value, dict | list) and not _cut_texts(value):
            return False
    return True


def identifier(value: object) -> str:
    """Return the id of something at Zoho, as text; empty where it is none."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) if 0 <= value < LARGEST_ID else ""
    return _as(_Id, value) or ""


def name(value: object) -> str:
    """Return Zoho's own name of a field or a module; empty where it is none."""
    return _as(_Name, value) or ""


def text(value: object, longest: int = LONGEST_LINE) -> str:
    """Return a text, or a number as one, cut short; empty for anything else."""
    if isinstance(value, str):
        return value[:longest]
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return repr(value)[:longest] if is_number else ""


def flag(value: object, *, otherwise: bool = False) -> bool:
    """Return yes or no, as such or as a word; for anything else what counts then."""
    return {"true": True, "false": False}.get(word(value), otherwise)


def word(value: object, longest: int = LONGEST_LINE) -> str:
    """Return a text or a number as `text` does, and yes or no as JSON writes it."""
    return str(value).lower() if isinstance(value, bool) else text(value, longest)


def moment(value: object, years: range = YEARS) -> datetime | None:
    """Return a moment with its zone, in a sane year; None for anything else."""
    found = _as(_Moment, value)
    return found if found and found.year in years else None


def http_moment(value: str) -> datetime | None:
    """Return a moment as headers write it; None for anything else."""
    try:
        found = parsedate_to_datetime(value[:LONGEST_NAME])
    except (TypeError, ValueError, OverflowError):
        return None
    return found if found.tzinfo and found.year in YEARS else None


def day(value: object) -> date | None:
    """Return a day of the calendar; None for anything else."""
    found: date | None = _as(date, value)
    return found


def count(value: object, most: int = LARGEST_COUNT) -> int | None:
    """Return how many there are, as a number or in digits; None for nonsense."""
    number = int(digits) if (digits := _as(_Digits, value)) else value
    if not isinstance(number, int | float) or isinstance(number, bool):
        return None
    return int(number) if 0 <= number <= most else None


def size(value: object) -> int | None:
    """Return the size of a file in bytes; None where Zoho does not say it."""
    return count(value, LARGEST_FILE)


def length(value: object, least: int, most: int, *, otherwise: int) -> int:
    """Return a length within its bounds, else what counts otherwise."""
    found = count(value, most)
    return found if found is not None and found >= least else otherwise


def one_of(value: object, known: Collection[str], otherwise: str) -> str:
    """Return a word that is known, else what counts otherwise."""
    return value if isinstance(value, str) and value in known else otherwise


def rows(value: object, most: int = MOST_ROWS) -> list[Json]:
    """Return the objects of a list, at most so many; none where it is no list."""
    found = value[:most] if isinstance(value, list) else ()
    return [row for row in found if isinstance(row, dict)]


def mapping(value: object) -> Json:
    """Return an object; an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def address(value: object, origins: Collection[str]) -> str:
    """Return an address at one of these origins, such as https://desk.zoho.eu.

    One that a browser could take for another host's is dropped: it is told apart by
    its beginning, letter by letter.
    """
    found = text(value, 2_000)
    if not (found.isascii() and found.isprintable()) or {" ", "\\"} & set(found):
        return ""
    try:
        parts = urlsplit(found)
    except ValueError:
        return ""
    return found if f"{parts.scheme}://{parts.netloc}" in origins else ""


def _as(kind: Any, value: object) -> Any:
    """Return a value as that type, or None."""
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError:
        return None
