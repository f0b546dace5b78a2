"""The codes of Campaigns as our notes on Zoho's documentation list them.

The notes lie beside Zoho's OpenAPI files, where `ZOHO_OPENAPI_DIR` says.
"""

import os
import re
from pathlib import Path

# How the notes call what has codes of its own.
METHODS = {
    "listsubscribe": "listsubscribe",
    "General table": "general",
    "addlistsubscribersinbulk": "",  # not used here
    "getlistsubscribers": "getlistsubscribers",
    "getmailinglists": "getmailinglists",
    "contactdonotmail": "contactdonotmail",
    "listunsubscribe": "listunsubscribe",
}
ROW = re.compile(r"^\| 7\.1 codes \|(?P<text>.*)\|$", re.MULTILINE)
PART = re.compile(rf"(?P<method>{'|'.join(METHODS)}): (?P<codes>.*?)(?:\.\s|\*\*|=>)")
CODE = re.compile(r"\b\d{3,4}\b")
TOPICS = re.compile(r"errors (?P<first>\d{4})-(?P<last>\d{4}) \(")
# Of the older notes: codes of subscribing, those in general, and those of lists.
OLDER = re.compile(
    r"errors may come with HTTP 200: (?P<subscribing>[^;]*); general list also "
    r"(?P<general>.*)\."
)
OF_LISTS = re.compile(r"getmailinglists.*errors (?P<codes>[\d, ]+)\.")


def folder() -> Path | None:
    """Return where the notes are; None where this machine has none."""
    named = os.environ.get("ZOHO_OPENAPI_DIR", "")
    found = Path(named).parent if named else None
    return found if found and (found / "facts-additions.md").exists() else None


def older_rows(notes: str) -> set[tuple[str, str]]:
    """Return the same of the older notes, which the newer ones correct."""
    found: set[tuple[str, str]] = set()
    if older := OLDER.search(notes):
        of_subscribing = CODE.findall(older["subscribing"])
        found |= {("listsubscribe", code) for code in of_subscribing}
        found |= {("general", code) for code in CODE.findall(older["general"])}
    if lists := OF_LISTS.search(notes):
        codes = CODE.findall(lists["codes"])
        found |= {("getmailinglists", code) for code in codes}
    return found


def rows(notes: str) -> set[tuple[str, str]]:
    """Return method and code of every row of the notes; a row says what is meant."""
    found: set[tuple[str, str]] = set()
    table = ROW.search(notes)
    for part in PART.finditer(table["text"] if table else ""):
        method = METHODS[part["method"]]
        found |= {(method, code) for code in CODE.findall(part["codes"]) if method}
    if topics := TOPICS.search(notes):
        span = range(int(topics["first"]), int(topics["last"]) + 1)
        found |= {("topics", str(code)) for code in span}
    return found
