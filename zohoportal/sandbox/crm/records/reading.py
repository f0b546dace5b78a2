"""Read records: a list in pages, or one.

https://www.zoho.com/crm/developer/docs/api/v8/get-records.html
"""

import base64
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from zohoportal.sandbox.crm.gate import admit_to_module, refuse
from zohoportal.sandbox.crm.settings.metadata import Module
from zohoportal.sandbox.crm.shapes import (
    chosen,
    fields_of,
    page_of,
    required_fields_of,
    when,
    wrong_parameter,
)
from zohoportal.sandbox.messages import (
    Answer,
    Request,
    json_answer,
    no_content,
    not_modified,
)
from zohoportal.sandbox.tables import Row
from zohoportal.sandbox.world import World

# Later records need a page token.
REACH_OF_PAGES = 2_000
TOKEN_SECONDS = 24 * 3_600
SORTABLE = ("id", "Created_Time", "Modified_Time")
BOUND = ("fields", "per_page", "sort_by", "sort_order", "ids")


def records(request: Request, world: World) -> Answer:
    # https://www.zoho.com/crm/developer/docs/api/v8/get-records.html
    _, module = admit_to_module(request, world, "READ")
    fields = required_fields_of(request)
    page, per_page = page_of(request)
    start = _start(request, page, per_page, world)
    rows = _sorted(request, module)
    if since := when(request, "If-Modified-Since"):
        rows = changed_since(since, rows)
        if not rows:
            return not_modified()
    found = rows[start : start + per_page]
    if not found:
        return no_content()
    has_more = len(rows) > start + per_page
    info = {
        "per_page": per_page,
        "count": len(found),
        "page": start // per_page + 1,
        "more_records": has_more,
    }
    if not _is_v2(request):
        info |= _tokens(request, world, start, per_page, has_more=has_more)
    data = [chosen(module, row, fields) for row in found]
    return json_answer({"data": data, "info": info})


def _is_v2(request: Request) -> bool:
    """Tell whether there are no page tokens yet, and no end of the pages either.

    https://www.zoho.com/crm/developer/docs/api/v2/get-records.html
    """
    return request.found["version"] == "2"


def _tokens(
    request: Request, world: World, start: int, per_page: int, *, has_more: bool
) -> Row:
    expiry = world.clock.now() + TOKEN_SECONDS
    previous = max(start - per_page, 0)
    return {
        "sort_by": request.query.get("sort_by", "id"),
        "sort_order": request.query.get("sort_order", "desc"),
        "next_page_token": (
            _token(request, start + per_page, expiry) if has_more else None
        ),
        "previous_page_token": _token(request, previous, expiry) if start else None,
        "page_token_expiry": (
            datetime.fromtimestamp(int(expiry), UTC).isoformat()
            if has_more or start
            else None
        ),
    }


def record(request: Request, world: World) -> Answer:
    # https://www.zoho.com/crm/developer/docs/api/v8/get-records.html
    _, module = admit_to_module(request, world, "READ")
    row = module.records.get(request.found["id"])
    if row is None:
        return _unknown(world.settings["crm_unknown_record"])
    since = when(request, "If-Modified-Since")
    if since and not changed_since(since, [row]):
        return not_modified()
    return json_answer({"data": [chosen(module, row, fields_of(request))]})


def _unknown(status: int) -> Answer:
    if status == 204:
        return no_content()
    message = "the id given seems to be invalid"
    raise refuse(status, "INVALID_DATA", message, {"resource_path_index": 1})


def changed_since(since: datetime, rows: list[Row]) -> list[Row]:
    return [row for row in rows if datetime.fromisoformat(row["Modified_Time"]) > since]


def _sorted(request: Request, module: Module) -> list[Row]:
    field = request.query.get("sort_by", "id")
    order = request.query.get("sort_order", "desc")
    if field not in SORTABLE:
        raise wrong_parameter("sort_by", "text")
    rows = module.records.newest_first()
    if field != "id":
        rows.sort(key=lambda row: datetime.fromisoformat(row[field]), reverse=True)
    if order == "asc":
        rows.reverse()
    wanted = {each for each in request.query.get("ids", "").split(",") if each}
    return [row for row in rows if not wanted or row["id"] in wanted]


def _start(request: Request, page: int, per_page: int, world: World) -> int:
    text = request.query.get("page_token")
    if text is None:
        start = (page - 1) * per_page
        if start + per_page > REACH_OF_PAGES and not _is_v2(request):
            raise refuse(
                400,
                "DISCRETE_PAGINATION_LIMIT_EXCEEDED",
                "page_token is required to fetch more than 2000 records",
            )
        return start
    token = _read(text)
    if token is None:
        raise wrong_parameter("page_token", "text")
    if token.bound != _bound(request):
        raise refuse(
            400,
            "TOKEN_BOUND_DATA_MISMATCH",
            "Please check if the parameters are those the page_token was made with",
            {"param_name": "page_token"},
        )
    if token.expiry < world.clock.now():
        raise refuse(
            400,
            "EXPIRED_VALUE",
            "The page_token given is expired",
            {"param_name": "page_token"},
        )
    return token.start


@dataclass(frozen=True)
class PageToken:
    start: int
    expiry: float
    # What must stay the same from page to page.
    bound: list[str | None]


def _bound(request: Request) -> list[str | None]:
    return [request.path, *(request.query.get(name) for name in BOUND)]


def _token(request: Request, start: int, expiry: float) -> str:
    token = PageToken(start, expiry, _bound(request))
    return base64.urlsafe_b64encode(json.dumps(asdict(token)).encode()).decode()


def _read(text: str) -> PageToken | None:
    try:
        return PageToken(**json.loads(base64.urlsafe_b64decode(text)))
    except (ValueError, TypeError):
        return None
