"""Faults by chance: which product requests get one is drawn from a seeded generator."""

from dataclasses import dataclass
from random import Random
from threading import Lock
from typing import Any

from zohoportal.sandbox.control import scripts
from zohoportal.sandbox.control.wishes import done, fault, is_number, wish_of
from zohoportal.sandbox.messages import Answer, Request, Route, route
from zohoportal.sandbox.world import World

KEYS = {"seed", "share", "faults"}


@dataclass
class Fault:
    """What may happen to a request, as long as answers are left."""

    method: str
    path: str
    weight: float
    answers: list[scripts.Scripted]
    # Whether each answer is given once only; else there is one, given for ever.
    is_counted: bool

    def fits(self, request: Request) -> bool:
        return (
            bool(self.answers)
            and self.method in ("*", request.method)
            and scripts.matches(self.path, request.path)
        )

    def take(self) -> scripts.Scripted:
        return self.answers.pop() if self.is_counted else self.answers[0]


def parse(wish: Any) -> Fault:
    """Return the fault described in JSON.

    Raises:
        Refusal: With a sentence about what cannot be understood.
    """
    if not isinstance(wish, dict):
        raise fault("A fault is a scripted answer with method, path and weight.")
    answer = dict(wish)
    method, path = answer.pop("method", "*"), answer.pop("path", "*")
    weight = answer.pop("weight", 1)
    if not (isinstance(method, str) and isinstance(path, str)):
        raise fault("method and path are texts; path may have * at its end.")
    if not is_number(weight) or weight <= 0:
        raise fault("weight is a number above 0.")
    try:
        answers = scripts.parse([answer])
    except ValueError as error:
        raise fault(str(error)) from error
    return Fault(method.upper(), path, weight, answers, "times" in answer)


class Chaos:
    def __init__(self) -> None:
        self._lock = Lock()
        self._set([], 0, None)

    def _set(self, faults: list[Fault], share: float, seed: int | None) -> None:
        with self._lock:
            self._faults = faults
            self._share = share
            self._random = Random(seed)  # noqa: S311

    def draw(self, request: Request) -> scripts.Scripted | None:
        """Return the fault a product request gets; none for most, none for others."""
        if request.product is None:
            return None
        with self._lock:
            fitting = [each for each in self._faults if each.fits(request)]
            if not fitting or self._random.random() >= self._share:
                return None
            weights = [each.weight for each in fitting]
            return self._random.choices(fitting, weights)[0].take()

    def unleash(self, request: Request, _world: World) -> Answer:
        wish = wish_of(request)
        if wish.keys() != KEYS or type(wish["seed"]) is not int:
            raise fault("Chaos takes seed, a whole number, share and faults.")
        share, faults = wish["share"], wish["faults"]
        if not is_number(share) or not 0 <= share <= 1:
            raise fault("share is a number from 0 to 1.")
        if not isinstance(faults, list) or not faults:
            raise fault("faults must be a list with at least one fault.")
        self._set([parse(each) for each in faults], share, wish["seed"])
        return done("chaos set")

    def calm(self, _request: Request, _world: World) -> Answer:
        self._set([], 0, None)
        return done("chaos cleared")

    def routes(self) -> list[Route]:
        return [
            route("POST", r"/_sandbox/chaos", self.unleash),
            route("DELETE", r"/_sandbox/chaos", self.calm),
        ]
