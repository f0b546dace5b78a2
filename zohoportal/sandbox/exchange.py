"""One request in, one answer out: routes, scripted answers, the journal."""

import time

from zohoportal.sandbox import (
    accounts,
    assassin,
    console,
    control,
    crm,
    desk,
    pages,
    record_pages,
    tokens,
)
from zohoportal.sandbox.journal import Journal
from zohoportal.sandbox.messages import (
    Answer,
    Handler,
    Refusal,
    Request,
    html_answer,
)
from zohoportal.sandbox.scripts import Scripted, Scripts
from zohoportal.sandbox.world import World

CONTROL = "/_sandbox"


class Exchange:
    def __init__(self, world: World) -> None:
        self._world = world
        self._journal = Journal(world.clock)
        self._scripts = Scripts()
        self._routes = [
            *tokens.ROUTES,
            *crm.ROUTES,
            *desk.ROUTES,
            *accounts.ROUTES,
            *console.ROUTES,
            *record_pages.ROUTES,
            *control.routes(self._journal, self._scripts),
        ]

    def answer(self, request: Request) -> Answer | None:
        """Return the answer to send, or None to hang up without one."""
        if request.path.startswith(CONTROL):
            return self._truth(request)
        visit = self._journal.open()
        entry = None
        try:
            scripted = self._scripts.take(request) or Scripted()
            truth = self._truth(request) if scripted.applies else None
            answer = None if scripted.drop else scripted.answer(truth)
            entry = self._journal.write(
                visit,
                request,
                answer.status if answer else None,
                truth.effect if truth else None,
            )
            # The effect is there by now: whoever gives up waiting cannot undo it.
            _wait(scripted)
            return answer
        finally:
            self._journal.close(visit, entry)

    def date(self) -> str:
        """Return what the header `Date` says."""
        return self._world.clock.date()

    def _truth(self, request: Request) -> Answer:
        """Return what the sandbox itself has to say, after saving any change."""
        handler = self._handler(request)
        with self._world.lock:
            try:
                answer = handler(request, self._world)
            except Refusal as refusal:
                return refusal.answer
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
