"""What people do at Campaigns itself: confirm, leave, bounce, delete a list."""

from zohoportal.sandbox.campaigns import plan
from zohoportal.sandbox.control.wishes import done, fault, wish_of
from zohoportal.sandbox.messages import Answer, Request, Route, json_answer, route
from zohoportal.sandbox.world import World


def show(_request: Request, world: World) -> Answer:
    names = ("mailing_lists", "subscribers", "do_not_mail")
    found = {name: list(world.tables[name].rows.values()) for name in names}
    return json_answer(found | {"locked": world.locks.locked()})


def change(request: Request, world: World) -> Answer:
    wish = wish_of(request)
    match wish:
        case {"list": str(key), "email": str(email), "state": str(state)}:
            plan.put(world, key, email, state, {})
        case {"delete_list": str(key)} if world.tables["mailing_lists"].get(key):
            world.tables["mailing_lists"].remove(key)
        case {"lock": str(method), "seconds": int(seconds)}:
            world.locks.lock(method, seconds)
        case _:
            raise fault("list with email and state, delete_list, or lock with seconds.")
    return done("campaigns changed")


ROUTES: list[Route] = [
    route("GET", r"/_sandbox/campaigns", show),
    route("POST", r"/_sandbox/campaigns", change),
]
