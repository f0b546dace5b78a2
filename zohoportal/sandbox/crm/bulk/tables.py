"""The tables of bulk write: rows in, what became of each out.

https://www.zoho.com/crm/developer/docs/api/v8/bulk-write/create-job.html
"""

import base64
import csv
import io
import zipfile
from datetime import datetime
from typing import Any

from zohoportal.sandbox.crm.settings.metadata import Field, Module
from zohoportal.sandbox.tables import Row

SEPARATORS = ",;:|"
NUMBERS = {"currency", "double", "percent"}
WHOLE = {"integer", "bigint"}
# How days are written where a mapping does not say it otherwise.
DAY = "%m/%d/%Y"
MOMENT = "%m/%d/%Y %H:%M:%S"
# What a result has of each row; and of the row itself, its first columns only.
OUTCOME = ("STATUS", "RECORD_ID", "ERRORS")
SHOWN = 3


def read(content: str, name: str | None) -> tuple[str, list[list[str]]]:
    """Return the name of a packed table and its lines, the header first.

    Raises:
        KeyError: It is not in the package.
    """
    with zipfile.ZipFile(io.BytesIO(base64.b64decode(content))) as package:
        name = name or package.namelist()[0]
        text = package.read(name).decode("utf-8-sig", "replace")
    header = text.partition("\n")[0]
    separator = max(SEPARATORS, key=header.count)
    return name, list(csv.reader(io.StringIO(text), delimiter=separator))


def packed(name: str, header: list[str], rows: list[list[str]]) -> str:
    """Return a result as it is downloaded: packed, with the first columns."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([*header[:SHOWN], *OUTCOME])
    writer.writerows(rows)
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, text.getvalue())
    return base64.b64encode(package.getvalue()).decode()


def mappings_of(resource: Row, header: list[str]) -> list[Row]:
    """Return which columns are which fields; by the header, unless it is said."""
    found: list[Row] | None = resource.get("field_mappings")
    if found:
        return found
    return [{"api_name": name, "index": at} for at, name in enumerate(header)]


def values_of(
    line: list[str], mappings: list[Row], module: Module, *, ignores_empty: bool
) -> Row:
    """Return a record as JSON would bring it."""
    values: Row = {}
    for each in mappings:
        name, _, _ = each["api_name"].partition(".")
        text = _text(line, each)
        if text or not ignores_empty:
            field = module.fields.get(name, Field(name))
            values[name] = _value(text, field, each) if text else None
    return values


def _text(line: list[str], mapping: Row) -> str:
    index = mapping.get("index")
    if index is None:
        return str(mapping["default_value"]["value"])
    return line[index].strip() if index < len(line) else ""


def _value(text: str, field: Field, mapping: Row) -> Any:
    """Return what a text means to a field; as it stands where it means nothing."""
    try:
        return _read(text, field, mapping)
    except ValueError:
        return text


def _read(text: str, field: Field, mapping: Row) -> Any:
    kind = field.data_type
    if field.api_name == "Layout" or kind.endswith("lookup"):
        return {"id": text}
    if kind == "multiselectpicklist":
        return text.split(";")
    if kind == "boolean":
        return text.casefold() == "true"
    if kind in WHOLE:
        return int(text)
    if kind in NUMBERS:
        return float(text)
    if kind in ("date", "datetime"):
        return _moment(text, kind, mapping.get("format"))
    return text


def _moment(text: str, kind: str, wanted: str | None) -> str:
    if wanted and wanted.startswith("yyyy-MM-dd"):
        return text
    if kind == "date":
        return datetime.strptime(text, DAY).date().isoformat()  # noqa: DTZ007  # a day
    return datetime.strptime(f"{text}+0000", f"{MOMENT}%z").isoformat()
