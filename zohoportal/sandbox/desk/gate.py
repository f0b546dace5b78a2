"""What every Desk call passes first: token, scope, organisation; and Desk's errors."""

from typing import Any

from zohoportal.sandbox.messages import Answer, Refusal, Request, json_answer
from zohoportal.sandbox.oauth import scopes
from zohoportal.sandbox.oauth.tokens import owner_of
from zohoportal.sandbox.tables import Row
from zohoportal.sandbox.world import World

LIMIT_HEADERS = {
    "x-rate-limit-remaining-v3": "4997",
    "x-rate-limit-request-weight-v3": "1",
}


def refuse(status: int, code: str, message: str, **more: Any) -> Refusal:
    return Refusal(json_answer({"errorCode": code, "message": message, **more}, status))


def invalid(*errors: tuple[str, str]) -> Refusal:
    """Return the refusal naming fields, each with "missing" or "invalid"."""
    return refuse(
        422,
        "INVALID_DATA",
        "The data does not comply to the validation restrictions defined.",
        errors=[
            {"fieldName": pointer, "errorType": problem} for pointer, problem in errors
        ],
    )


def forbidden() -> Refusal:
    return refuse(
        403, "FORBIDDEN", "You do not have permission to perform this operation."
    )


def not_found() -> Refusal:
    return refuse(404, "URL_NOT_FOUND", "The URL you requested could not be found.")


def extra(name: str) -> Refusal:
    return refuse(422, "UNPROCESSABLE_ENTITY", f"An extra parameter '{name}' is found")


def admit(request: Request, world: World, *needed: str) -> None:
    """Let the request pass.

    Raises:
        Refusal: No token, a dead one, or one without a scope.
    """
    if "Authorization" not in request.headers:
        raise refuse(
            401, "UNAUTHORIZED", "You are not authenticated to perform this operation."
        )
    owner = owner_of(world, request.token)
    if owner is None:
        raise refuse(401, "INVALID_OAUTH", "The OAuth Token you provided is invalid.")
    if not all(scopes.permits(owner["scopes"], scope) for scope in needed):
        raise refuse(
            world.settings["desk_scope_status"],
            "SCOPE_MISMATCH",
            "The OAuth Token you provided does not have the required scope.",
        )


def admit_to_organisation(request: Request, world: World, *needed: str) -> str:
    """Let the request pass and return the id of its organisation.

    Raises:
        Refusal: As admit, or the orgId header does not fit.
    """
    admit(request, world, *needed)
    org_ids: list[str] = [organisation["id"] for organisation in world.organizations]
    org_id = request.headers.get("orgId")
    if org_id is None and len(org_ids) == 1:
        return org_ids[0]
    if org_id is None:
        raise refuse(400, "BAD_REQUEST", "The orgId header is missing.")
    if not org_id.isdecimal():
        # Users report this opaque answer.
        raise refuse(500, "INTERNAL_SERVER_ERROR", "An internal server error occurred.")
    if org_id not in org_ids:
        raise refuse(
            403,
            "OAUTH_ORG_MISMATCH",
            "The OAuthToken is not valid for specified organization.",
        )
    return org_id


def body_of(request: Request) -> Row:
    """Return the body's JSON object.

    Raises:
        Refusal: There is none.
    """
    if not request.body:
        raise refuse(400, "EMPTY_PAYLOAD", "The payload is empty.")
    if not isinstance(request.json, dict):
        raise refuse(400, "BAD_REQUEST", "The payload is not well formed.")
    return request.json


def number(request: Request, name: str, otherwise: int, most: int) -> int:
    """Return a number from the query.

    Raises:
        Refusal: It is not a number or too big.
    """
    text = request.query.get(name, str(otherwise))
    if not text.isdecimal() or int(text) > most:
        raise refuse(
            422,
            "UNPROCESSABLE_ENTITY",
            f"The value passed for '{name}' is not in the range 0-{most}.",
        )
    return int(text)


def page(request: Request, rows: list[Any], most: int = 100) -> list[Any]:
    """Return the rows that `from` and `limit` ask for."""
    start = number(request, "from", 0, 4_999)
    limit = number(request, "limit", 10, most)
    return rows[start : start + limit]


def unknown_url(_request: Request, _world: World) -> Answer:
    raise not_found()
