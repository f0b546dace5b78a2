"""Judge every request of the portal that reached the sandbox.

Its names are judged everywhere, by our own table; its values where Zoho's files are.
What has no fault but that a file is wrong stands in `requests.toml`, each with its
reason and an example. What never arrived whole, because a worker was killed or a line
was cut, is no request.
"""

import json
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

from tests.openapi import table
from tests.openapi.normaliser import Schema, errors
from tests.openapi.operations import Operation, Parameter, find
from tests.openapi.table import Call, Entry

LIST = Path(__file__).with_name("requests.toml")
JUDGED = ("/crm/", "/api/v1/", "/books/v3/", "/oauth/")
# The older form of what Books takes: JSON in one field of a form.
JSON_FIELD = "JSONString"
# The tests' own client asks wrong questions on purpose, to see the refusals.
TESTS = "tests"
# The sandbox's own way from its consent page back to the portal.
CONSENT = ("POST", "/oauth/v2/auth")
# What the table says about names is not asked again.
ABOUT_NAMES = ("required", "additionalProperties", "minProperties", "maxProperties")


@cache
def exceptions() -> dict[str, list[dict[str, Any]]]:
    """Return the checked-in list: what is `moved` and what is `tolerated`."""
    return tomllib.loads(LIST.read_text("utf-8"))


def problems(journal: list[Entry]) -> list[str]:
    """Return what is wrong with the requests."""
    return [
        f"{entry['method']} {entry['path']}: {each}"
        for entry in journal
        if entry["path"].startswith(JUDGED)
        and (entry["method"], entry["path"]) != CONSENT
        and entry["is_whole"]
        and entry["user_agent"] != TESTS
        for each in problems_of(entry)
    ]


def problems_of(entry: Entry, *, tolerant: bool = True) -> list[str]:
    """Return what is wrong with one request and, if tolerant, not in the list."""
    entry = _as_json(entry)
    call = table.find(entry["method"], entry["path"])
    if call is None:
        return ["the table does not know it"]
    return [*call.findings(entry), *_wrong_values(call, entry, tolerant=tolerant)]


def _as_json(entry: Entry) -> Entry:
    """Return a request with the older form field of Books as if it had sent JSON."""
    if entry["form"].keys() != {JSON_FIELD} or not entry["path"].startswith("/books/"):
        return entry
    try:
        body = json.loads(entry["form"][JSON_FIELD])
    except ValueError:
        return entry
    others = {
        name: value
        for name, value in entry["headers"].items()
        if name.lower() != "content-type"
    }
    headers = others | {"Content-Type": table.CONTENTS["body"]}
    return {**entry, "headers": headers, "form": {}, "body": body}


def in_its_place(operation: Operation, parameter: Parameter) -> Parameter:
    """Return a parameter where the documentation has it."""
    for entry in exceptions()["moved"]:
        if entry["name"] == parameter.name and fnmatchcase(
            str(operation), entry["request"]
        ):
            return Parameter(
                entry["to"], parameter.name, parameter.is_required, parameter.schema
            )
    return parameter


def _wrong_values(call: Call, entry: Entry, *, tolerant: bool) -> Iterator[str]:
    operation = find(entry["method"], entry["path"]) if call.file else None
    if operation is None:
        return
    for each in [
        *_wrong_parameters(operation, entry),
        *_wrong_body(operation, call, entry),
    ]:
        if not (tolerant and _is_tolerated(str(operation), each)):
            yield each


def _wrong_parameters(operation: Operation, entry: Entry) -> Iterator[str]:
    match = operation.pattern.fullmatch(entry["path"])
    sent = {
        "path": match.groupdict() if match else {},
        "query": entry["query"],
        "header": entry["headers"],
    }
    for each in operation.parameters:
        known = in_its_place(operation, each)
        value = sent[known.place].get(known.name)
        if value is not None and (complaint := _complaint(known.schema, value)):
            yield f"{known.place} {known.name}: {complaint}"


def _complaint(schema: Schema, text: str) -> str:
    return "; ".join(error.message for error in errors(schema, _read(text, schema)))


def _read(text: str, schema: Schema) -> object:
    """Return what a text in an address means to a schema."""
    types = schema.get("type", [])
    if "boolean" in types and text in ("true", "false"):
        return text == "true"
    if "integer" in types and text.isdecimal():
        return int(text)
    return text.split(",") if "array" in types else text


def _wrong_body(operation: Operation, call: Call, entry: Entry) -> Iterator[str]:
    place, body = (
        ("part", entry["parts"]) if entry["parts"] else ("body", entry["body"])
    )
    schema = operation.bodies.get(table.CONTENTS[place])
    if body is None or schema is None:
        return
    if place == "part":
        body = {name: _file(schema, name, told) for name, told in body.items()}
    for error in errors(schema, body):
        within = "".join(f"{step}." for step in error.path)
        if error.validator not in ABOUT_NAMES or not call.knows(place, within):
            yield f"{place} /{within.replace('.', '/').rstrip('/')}: {error.message}"


def _file(schema: Schema, name: str, told: object) -> object:
    """Return a part as the schema has it: some take several files by one name."""
    part = schema.get("properties", {}).get(name, {})
    return [told] if part.get("type") == "array" else told


def _is_tolerated(request: str, finding: str) -> bool:
    return any(
        fnmatchcase(request, entry["request"])
        and fnmatchcase(finding, entry["finding"])
        for entry in exceptions()["tolerated"]
    )
