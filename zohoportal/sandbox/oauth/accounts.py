"""The consent page: where a person lets a client use their Zoho.

https://www.zoho.com/accounts/protocol/oauth/web-apps/authorization.html
"""

from html import escape
from urllib.parse import quote

from zohoportal.sandbox import pages
from zohoportal.sandbox.messages import (
    Answer,
    Refusal,
    Request,
    html_answer,
    json_answer,
    redirect,
    route,
)
from zohoportal.sandbox.oauth import scopes
from zohoportal.sandbox.oauth.tokens import add_code
from zohoportal.sandbox.tables import Row
from zohoportal.sandbox.world import World

CODE_SECONDS = 120
PARAMETERS = (
    "client_id",
    "response_type",
    "redirect_uri",
    "scope",
    "access_type",
    "prompt",
    "state",
    "code_challenge",
    "code_challenge_method",
)


def _refuse(title: str, sentence: str) -> Refusal:
    # Zoho shows such mistakes on a page of its own; the client hears nothing.
    return Refusal(html_answer(pages.error_page(title, sentence), 400))


def _client_of(asked: dict[str, str], world: World) -> Row:
    """Return the client that asks properly.

    Raises:
        Refusal: With Zoho's kind of error page.
    """
    client = world.clients.get(asked["client_id"])
    if client is None or client["kind"] != "server":
        raise _refuse("Invalid Client", "The client id passed does not exist.")
    if asked["redirect_uri"] not in client["redirect_uris"]:
        raise _refuse(
            "Invalid Redirect Uri",
            "Redirect URI passed does not match with the one configured.",
        )
    if asked["response_type"] != "code":
        raise _refuse("Invalid Response Type", "The response type must be code.")
    wanted = scopes.split(asked["scope"])
    if not wanted or scopes.unknown(wanted):
        raise _refuse("Invalid OAuth Scope", "Scope does not exist.")
    if asked["code_challenge"] and asked["code_challenge_method"] != "S256":
        raise _refuse("Invalid Request", "The sandbox knows the method S256 only.")
    return client


def _lacks_product(asked: dict[str, str], world: World) -> bool:
    wanted = scopes.products(scopes.split(asked["scope"]))
    return not wanted.isdisjoint(world.settings["no_products"])


def ask(request: Request, world: World) -> Answer:
    asked = {name: request.query.get(name, "") for name in PARAMETERS}
    client = _client_of(asked, world)
    if _lacks_product(asked, world):
        # https://help.zoho.com/portal/id/community/topic/announcement-upcoming-changes-to-the-permission-grant-flow-for-oauth-apps
        explanation = "You do not have an account in a service this client asks for."
        buttons = '<button name="decision" value="back">Back to app</button>'
    else:
        explanation = f"{client['name']} would like to access the following:"
        buttons = (
            '<button name="decision" value="accept">Accept</button>'
            '<button name="decision" value="reject">Reject</button>'
        )
    wanted = "".join(
        f"<li><code>{escape(scope)}</code></li>"
        for scope in scopes.split(asked["scope"])
    )
    repeated = "".join(pages.hidden(name, value) for name, value in asked.items())
    repeated += organisation_choice(world)
    return html_answer(
        pages.page(
            "Zoho Accounts",
            f"<p>{escape(explanation)}</p><ul>{wanted}</ul>"
            f'<form method="post" action="/oauth/v2/auth">{repeated}{buttons}</form>',
        )
    )


def decide(request: Request, world: World) -> Answer:
    asked = {name: request.form.get(name, "") for name in PARAMETERS}
    client = _client_of(asked, world)
    if _lacks_product(asked, world):
        return _send_back(asked, {"error": "no_org"}, "consent impossible")
    if request.form.get("decision") != "accept":
        return _send_back(asked, {"error": "access_denied"}, "consent rejected")
    wanted = scopes.split(asked["scope"])
    zgid = request.form.get("crm_organization")
    code = add_code(world, client["id"], wanted, CODE_SECONDS, zgid)
    # A refresh token comes with the first consent, or when consent is forced.
    is_offline = asked["access_type"] == "offline" and (
        asked["prompt"] == "consent" or not client["has_consent"]
    )
    client["has_consent"] = True
    world.codes[code] |= {
        "redirect_uri": asked["redirect_uri"],
        "challenge": asked["code_challenge"] or None,
        "is_offline": is_offline,
    }
    found = {
        "code": code,
        "location": world.location,
        "accounts-server": world.public_url,
    }
    return _send_back(asked, found, "consent given")


def organisation_choice(world: World) -> str:
    """Return the field to choose a CRM organisation with, where there are several."""
    if len(world.crm) == 1:
        return ""
    choices = "".join(
        f'<option value="{each.zgid}">{escape(each.name)}</option>'
        for each in world.crm
    )
    return (
        '<label for="crm-organization">CRM organization</label>'
        f'<select id="crm-organization" name="crm_organization">{choices}</select>'
    )


def _send_back(asked: dict[str, str], found: dict[str, str], effect: str) -> Answer:
    parameters = {"state": asked["state"]} if asked["state"] else {}
    parameters |= found
    # Zoho ends the query with an ampersand, and so do we.
    query = "".join(
        f"{name}={quote(value, safe='')}&" for name, value in parameters.items()
    )
    joint = "&" if "?" in asked["redirect_uri"] else "?"
    return redirect(f"{asked['redirect_uri']}{joint}{query}", effect)


def name_servers(_request: Request, world: World) -> Answer:
    """Say where accounts live, to everybody.

    https://www.zoho.com/accounts/protocol/oauth/multi-dc.html
    """
    locations = {world.location: world.public_url}
    return json_answer({"result": "success", "locations": locations})


ROUTES = [
    route("GET", r"/oauth/serverinfo", name_servers),
    route("GET", r"/oauth/v2/auth", ask),
    route("POST", r"/oauth/v2/auth", decide),
]
