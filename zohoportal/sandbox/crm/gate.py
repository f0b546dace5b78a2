"""What every CRM call passes first: token, scope, module; and the CRM's errors."""

from typing import Any

from zohoportal.sandbox.crm.organisations import Organisation
from zohoportal.sandbox.crm.settings.metadata import Module
from zohoportal.sandbox.messages import Answer, Refusal, Request, json_answer
from zohoportal.sandbox.oauth import scopes
from zohoportal.sandbox.oauth.tokens import owner_of
from zohoportal.sandbox.world import World


def error_item(code: str, message: str, details: dict[str, Any]) -> dict[str, Any]:
    return {"code": code, "details": details, "message": message, "status": "error"}


def refuse(
    status: int, code: str, message: str, details: dict[str, Any] | None = None
) -> Refusal:
    """Return a refusal of the whole call.

    The live service puts such errors at the top level, whatever its OpenAPI says.
    """
    return Refusal(json_answer(error_item(code, message, details or {}), status))


def admit(request: Request, world: World, *needed: str) -> Organisation:
    """Let the request pass and return the organisation its token is for.

    Raises:
        Refusal: No token, a dead one, or one without a scope.
    """
    if "Authorization" not in request.headers:
        raise refuse(401, "AUTHENTICATION_FAILURE", "Authentication failed")
    owner = owner_of(world, request.token)
    if owner is None:
        raise refuse(401, "INVALID_TOKEN", "invalid oauth token")
    if not all(scopes.permits(owner["scopes"], scope) for scope in needed):
        raise refuse(
            401, "OAUTH_SCOPE_MISMATCH", "invalid oauth scope to access this URL"
        )
    return world.crm_organisation(owner.get("zgid"))


def admit_to_module(
    request: Request, world: World, operation: str, *more: str
) -> tuple[Organisation, Module]:
    """Let the request pass and return the module its path names.

    Raises:
        Refusal: As admit, or there is no such module.
    """
    name = request.found["module"]
    organisation = admit(request, world, f"ZohoCRM.modules.{name}.{operation}", *more)
    if name not in organisation.modules:
        raise refuse(
            400,
            "INVALID_MODULE",
            "the module name given seems to be invalid",
            {"resource_path_index": 0},
        )
    return organisation, organisation.modules[name]


def unknown_url(_request: Request, _world: World) -> Answer:
    raise refuse(
        404,
        "INVALID_URL_PATTERN",
        "Please check if the URL trying to access is a correct one",
    )
