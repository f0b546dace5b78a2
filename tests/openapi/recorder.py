"""Judge every request of the portal that reached the sandbox by Zoho's files.

What has no fault but that a file is wrong or silent stands in `requests.toml`, each
with its reason and an example. What never arrived whole, because a worker was killed
or a line was cut, is no request.
"""

import tomllib
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

from tests.openapi.normaliser import Schema, errors, folder
from tests.openapi.operations import Operation, Parameter, find

LIST = Path(__file__).with_name("requests.toml")
PRODUCTS = ("/crm/", "/api/v1/")
# The tests' own client asks wrong questions on purpose, to see the refusals.
TESTS = "tests"
# What every request has: OpenAPI does not list these among the parameters.
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


@cache
def exceptions() -> dict[str, list[dict[str, Any]]]:
    """Return the checked-in list: what is `moved` and what is `tolerated`."""
    return tomllib.loads(LIST.read_text("utf-8"))


def problems(journal: list[Entry]) -> list[str]:
    """Return what is wrong with the requests, if there are files to judge them by."""
    if folder() is None:
        return []
    return [
        f"{entry['method']} {entry['path']}: {each}"
        for entry in journal
        if entry["path"].startswith(PRODUCTS)
        and entry["is_whole"]
        and entry["user_agent"] != TESTS
        for each in problems_of(entry)
    ]


def problems_of(entry: Entry, *, tolerant: bool = True) -> list[str]:
    """Return what is wrong with one request and, if tolerant, not in the list."""
    operation = find(entry["method"], entry["path"])
    name = str(operation or f"? {entry['method']} {entry['path']}")
    found = _findings(operation, entry) if operation else iter(["no file knows it"])
    return [each for each in found if not (tolerant and _is_tolerated(name, each))]


def _findings(operation: Operation, entry: Entry) -> Iterator[str]:
    match = operation.pattern.fullmatch(entry["path"])
    sent = {
        "path": match.groupdict() if match else {},
        "query": entry["query"],
        "header": {
            name: value
            for name, value in entry["headers"].items()
            if name.lower() not in USUAL
        },
    }
    known = [_in_its_place(operation, each) for each in operation.parameters]
    for place, values in sent.items():
        here = [each for each in known if each.place == place]
        yield from _wrong_parameters(place, here, values)
    yield from _wrong_body(operation, entry)


def _in_its_place(operation: Operation, parameter: Parameter) -> Parameter:
    for entry in exceptions()["moved"]:
        if entry["name"] == parameter.name and fnmatchcase(
            str(operation), entry["request"]
        ):
            return Parameter(
                entry["to"], parameter.name, parameter.is_required, parameter.schema
            )
    return parameter


def _wrong_parameters(
    place: str, known: list[Parameter], values: dict[str, str]
) -> Iterator[str]:
    schemas = {each.name: each.schema for each in known}
    for each in known:
        if each.is_required and each.name not in values:
            yield f"{place} {each.name}: it is missing"
    for name, value in values.items():
        if name not in schemas:
            yield f"{place} {name}: the file does not know it"
        elif complaint := _complaint(schemas[name], value):
            yield f"{place} {name}: {complaint}"


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


def _wrong_body(operation: Operation, entry: Entry) -> Iterator[str]:
    headers = {name.lower(): value for name, value in entry["headers"].items()}
    kind = headers.get("content-type", "").partition(";")[0]
    body = entry["body"] if entry["parts"] is None else entry["parts"]
    if body is None and not operation.bodies:
        return
    if body is None or kind not in operation.bodies:
        allowed = " or ".join(operation.bodies) or "nothing"
        yield f"body: {allowed} is sent here, not {kind or 'nothing'}"
        return
    for error in errors(operation.bodies[kind], body):
        pointer = "/" + "/".join(str(step) for step in error.path)
        yield f"body {pointer}: {error.message}"


def _is_tolerated(request: str, finding: str) -> bool:
    return any(
        fnmatchcase(request, entry["request"])
        and fnmatchcase(finding, entry["finding"])
        and not any(f"'{name}'" in finding for name in entry.get("but_not", []))
        for entry in exceptions()["tolerated"]
    )
