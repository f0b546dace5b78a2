"""How Zoho CRM is asked, and what it objects to.

Nothing of a refusal is trusted: shapes may be others than the documented ones, and
texts are made plain and cut short.
"""

import re
from collections.abc import Iterator

from connections.zoho import shapes
from connections.zoho.envelope import Envelope
from connections.zoho.errors import FieldProblem, plain
from connections.zoho.refusals import (
    LONGEST_NAME,
    MOST_PROBLEMS,
    Refusal,
    name,
    refused_item,
    text,
)
from connections.zoho.shapes import Json, mapping, rows

MOST_VALUES = 20
DEEPEST = 3
LONGEST_LENGTH = 1_000_000
KINDS = {
    "MANDATORY_NOT_FOUND": "missing",
    "DEPENDENT_FIELD_MISSING": "missing",
    "EXPECTED_FIELD_MISSING": "missing",
    "DUPLICATE_DATA": "duplicate",
}
# $.data[0].Account_Name.id, or $.data[0].Ordered_Items[1].Quantity
PATH = re.compile(
    r"\$\.data\[[0-9*]{1,4}\]\.(?P<field>[^.\[\]]+)"
    r"(?:\[(?P<row>[0-9]{1,4})\])?(?:\.(?P<column>[^.\[\]]+))?"
)
# What only the portal writes into a request: nobody typed it.
OURS = {"data", "trigger", "duplicate_check_fields", "ids"}
# What a value is made of at Zoho, in a lookup or a file as in a subform's row.
INNER = {"id", "name", "api_name", "module", "file_id", "File_Id__s"}


def _refusal(body: Json) -> Refusal:
    """Return what CRM refused: an item of `data`, else the call as a whole.

    Routing and sign-in errors are top-level, record errors sit inside `data`:
    https://www.zoho.com/crm/developer/docs/api/v8/upsert-records.html
    """
    item = refused_item(body) or body
    errors = list(_single_errors(item))[:MOST_PROBLEMS]
    problems = [problem for error in errors for problem in _problems(error)]
    is_of_fields = any(problem.field for problem in problems)
    if len(errors) == 1 or not is_of_fields:
        # Of several about the whole record, the first is as good as any.
        item = errors[0]
    if not is_of_fields:
        problems = []
    return Refusal(
        text(item.get("code")),
        text(item.get("message")),
        tuple(problems[:MOST_PROBLEMS]),
        is_bare=not item.get("details"),
        is_ours=any(problem.field in OURS for problem in problems),
    )


def _single_errors(item: Json, depth: int = 0) -> Iterator[Json]:
    """Yield the errors that one stands for: MULTIPLE_OR_MULTI_ERRORS holds others."""
    nested = rows(_details(item).get("errors"), MOST_PROBLEMS)
    if not nested or depth == DEEPEST:
        yield item
    else:
        for error in nested:
            yield from _single_errors(error, depth + 1)


def _problems(error: Json) -> list[FieldProblem]:
    details = _details(error)
    expected = rows(details.get("expected_fields"), MOST_PROBLEMS)
    if expected:
        # "One of the required fields is missing", says Zoho.
        names = tuple(filter(None, (_place(each)[0] for each in expected)))
        return [_problem(error, each, among=names) for each in expected]
    return [_problem(error, details)]


def _problem(error: Json, where: Json, among: tuple[str, ...] = ()) -> FieldProblem:
    code, details = text(error.get("code")), _details(error)
    field, row, column = _place(where)
    kind = KINDS.get(code, "invalid")
    limit = shapes.count(details.get("maximum_length"), LONGEST_LENGTH)
    other = _other(details) if kind == "duplicate" else {}
    listed = details.get("supported_values")
    listed = listed[:MOST_VALUES] if isinstance(listed, list) else []
    bounds = [mapping(details.get("range")).get(end) for end in ("from", "to")]
    return FieldProblem(
        field=field,
        kind="too_long" if limit else kind,
        expected=name(details.get("expected_data_type")),
        limit=limit or None,
        code=plain(code, LONGEST_NAME),
        message=plain(text(error.get("message"))),
        row=row,
        column=column,
        because_of=_place(mapping(details.get("dependee")))[0],
        among=among,
        bounds=() if None in bounds else tuple(map(_word, bounds)),
        values=tuple(filter(None, map(_word, listed))),
        **other,
    )


def _place(where: Json) -> tuple[str, int, str]:
    """Return the field, and the row and the column if it is a subform.

    The name may be that of an inner key; the path knows whose.
    """
    found = PATH.match(text(where.get("json_path"))[:300])
    field = name(found["field"] if found else where.get("api_name"))
    if field == "id":
        # Not a field of the record, but the record.
        return "", 0, ""
    row, column = found.group("row", "column") if found else (None, None)
    if row is None or column is None or column in INNER:
        return field, 0, ""
    return field, int(row) + 1, name(column)


def _other(details: Json) -> dict[str, str]:
    """Return the record that is in the way, and its module if CRM names it."""
    record = mapping(details.get("duplicate_record"))
    found = shapes.identifier(record.get("id") or details.get("id"))
    module = shapes.name(mapping(record.get("module")).get("api_name"))
    return {"record": found, "module": module} if found else {}


def _details(error: Json) -> Json:
    return mapping(error.get("details"))


def _word(value: object) -> str:
    """Return a text or a number of Zoho as plain text, cut short."""
    return plain(shapes.text(value), LONGEST_NAME)


# https://www.zoho.com/crm/developer/docs/api/v8/
CRM = Envelope(
    product="crm",
    host="api",
    base="crm/{version}",
    version="v8",
    # What forms are made of is read by v8 always: v2 has no dependent values, and does
    # not say which fields may be written. All versions share hosts and tokens.
    # https://www.zoho.com/crm/developer/docs/api/v2.1/change-log.html
    unversioned={"files", "org", "settings", "users"},
    refusal=_refusal,
    # 200, 202, 207 or 400: only the item tells.
    hides_refusal=lambda body: refused_item(body) is not None,
    # https://www.zoho.com/crm/developer/docs/api/v8/api-limits.html
    credits_header="X-API-CREDITS-REMAINING",
)
