"""Values on their way: from a form to Zoho's documented form, and back for people.

https://www.zoho.com/crm/developer/docs/api/v8/insert-records.html
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format

from crm.metadata import Field

PEOPLE = {"ownerlookup", "userlookup"}
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


def to_form(field: Field, value: Any) -> Any:
    """Return a value of Zoho as the form's input starts with it."""
    if value is None:
        return None
    match field.data_type:
        case "boolean":
            return "true" if value else "false"
        case "tag":
            return ", ".join(_name(each) for each in value)
        case "ownerlookup" | "userlookup":
            return value.get("id", "") if isinstance(value, Mapping) else ""
        case "datetime":
            return parse_datetime(str(value))
        case "date":
            return parse_date(str(value))
    return value


def shown(field: Field, value: Any) -> str:
    """Return a value of Zoho as people read it; empty for an empty one."""
    if value in (None, "", []):
        return ""
    if isinstance(value, bool):
        return WORDS[value]
    if isinstance(value, Mapping):
        return _name(value)
    if isinstance(value, list):
        return ", ".join(_word(field, each) for each in value)
    if field.data_type == "datetime" and (moment := _moment(value)):
        return date_format(timezone.localtime(moment), "j M Y, H:i")
    if field.data_type == "date" and (day := _day(value)):
        return date_format(day, "j M Y")
    return _word(field, value)


def same(field: Field, ours: Any, zohos: Any) -> bool:
    """Tell whether sending our value would change nothing."""
    return bool(comparable(field, ours) == comparable(field, zohos))


def comparable(field: Field, value: Any) -> Any:
    """Return a value in the one form in which ours and Zoho's are alike."""
    if value in (None, "", []):
        return None
    if isinstance(value, Mapping):
        return str(value.get("id"))
    if isinstance(value, list):
        return sorted(_name(each) for each in value)
    if field.data_type == "datetime":
        moment = _moment(value)
        return moment.astimezone(UTC) if moment else value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Decimal(repr(value)).normalize()
    if isinstance(value, str):
        return value.replace("\r\n", "\n").strip()
    return value


def _moment(value: Any) -> datetime | None:
    try:
        found = parse_datetime(str(value))
    except ValueError:
        return None
    return found if found and timezone.is_aware(found) else None


def _day(value: Any) -> date | None:
    try:
        return parse_date(str(value))
    except ValueError:
        return None


def _name(value: Any) -> str:
    if isinstance(value, Mapping):
        return str(value.get("name") or value.get("id") or "")
    return str(value)


def _word(field: Field, value: Any) -> str:
    if isinstance(value, Mapping):
        return _name(value)
    return field.shown_values.get(str(value), str(value))
