"""The token endpoint: codes and refresh tokens in, access tokens out.

https://www.zoho.com/accounts/protocol/oauth/web-apps/access-token.html
"""

import base64
import hashlib
import hmac
import secrets

from zohoportal.sandbox import samples
from zohoportal.sandbox.messages import Answer, Request, json_answer, route
from zohoportal.sandbox.oauth import scopes
from zohoportal.sandbox.tables import Row
from zohoportal.sandbox.world import World

PROFILE_SCOPE = "aaaserver.profile.READ"
REFRESH_TOKENS_PER_CLIENT = 20
THROTTLE_SECONDS = 600


def new_secret(world: World, kind: str) -> str:
    secret = f"1000.{secrets.token_hex(16)}.{secrets.token_hex(16)}"
    world.issued.append((kind, secret))
    return secret


def add_code(
    world: World,
    client_id: str,
    granted: list[str],
    seconds: int,
    zgid: str | None = None,
) -> str:
    """Return a new grant code as a Self Client gets one: no redirect, offline.

    Whatever comes of it is for one CRM organisation, the first one unless chosen.
    """
    code = new_secret(world, "code")
    world.codes[code] = {
        "client_id": client_id,
        "scopes": granted,
        "zgid": zgid,
        "redirect_uri": None,
        "challenge": None,
        "is_offline": True,
        "expires_at": world.clock.now() + seconds,
    }
    return code


def owner_of(world: World, token: str | None) -> Row | None:
    """Return what is known about an access token that still works."""
    found = world.access_tokens.get(token or "")
    return found if found and found["expires_at"] > world.clock.now() else None


def _error(code: str) -> Answer:
    # The token endpoint says 200 to almost everything; the body tells the truth.
    return json_answer({"error": code})


def token(request: Request, world: World) -> Answer:
    # https://www.zoho.com/accounts/protocol/oauth/web-apps/access-token.html has them
    # in the address; Zoho's own SDKs send a form (Python) or parts (Node).
    form = request.parameters
    client = world.clients.get(form.get("client_id", ""))
    grants = {"authorization_code": _exchange, "refresh_token": _refresh}
    grant = grants.get(form.get("grant_type", ""))
    if grant is None:
        return _error("general_error")
    if client is None:
        return _error("invalid_client")
    secret = form.get("client_secret", "")
    if not hmac.compare_digest(secret.encode(), client["secret"].encode()):
        return _error("invalid_client_secret")
    return grant(form, client, world)


def _exchange(form: dict[str, str], client: Row, world: World) -> Answer:
    code = world.codes.get(form.get("code", ""))
    if code is None or code["client_id"] != client["id"]:
        return _error("invalid_code")
    del world.codes[form["code"]]
    if code["expires_at"] < world.clock.now():
        return _error("invalid_code")
    if (form.get("redirect_uri") or None) != code["redirect_uri"]:
        return _error("invalid_redirect_uri")
    # Undocumented for server-based clients; enforced once a challenge was sent.
    if code["challenge"] and _challenge(form) != code["challenge"]:
        return _error("invalid_request")
    refresh_token = None
    if code["is_offline"]:
        refresh_token = _add_refresh_token(world, code)
    body = _add_access_token(world, code, refresh_token)
    if refresh_token:
        body["refresh_token"] = refresh_token
    return json_answer(body, effect="token issued")


def _challenge(form: dict[str, str]) -> str:
    digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _refresh(form: dict[str, str], client: Row, world: World) -> Answer:
    refresh_token = form.get("refresh_token", "")
    grant = world.refresh_tokens.get(refresh_token)
    if grant is None or grant["client_id"] != client["id"]:
        return _error("invalid_code")
    now = world.clock.now()
    since = now - THROTTLE_SECONDS
    grant["refreshed_at"] = [at for at in grant["refreshed_at"] if at > since]
    if len(grant["refreshed_at"]) >= world.settings["refresh_limit"]:
        return _throttled()
    grant["refreshed_at"].append(now)
    body = _add_access_token(world, grant, refresh_token)
    return json_answer(body, effect="token refreshed")


def _throttled() -> Answer:
    # https://www.zoho.com/accounts/protocol/oauth/token-limits.html
    body = {
        "error_description": "You have made too many requests continuously. "
        "Please try again after some time.",
        "error": "Access Denied",
        "status": "failure",
    }
    return json_answer(body, 400)


def _given(grant: Row) -> Row:
    """Return what a code passes on to its tokens."""
    return {name: grant.get(name) for name in ("client_id", "scopes", "zgid")}


def _add_refresh_token(world: World, code: Row) -> str:
    # Zoho keeps twenty for each client and silently deletes the oldest.
    own = [
        each
        for each, grant in world.refresh_tokens.items()
        if grant["client_id"] == code["client_id"]
    ]
    if len(own) >= REFRESH_TOKENS_PER_CLIENT:
        forget(world, own[0])
    refresh_token = new_secret(world, "refresh token")
    world.refresh_tokens[refresh_token] = {**_given(code), "refreshed_at": []}
    return refresh_token


def _add_access_token(world: World, grant: Row, refresh_token: str | None) -> Row:
    now = world.clock.now()
    for dead in [
        each
        for each, known in world.access_tokens.items()
        if known["expires_at"] <= now
    ]:
        del world.access_tokens[dead]
    access_token = new_secret(world, "access token")
    expires_in = world.settings["expires_in"]
    world.access_tokens[access_token] = {
        **_given(grant),
        "refresh_token": refresh_token,
        "expires_at": now + expires_in,
    }
    return {
        "access_token": access_token,
        "scope": " ".join(grant["scopes"]),
        "api_domain": world.settings["api_domain"] or world.public_url,
        "token_type": "Bearer",
        "expires_in": expires_in,
    }


def forget(world: World, refresh_token: str) -> None:
    """Delete a refresh token and every access token made with it."""
    del world.refresh_tokens[refresh_token]
    forget_access_tokens(world, refresh_token)


def forget_access_tokens(world: World, refresh_token: str) -> None:
    for each in [
        each
        for each, known in world.access_tokens.items()
        if known["refresh_token"] == refresh_token
    ]:
        del world.access_tokens[each]


def revoke(request: Request, world: World) -> Answer:
    # https://www.zoho.com/developer/oauth/revoke-oauth-token.html
    unwanted = request.parameters.get("token", "")
    if unwanted in world.refresh_tokens:
        forget(world, unwanted)
    elif world.access_tokens.pop(unwanted, None) is None:
        return json_answer({"error": "invalid_token"}, 400)
    return json_answer({"status": "success"}, effect="token revoked")


def user_info(request: Request, world: World) -> Answer:
    owner = owner_of(world, request.token)
    if owner is None:
        return json_answer({"response": "error", "cause": "INVALID_OAUTHTOKEN"}, 401)
    if not scopes.permits(owner["scopes"], PROFILE_SCOPE):
        return json_answer({"response": "error", "cause": "INVALID_OAUTHSCOPE"}, 401)
    user = samples.USER
    return json_answer(
        {
            "First_Name": user["first_name"],
            "Last_Name": user["last_name"],
            "Display_Name": user["full_name"],
            "Email": user["email"],
            "ZUID": int(samples.ZUID),
        }
    )


ROUTES = [
    route("POST", r"/oauth/v2/token", token),
    route("POST", r"/oauth/v2/token/revoke", revoke),
    route("GET", r"/oauth/user/info", user_info),
]
