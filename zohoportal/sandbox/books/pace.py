"""So many calls a minute for an organisation, told with every answer.

https://www.zoho.com/books/api/v3/introduction/#api-call-limit
"""

import math
from dataclasses import replace

from zohoportal.sandbox.messages import (
    Answer,
    Handler,
    Refusal,
    Request,
    json_answer,
)
from zohoportal.sandbox.traffic import Caller
from zohoportal.sandbox.world import World

WORDS = "You have exceeded the maximum number of requests per minute."


def paced(handler: Handler) -> Handler:
    """Return the handler with the limit before it."""

    def answer(request: Request, world: World) -> Answer:
        allowed = world.settings["books_minute"]
        # Which organisations there are is asked of none of them.
        org_id = request.query.get("organization_id")
        if allowed is None or org_id is None:
            return handler(request, world)
        caller = Caller("books", org_id)
        if world.minutes.used(caller) >= allowed:
            said = json_answer({"code": 44, "message": WORDS}, 429)
        else:
            world.minutes.spend(caller, 1)
            said = _said(handler, request, world)
        headers = {
            "X-Rate-Limit-Limit": str(allowed),
            "X-Rate-Limit-Remaining": str(max(allowed - world.minutes.used(caller), 0)),
            "X-Rate-Limit-Reset": str(math.ceil(world.minutes.seconds_to_wait(caller))),
        }
        return replace(said, headers=said.headers | headers)

    return answer


def _said(handler: Handler, request: Request, world: World) -> Answer:
    try:
        return handler(request, world)
    except Refusal as refusal:
        return refusal.answer
