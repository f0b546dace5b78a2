"""One request in, one answer out: routes, scripted answers, the journal."""

import time
from threading import Timer

from zohoportal.sandbox import limits, pages, record_pages
from zohoportal.sandbox.books import routes as books
from zohoportal.sandbox.campaigns import routes as campaigns
from zohoportal.sandbox.control import assassin, console, echo, guard
from zohoportal.sandbox.control import routes as control
from zohoportal.sandbox.control.chaos import Chaos
from zohoportal.sandbox.control.scripts import Scripted, Scripts
from zohoportal.sandbox.crm import routes as crm
from zohoportal.sandbox.desk import routes as desk
from zohoportal.sandbox.journal import Journal, Visit
from zohoportal.sandbox.messages import (
    Answer,
    Handler,
    Request,
    html_answer,
)
from zohoportal.sandbox.oauth import accounts, tokens
from zohoportal.sandbox.world import World

CONTROL = "/_sandbox"


class Exchange:
    def __init__(self, world: World, token: str) -> None:
        self._world = world
        self._token = token
        self._journal = Journal(world.clock)
        self._scripts = Scripts()
        self._chaos = Chaos()
        self._routes = [
            *tokens.ROUTES,
            # Before the CRM's own, which know every other address below theirs.
            *record_pages.ROUTES,
            *crm.ROUTES,
            *desk.ROUTES,
            *campaigns.ROUTES,
            *books.ROUTES,
            *accounts.ROUTES,
            *console.ROUTES,
            *echo.ROUTES,
            *control.routes(self._journal, self._scripts),
            *self._chaos.routes(),
            *limits.ROUTES,
        ]

    def answer(self, request: Request) -> Answer | None:
        """Return the answer to send, or None to hang up without one."""
        no = guard.refusal(request, self._token, self._world.public_url)
        if no is not None:
            return no
        if request.path.startswith(CONTROL):
            return self._truth(request)
        with (
            self._journal.visit() as visit,
            limits.in_flight(request, self._world) as too_many,
        ):
            if too_many:
                self._journal.write(visit, request, too_many.status, None)
                return too_many
            return self._steered(request, visit)

    def _steered(self, request: Request, visit: Visit) -> Answer | None:
        """Return the true answer, or what a script or chance makes of it."""
        scripted = self._scripts.take(request) or self._chaos.draw(request)
        scripted = scripted or Scripted()
        truth = self._truth(request) if scripted.applies else None
        answer = scripted.answer(truth, self._world.clock)
        if scripted.late:
            Timer(scripted.late, self._truth, [request]).start()
        self._journal.write(
            visit,
            request,
            None if scripted.drop or answer is None else answer.status,
            truth.effect if truth else None,
        )
        # The effect is there by now: whoever gives up waiting cannot undo it.
        _wait(scripted)
        return answer

    def date(self) -> str:
        """Return what the header `Date` says."""
        return self._world.clock.date()

    def _truth(self, request: Request) -> Answer:
        """Return what the sandbox itself has to say, after saving any change."""
        handler = self._handler(request)
        with self._world.lock:
            answer = limits.metered(handler, request, self._world)
            if answer.effect:
                self._world.save()
        return answer

    def _handler(self, request: Request) -> Handler:
        for route in self._routes:
            found = route.pattern.fullmatch(request.path)
            if found and route.method in ("*", request.method):
                request.found = found.groupdict()
                return route.handler
        return _nothing_here


def _wait(scripted: Scripted) -> None:
    """Wait as scripted; who is to be killed until then dies before the answer."""
    killer = assassin.send_out(scripted.kill) if scripted.kill else None
    time.sleep(scripted.delay)
    if killer and killer.interval <= scripted.delay:
        killer.join()


def _nothing_here(_request: Request, _world: World) -> Answer:
    return html_answer(pages.error_page("Not found", "There is no such page."), 404)
