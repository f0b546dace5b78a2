"""What every call of Books passes first, and how Books says yes and no.

https://www.zoho.com/books/api/v3/
"""

from typing import Any

from zohoportal.sandbox.books.pace import paced
from zohoportal.sandbox.messages import (
    Answer,
    Handler,
    Refusal,
    Request,
    Route,
    json_answer,
    route,
)
from zohoportal.sandbox.oauth import scopes
from zohoportal.sandbox.oauth.tokens import owner_of
from zohoportal.sandbox.tables import Row
from zohoportal.sandbox.world import World

BASE = "/books/v3"
MOST_ROWS = 200


def call(method: str, path: str, handler: Handler) -> Route:
    """Return the route of one call, counted by the minute."""
    return route(method, BASE + path, paced(handler))


def refuse(status: int, code: int, message: str) -> Refusal:
    return Refusal(json_answer({"code": code, "message": message}, status))


def invalid(name: str) -> Refusal:
    return refuse(400, 2, f"Invalid value passed for {name}")


def not_there(world: World) -> Refusal:
    # 404 by most sources; 400 was seen.
    status = world.settings["books_unknown_status"]
    return refuse(status, 1002, "Resource does not exist.")


def succeed(
    message: str = "success", status: int = 200, effect: str | None = None, **more: Any
) -> Answer:
    return json_answer({"code": 0, "message": message, **more}, status, effect)


def admit(request: Request, world: World, scope: str) -> None:
    """Let the request pass; the scope is such as "contacts.READ".

    Raises:
        Refusal: no token; a dead one or none for this, which Books does not tell apart.
    """
    if request.token is None:
        raise refuse(401, 14, "Invalid value passed for authtoken.")
    owner = owner_of(world, request.token)
    needed = f"ZohoBooks.{scope}"
    if (
        owner is None
        or not scopes.permits(owner["scopes"], needed)
        or needed in world.settings["books_forbidden"]
    ):
        raise refuse(401, 57, "You are not authorized to perform this operation")


def admit_to_organisation(request: Request, world: World, scope: str) -> Row:
    """Return the organisation that is asked.

    Raises:
        Refusal: the request is not admitted, or not there.
    """
    admit(request, world, scope)
    org_id = request.query.get("organization_id", "")
    organisation = world.tables["books_organizations"].get(org_id)
    # What a closed organisation says is not documented.
    if organisation is None or not organisation["is_active"]:
        words = "This user is not associated with the CompanyID/CompanyName:"
        raise refuse(400, 6041, f"{words}{org_id}.")
    return organisation


def page(request: Request, rows: list[Row]) -> tuple[list[Row], Row]:
    """Return the rows that `page` and `per_page` ask for, and what is said of them."""
    # The documentation has 200 without `per_page`, the OpenAPI file 10.
    number, size = (
        _number(request, name, otherwise)
        for name, otherwise in (("page", 1), ("per_page", 10))
    )
    if size > MOST_ROWS:
        raise invalid("per_page")
    start = (number - 1) * size
    context = {
        "page": number,
        "per_page": size,
        "has_more_page": len(rows) > start + size,
    }
    return rows[start : start + size], context


def _number(request: Request, name: str, otherwise: int) -> int:
    text = request.query.get(name, str(otherwise))
    if not text.isdecimal() or int(text) < 1:
        raise invalid(name)
    return int(text)


def nothing_there(_request: Request, _world: World) -> Answer:
    raise refuse(404, 5, "Invalid URL Passed")
