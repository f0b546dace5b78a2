"""Whether a value fits its field's type, in the words of Zoho's refusal.

https://www.zoho.com/crm/developer/docs/api/v8/insert-records.html
"""

import math
import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from zohoportal.sandbox.crm.settings.metadata import Field

EMAIL = re.compile(r"[\w+\-][\w!#$%&'*+\-/=?^`{|}~.]*@(?:[\w-]+\.)+\w{2,22}")
WEBSITE = re.compile(r"(?:https?://|ftp://)?[^\s/.]+(?:\.[^\s/.]+)+(?:[/?#]\S*)?")
DATE = re.compile(r"\d{4}-\d\d-\d\d")
# With an offset and without fractions of seconds.
DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)")
WHOLE = re.compile(r"-?[0-9]+")
LONGEST_TAG = 25
Details = dict[str, Any]


def _expected(data_type: str) -> Details:
    return {"expected_data_type": data_type}


def _text(field: Field, value: Any) -> Details:
    if not isinstance(value, str):
        return _expected("text")
    return {"maximum_length": field.length} if len(value) > field.length else {}


def _pattern(pattern: re.Pattern[str]) -> Callable[[Field, Any], Details]:
    def check(field: Field, value: Any) -> Details:
        if not isinstance(value, str):
            return _expected(field.data_type)
        too_long = _text(field, value)
        if too_long or pattern.fullmatch(value):
            return too_long
        return _expected(field.data_type)

    return check


def _picklist(field: Field, value: Any) -> Details:
    is_known = isinstance(value, str) and value in field.actual_values
    return {} if is_known else _expected("picklist")


def _multi_select(field: Field, value: Any) -> Details:
    if not isinstance(value, list):
        return _expected("jsonarray")
    are_known = all(
        isinstance(each, str) and each in field.actual_values for each in value
    )
    return {} if are_known else _expected("multiselectpicklist")


def _boolean(_field: Field, value: Any) -> Details:
    return {} if isinstance(value, bool) else _expected("boolean")


def _date(_field: Field, value: Any) -> Details:
    is_sound = isinstance(value, str) and DATE.fullmatch(value) is not None
    return {} if is_sound and _exists(date, value) else _expected("date")


def _date_time(_field: Field, value: Any) -> Details:
    is_sound = isinstance(value, str) and DATE_TIME.fullmatch(value) is not None
    return {} if is_sound and _exists(datetime, value) else _expected("datetime")


def _exists(kind: type[date], text: str) -> bool:
    try:
        kind.fromisoformat(text)
    except ValueError:
        return False
    return True


def _whole(field: Field, value: Any) -> Details:
    if isinstance(value, bool) or not isinstance(value, int):
        return _expected("integer")
    return _digits(field, value)


def _big(field: Field, value: Any) -> Details:
    # Zoho shows it as text, so that no client rounds it, and takes either.
    if isinstance(value, bool) or not isinstance(value, int | str):
        return _expected("bigint")
    text = str(value)
    if not WHOLE.fullmatch(text):
        return _expected("bigint")
    is_long = len(text.removeprefix("-")) > field.length
    return {"maximum_length": field.length} if is_long else {}


def _number(field: Field, value: Any) -> Details:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    # Python reads NaN and Infinity, JSON has neither.
    if not is_number or (isinstance(value, float) and not math.isfinite(value)):
        return _expected("double")
    return _digits(field, int(value))


def _digits(field: Field, value: int) -> Details:
    is_long = len(str(abs(value))) > field.length
    return {"maximum_length": field.length} if is_long else {}


def id_of(value: Any) -> str | None:
    """Return the id of what a value leads to; as a number it means the same."""
    found = value.get("id") if isinstance(value, dict) else None
    if isinstance(found, int) and not isinstance(found, bool):
        return str(found)
    return found if isinstance(found, str) else None


def _object(_field: Field, value: Any) -> Details:
    return {} if id_of(value) is not None else _expected("jsonobject")


def _tags(_field: Field, value: Any) -> Details:
    if not isinstance(value, list):
        return _expected("jsonarray")
    names = [each.get("name") if isinstance(each, dict) else None for each in value]
    if not all(isinstance(name, str) and name for name in names):
        return _expected("jsonobject")
    is_long = any(len(str(name)) > LONGEST_TAG for name in names)
    return {"maximum_length": LONGEST_TAG} if is_long else {}


def _rows(_field: Field, value: Any) -> Details:
    is_sound = isinstance(value, list) and all(isinstance(row, dict) for row in value)
    return {} if is_sound else _expected("jsonarray")


CHECKS: dict[str, Callable[[Field, Any], Details]] = {
    "bigint": _big,
    "boolean": _boolean,
    "currency": _number,
    "date": _date,
    "datetime": _date_time,
    "double": _number,
    "email": _pattern(EMAIL),
    "fileupload": _rows,
    "imageupload": _rows,
    "integer": _whole,
    "lookup": _object,
    "multiselectlookup": _rows,
    "multiselectpicklist": _multi_select,
    "multiuserlookup": _rows,
    "ownerlookup": _object,
    "percent": _number,
    "phone": _text,
    "picklist": _picklist,
    "subform": _rows,
    "tag": _tags,
    "text": _text,
    "textarea": _text,
    "userlookup": _object,
    "website": _pattern(WEBSITE),
}
