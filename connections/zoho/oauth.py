"""Zoho's OAuth: where to send the admin, and the calls that handle tokens.

https://www.zoho.com/accounts/protocol/oauth/web-apps/authorization.html
Parameters travel in the form body, never in the address, where logs would keep them.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from connections.zoho import replies, shapes
from connections.zoho.datacenters import LIVE, DataCenter
from connections.zoho.errors import UnexpectedReply, ZohoError
from connections.zoho.transport import Transport

TOKEN_SECONDS = 10.0
ANSWER_SECONDS = 5.0
HOUR = 3600
SHORTEST = 60
DAY = 86_400


@dataclass(frozen=True)
class Client:
    """A client made in Zoho's API console, with the secret for one data centre."""

    client_id: str
    secret: str = field(repr=False)


@dataclass(frozen=True)
class Token:
    """What a token call brought; `refresh` is empty where Zoho keeps the old one.

    `environment` is the CRM's that it is for, as in `datacenters`.
    """

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    scopes: tuple[str, ...]
    expires_at: datetime
    environment: str = LIVE


def authorize_url(
    data_center: DataCenter,
    *,
    client_id: str,
    redirect_uri: str,
    scopes: Iterable[str],
    state: str,
) -> str:
    """Return the address of Zoho's consent page.

    `prompt=consent` makes Zoho give a refresh token on every consent, not only on the
    first: https://www.zoho.com/accounts/protocol/oauth/web-apps/authorization.html
    """
    query = urlencode(
        {
            "client_id": client_id,
            "response_type": "code",
            "redirect_uri": redirect_uri,
            "scope": ",".join(scopes),
            "access_type": "offline",
            "prompt": "consent",
            "state": state,
        }
    )
    return f"{data_center.accounts}/oauth/v2/auth?{query}"


def exchange(
    transport: Transport,
    data_center: DataCenter,
    client: Client,
    *,
    code: str,
    redirect_uri: str = "",
) -> Token:
    """Trade a code for tokens; a Self Client's code goes without `redirect_uri`.

    Raises:
        ZohoError: see `replies.accounts`.
    """
    form = {"grant_type": "authorization_code", "code": code}
    if redirect_uri:
        form["redirect_uri"] = redirect_uri
    return _token(transport, data_center, client, form)


def refresh(
    transport: Transport, data_center: DataCenter, client: Client, refresh_token: str
) -> Token:
    """Trade the refresh token for a new access token.

    Raises:
        ZohoError: see `replies.accounts`.
    """
    form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
    return _token(transport, data_center, client, form)


def is_answering(transport: Transport, data_center: DataCenter) -> bool:
    """Tell whether the accounts server is there, by a question that costs no token.

    https://www.zoho.com/accounts/protocol/oauth/multi-dc.html; any answer will do.
    """
    address = f"{data_center.accounts}/oauth/serverinfo"
    try:
        reply = transport.send("GET", address, seconds=ANSWER_SECONDS)
    except ZohoError:
        return False
    return reply.status < 500


def revoke(transport: Transport, data_center: DataCenter, refresh_token: str) -> None:
    """End a refresh token and its access tokens.

    https://www.zoho.com/developer/oauth/revoke-oauth-token.html

    Raises:
        ZohoError: Zoho did not confirm it.
    """
    reply = transport.send(
        "POST",
        f"{data_center.accounts}/oauth/v2/token/revoke",
        form={"token": refresh_token},
        seconds=TOKEN_SECONDS,
    )
    try:
        replies.accounts(reply)
    except UnexpectedReply:
        # 400 is Zoho's word for a token that it does not know: that one has ended.
        if reply.status != 400:
            raise


def _token(
    transport: Transport, data_center: DataCenter, client: Client, form: dict[str, str]
) -> Token:
    reply = transport.send(
        "POST",
        f"{data_center.accounts}/oauth/v2/token",
        form=form | {"client_id": client.client_id, "client_secret": client.secret},
        seconds=TOKEN_SECONDS,
    )
    body = replies.accounts(reply)
    access = body.get("access_token")
    if not isinstance(access, str) or not access:
        raise UnexpectedReply("no_access_token", status=reply.status, host=reply.host)
    # Never used as an address. Another one means that another region answered.
    named = body.get("api_domain") or data_center.api
    named = named if isinstance(named, str) else ""
    environment = data_center.environment_of(named)
    if environment is None:
        about: dict[str, Any] = {"status": reply.status, "host": reply.host}
        raise UnexpectedReply("api_domain", message=named, **about)
    new_refresh = body.get("refresh_token")
    scope = body.get("scope")
    return Token(
        access=access,
        refresh=new_refresh if isinstance(new_refresh, str) else "",
        scopes=tuple(re.findall(r"[^\s,]+", scope)) if isinstance(scope, str) else (),
        expires_at=reply.received_at + timedelta(seconds=_seconds(body)),
        environment=environment,
    )


def _seconds(body: replies.Json) -> int:
    """Return the life of a token in seconds; an hour where Zoho's figure is odd.

    Old deployments send `expires_in_sec`, and milliseconds in `expires_in`.
    """
    for name in ("expires_in_sec", "expires_in"):
        seconds = shapes.count(body.get(name), DAY)
        if seconds and seconds >= SHORTEST:
            return seconds
    return HOUR
