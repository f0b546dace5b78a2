"""What every call of Campaigns passes first, and how Campaigns says yes and no.

https://www.zoho.com/campaigns/help/developers/
"""

from typing import Any

from zohoportal.sandbox.messages import Answer, Refusal, Request, json_answer
from zohoportal.sandbox.oauth import scopes
from zohoportal.sandbox.oauth.tokens import owner_of
from zohoportal.sandbox.world import World

BASE = "/api/v1.1/"


def method_of(request: Request) -> str:
    """Return what is asked, such as `listsubscribe`."""
    return request.path.removeprefix(BASE).removeprefix("json/")


def admit(request: Request, world: World, scope: str) -> None:
    """Let the request pass.

    Raises:
        Refusal: no token, a dead one, one without the scope, or the method is locked.
    """
    owner = owner_of(world, request.token)
    if owner is None:
        # A live probe had capitals here, and nowhere else.
        body = {
            "message": "Unauthorized request.",
            "version": "1.1",
            "URI": request.path,
            "Code": "1007",
            "status": "error",
        }
        raise Refusal(json_answer(body, 401))
    if not scopes.permits(owner["scopes"], scope):
        raise refuse(request, "INVALID_SCOPE", "Invalid OAuth scope.")
    if world.locks.is_locked(method_of(request), world.settings):
        status = world.settings["campaigns_lock_status"]
        raise refuse(request, "1015", "API calls limit exceeded.", status)
    if request.parameters.get("resfmt", request.parameters.get("type")) is None:
        text = f'<response uri="{request.path}"><code>0</code></response>'
        raise Refusal(Answer(200, text.encode(), "text/xml"))


def refuse(request: Request, code: str, message: str, status: int = 200) -> Refusal:
    return Refusal(_answer(request, "error", code, message, status))


def succeed(
    request: Request, message: str, effect: str | None = None, **more: Any
) -> Answer:
    return _answer(request, "success", "0", message, effect=effect, **more)


def _answer(
    request: Request,
    status_word: str,
    code: str,
    message: str,
    status: int = 200,
    effect: str | None = None,
    **more: Any,
) -> Answer:
    body = {
        "message": message,
        "status": status_word,
        "code": code,
        "uri": request.path,
        "version": "1.1",
        **more,
    }
    return json_answer(body, status, effect)


def nothing_there(request: Request, _world: World) -> Answer:
    """Answer a wrong path as Campaigns does: with HTTP 200."""
    raise refuse(request, "1004", "Unable to find the resource.")
