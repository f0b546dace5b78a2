"""Judge every request to Campaigns that reached the sandbox, by a table of our own.

Zoho publishes no OpenAPI of Campaigns: the table is what its documentation says, with
what was seen to work. Whatever is personal stands in a body, never in an address.
"""

import json
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

Entry = dict[str, Any]
BASE = "/api/v1.1/"
ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")
TESTS = "tests"


@dataclass(frozen=True)
class Call:
    """What a method takes: by query where it reads, by form where it writes."""

    method: str
    needs: Collection[str]
    takes: Collection[str] = field(default=())


PAGE = ("sort", "fromindex", "range")
TABLE = {
    "json/listsubscribe": Call(
        "POST", ("resfmt", "listkey", "contactinfo"), ("source", "topic_id")
    ),
    "json/listunsubscribe": Call("POST", ("resfmt", "listkey", "contactinfo")),
    "json/contactdonotmail": Call("POST", ("resfmt", "contactinfo")),
    "getmailinglists": Call("GET", ("resfmt", *PAGE)),
    "getlistsubscribers": Call("GET", ("resfmt", "listkey", "status", *PAGE)),
    "contact/allfields": Call("GET", ("type",)),
    "topics": Call("GET", ("details",), ("resfmt",)),
}


def problems(journal: list[Entry]) -> list[str]:
    """Return what is wrong with the requests to Campaigns."""
    return [
        f"{entry['method']} {entry['path']}: {each}"
        for entry in journal
        if entry["path"].startswith(BASE)
        and entry["is_whole"]
        and entry["user_agent"] != TESTS
        for each in problems_of(entry)
    ]


def problems_of(entry: Entry) -> list[str]:
    """Return what is wrong with one request."""
    call = TABLE.get(entry["path"].removeprefix(BASE))
    if call is None or call.method != entry["method"]:
        return ["the table does not know it"]
    reads = call.method == "GET"
    given, other = entry["query"], entry["form"]
    if not reads:
        given, other = other, given
    found = [f"{name} is missing" for name in set(call.needs) - set(given)]
    known = {*call.needs, *call.takes}
    found += [f"{name} is not documented" for name in set(given) - known]
    found += [f"{name} is in the wrong place" for name in other]
    if given.get("resfmt", "JSON") != "JSON":
        found.append("resfmt is not JSON")
    if any(ADDRESS.search(value) for value in entry["query"].values()):
        found.append("an address stands in the query")
    return found + _contact(given.get("contactinfo"))


def _contact(text: str | None) -> list[str]:
    if text is None:
        return []
    try:
        info = json.loads(text)
    except ValueError:
        return ["contactinfo is no JSON"]
    values = list(info.values()) if isinstance(info, dict) else [None]
    if not all(isinstance(value, str) for value in values):
        return ["contactinfo is no object of texts"]
    return [] if "Contact Email" in info else ["contactinfo has no address"]
