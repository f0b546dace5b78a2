"""What the four settings say of the company's sign-in; read by the settings alone."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit


class BadOidc(ValueError):
    """A setting that makes no sense; `name` is the setting, the text says why."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(why)
        self.name = name


@dataclass(frozen=True)
class Oidc:
    """The company's OpenID provider, as this portal knows it.

    Attributes:
        issuer: as it stands in the provider's tokens.
        origins: who may be asked: the issuer's host, and those named after it.
        roles: a group and the role that it gives; the first that fits counts.
    """

    issuer: str
    origins: tuple[str, ...]
    client_id: str
    client_secret: str = field(repr=False)
    roles: tuple[tuple[str, str], ...]

    @property
    def host(self) -> str:
        """Return the provider's name, for people who have to know where they go."""
        return urlsplit(self.issuer).netloc


def configured(
    issuer: str,
    client_id: str,
    secret: str,
    groups: str,
    *,
    http_hosts: Collection[str],
) -> Oidc | None:
    """Read the four settings; None where they are empty.

    Args:
        issuer: an address; others may follow it, of hosts that have its keys or tokens.
        groups: `group:role,group:role`.
        http_hosts: hosts that may be asked without TLS.

    Raises:
        BadOidc: one of them is missing, or makes no sense.
    """
    given = {
        "OIDC_ISSUER": issuer,
        "OIDC_CLIENT_ID": client_id,
        "OIDC_CLIENT_SECRET": secret,
        "OIDC_GROUPS": groups,
    }
    if not any(given.values()):
        return None
    for name, value in given.items():
        if not value.strip():
            raise BadOidc(name, "the four settings OIDC_ belong together; set it too")
    addresses = [part.strip() for part in issuer.split(",")]
    origins = tuple(dict.fromkeys(_origin(each, http_hosts) for each in addresses))
    roles = tuple(_roles(groups))
    return Oidc(addresses[0], origins, client_id.strip(), secret.strip(), roles)


def _origin(address: str, http_hosts: Collection[str]) -> str:
    why = "use https:// and the issuer's address, such as https://login.example.com"
    try:
        parts = urlsplit(address)
        known = {"https"} | ({"http"} if parts.hostname in http_hosts else set())
        is_plain = not (parts.query or parts.fragment or "@" in parts.netloc)
        if parts.scheme not in known or not parts.hostname or not is_plain:
            raise BadOidc("OIDC_ISSUER", why)
        _ = parts.port
    except ValueError as error:
        raise BadOidc("OIDC_ISSUER", why) from error
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _roles(groups: str) -> Iterator[tuple[str, str]]:
    for item in groups.split(","):
        # Names of groups may have a colon, names of roles have none.
        group, _, role = (part.strip() for part in item.rpartition(":"))
        if not group or not role:
            raise BadOidc("OIDC_GROUPS", "use GROUP:ROLE, with a comma between several")
        yield group, role
