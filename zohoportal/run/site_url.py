"""`SITE_URL`: the address that people type, put right or refused with the reason."""

import re
from urllib.parse import SplitResult, urlsplit

EXAMPLE = "https://portal.example.com"
USUAL_PORTS = {"http": 80, "https": 443}

_AROUND = " \t\r\n\"'<>\u200b\ufeff"
_HOST = re.compile(r"[a-z0-9]([a-z0-9._-]*[a-z0-9])?|\[[0-9a-f:.]+\]")


class BadSiteUrl(ValueError):
    """It makes no sense; the text says why, as the end of a sentence."""


def site_url(text: str) -> SplitResult:
    """Return the address with scheme, host and, unless it is the usual one, port.

    Browsers send the host in small letters, in ASCII and without the usual port; the
    address that is registered at Zoho is compared letter by letter.

    Raises:
        BadSiteUrl: it is no such address, or has more to it than a host.
    """
    address = text.strip(_AROUND).rstrip("/")
    if not address:
        raise BadSiteUrl(f"set the address people use, such as {EXAMPLE}")
    if "://" not in address:
        raise BadSiteUrl("it starts with https://")
    try:
        parts = urlsplit(address)
        host, port = _host(parts), parts.port
    except ValueError:
        raise BadSiteUrl(f"set an address such as {EXAMPLE}") from None
    _refuse_more(parts)
    if not _HOST.fullmatch(host) or port == 0:
        raise BadSiteUrl(f"set an address such as {EXAMPLE}")
    is_usual = port in (None, USUAL_PORTS[parts.scheme])
    return SplitResult(parts.scheme, host if is_usual else f"{host}:{port}", "", "", "")


def _host(parts: SplitResult) -> str:
    host = (parts.hostname or "").removesuffix(".")
    return f"[{host}]" if ":" in host else host.encode("idna").decode()


def _refuse_more(parts: SplitResult) -> None:
    if parts.scheme not in USUAL_PORTS:
        raise BadSiteUrl("it starts with https://")
    if parts.path:
        raise BadSiteUrl(
            f"a path is not supported; leave out {parts.path} and give the portal a "
            f"host of its own, such as {EXAMPLE}"
        )
    if parts.query or parts.fragment or "@" in parts.netloc:
        raise BadSiteUrl(f"set nothing but scheme and host, such as {EXAMPLE}")
