"""Search a module: by criteria, e-mail, phone or word.

https://www.zoho.com/crm/developer/docs/api/v8/search-records.html
"""

import re
from collections.abc import Callable

from zohoportal.sandbox.crm.gate import admit_to_module, refuse
from zohoportal.sandbox.crm.records.criteria import (
    MOST_CONDITIONS,
    BadCriteria,
    conditions,
    holds,
    parse,
)
from zohoportal.sandbox.crm.records.matching import fits, ordered, texts
from zohoportal.sandbox.crm.settings.metadata import Module
from zohoportal.sandbox.crm.shapes import chosen, fields_of, page_of, shown
from zohoportal.sandbox.messages import Answer, Request, json_answer, no_content
from zohoportal.sandbox.tables import Row
from zohoportal.sandbox.world import World

SEARCH_SCOPE = "ZohoSearch.securesearch.READ"
WAYS = ("criteria", "email", "phone", "word")
REACH = 2_000
SHORTEST_WORD = 2
WORDED = {"text", "textarea", "email", "phone", "website"}
Test = Callable[[Row], bool]


def search(request: Request, world: World) -> Answer:
    # https://www.zoho.com/crm/developer/docs/api/v8/search-records.html
    _, module = admit_to_module(request, world, "READ", SEARCH_SCOPE)
    test = _test(request, module, world)
    fields = fields_of(request)
    page, per_page = page_of(request)
    start = (page - 1) * per_page
    if start + per_page > REACH:
        message = "maximum response iteration limit reached"
        raise refuse(400, "LIMIT_REACHED", message, {"limit": str(REACH)})
    rows = [row for row in _indexed(module, world) if test(shown(module, row))]
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


def _indexed(module: Module, world: World) -> list[Row]:
    """Return the records as a search knows them; lists know them as they are."""
    lag = world.settings["index_lag"]
    if not lag:
        return module.records.newest_first()
    return module.records.as_of(world.clock.now() - lag)


def count(request: Request, world: World) -> Answer:
    # https://www.zoho.com/crm/developer/docs/api/v8/record-count.html
    needed = (SEARCH_SCOPE, "ZohoCRM.settings.layouts.READ")
    _, module = admit_to_module(request, world, "READ", *needed)
    rows = module.records.newest_first()
    if any(request.query.get(way) for way in WAYS):
        test = _test(request, module, world)
        rows = [row for row in rows if test(shown(module, row))]
    return json_answer({"count": len(rows)})


def _test(request: Request, module: Module, world: World) -> Test:
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
    if ways == ["criteria"]:
        is_exact = world.settings["crm_equals_is_exact"]
        return _by_criteria(request.query["criteria"], module, is_exact=is_exact)
    tests = {
        "email": _by_email,
        "phone": _by_phone,
        "word": _by_word,
    }
    return tests[ways[0]](request.query[ways[0]], module)


def _by_criteria(text: str, module: Module, *, is_exact: bool) -> Test:
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

    # By no field's own rules everything is compared as it stands.
    known = {} if is_exact else module.fields
    return lambda row: holds(criteria, lambda each: fits(each, row, known))


def _invalid_query(reason: str, **more: str) -> Exception:
    details = {"reason": reason, **more}
    return refuse(400, "INVALID_QUERY", "Invalid query formed", details)


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
            key=lambda row: ordered(" ".join(texts(shown(module, row).get(name)))),
            reverse=True,
        )
    return rows[::-1] if request.query.get("sort_order") == "asc" else rows
