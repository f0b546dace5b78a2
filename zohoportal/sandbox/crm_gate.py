"""What every CRM call passes first: token, scope, module; and the CRM's errors."""

from typing import Any

from zohoportal.sandbox import scopes
from zohoportal.sandbox.messages import Answer, Refusal, Request, json_answer
from zohoportal.sandbox.tokens import owner_of
from zohoportal.sandbox.world import CRM_MODULES, World


def error_item(code: str, message: str, details: dict[str, Any]) -> dict[str, Any]:
    return {"code": code, "details": details, "message": message, "status": "error"}


def refuse(
    status: int, code: str, message: str, details: dict[str, Any] | None = None
) -> Refusal:
    """Return a refusal of the whole call.

    The live service puts such errors at the top level, whatever its OpenAPI says.
    """
    return Refusal(json_answer(error_item(code, message, details or {}), status))


def admit(request: Request, world: World, scope: str) -> None:
    """Let the request pass.

    Raises:
        Refusal: No token, a dead one, or one without the scope.
    """
    if "Authorization" not in request.headers:
        raise refuse(401, "AUTHENTICATION_FAILURE", "Authentication failed")
    owner = owner_of(world, request.token)
    if owner is None:
        raise refuse(401, "INVALID_TOKEN", "invalid oauth token")
    if not scopes.permits(owner["scopes"], scope):
        raise refuse(
            401, "OAUTH_SCOPE_MISMATCH", "invalid oauth scope to access this URL"
        )


def admit_to_module(request: Request, world: World, operation: str) -> str:
    """Let the request pass and return the module its path names.

    Raises:
        Refusal: As admit, or there is no such module.
    """
    module = request.found["module"]
    admit(request, world, f"ZohoCRM.modules.{module}.{operation}")
    if module not in CRM_MODULES:
        raise refuse(
            400,
            "INVALID_MODULE",
            "the module name given seems to be invalid",
            {"resource_path_index": 0},
        )
    return module


def unknown_url(_request: Request, _world: World) -> Answer:
    raise refuse(
        404,
        "INVALID_URL_PATTERN",
        "Please check if the URL trying to access is a correct one",
    )
