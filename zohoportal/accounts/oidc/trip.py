"""The trip to the provider and back: state, PKCE and nonce, bound to this browser.

The outward half is allauth's; its way back checks neither signature nor nonce, so that
half is here.
"""

import base64
import hashlib
import secrets
import time
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import quote

from allauth.socialaccount.internal import statekit
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.openid_connect.provider import (
    OpenIDConnectProvider,
)
from allauth.socialaccount.providers.openid_connect.views import (
    OpenIDConnectOAuth2Adapter,
)
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from zohoportal.accounts import ports
from zohoportal.accounts.oidc import proof, provider, tokens
from zohoportal.accounts.oidc.refusals import Refused
from zohoportal.accounts.oidc.tokens import Claims

Purpose = Literal["sign in", "prove", "test"]

_PURPOSE_OF_SEAL = "oidc trip"


@dataclass(frozen=True)
class Trip:
    """What was agreed on before somebody left for the provider.

    Attributes:
        since: the moment after which they must have signed in there.
        go_on: where they wanted to go; may be empty.
    """

    purpose: Purpose
    nonce: str
    verifier: str
    since: float
    go_on: str


class _Adapter(OpenIDConnectOAuth2Adapter):
    @property
    def openid_config(self) -> Any:
        return provider.configuration()

    def get_provider(self) -> "_Provider":
        return _Provider(self.request)

    def get_callback_url(self, *_: Any) -> str:
        return callback_url()


class _Provider(OpenIDConnectProvider):
    oauth2_adapter_class = _Adapter

    def __init__(self, request: HttpRequest) -> None:
        oidc = provider.ours()
        app = SocialApp(
            provider=self.id,
            provider_id=oidc.issuer,
            client_id=oidc.client_id,
            settings={"oauth_pkce_enabled": True},
        )
        super().__init__(request, app=app)

    def stash_redirect_state(
        self, request: HttpRequest, *args: Any, pkce_code_verifier: str, **about: Any
    ) -> str:
        """Keep what is needed on the way back; the session holds no secret in clear."""
        state = secrets.token_urlsafe(24)
        sealed = ports.seal(_PURPOSE_OF_SEAL, pkce_code_verifier)
        super().stash_redirect_state(
            request, *args, state_id=_hashed(state), verifier=sealed, **about
        )
        return state


def callback_url() -> str:
    """Return the address that people register at their provider."""
    return f"{settings.SITE_URL}{reverse('accounts:provider_callback')}"


def begin(request: HttpRequest, purpose: Purpose, go_on: str) -> HttpResponse:
    """Send the browser to the provider.

    Raises:
        Refused: the provider does not answer, or says odd things of itself.
    """
    now = time.time()
    must_type = purpose == "prove" or proof.has_run_out(request)
    since = now if must_type else now - proof.GOOD_FOR.total_seconds()
    nonce = secrets.token_urlsafe(24)
    wishes = {"nonce": nonce, "max_age": int(now - since)}
    if must_type:
        wishes["prompt"] = "login"
    answer: HttpResponse = _Provider(request).redirect(
        request, purpose, auth_params=wishes, nonce=nonce, since=since, go_on=go_on
    )
    return answer


def resume(request: HttpRequest) -> Trip:
    """Return the trip that this browser comes back from; it can be used once.

    Raises:
        Refused: there is none, or the provider sent an error along.
    """
    kept = statekit.unstash_state(
        request,
        provider_id=provider.ours().issuer,
        state_id=_hashed(request.GET.get("state", "")),
    )
    if kept is None:
        raise Refused("old_trip")
    _must_come_from_there(request)
    error = request.GET.get("error", "")
    if error:
        is_cancelled = error == "access_denied"
        raise Refused("cancelled" if is_cancelled else "sent_back", error[:60])
    return Trip(
        kept["process"],
        kept["nonce"],
        ports.unseal(_PURPOSE_OF_SEAL, kept["verifier"]),
        kept["since"],
        kept["go_on"],
    )


def _must_come_from_there(request: HttpRequest) -> None:
    """Insist that who sends the browser back is whom it was sent to (RFC 9207)."""
    known, named = provider.configuration(), request.GET.get("iss", "")
    always = known.get("authorization_response_iss_parameter_supported") is True
    if (named or always) and named != known["issuer"]:
        raise Refused("issuer", named[:200])


def collect(request: HttpRequest, trip: Trip) -> Claims:
    """Change the code for the claims of whoever signed in.

    Raises:
        Refused: the provider refuses, or what it signed does not hold.
    """
    answer = _exchanged(request.GET.get("code", ""), trip.verifier)
    claims = tokens.identity(str(answer.get("id_token", "")), trip.nonce)
    tokens.require_recent(claims, trip.since)
    if "email" not in claims or "groups" not in claims:
        claims = _told_more(claims, str(answer.get("access_token", "")))
    return claims


def _exchanged(code: str, verifier: str) -> Any:
    oidc, known = provider.ours(), provider.configuration()
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": callback_url(),
        "code_verifier": verifier,
    }
    headers = {"Accept": "application/json"}
    methods = known.get("token_endpoint_auth_methods_supported", [])
    if "client_secret_post" in methods:
        form |= {"client_id": oidc.client_id, "client_secret": oidc.client_secret}
    else:
        # What every provider knows (OpenID Connect Core 9).
        pair = f"{quote(oidc.client_id, '')}:{quote(oidc.client_secret, '')}"
        encoded = base64.b64encode(pair.encode()).decode()
        headers["Authorization"] = f"Basic {encoded}"
    try:
        answer = ports.ask(
            oidc.origins, "POST", known["token_endpoint"], headers=headers, form=form
        )
    except ports.NoAnswer as error:
        raise Refused("unreachable", str(error)) from None
    if answer.status != 200:
        word = str(answer.content.get("error", ""))[:60]
        raise Refused("exchange", word or f"status {answer.status}")
    return answer.content


def _told_more(claims: Claims, access_token: str) -> Claims:
    """Add what the provider says of the person beside its token."""
    address = str(provider.configuration().get("userinfo_endpoint", ""))
    if not address or not access_token:
        return claims
    headers = {"Authorization": f"Bearer {access_token}", "Accept": "application/json"}
    try:
        answer = ports.ask(provider.ours().origins, "GET", address, headers=headers)
    except ports.NoAnswer:
        return claims
    is_same = answer.status == 200 and answer.content.get("sub") == claims["sub"]
    return {**answer.content, **claims} if is_same else claims


def _hashed(state: str) -> str:
    return hashlib.sha256(state.encode()).hexdigest()
