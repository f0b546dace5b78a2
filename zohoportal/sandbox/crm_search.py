"""Search a module: by criteria, e-mail, phone or word.

https://www.zoho.com/crm/developer/docs/api/v8/search-records.html
"""

import re
from collections.abc import Callable
from typing import Any

from zohoportal.sandbox.crm_criteria import (
    MOST_CONDITIONS,
    BadCriteria,
    Condition,
    conditions,
    holds,
    parse,
)
from zohoportal.sandbox.crm_gate import admit_to_module, refuse
from zohoportal.sandbox.crm_metadata import Module
from zohoportal.sandbox.crm_shapes import chosen, fields_of, page_of, shown
from zohoportal.sandbox.messages import Answer, Request, json_answer, no_content
from zohoportal.sandbox.tables import Row
from zohoportal.sandbox.world import World

SEARCH_SCOPE = "ZohoSearch.securesearch.READ"
WAYS = ("criteria", "email", "phone", "word")
REACH = 2_000
SHORTEST_WORD = 2
# Where "equals" finds what merely contains the value, as users report.
LOOSE = {"text", "textarea"}
WORDED = {"text", "textarea", "email", "phone", "website"}
Test = Callable[[Row], bool]


def search(request: Request, world: World) -> Answer:
    # https://www.zoho.com/crm/developer/docs/api/v8/search-records.html
    _, module = admit_to_module(request, world, "READ", SEARCH_SCOPE)
    test = _test(request, module)
    fields = fields_of(request)
    page, per_page = page_of(request)
    start = (page - 1) * per_page
    if start + per_page > REACH:
        message = "maximum response iteration limit reached"
        raise refuse(400, "LIMIT_REACHED", message, {"limit": str(REACH)})
    rows = [row for row in module.records.newest_first() if test(shown(module, row))]
    rows = _sorted(request, module, rows)
    found = rows[start : start + per_page]
    if not found:
        return no_content()
    info = {
        "per_page": per_page,
        "count": len(found),
        "page": page,
        "sort_by": request.query.get("sort_by", "id"),
        "sort_order": request.query.get("sort_order", "desc"),
        "more_records": len(rows) > start + per_page,
    }
    data = [chosen(module, row, fields) for row in found]
    return json_answer({"data": data, "info": info})


def _test(request: Request, module: Module) -> Test:
    ways = [way for way in WAYS if request.query.get(way)]
    if not ways:
        raise refuse(
            400,
            "EXPECTED_PARAM_MISSING",
            "One of the expected parameter is missing",
            {"param_names": list(WAYS)},
        )
    if len(ways) > 1:
        raise refuse(400, "INVALID_REQUEST", "only one way to search can be given")
    tests = {
        "criteria": _by_criteria,
        "email": _by_email,
        "phone": _by_phone,
        "word": _by_word,
    }
    return tests[ways[0]](request.query[ways[0]], module)


def _by_criteria(text: str, module: Module) -> Test:
    try:
        criteria = parse(text)
    except BadCriteria as error:
        raise _invalid_query(str(error)) from error
    found = conditions(criteria)
    if len(found) > MOST_CONDITIONS:
        message = "no of criterium that can be given exceed the limit 15"
        raise refuse(400, "CRITERIA_LIMIT_EXCEEDED", message)
    for each in found:
        if each.field != "id" and each.field not in module.fields:
            reason = "the field is not available for search"
            raise _invalid_query(reason, api_name=each.field)

    return lambda row: holds(criteria, lambda each: _fits(each, row, module))


def _invalid_query(reason: str, **more: str) -> Exception:
    details = {"reason": reason, **more}
    return refuse(400, "INVALID_QUERY", "Invalid query formed", details)


def _fits(condition: Condition, row: Row, module: Module) -> bool:
    field = module.fields.get(condition.field)
    has = [each.casefold() for each in _texts(row.get(condition.field))]
    wanted = [each.casefold() for each in condition.values]
    whole = ",".join(wanted)
    is_loose = field is not None and field.data_type in LOOSE
    match condition.operator:
        case "equals":
            return any(whole in each if is_loose else whole == each for each in has)
        case "not_equal":
            return whole not in has
        case "in":
            return any(each in wanted for each in has)
        case "not_in":
            return not any(each in wanted for each in has)
        case "starts_with":
            return any(each.startswith(whole) for each in has)
        case "contains":
            return any(whole in each for each in has)
        case _:
            return any(_compares(condition.operator, each, wanted) for each in has)


def _compares(operator: str, value: str, wanted: list[str]) -> bool:
    keys = [_ordered(each) for each in [value, *wanted]]
    own, low, high = keys[0], keys[1], keys[-1]
    return {
        "between": low <= own <= high,
        "greater_than": own > low,
        "greater_equal": own >= low,
        "less_than": own < low,
        "less_equal": own <= low,
    }[operator]


def _ordered(text: str) -> tuple[float, str]:
    """Return what numbers are compared by as numbers, and dates as text."""
    is_number = re.fullmatch(r"-?\d+(?:\.\d+)?", text)
    return (float(text), "") if is_number else (0, text)


def _texts(value: Any) -> list[str]:
    """Return the texts a value is searched by."""
    if value is None:
        return []
    if isinstance(value, list):
        return [text for each in value for text in _texts(each)]
    if isinstance(value, dict):
        return [str(value[name]) for name in ("id", "name") if name in value]
    return [str(value).lower() if isinstance(value, bool) else str(value)]


def _by_email(text: str, module: Module) -> Test:
    names = _names(module, {"email"})
    return lambda row: any(
        str(row.get(name) or "").casefold() == text.casefold() for name in names
    )


def _by_phone(text: str, module: Module) -> Test:
    names = _names(module, {"phone"})
    digits = re.sub(r"\D", "", text)
    if not digits:
        raise refuse(400, "INVALID_DATA", "invalid data", {"param_name": "phone"})
    return lambda row: any(
        digits in re.sub(r"\D", "", str(row.get(name) or "")) for name in names
    )


def _by_word(text: str, module: Module) -> Test:
    if len(text) < SHORTEST_WORD:
        details = {"param_name": "word", "minimum_length": SHORTEST_WORD}
        raise refuse(400, "INVALID_DATA", "invalid data", details)
    names = _names(module, WORDED)
    return lambda row: any(
        text.casefold() in str(row.get(name) or "").casefold() for name in names
    )


def _names(module: Module, types: set[str]) -> list[str]:
    return [each.api_name for each in module.fields.values() if each.data_type in types]


def _sorted(request: Request, module: Module, rows: list[Row]) -> list[Row]:
    name = request.query.get("sort_by", "id")
    if name != "id":
        rows = sorted(
            rows,
            key=lambda row: _ordered(" ".join(_texts(shown(module, row).get(name)))),
            reverse=True,
        )
    return rows[::-1] if request.query.get("sort_order") == "asc" else rows
