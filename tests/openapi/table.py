"""Our own table of what Zoho may be asked, so that a fresh clone can judge itself.

`table/*.toml` has a row for each call: the names that may go into its query, header,
JSON body, form or part of a form with files; those with ! have to. A dot leads into an
object. `file` is the one of Zoho's OpenAPI files that the row agrees with; where it
differs, or where no file knows the call, `facts` says by what.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).with_name("table")
PLACES = ("query", "header", "body", "form", "part")
# Where a call can bring one thing only, and what that is.
CONTENTS = {
    "body": "application/json",
    "form": "application/x-www-form-urlencoded",
    "part": "multipart/form-data",
}
# What every request has.
USUAL = {
    "accept",
    "accept-encoding",
    "connection",
    "content-length",
    "content-type",
    "host",
    "user-agent",
}
Entry = dict[str, Any]
Names = dict[str, bool]


@dataclass(frozen=True)
class Call:
    """A row; its names by their place, each with whether it has to be sent."""

    method: str
    path: str
    names: dict[str, Names]
    file: str | None
    facts: str | dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Return the paths it is about: any version, modules by name, ids in digits."""
        path = re.sub(r"^/crm/v8/", r"/crm/v\\d+/", self.path)
        return re.compile(re.sub(r"\{\w+\}", r"\\d+", path.replace("{module}", r"\w+")))

    @property
    def example(self) -> str:
        """Return a path that it is about."""
        return re.sub(r"\{\w+\}", "1", self.path.replace("{module}", "Contacts"))

    def knows(self, place: str, within: str) -> bool:
        """Tell whether it says which names an object has."""
        return bool(_names_in(self.names.get(place, {}), within))

    def findings(self, entry: Entry) -> Iterator[str]:
        """Yield what is wrong with the names in a request."""
        yield from _wrong("query", self.names.get("query", {}), entry["query"])
        headers = {
            name: value
            for name, value in entry["headers"].items()
            if name.lower() not in USUAL
        }
        yield from _wrong("header", self.names.get("header", {}), headers)
        yield from self._wrong_content(entry)

    def _wrong_content(self, entry: Entry) -> Iterator[str]:
        place = next((each for each in CONTENTS if each in self.names), "")
        wanted, kind = CONTENTS.get(place, ""), _content_type(entry)
        if kind != wanted:
            yield f"{wanted or 'nothing'} is sent here, not {kind or 'nothing'}"
        elif place:
            sent = {
                "body": entry["body"],
                "form": entry["form"],
                "part": entry["parts"],
            }
            yield from _wrong(place, self.names[place], sent[place])


def find(method: str, path: str) -> Call | None:
    """Return the row with the fewest blanks that a request fits."""
    fitting = [
        each
        for each in calls()
        if each.method == method and each.pattern.fullmatch(path)
    ]
    return min(fitting, key=lambda each: each.path.count("{"), default=None)


@cache
def calls() -> list[Call]:
    return [
        _call(request, row)
        for file in sorted(FOLDER.glob("*.toml"))
        for request, row in tomllib.loads(file.read_text("utf-8")).items()
    ]


def _call(request: str, row: dict[str, Any]) -> Call:
    method, path = request.split()
    names = {
        place: {name.rstrip("!"): name.endswith("!") for name in row[place].split()}
        for place in PLACES
        if place in row
    }
    return Call(method, path, names, row.get("file"), row.get("facts", {}))


def _content_type(entry: Entry) -> str:
    headers = {name.lower(): value for name, value in entry["headers"].items()}
    # The journal tells no headers of the accounts server's visitors.
    form = CONTENTS["form"] if entry["form"] else ""
    return str(headers.get("content-type", form)).partition(";")[0]


def _wrong(place: str, names: Names, sent: Any, within: str = "") -> Iterator[str]:
    """Yield the names that are missing, and those that are not in the table."""
    known = _names_in(names, within)
    if not isinstance(sent, Mapping):
        yield f"{place} {within}: an object is sent here"
        return
    for name, is_required in known.items():
        if is_required and name not in sent:
            yield f"{place} {within}{name}: it is missing"
    for name, value in sent.items():
        if name not in known:
            yield f"{place} {within}{name}: the table does not know it"
        elif _names_in(names, f"{within}{name}."):
            yield from _wrong(place, names, value, f"{within}{name}.")


def _names_in(names: Names, within: str) -> Names:
    """Return the names of one object."""
    return {
        rest: is_required
        for name, is_required in names.items()
        if name.startswith(within) and "." not in (rest := name[len(within) :])
    }
