"""The API console: where clients are registered and Self Client codes are made."""

import re
import secrets
from html import escape

from zohoportal.sandbox import pages
from zohoportal.sandbox.messages import (
    Answer,
    Request,
    html_answer,
    redirect,
    route,
)
from zohoportal.sandbox.oauth import scopes
from zohoportal.sandbox.oauth.accounts import organisation_choice
from zohoportal.sandbox.oauth.tokens import add_code
from zohoportal.sandbox.tables import Row
from zohoportal.sandbox.world import World

KINDS = {"server": "Server-based Applications", "self": "Self Client"}
MINUTES = (3, 5, 7, 10)

SERVER_FORM = """
<h2>Add client: Server-based Applications</h2>
<form method="post" action="/console/clients">
<input type="hidden" name="kind" value="server">
<label for="name">Client Name</label>
<input id="name" name="name" required>
<label for="homepage">Homepage URL</label>
<input id="homepage" name="homepage" required>
<label for="redirect-uris">Authorized Redirect URIs</label>
<textarea id="redirect-uris" name="redirect_uris" rows="2" required></textarea>
<button id="create-client">Create</button>
</form>
<h2>Add client: Self Client</h2>
<form method="post" action="/console/clients">
<input type="hidden" name="kind" value="self">
<input type="hidden" name="name" value="Self Client">
<button id="create-self-client">Create Self Client</button>
</form>
"""


def add_client(world: World, kind: str, name: str, redirect_uris: list[str]) -> Row:
    """Register a client.

    Raises:
        ValueError: A sentence about what the console would not accept.
    """
    if kind not in KINDS:
        raise ValueError("Choose server or self.")
    if kind == "server" and not redirect_uris:
        raise ValueError("Enter a valid redirect URI")
    if not all(re.fullmatch(r"https?://[^\s/]\S*", uri) for uri in redirect_uris):
        raise ValueError("Enter a valid redirect URI")
    client: Row = {
        "id": f"1000.{secrets.token_hex(15).upper()}",
        "secret": secrets.token_hex(21),
        "kind": kind,
        "name": name,
        "redirect_uris": redirect_uris,
        "has_consent": False,
    }
    world.clients[client["id"]] = client
    world.issued.append(("client secret", client["secret"]))
    return client


def generate_code(
    world: World, client_id: str, scope: str, minutes: int, zgid: str | None = None
) -> str:
    """Return a Self Client code.

    Raises:
        ValueError: The console's own sentence.
    """
    if world.clients.get(client_id, {}).get("kind") != "self":
        raise ValueError("Choose a Self Client")
    wanted = scopes.split(scope)
    if not wanted or scopes.unknown(wanted):
        raise ValueError("Enter a valid scope")
    if minutes not in MINUTES:
        raise ValueError("Choose 3, 5, 7 or 10 minutes")
    return add_code(world, client_id, wanted, minutes * 60, zgid)


def show(request: Request, world: World) -> Answer:
    return _console(world, request.query.get("client", ""))


def add(request: Request, world: World) -> Answer:
    form = request.form
    uris = [uri for uri in re.split(r"[,\s]+", form.get("redirect_uris", "")) if uri]
    try:
        client = add_client(world, form.get("kind", ""), form.get("name", ""), uris)
    except ValueError as error:
        return _console(world, "", error=str(error))
    return redirect(f"/console?client={client['id']}", "client added")


def generate(request: Request, world: World) -> Answer:
    form = request.form
    client_id = form.get("client_id", "")
    minutes = int(form["minutes"]) if form.get("minutes", "").isdecimal() else 0
    try:
        code = generate_code(
            world,
            client_id,
            form.get("scope", ""),
            minutes,
            form.get("crm_organization"),
        )
    except ValueError as error:
        return _console(world, client_id, error=str(error))
    # Shown at once: after a redirect the code would stand in an address.
    return _console(world, client_id, code=code, effect="code generated")


def _console(
    world: World,
    client_id: str,
    error: str = "",
    code: str = "",
    effect: str | None = None,
) -> Answer:
    rows = [
        [
            pages.link(f"/console?client={each['id']}", each["name"]),
            escape(KINDS[each["kind"]]),
            escape(", ".join(each["redirect_uris"])),
        ]
        for each in world.clients.values()
    ]
    parts = [f'<p class="error" role="alert">{escape(error)}</p>' if error else ""]
    if client_id in world.clients:
        parts.append(
            _client(world.clients[client_id], code, organisation_choice(world))
        )
    parts += [pages.table(["Client", "Type", "Redirect URIs"], rows), SERVER_FORM]
    text = pages.page("Zoho API Console", "".join(parts))
    return html_answer(text, 400 if error else 200, effect)


def _client(client: Row, code: str, organisation: str) -> str:
    shown = (
        f"<h2>{escape(client['name'])}: Client Secret</h2>"
        f'<p>Client ID: <code id="client-id">{escape(client["id"])}</code></p>'
        f'<p>Client Secret: <code id="client-secret">{client["secret"]}</code></p>'
    )
    if client["kind"] == "self":
        shown += _code_form(client["id"], organisation)
    if code:
        shown += f'<p>Generated code: <code id="generated-code">{code}</code></p>'
    return shown


def _code_form(client_id: str, organisation: str) -> str:
    choices = "".join(f'<option value="{each}">{each} minutes' for each in MINUTES)
    return (
        '<h2>Generate Code</h2><form method="post" action="/console/codes">'
        + pages.hidden("client_id", client_id)
        + '<label for="scope">Scope</label>'
        '<textarea id="scope" name="scope" rows="3" required></textarea>'
        '<label for="minutes">Time Duration</label>'
        f'<select id="minutes" name="minutes">{choices}</select>{organisation}'
        '<br><button id="generate-code">Create</button></form>'
    )


ROUTES = [
    route("GET", r"/console", show),
    route("POST", r"/console/clients", add),
    route("POST", r"/console/codes", generate),
]
