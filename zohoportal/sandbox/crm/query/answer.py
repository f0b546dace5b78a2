"""Answer queries in the CRM's query language.

https://www.zoho.com/crm/developer/docs/api/v8/Get-Records-through-COQL-Query.html
"""

from typing import Any

from zohoportal.sandbox.crm.gate import admit, refuse
from zohoportal.sandbox.crm.organisations import Organisation
from zohoportal.sandbox.crm.query.language import BadQuery, Query, parse
from zohoportal.sandbox.crm.records.criteria import Condition, conditions, holds
from zohoportal.sandbox.crm.records.matching import fits, ordered, texts
from zohoportal.sandbox.crm.records.values import id_of
from zohoportal.sandbox.crm.settings.metadata import Module
from zohoportal.sandbox.crm.shapes import shown
from zohoportal.sandbox.messages import Answer, Request, json_answer, no_content
from zohoportal.sandbox.oauth import scopes
from zohoportal.sandbox.oauth.tokens import owner_of
from zohoportal.sandbox.tables import Row
from zohoportal.sandbox.world import World

MOST_FIELDS = 50
MOST_VALUES = 50
MOST_ROWS = 200
REACH = 10_000


def query(request: Request, world: World) -> Answer:
    organisation = admit(request, world, "ZohoCRM.coql.READ")
    asked = _asked(request)
    module = _module(request, world, organisation, asked)
    _check(organisation, module, asked)
    rows = [shown(module, row) for row in module.records.rows.values()]
    found = [row for row in rows if _is_wanted(organisation, module, asked, row)]
    for name, goes_down in reversed(asked.order):
        found.sort(
            key=lambda row: ordered(_text(_value(organisation, module, row, name))),
            reverse=goes_down,
        )
    page = found[asked.offset : asked.offset + asked.limit]
    if not page:
        return no_content()
    names = dict.fromkeys([*asked.fields, "id"])
    data = [
        {name: _value(organisation, module, row, name) for name in names}
        for row in page
    ]
    more = len(found) > asked.offset + asked.limit
    info = {"count": len(page), "more_records": more}
    return json_answer({"data": data, "info": info})


def _asked(request: Request) -> Query:
    text = request.json.get("select_query") if isinstance(request.json, dict) else None
    if not isinstance(text, str):
        where = {"api_name": "select_query", "json_path": "$.select_query"}
        raise refuse(400, "MANDATORY_NOT_FOUND", "required field not found", where)
    try:
        return parse(text)
    except BadQuery as error:
        details = {"line": 1, "column": 1, "near": str(error)}
        raise refuse(400, "SYNTAX_ERROR", "invalid query formed", details) from error


def _module(
    request: Request, world: World, organisation: Organisation, asked: Query
) -> Module:
    module = organisation.modules.get(asked.module)
    if module is None:
        raise _invalid("module name given seems to be invalid", clause="from")
    granted = (owner_of(world, request.token) or {})["scopes"]
    if not scopes.permits(granted, f"ZohoCRM.modules.{module.api_name}.READ"):
        raise refuse(
            401, "OAUTH_SCOPE_MISMATCH", "invalid oauth scope to access this URL"
        )
    return module


def _check(organisation: Organisation, module: Module, asked: Query) -> None:
    found = conditions(asked.criteria)
    names = [*asked.fields, *(each.field for each in found), *dict(asked.order)]
    for name in names:
        if not _is_known(organisation, module, name):
            raise _invalid("column given seems to be invalid", column_name=name)
    limits = {
        "select": (len(asked.fields), MOST_FIELDS),
        "in": (max(len(each.values) for each in found), MOST_VALUES),
        "limit": (asked.limit, MOST_ROWS),
        "offset": (asked.offset + asked.limit, REACH),
    }
    for clause, (given, most) in limits.items():
        if given > most:
            details = {"clause": clause, "limit": most}
            raise refuse(400, "LIMIT_EXCEEDED", "limit exceeded", details)


def _invalid(message: str, **details: Any) -> Exception:
    return refuse(400, "INVALID_QUERY", message, details)


def _is_known(organisation: Organisation, module: Module, name: str) -> bool:
    """Tell whether a name is a field, here or of a record that is looked up."""
    first, _, rest = name.partition(".")
    if not rest:
        return first == "id" or first in module.fields
    field = module.fields.get(first)
    target = organisation.modules.get(field.module) if field else None
    return target is not None and _is_known(organisation, target, rest)


def _value(organisation: Organisation, module: Module, row: Row, name: str) -> Any:
    first, _, rest = name.partition(".")
    value = row.get(first)
    if not rest:
        return value
    target = organisation.modules[module.fields[first].module]
    other = target.records.get(id_of(value) or "")
    return _value(organisation, target, shown(target, other), rest) if other else None


def _text(value: Any) -> str:
    return " ".join(texts(value)).casefold()


def _is_wanted(
    organisation: Organisation, module: Module, asked: Query, row: Row
) -> bool:
    def test(condition: Condition) -> bool:
        value = _value(organisation, module, row, condition.field)
        match condition.operator:
            case "null":
                return not texts(value)
            case "not_null":
                return bool(texts(value))
            case "ends_with":
                return _text(value).endswith(condition.values[0].casefold())
        return fits(condition, {condition.field: value}, {})

    return holds(asked.criteria, test)
