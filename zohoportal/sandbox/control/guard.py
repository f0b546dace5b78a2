"""Who may use the control room: whoever knows the token of this start.

Any page in a browser on this machine can send requests here, under a name of its own
too, and any local user can.
"""

import hmac
from ipaddress import ip_address
from urllib.parse import urlsplit

from zohoportal.sandbox.messages import Answer, Request, json_answer

HEADER = "X-Sandbox-Token"
API = "/_sandbox/"
CONSOLE = "/console"


def refusal(request: Request, token: str, public_url: str) -> Answer | None:
    """Return why a request may not steer the sandbox; None if it may, or does not."""
    is_api = request.path.startswith(API) and request.path != API
    if not is_api and not request.path.startswith((API, CONSOLE)):
        return None
    host = request.headers.get("Host", "")
    if not _is_ours(host, urlsplit(public_url).netloc):
        return _no("It answers to its own address only.")
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != host:
        return _no("Another page may not use it.")
    given = request.headers.get(HEADER, "")
    if is_api and not hmac.compare_digest(given.encode(), token.encode()):
        return _no(f"Send {HEADER} with the token that it was started with.")
    return None


def is_loopback(host: str) -> bool:
    """Tell whether a host's name means this machine."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _is_ours(host: str, public: str) -> bool:
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    return bool(host) and (host == public or is_loopback(name))


def _no(sentence: str) -> Answer:
    return json_answer({"error": sentence}, 403)
