r"""Turn Zoho's OpenAPI files into JSON schemas that a validator can use.

The files say things no validator can follow: "additionalProperties: false" beside or
inside "allOf" refuses every body, and patterns like \p{L} do not compile in Python's
re. Here references are followed, "allOf" is merged into one object, patterns are
left to the regex package, and words without meaning for a validator are dropped.
"""

import json
import os
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag

import regex  # type: ignore[import-untyped]
import yaml
from jsonschema import Draft202012Validator, FormatChecker, ValidationError, validators

Schema = dict[str, Any]

FOLDER = "ZOHO_OPENAPI_DIR"
YAML = ".yml"
# Keywords that hold one schema, a list of them, or one for each name.
SINGLE = ("items", "additionalProperties", "not")
LISTED = ("oneOf", "anyOf")
KEPT = (
    "type",
    "enum",
    "format",
    "pattern",
    "required",
    "maximum",
    "minimum",
    "maxLength",
    "minLength",
    "maxItems",
    "minItems",
    "maxProperties",
    "minProperties",
)


def folder() -> Path | None:
    """Return where the files are, or None when nobody said so."""
    name = os.environ.get(FOLDER)
    return Path(name) if name else None


def response_schema(spec: str, path: str, method: str, status: int = 200) -> Schema:
    """Return the schema of an answer; {} when it has no body.

    Raises:
        KeyError: The file does not describe this answer.
    """
    operation, here = _operation(spec, path, method)
    response, here = follow(operation["responses"][str(status)], here)
    return _content_schema(response, here)


def request_schema(spec: str, path: str, method: str) -> Schema:
    """Return the schema of a request's body.

    Raises:
        KeyError: The file does not describe this request.
    """
    operation, here = _operation(spec, path, method)
    body, here = follow(operation["requestBody"], here)
    return _content_schema(body, here)


def errors(schema: Schema, instance: object) -> Iterator[ValidationError]:
    """Yield everything that is wrong with an instance."""
    validator = _Validator(schema, format_checker=_FORMATS)
    yield from validator.iter_errors(instance)


def _pattern(
    _validator: Any, pattern: str, instance: object, _schema: Any
) -> Iterator[ValidationError]:
    if isinstance(instance, str) and not regex.search(pattern, instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


# Its stub has no types.
_extend: Any = validators.extend
_Validator = _extend(Draft202012Validator, {"pattern": _pattern})
_FORMATS = FormatChecker(formats=())


@_FORMATS.checks("date-time", raises=ValueError)
def _is_date_time(instance: object) -> bool:
    return (
        not isinstance(instance, str)
        or datetime.fromisoformat(instance).tzinfo is not None
    )


@_FORMATS.checks("int32")
@_FORMATS.checks("int64")
def _is_whole_number(instance: object) -> bool:
    return not isinstance(instance, str) or instance.isdecimal()


@cache
def document(spec: str) -> Schema:
    """Return one of Zoho's files, such as "desk-v1/Ticket.json"."""
    root = folder()
    if root is None:
        raise RuntimeError(f"Set {FOLDER} to the folder that holds {spec}.")
    text = (root / spec).read_text("utf-8")
    is_yaml = spec.endswith(YAML)
    # The loader of C: the safe one, and the files are large.
    document: Schema = (
        yaml.load(text, yaml.CSafeLoader) if is_yaml else json.loads(text)
    )
    return document


def _operation(spec: str, path: str, method: str) -> tuple[Schema, str]:
    operation: Schema = document(spec)["paths"][path][method.lower()]
    return operation, spec


def _content_schema(holder: Schema, here: str) -> Schema:
    for media_type, content in holder.get("content", {}).items():
        if media_type.startswith("application/json"):
            schema: Schema = normal(content["schema"], here, ())
            return schema
    return {}


def follow(node: Schema, here: str) -> tuple[Schema, str]:
    """Return what a reference means, and the file it stands in."""
    while "$ref" in node:
        name, pointer = urldefrag(node["$ref"])
        if name:
            here = f"{here.partition('/')[0]}/{name.removeprefix('./')}"
        node = document(here)
        for step in pointer.strip("/").split("/"):
            node = node[step.replace("~1", "/").replace("~0", "~")]
    return node, here


def normal(node: Any, here: str, trail: tuple[int, ...] = ()) -> Any:
    """Return a schema on its own feet: no references, no allOf, known words only."""
    if not isinstance(node, dict):
        return node
    node, here = follow(node, here)
    if id(node) in trail:
        # A schema inside itself: enough was looked at.
        return {}
    trail = (*trail, id(node))
    if "allOf" in node:
        own = {name: value for name, value in node.items() if name != "allOf"}
        return _merged([normal(part, here, trail) for part in [*node["allOf"], own]])
    schema = {name: node[name] for name in KEPT if name in node}
    for name in node.keys() & SINGLE:
        schema[name] = normal(node[name], here, trail)
    for name in node.keys() & LISTED:
        schema[name] = [normal(each, here, trail) for each in node[name]]
    return schema | _normal_names(node, here, trail)


def _normal_names(node: Schema, here: str, trail: tuple[int, ...]) -> Schema:
    """Return what a schema says about an object's names, with compilable patterns."""
    schema: Schema = {}
    if "properties" in node:
        schema["properties"] = {
            name: normal(each, here, trail) for name, each in node["properties"].items()
        }
    # The files never have more than one pattern, always in a closed object.
    for pattern, each in node.get("patternProperties", {}).items():
        schema["propertyNames"] = {"pattern": pattern}
        schema["additionalProperties"] = normal(each, here, trail)
    return schema


def _merged(parts: list[Schema]) -> Schema:
    """Return one object that asks for everything its parts ask for."""
    properties: Schema = {}
    required: set[str] = set()
    for part in parts:
        for name, schema in part.get("properties", {}).items():
            known = properties.setdefault(name, schema)
            if known != schema:
                properties[name] = {"allOf": [known, schema]}
        required |= set(part.get("required", []))
    whole: Schema = {
        "type": "object",
        "properties": properties,
        "required": sorted(required),
    }
    if any(part.get("additionalProperties") is False for part in parts):
        whole["additionalProperties"] = False
    return whole
