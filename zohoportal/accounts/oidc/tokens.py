"""Reads what the provider signed, and believes nothing that is not proven."""

import hmac
import time
from collections.abc import Collection
from typing import Any

import jwt
from jwt import exceptions as failures

from zohoportal.accounts.oidc import provider
from zohoportal.accounts.oidc.refusals import Refused

# So far the provider's clock may be off.
LEEWAY = 120
# Anybody may send logout tokens: a made-up key must not make us ask all the time.
_APART = 10
# Public keys only: a client secret that signs could be guessed at home.
_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"]
_ALGORITHMS += ["ES256", "ES384", "ES512", "EdDSA"]
_LOGOUT = "http://schemas.openid.net/event/backchannel-logout"
_KINDS: dict[type[Exception], str] = {
    failures.InvalidIssuerError: "issuer",
    failures.InvalidAudienceError: "audience",
    failures.ExpiredSignatureError: "clock",
    failures.ImmatureSignatureError: "clock",
    failures.InvalidSignatureError: "signature",
}

Claims = dict[str, Any]


def identity(token: str, nonce: str) -> Claims:
    """Return the claims of an ID token of ours.

    Raises:
        Refused: it is somebody else's, of another trip, too old, or not theirs.
    """
    claims = _opened(token, ["iss", "aud", "sub", "iat", "exp"], seconds_apart=0)
    if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
        raise Refused("nonce")
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    # https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation
    if several and "azp" not in claims:
        raise Refused("audience", "several audiences, and no azp")
    return claims


def logout(token: str) -> Claims:
    """Return the claims of a logout token, which names a person, a session, or both.

    Raises:
        Refused: it is none of the provider's, or no logout token.
    """
    claims = _opened(token, ["iss", "aud", "iat", "events"], seconds_apart=_APART)
    events = claims["events"]
    is_logout = isinstance(events, dict) and _LOGOUT in events
    if (
        not is_logout
        or "nonce" in claims
        or not (claims.get("sub") or claims.get("sid"))
    ):
        raise Refused("unreadable")
    if claims["iat"] < time.time() - LEEWAY - 600:
        raise Refused("clock")
    return claims


def require_recent(claims: Claims, since: float) -> None:
    """Insist that the person signed in at the provider after this moment.

    Raises:
        Refused: it was before, or the provider does not say.
    """
    at = claims.get("auth_time")
    if not isinstance(at, int | float) or isinstance(at, bool):
        raise Refused("no_time")
    if at < since - LEEWAY:
        raise Refused("too_long_ago")


def _opened(token: str, required: Collection[str], *, seconds_apart: float) -> Claims:
    oidc = provider.ours()
    try:
        header = jwt.get_unverified_header(token)
        if header.get("alg") not in _ALGORITHMS:
            raise Refused("signature", f"algorithm {str(header.get('alg'))[:20]!r}")
        claims: Claims = jwt.decode(
            token,
            provider.key(str(header.get("kid", "")), seconds_apart=seconds_apart),
            algorithms=[header["alg"]],
            audience=oidc.client_id,
            issuer=provider.configuration()["issuer"],
            leeway=LEEWAY,
            options={"require": list(required)},
        )
    except failures.PyJWTError as error:
        kind = _KINDS.get(type(error), "unreadable")
        raise Refused(kind, type(error).__name__) from None
    if claims.get("azp", oidc.client_id) != oidc.client_id:
        raise Refused("audience")
    return claims
