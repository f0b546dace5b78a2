"""What the provider says of itself: where its pages are, and what it signs with."""

import math
import time
from collections.abc import Mapping
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

import jwt
from django.conf import settings
from jwt.exceptions import PyJWTError

from zohoportal.accounts import ports
from zohoportal.accounts.oidc.configured import Oidc
from zohoportal.accounts.oidc.refusals import Refused

_WELL_KNOWN = "/.well-known/openid-configuration"
_FRESH_FOR = 600

# Strangers may make us ask: one at a time, and not so soon after it did not answer.
_APART = 10
_TURN = 2
_asking = Lock()

_kept: dict[str, tuple[float, Mapping[str, Any]]] = {}
_failed: dict[str, tuple[float, str]] = {}


def ours() -> Oidc:
    """Return what the settings say; the pages around exist only if they do."""
    assert settings.OIDC  # noqa: S101  # pages ask before
    return settings.OIDC


def configuration() -> Mapping[str, Any]:
    """Return the provider's own description.

    Raises:
        Refused: it does not answer, names another issuer, or hosts that we do not ask.
    """
    oidc = ours()
    found = _read(oidc.issuer.rstrip("/") + _WELL_KNOWN, _FRESH_FOR)
    if str(found.get("issuer", "")).rstrip("/") != oidc.issuer.rstrip("/"):
        raise Refused("issuer", str(found.get("issuer", ""))[:200])
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        parts = urlsplit(str(found.get(name, "")))
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in oidc.origins:
            raise Refused("elsewhere", f"{name} is at {origin}")
    return found


def key(key_id: str, *, seconds_apart: float) -> Any:
    """Return the key of this id; the provider is asked anew for one we do not know.

    Args:
        key_id: as the token names it.
        seconds_apart: how long not to ask anew after the last time.

    Raises:
        Refused: it has no such key, or does not answer.
    """
    address = configuration()["jwks_uri"]
    for fresh_for in (_FRESH_FOR, seconds_apart):
        try:
            keys = jwt.PyJWKSet.from_dict(dict(_read(address, fresh_for)))
            return keys[key_id].key
        except KeyError:
            continue
        except PyJWTError:
            break
    raise Refused("signature", f"no key {key_id[:60]!r}")


def forget() -> None:
    """Ask anew next time."""
    _kept.clear()
    _failed.clear()


def _read(address: str, fresh_for: float) -> Mapping[str, Any]:
    kept_at, content = _kept.get(address, (0.0, {}))
    if content and time.monotonic() - kept_at < fresh_for:
        return content
    if not _asking.acquire(timeout=_TURN):
        raise Refused("unreachable", "it is slow to answer others")
    try:
        content = _asked(address)
    finally:
        _asking.release()
    _kept[address] = (time.monotonic(), content)
    return content


def _asked(address: str) -> Mapping[str, Any]:
    failed_at, why = _failed.get(address, (-math.inf, ""))
    if time.monotonic() - failed_at < _APART:
        raise Refused("unreachable", why)
    content: Mapping[str, Any] = {}
    try:
        answer = ports.ask(ours().origins, "GET", address)
        why = f"status {answer.status}"
        if answer.status == 200:
            content = answer.content
    except ports.NoAnswer as error:
        why = str(error)
    if not content:
        _failed[address] = (time.monotonic(), why)
        raise Refused("unreachable", why)
    return content
