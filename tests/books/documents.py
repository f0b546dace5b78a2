"""The codes of Books as our notes on Zoho's documentation list them.

The notes lie beside Zoho's OpenAPI files, where `ZOHO_OPENAPI_DIR` says.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

SECTION = re.compile(r"^### 7\.2 Books v3$(?P<text>.*?)^## 8", re.MULTILINE | re.DOTALL)
ROW = re.compile(r"^\| (?P<code>\d+) \| (?P<status>\d{3})", re.MULTILINE)
METHODS = ("get", "post", "put", "delete")
# What the portal asks for; the files have far more.
USED = (
    ("contacts.yml", "post", "/contacts"),
    ("contacts.yml", "get", "/contacts"),
    ("contacts.yml", "put", "/contacts"),
    ("contacts.yml", "get", "/contacts/{contact_id}"),
    ("contacts.yml", "put", "/contacts/{contact_id}"),
    ("contacts.yml", "post", "/contacts/{contact_id}/active"),
    ("contacts.yml", "post", "/contacts/{contact_id}/inactive"),
    ("contact-persons.yml", "post", "/contacts/contactpersons"),
    ("contact-persons.yml", "put", "/contacts/contactpersons/{contact_person_id}"),
    ("contact-persons.yml", "delete", "/contacts/contactpersons/{contact_person_id}"),
    (
        "contact-persons.yml",
        "post",
        "/contacts/contactpersons/{contact_person_id}/primary",
    ),
    ("organizations.yml", "get", "/organizations"),
    ("currency.yml", "get", "/settings/currencies"),
    ("invoices.yml", "get", "/invoices"),
)


def folder() -> Path | None:
    """Return where the files are; None where this machine has none."""
    named = os.environ.get("ZOHO_OPENAPI_DIR", "")
    found = Path(named) if named else None
    return found if found and (found / "books-v3").exists() else None


def rows(files: Path) -> dict[str, int]:
    """Return the code and the status of every row of the notes."""
    notes = (files.parent / "facts.md").read_text("utf-8")
    section = SECTION.search(notes)
    found = ROW.finditer(section["text"] if section else "")
    return {row["code"]: int(row["status"]) for row in found}


def answers(files: Path) -> Iterator[tuple[str, int, Any]]:
    """Yield each call of ours with the status and the example of its answer."""
    yaml = pytest.importorskip("yaml", reason="Zoho writes these files as YAML")
    read: dict[str, Any] = {}
    for file, method, path in USED:
        if file not in read:
            text = (files / "books-v3" / file).read_text("utf-8")
            read[file] = yaml.safe_load(text)
        responses = read[file]["paths"][path][method]["responses"]
        for status, response in responses.items():
            schema = response["content"]["application/json"]["schema"]
            yield f"{method} {path}", int(status), _example(read[file], schema, 0)


def _example(file: Any, schema: Any, depth: int) -> Any:
    """Return a value as a schema shows it by its examples."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return _example(file, file["components"]["schemas"][name], depth)
    if "properties" in schema and depth < 6:
        parts = schema["properties"].items()
        return {name: _example(file, part, depth + 1) for name, part in parts}
    if schema.get("type") == "array" and "items" in schema:
        return [_example(file, schema["items"], depth + 1)]
    return schema.get("example")
