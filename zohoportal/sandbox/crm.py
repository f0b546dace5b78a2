"""Zoho CRM: organisation, current user and reading records.

https://www.zoho.com/crm/developer/docs/api/v8/
"""

from zohoportal.sandbox import samples
from zohoportal.sandbox.crm_gate import admit, admit_to_module, refuse, unknown_url
from zohoportal.sandbox.crm_upsert import upsert
from zohoportal.sandbox.messages import (
    Answer,
    Request,
    json_answer,
    no_content,
    route,
)
from zohoportal.sandbox.tables import Row
from zohoportal.sandbox.world import World

MOST_FIELDS = 50
MOST_PER_PAGE = 200
# Later records need a page token, which the sandbox does not hand out.
REACH_OF_PAGES = 2_000


def organisation(request: Request, world: World) -> Answer:
    # https://www.zoho.com/crm/developer/docs/api/v8/get-org-data.html
    admit(request, world, "ZohoCRM.org.READ")
    return json_answer({"org": [samples.CRM_ORGANISATION]})


def users(request: Request, world: World) -> Answer:
    # https://www.zoho.com/crm/developer/docs/api/v8/get-users.html
    admit(request, world, "ZohoCRM.users.READ")
    info = {"per_page": 200, "count": 1, "page": 1, "more_records": False}
    return json_answer({"users": [samples.USER], "info": info})


def records(request: Request, world: World) -> Answer:
    # https://www.zoho.com/crm/developer/docs/api/v8/get-records.html
    module = admit_to_module(request, world, "READ")
    fields = _fields(request)
    per_page = _number(request, "per_page", MOST_PER_PAGE)
    page = _number(request, "page", 1)
    if per_page > MOST_PER_PAGE:
        raise refuse(
            400,
            "INVALID_DATA",
            "invalid data",
            {"param_name": "per_page", "maximum_length": MOST_PER_PAGE},
        )
    start = (page - 1) * per_page
    if start + per_page > REACH_OF_PAGES:
        raise refuse(
            400,
            "DISCRETE_PAGINATION_LIMIT_EXCEEDED",
            "page_token is required to fetch more than 2000 records",
        )
    rows = world.tables[module].newest_first()
    shown = rows[start : start + per_page]
    if not shown:
        return no_content()
    info = {
        "per_page": per_page,
        "count": len(shown),
        "page": page,
        "sort_by": "id",
        "sort_order": "desc",
        "more_records": len(rows) > start + per_page,
        "next_page_token": None,
        "previous_page_token": None,
        "page_token_expiry": None,
    }
    return json_answer({"data": [_chosen(row, fields) for row in shown], "info": info})


def _fields(request: Request) -> list[str]:
    """Return the fields to show; none means all, which only v2 allows."""
    fields = [name for name in request.query.get("fields", "").split(",") if name]
    if not fields and request.found["version"] != "2":
        raise refuse(
            400,
            "REQUIRED_PARAM_MISSING",
            "One of the expected parameter is missing",
            {"param_name": "fields"},
        )
    if len(fields) > MOST_FIELDS:
        raise refuse(
            400,
            "LIMIT_EXCEEDED",
            "fields limit exceeded",
            {"param_name": "fields", "limit": MOST_FIELDS},
        )
    return fields


def _number(request: Request, name: str, otherwise: int) -> int:
    text = request.query.get(name, str(otherwise))
    if not text.isdecimal() or int(text) < 1:
        raise refuse(
            400,
            "INVALID_DATA",
            "invalid data",
            {"param_name": name, "expected_data_type": "integer"},
        )
    return int(text)


def _chosen(row: Row, fields: list[str]) -> Row:
    if not fields:
        return row
    return {name: row.get(name) for name in ["id", *fields] if name in row}


def record(request: Request, world: World) -> Answer:
    # https://www.zoho.com/crm/developer/docs/api/v8/get-records.html
    module = admit_to_module(request, world, "READ")
    row = world.tables[module].get(request.found["id"])
    if row is None:
        return no_content()
    owner = {
        "name": samples.USER["full_name"],
        "id": samples.USER_ID,
        "email": samples.USER["email"],
    }
    return json_answer({"data": [{**row, "Owner": owner}]})


BASE = r"/crm/v(?P<version>[28])"
ROUTES = [
    route("GET", rf"{BASE}/org", organisation),
    route("GET", rf"{BASE}/users", users),
    route("POST", rf"{BASE}/(?P<module>\w+)/upsert", upsert),
    route("GET", rf"{BASE}/(?P<module>\w+)", records),
    route("GET", rf"{BASE}/(?P<module>\w+)/(?P<id>\d+)", record),
    route("*", r"/crm/v.*", unknown_url),
]
