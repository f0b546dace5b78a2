"""The control room under /_sandbox/: journal, scripts, resets, clients, tokens."""

from html import escape
from typing import Any

from zohoportal.sandbox import pages, samples
from zohoportal.sandbox.control import console, scripts, steering
from zohoportal.sandbox.control.wishes import done, fault, wish_of
from zohoportal.sandbox.crm import control as crm_control
from zohoportal.sandbox.desk.layouts import levers as layout_levers
from zohoportal.sandbox.journal import Journal
from zohoportal.sandbox.messages import (
    Answer,
    Request,
    Route,
    html_answer,
    json_answer,
    route,
)
from zohoportal.sandbox.world import World

SHOWN_ENTRIES = 50


class Control:
    """The handlers that reach beyond the world, into the journal and the scripts."""

    def __init__(self, journal: Journal, script: scripts.Scripts) -> None:
        self._journal = journal
        self._scripts = script

    def home(self, _request: Request, world: World) -> Answer:
        places = [
            ("/console", "API console: clients and Self Client codes"),
            (f"/crm/org{samples.ZGID}/tab/Contacts", "Zoho CRM: contacts"),
            ("/desk/tickets", "Zoho Desk: tickets"),
            *(
                (f"/app/{key}", f"Zoho Books: contacts of {row['name']}")
                for key, row in world.tables["books_organizations"].rows.items()
            ),
        ]
        links = "".join(f"<li>{pages.link(where, text)}</li>" for where, text in places)
        keys = ("at", "method", "path", "status", "effect")
        newest = reversed(self._journal.since(0)[-SHOWN_ENTRIES:])
        rows = [[escape(str(entry[key] or "")) for key in keys] for entry in newest]
        return html_answer(
            pages.page(
                "Sandbox Zoho",
                "<p>A Zoho of our own, with sample people only: connect to it, "
                "write to it, break it.</p>"
                f"<ul>{links}</ul><h2>Recent requests</h2>"
                + pages.table(["When", "Method", "Path", "Status", "Effect"], rows),
            )
        )

    def journal(self, request: Request, _world: World) -> Answer:
        return json_answer({"entries": self._journal.since(_since(request))})

    def clear_journal(self, _request: Request, _world: World) -> Answer:
        return json_answer({"entries": self._journal.clear()}, effect="journal cleared")

    def script(self, request: Request, _world: World) -> Answer:
        body = wish_of(request)
        if not isinstance(body.get("path"), str):
            raise fault("path must be a path, with or without * at its end.")
        try:
            answers = scripts.parse(body.get("answers"))
        except ValueError as error:
            raise fault(str(error)) from error
        self._scripts.add(str(body.get("method", "GET")), body["path"], answers)
        return done("script added")

    def clear_scripts(self, _request: Request, _world: World) -> Answer:
        self._scripts.clear()
        return done("scripts cleared")


def _since(request: Request) -> int:
    since = request.query.get("since", "0")
    if not since.isdecimal():
        raise fault("since must be a number.")
    return int(since)


def issued(request: Request, world: World) -> Answer:
    return json_answer({"issued": world.issued[_since(request) :]})


def reset(request: Request, world: World) -> Answer:
    body = wish_of(request)
    overrides: Any = body.get("world", {})
    if not isinstance(overrides, dict) or overrides.keys() - samples.SETTINGS.keys():
        known = ", ".join(sorted(samples.SETTINGS))
        raise fault(f"The world may have: {known}.")
    if overrides.get("desk_organizations") == []:
        raise fault("The world needs at least one Desk organisation.")
    if overrides.get("desk", "plain") not in ("plain", "rich"):
        raise fault("The world's desk is plain or rich.")
    crm_control.check(overrides)
    keeping = {key: bool(body.get(key)) for key in ("keep_clients", "keep_grants")}
    world.reset(overrides, **keeping)
    return done("world reset")


def add_client(request: Request, world: World) -> Answer:
    body = wish_of(request)
    try:
        client = console.add_client(
            world,
            body.get("kind", "server"),
            body.get("name", "Client"),
            body.get("redirect_uris", []),
        )
    except ValueError as error:
        raise fault(str(error)) from error
    answer = {"client_id": client["id"], "client_secret": client["secret"]}
    return json_answer(answer, effect="client added")


def add_code(request: Request, world: World) -> Answer:
    body = wish_of(request)
    try:
        code = console.generate_code(
            world,
            body.get("client_id", ""),
            body.get("scope", ""),
            body.get("minutes", console.MINUTES[0]),
            crm_control.zgid_of(body, world),
        )
    except ValueError as error:
        raise fault(str(error)) from error
    return json_answer({"code": code}, effect="code generated")


def records(_request: Request, world: World) -> Answer:
    tables = {"contacts": world.crm[0].modules["Contacts"].records, **world.tables}
    found = {name: [*table.rows.values()] for name, table in tables.items()}
    return json_answer(found | {"departments": world.departments})


def routes(journal: Journal, script: scripts.Scripts) -> list[Route]:
    control = Control(journal, script)
    return [
        route("GET", r"/", control.home),
        route("GET", r"/_sandbox/?", control.home),
        route("GET", r"/_sandbox/journal", control.journal),
        route("DELETE", r"/_sandbox/journal", control.clear_journal),
        route("POST", r"/_sandbox/script", control.script),
        route("DELETE", r"/_sandbox/script", control.clear_scripts),
        route("POST", r"/_sandbox/reset", reset),
        route("POST", r"/_sandbox/clients", add_client),
        route("POST", r"/_sandbox/codes", add_code),
        route("GET", r"/_sandbox/issued", issued),
        route("GET", r"/_sandbox/records", records),
        *steering.ROUTES,
        *crm_control.ROUTES,
        *layout_levers.ROUTES,
    ]
