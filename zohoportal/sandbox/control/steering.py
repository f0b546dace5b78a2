"""The control room's levers on time and on tokens."""

from zohoportal.sandbox.control.wishes import done, fault, is_number, wish_of
from zohoportal.sandbox.messages import Answer, Request, Route, route
from zohoportal.sandbox.oauth.tokens import forget, forget_access_tokens
from zohoportal.sandbox.world import World

CHOICES = {"refresh_token", "client_id"}
LEVERS = {"advance", "skew"}


def _chosen(request: Request, world: World) -> list[str]:
    """Return the refresh tokens meant by the last characters of one or by a client.

    Without a wish all of them.
    """
    wish = wish_of(request)
    if wish.keys() - CHOICES or not all(
        isinstance(each, str) for each in wish.values()
    ):
        raise fault("Choose by refresh_token, its last 4 characters, or by client_id.")
    ending = wish.get("refresh_token")
    if ending is not None and len(ending) != 4:
        raise fault("refresh_token is the last 4 characters.")
    chosen = [
        each
        for each, grant in world.refresh_tokens.items()
        if each.endswith(ending or "")
        and wish.get("client_id") in (None, grant["client_id"])
    ]
    if wish and not chosen:
        raise fault("There is no such grant.")
    return chosen


def expire(request: Request, world: World) -> Answer:
    chosen = _chosen(request, world)
    if request.body:
        for each in chosen:
            forget_access_tokens(world, each)
    else:
        world.access_tokens.clear()
    return done("access tokens expired")


def revoke(request: Request, world: World) -> Answer:
    for each in _chosen(request, world):
        forget(world, each)
    if not request.body:
        world.access_tokens.clear()
    return done("tokens revoked")


def set_clock(request: Request, world: World) -> Answer:
    wish = wish_of(request)
    if not wish or wish.keys() - LEVERS or not all(map(is_number, wish.values())):
        raise fault("The clock takes advance and skew, in seconds.")
    if wish.get("advance", 0) < 0:
        raise fault("The clock is advanced only; skew may go back.")
    world.clock.ahead += wish.get("advance", 0)
    world.clock.skew = wish.get("skew", world.clock.skew)
    return done("clock set")


ROUTES: list[Route] = [
    route("POST", r"/_sandbox/tokens/expire", expire),
    route("POST", r"/_sandbox/tokens/revoke", revoke),
    route("POST", r"/_sandbox/clock", set_clock),
]
