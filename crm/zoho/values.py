"""Values on their way: from a form to Zoho's documented form, and back for people.

https://www.zoho.com/crm/developer/docs/api/v8/insert-records.html
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format

from connections.zoho import shapes
from crm.schema.columns import OF_ZOHO
from crm.schema.metadata import PEOPLE, ROWS, Field
from crm.zoho import composite
from crm.zoho.file_items import known_as

# Their inputs have no way to say "empty".
NEVER_CLEARED = {"boolean", *PEOPLE, *ROWS}
WORDS = {True: "Yes", False: "No"}


def to_zoho(field: Field, typed: Any) -> Any:
    """Return a cleaned value as Zoho takes it; None for an empty one.

    A record that was looked up keeps its name for people; `sent` leaves it out.
    """
    if typed in (None, "", []):
        return None
    match field.data_type:
        case "boolean":
            return typed == "true"
        case "tag":
            return [{"name": name} for name in typed]
        case "ownerlookup" | "userlookup":
            return {"id": typed}
    match typed:
        case Decimal():
            whole = typed == typed.to_integral_value()
            return int(typed) if whole else float(typed)
        case datetime():
            # An offset, and no fractions of seconds.
            local = timezone.localtime(typed)
            return local.replace(microsecond=0).isoformat()
        case date():
            return typed.isoformat()
    return typed


def sent(value: Any) -> Any:
    """Return what goes to Zoho: of a record that was looked up only the id."""
    if isinstance(value, Mapping) and "id" in value:
        return {"id": value["id"]}
    return value


def chosen(field: Field, values: Iterable[Any]) -> Iterator[tuple[str, str]]:
    """Yield what is chosen of picklists and people: what is sent, and its name."""
    for value in values:
        if isinstance(value, list):
            yield from chosen(field, value)
        elif isinstance(value, Mapping):
            yield str(value.get("id")), name_of(value)
        elif isinstance(value, str) and value and field.data_type not in PEOPLE:
            yield value, field.shown_values.get(value, value)


def shown(field: Field, value: Any, between_rows: str = "; ") -> str:
    """Return a value of Zoho as people read it; empty for an empty one."""
    if value in (None, "", []):
        return ""
    if isinstance(value, bool):
        return WORDS[value]
    if field.data_type == "subform" and field.columns and isinstance(value, list):
        return between_rows.join(_row_texts(field, value))
    if isinstance(value, Mapping | list):
        return composite.text(field, value)
    if field.data_type == "datetime" and (moment := local(value)):
        return date_format(moment, "j M Y, H:i")
    if field.data_type == "date" and (day := shapes.day(value)):
        return date_format(day, "j M Y")
    return field.shown_values.get(str(value), str(value))


def _row_texts(field: Field, value: Any) -> Iterator[str]:
    """Yield what each row of a subform has, by the labels of its columns."""
    for row in composite.without_gone(shapes.rows(value)):
        cells = [
            (column.label, shown(column, row.get(column.api_name)))
            for column in field.columns
        ]
        if text := ", ".join(f"{label}: {cell}" for label, cell in cells if cell):
            yield text


def same(field: Field, ours: Any, zohos: Any) -> bool:
    """Tell whether sending our value would change nothing."""
    return bool(comparable(field, ours) == comparable(field, zohos))


def comparable(field: Field, value: Any) -> Any:
    """Return a value in the one form in which ours and Zoho's are alike."""
    if isinstance(value, list):
        value = composite.without_gone(value)
    if value in (None, "", []):
        return None
    if isinstance(value, Mapping):
        return str(value.get("id"))
    if isinstance(value, list):
        return sorted(_part(each) for each in value)
    if field.data_type == "datetime" and (
        moment := shapes.moment(value, shapes.ALL_YEARS)
    ):
        return moment.timestamp()
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Decimal(repr(value)).normalize()
    if isinstance(value, str):
        return value.replace("\r\n", "\n").strip()
    return value


def local(value: Any) -> datetime | None:
    moment = shapes.moment(value, shapes.ALL_YEARS)
    try:
        return timezone.localtime(moment) if moment else None
    except OverflowError:
        # The first and the last day of all years have no local time everywhere.
        return None


def _part(value: Any) -> str:
    if isinstance(value, Mapping) and (file := known_as(value)):
        return file
    if isinstance(value, Mapping) and "name" not in value:
        # Such as a row of a subform: it is what all of its columns are.
        return json.dumps(own_cells(value), sort_keys=True)
    return name_of(value)


def own_cells(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return what people put into a row, and its id: Zoho stamps each as it likes."""
    return {
        name: value
        for name, value in row.items()
        if name == "id" or not (name in OF_ZOHO or name.startswith("$"))
    }


def name_of(value: Any) -> str:
    if isinstance(value, Mapping):
        return str(value.get("name") or value.get("id") or "")
    return str(value)
