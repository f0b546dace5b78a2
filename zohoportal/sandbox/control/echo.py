"""A product that repeats what it is asked: one that is new can be tried with it."""

from zohoportal.sandbox.messages import (
    Answer,
    Refusal,
    Request,
    Route,
    json_answer,
    route,
)
from zohoportal.sandbox.oauth.tokens import owner_of
from zohoportal.sandbox.world import World


def echo(request: Request, world: World) -> Answer:
    """Answer whoever has a token with what was asked, in the envelope of Zoho Books."""
    if owner_of(world, request.token) is None:
        raise Refusal(json_answer({"code": 57, "message": "Not authorized"}, 401))
    asked = {
        "method": request.method,
        "path": request.path,
        "query": request.query,
        "body": request.json if request.body else None,
    }
    effect = None if request.method == "GET" else "echoed"
    answer = {"code": 0, "message": "success", "echo": asked}
    return json_answer(answer, effect=effect)


ROUTES: list[Route] = [route("*", r"/echo/.*", echo)]
