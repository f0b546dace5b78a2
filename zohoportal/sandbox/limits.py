"""Zoho's limits: calls at once and credits a day, by product and organisation."""

import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from zohoportal.sandbox import samples
from zohoportal.sandbox.books import gate as books_gate
from zohoportal.sandbox.control.wishes import done, fault, is_number, wish_of
from zohoportal.sandbox.crm import gate as crm_gate
from zohoportal.sandbox.desk import gate as desk_gate
from zohoportal.sandbox.messages import (
    PRODUCTS,
    Answer,
    Handler,
    Refusal,
    Request,
    Route,
    json_answer,
    route,
)
from zohoportal.sandbox.tables import Row
from zohoportal.sandbox.traffic import Caller
from zohoportal.sandbox.world import World

NAMES = (
    "crm_concurrency",
    "desk_concurrency",
    "books_concurrency",
    "crm_credits",
    "desk_credits",
    "books_credits",
    "books_minute",
    "index_lag",
)
CRM_LEFT = "X-API-CREDITS-REMAINING"
# The CRM's calls that cost more than one; of records, ten are one.
HEAVY = [
    ("GET", re.compile(r"/crm/v\d/\w+/actions/count"), 50),
    ("POST", re.compile(r"/crm/bulk/v\d/write"), 500),
]
ROWS_FOR_ONE = 10
DESK_LEFT = "x-rate-limit-remaining-v3"
DESK_WEIGHT = "x-rate-limit-request-weight-v3"


def _caller(request: Request, world: World) -> Caller | None:
    if request.product is None:
        return None
    if request.product == "books":
        org_id = request.query.get("organization_id", "")
    else:
        first = world.organizations[0]["id"]
        own = samples.ZGID if request.product == "crm" else first
        org_id = request.headers.get("orgId", own)
    return Caller(request.product, org_id)


@contextmanager
def in_flight(request: Request, world: World) -> Iterator[Answer | None]:
    """Count a product's call while it lasts; yield the refusal when it is too many.

    Without the world's lock: who waits for that is in flight already.
    """
    caller = _caller(request, world)
    if caller is None:
        yield None
        return
    cap = world.settings.get(f"{caller.product}_concurrency")
    count = world.gauge.enter(caller)
    try:
        yield None if cap is None or count <= cap else _too_many(caller).answer
    finally:
        world.gauge.leave(caller)


def metered(handler: Handler, request: Request, world: World) -> Answer:
    """Return the handler's answer for credits, or the refusal when none are left."""
    caller = _caller(request, world)
    allowed = world.settings.get(f"{caller.product}_credits") if caller else None
    if caller is None or allowed is None:
        return _answer(handler, request, world)
    if world.meter.used(caller) >= allowed:
        wait = math.ceil(world.meter.seconds_to_wait(caller))
        answer = _used_up(caller, wait).answer
    else:
        answer = _answer(handler, request, world)
        world.meter.spend(caller, _weight(request, answer))
    shown = _headers(caller, max(allowed - world.meter.used(caller), 0), allowed)
    return replace(answer, headers=answer.headers | shown)


def _weight(request: Request, answer: Answer) -> int:
    """Return how many credits a call costs."""
    if request.product == "desk":
        return int(answer.headers.get(DESK_WEIGHT, 1))
    # https://www.zoho.com/crm/developer/docs/api/v8/api-limits.html
    for method, pattern, cost in HEAVY:
        if request.method == method and pattern.fullmatch(request.path):
            return cost
    rows = request.json.get("data") if isinstance(request.json, dict) else None
    return max(math.ceil(len(rows) / ROWS_FOR_ONE), 1) if isinstance(rows, list) else 1


def _answer(handler: Handler, request: Request, world: World) -> Answer:
    try:
        return handler(request, world)
    except Refusal as refusal:
        return refusal.answer


def _headers(caller: Caller, left: int, allowed: int) -> dict[str, str]:
    if caller.product == "desk":
        return {DESK_LEFT: str(left)}
    if caller.product == "books":
        return {}
    # The CRM keeps quiet until half of the credits are gone.
    return {CRM_LEFT: str(left)} if left * 2 <= allowed else {}


def _too_many(caller: Caller) -> Refusal:
    if caller.product == "books":
        # What Books says to 45 and 1070 is not recorded, only what they mean.
        return books_gate.refuse(429, 1070, "Too many requests at once.")
    if caller.product == "desk":
        return desk_gate.refuse(429, "TOO_MANY_REQUESTS", "Too many requests at once.")
    return crm_gate.refuse(
        429, "TOO_MANY_REQUESTS", "too many requests fired in concurrent"
    )


def _used_up(caller: Caller, wait: int) -> Refusal:
    if caller.product == "desk":
        refusal = desk_gate.refuse(
            429, "THRESHOLD_EXCEEDED", "You have exceeded the daily limit."
        )
        # Of all these refusals the only one that says when to come back.
        return Refusal(replace(refusal.answer, headers={"Retry-After": str(wait)}))
    if caller.product == "books":
        return books_gate.refuse(429, 45, "You have exceeded the daily limit.")
    # The CRM says the same as to too many at once; its words are not recorded.
    return crm_gate.refuse(
        429, "TOO_MANY_REQUESTS", "you have used up the credits of your organization"
    )


def show(_request: Request, world: World) -> Answer:
    limits: Row = {name: world.settings[name] for name in NAMES}
    counted = [each for each in PRODUCTS if f"{each}_concurrency" in limits]
    most = {product: world.gauge.most(product) for product in counted}
    return json_answer(limits | {"most_in_flight": most})


def change(request: Request, world: World) -> Answer:
    wish = wish_of(request)
    if not wish or wish.keys() - set(NAMES):
        raise fault(f"The limits are: {', '.join(NAMES)}.")
    if not all(value is None or _is_limit(value) for value in wish.values()):
        raise fault("A limit is a number from 0 on, or null for none.")
    world.settings |= wish
    if wish.keys() & {"crm_credits", "desk_credits", "books_credits"}:
        world.meter.start_anew()
    if "books_minute" in wish:
        world.minutes.start_anew()
    return done("limits set")


def _is_limit(value: Any) -> bool:
    return is_number(value) and value >= 0


def lift(_request: Request, world: World) -> Answer:
    world.settings |= {name: samples.SETTINGS[name] for name in NAMES}
    world.gauge.start_anew()
    world.meter.start_anew()
    world.minutes.start_anew()
    return done("limits lifted")


ROUTES: list[Route] = [
    route("GET", r"/_sandbox/limits", show),
    route("POST", r"/_sandbox/limits", change),
    route("DELETE", r"/_sandbox/limits", lift),
]
