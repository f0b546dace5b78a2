"""What Mozilla's HTTP Observatory takes points off for, as a function of one answer.

https://developer.mozilla.org/en-US/observatory/docs/tests_and_scoring
Rewarding modifiers are left out: this asks only for what would be wrong.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.cookies import Morsel, SimpleCookie

SIX_MONTHS = 15_768_000
PRIVATE = {
    "no-referrer",
    "same-origin",
    "strict-origin",
    "strict-origin-when-cross-origin",
}
BROAD = {"*", "http:", "https:", "data:", "blob:", "'unsafe-inline'", "'unsafe-eval'"}


@dataclass(frozen=True)
class Seen:
    """An answer as a browser sees it; header names in lower case."""

    headers: Mapping[str, str]
    cookies: Sequence[str]
    body: str
    is_https: bool


def faults(seen: Seen) -> dict[str, int]:
    """Return each thing that costs points, and how many."""
    found = {
        "content-security-policy": _policy(seen),
        "cookies": sum(_cookie(cookie, seen) for cookie in _cookies(seen)),
        "cors": _sharing(seen),
        "referrer-policy": _referrer(seen),
        "strict-transport-security": _strict_transport(seen),
        "subresource-integrity": _foreign_scripts(seen),
        "x-content-type-options": 0
        if seen.headers.get("x-content-type-options") == "nosniff"
        else -5,
        "x-frame-options": _framing(seen),
        "cross-origin-resource-policy": -5
        if seen.headers.get("cross-origin-resource-policy") == "cross-origin"
        else 0,
    }
    return {name: points for name, points in found.items() if points}


def directives(policy: str) -> dict[str, list[str]]:
    """Return a Content-Security-Policy by directive."""
    parts = (part.split() for part in policy.split(";") if part.strip())
    return {name.lower(): sources for name, *sources in parts}


def _policy(seen: Seen) -> int:
    policy = directives(seen.headers.get("content-security-policy", ""))
    if not policy:
        return -25
    default = policy.get("default-src", ["*"])
    for name in ("script-src", "object-src", "style-src"):
        if BROAD & set(policy.get(name, default)):
            return -20
    insecure = [
        source
        for name, sources in policy.items()
        for source in sources
        if seen.is_https and source.startswith("http://") and name != "form-action"
    ]
    return -20 if insecure else 0


def _cookies(seen: Seen) -> list[Morsel[str]]:
    jar: list[Morsel[str]] = []
    for line in seen.cookies:
        jar += SimpleCookie(line).values()
    return jar


def _cookie(cookie: Morsel[str], seen: Seen) -> int:
    if not cookie.value:
        # Taken back: there is nothing left to protect.
        return 0
    is_session = "session" in cookie.key.lower()
    points = 0
    if seen.is_https and not cookie["secure"]:
        points -= 40 if is_session else 20
    if is_session and not cookie["httponly"]:
        points -= 30
    if cookie["samesite"] not in {"Lax", "Strict"}:
        points -= 20
    return points


def _sharing(seen: Seen) -> int:
    """Count what other sites may read with a visitor's cookies; `*` goes without."""
    allowed = seen.headers.get("access-control-allow-origin", "*")
    return 0 if allowed == "*" else -50


def _referrer(seen: Seen) -> int:
    chosen = seen.headers.get("referrer-policy", "")
    return 0 if chosen in PRIVATE else -5


def _strict_transport(seen: Seen) -> int:
    if not seen.is_https:
        return 0
    found = re.search(
        r"max-age=(\d+)", seen.headers.get("strict-transport-security", "")
    )
    if found is None:
        return -20
    return 0 if int(found[1]) >= SIX_MONTHS else -10


def _foreign_scripts(seen: Seen) -> int:
    sources = re.findall(r"<script[^>]*\ssrc=[\"']?([^\"'\s>]+)", seen.body)
    foreign = [source for source in sources if "//" in source]
    return -50 if foreign else 0


def _framing(seen: Seen) -> int:
    policy = directives(seen.headers.get("content-security-policy", ""))
    if policy.get("frame-ancestors") == ["'none'"]:
        return 0
    return 0 if seen.headers.get("x-frame-options") in {"DENY", "SAMEORIGIN"} else -20
