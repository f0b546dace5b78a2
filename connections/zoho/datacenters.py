"""The table of Zoho's data centres: every host that the portal may ever talk to.

It is also the allow-list for what Zoho sends back: `accounts-server` and `api_domain`
are only compared with this table and never used as addresses themselves.

Source of the hosts: https://www.zoho.com/accounts/protocol/oauth/multi-dc.html and
the official SDKs. Canada keeps to no pattern, so no host is derived from another one.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from urllib.parse import SplitResult, urlsplit

# Of the CRM only; a token is for one of them.
# https://help.zoho.com/portal/en/community/topic/kaizen-5-environments-and-domains-in-zoho-crm-part-1-2
LIVE, SANDBOX, DEVELOPER = ("", "sandbox", "developer")

# Their consoles follow the pattern, and nobody has seen them. China is apart from all.
UNSEEN_CONSOLES = {"jp", "ca", "sa", "uk", "ae", "sg"}

_ADDRESS = re.compile(r"[!-~]{1,300}")
# A name of the Internet: neither an address, however written, nor one with a port.
_HOST_NAME = re.compile(
    r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]",
    re.IGNORECASE | re.ASCII,
)


class TableError(ValueError):
    """The settings ask for a table that makes no sense; the text says why."""


# Columns that only browsers are led to, or that take another one's place.
NOT_CALLED = {"crm", "books", "console", "sandbox_api", "developer_api"}


@dataclass(frozen=True)
class DataCenter:
    """One data centre: its code as in Zoho's `location`, and the base of each host.

    `hosts` are by column: one for those who sign in, one for each product's API as far
    as it has its own, and where people open things. The two further API hosts are
    those of the CRM's own practice environments; they are empty where there are none.
    """

    code: str
    name: str
    sign_in: str
    hosts: Mapping[str, str] = field(hash=False)

    @property
    def accounts(self) -> str:
        return self.hosts["accounts"]

    @property
    def api(self) -> str:
        return self.hosts["api"]

    @property
    def other_console(self) -> str:
        """Where to look for the console if ours leads nowhere; empty if it does not.

        Who is signed in is led on from the first one to their own.
        """
        return "https://api-console.zoho.com" if self.code in UNSEEN_CONSOLES else ""

    @property
    def origins(self) -> frozenset[str]:
        """The origins that the portal's server may call."""
        called = self.hosts.keys() - NOT_CALLED
        return frozenset(self.hosts[column] for column in called)

    def in_environment(self, environment: str) -> "DataCenter":
        """Return the hosts of one of the CRM's environments here.

        Where people open records of a sandbox is known from links only: unconfirmed.
        """
        if environment == LIVE:
            return self
        own = {"api": self.hosts[f"{environment}_api"]}
        if environment == SANDBOX:
            own["crm"] = self.hosts["crm"].replace("//crm.", "//crmsandbox.")
        return self.having(**own)

    def having(self, **hosts: str) -> "DataCenter":
        """Return this one with these hosts in place of its own."""
        return replace(self, hosts=MappingProxyType({**self.hosts, **hosts}))

    def environment_of(self, api_domain: str) -> str | None:
        """Return the environment that a token's `api_domain` names; None if not ours.

        Old answers name another host than the table for the live environment.
        """
        named = api_domain.strip()
        asked = origin(named if "//" in named else f"https://{named}")
        domain = self.sign_in.partition(".")[2]
        hosts = {
            LIVE: (self.api, f"https://api.{domain}", self.api.replace("//www.", "//")),
            SANDBOX: (self.hosts["sandbox_api"], f"https://crmsandbox.{domain}"),
            DEVELOPER: (self.hosts["developer_api"], f"https://developer.{domain}"),
        }
        found = (name for name in hosts if asked and asked in hosts[name])
        return next(found, None)


Table = Mapping[str, DataCenter]


def _row(code: str, name: str, domain: str, apis: str) -> DataCenter:
    hosts = {
        "accounts": f"https://accounts.{domain}",
        "api": f"https://www.{apis}",
        "sandbox_api": f"https://sandbox.{apis}",
        "developer_api": f"https://developer.{apis}",
        "desk": f"https://desk.{domain}",
        "campaigns": f"https://campaigns.{domain}",
        "books": f"https://books.{domain}",
        "crm": f"https://crm.{domain}",
        "console": f"https://api-console.{domain}",
    }
    return DataCenter(code, name, f"crm.{domain}", MappingProxyType(hosts))


ROWS = (
    _row("us", "United States", "zoho.com", "zohoapis.com"),
    _row("eu", "Europe", "zoho.eu", "zohoapis.eu"),
    _row("in", "India", "zoho.in", "zohoapis.in"),
    _row("au", "Australia", "zoho.com.au", "zohoapis.com.au"),
    _row("jp", "Japan", "zoho.jp", "zohoapis.jp"),
    _row("ca", "Canada", "zohocloud.ca", "zohoapis.ca"),
    _row("sa", "Saudi Arabia", "zoho.sa", "zohoapis.sa"),
    _row(
        "uk", "United Kingdom", "zoho.uk", "zohoapis.uk"
    ),  # Desk, Campaigns unconfirmed
    _row("ae", "United Arab Emirates", "zoho.ae", "zohoapis.ae"),  # Campaigns, too
    _row("sg", "Singapore", "zoho.sg", "zohoapis.sg"),  # API, Campaigns, too
    _row("cn", "China", "zoho.com.cn", "zohoapis.com.cn"),
)
NOWHERE = MappingProxyType(dict.fromkeys(ROWS[0].hosts, ""))


def table(
    *, corrections: str = "", sandbox: str = "", only_sandbox: bool = False
) -> Table:
    """Return the table of data centres by code, in the order people see them.

    Args:
        corrections: `uk.desk=desk.example.zoho.uk,sg.api=…`: hosts that Zoho changed or
            that turned out differently. Always https.
        sandbox: one base address (adds the row "Sandbox"), or `us=http://…,eu=http://…`
            (these rows take the place of the real ones).
        only_sandbox: leave the real rows out.

    Raises:
        TableError: a correction or an address is malformed.
    """
    rows = {row.code: row for row in ROWS}
    for correction in _items(corrections):
        _correct(rows, correction)
    simulated = {row.code: row for row in _sandbox_rows(sandbox)}
    if "sandbox" in simulated and not only_sandbox:
        return MappingProxyType(rows | simulated)
    return MappingProxyType(simulated or rows)


def find(rows: Table, code: str) -> DataCenter:
    """Return the row with this code; one without hosts if the table lost it.

    Settings can take a row away, a sandbox's for instance. Nothing can be sent to a
    row without hosts, and pages still say which one a connection had.
    """
    return rows.get(code) or DataCenter(code, f"{code}, gone", "", NOWHERE)


def by_accounts_server(rows: Table, value: str) -> DataCenter | None:
    """Return the data centre whose accounts address is `value`."""
    asked = origin(value)
    return next((row for row in rows.values() if asked and row.accounts == asked), None)


def by_api_domain(rows: Table, value: str) -> DataCenter | None:
    """Return the data centre that an `api_domain` belongs to, in any environment."""
    found = (row for row in rows.values() if row.environment_of(value) is not None)
    return next(found, None)


def origin(address: str) -> str:
    """Return scheme, host and port of an address that has nothing else to say.

    Capitals, a final slash and a scheme's own port make no difference; anything else
    that does not belong makes it empty.
    """
    if not _ADDRESS.fullmatch(address):
        return ""
    parts = _parts(address.removesuffix("/").lower())
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    host = parts.netloc.removesuffix(f":{usual}")
    plain = f"{parts.scheme}://{parts.netloc}"
    is_plain = usual and parts.hostname and parts.geturl() == plain and "@" not in host
    return f"{parts.scheme}://{host}" if is_plain else ""


def by_any_address(rows: Table, address: str) -> DataCenter | None:
    """Return the data centre that a pasted address of a Zoho page belongs to."""
    host = _parts(address if "//" in address else f"//{address}").hostname or ""
    found = (
        row
        for row in rows.values()
        for domain in _domains(row)
        if domain and (host == domain or host.endswith(f".{domain}"))
    )
    return next(found, None)


def _domains(row: DataCenter) -> Iterator[str]:
    yield row.sign_in.partition(".")[2]
    yield urlsplit(row.accounts).hostname or ""
    yield (urlsplit(row.api).hostname or "").removeprefix("www.")


def _items(text: str) -> list[tuple[str, str]]:
    items = (item.partition("=") for item in text.split(",") if item.strip())
    return [(key.strip(), value.strip()) for key, _, value in items]


def _correct(rows: dict[str, DataCenter], correction: tuple[str, str]) -> None:
    code, _, part = correction[0].partition(".")
    host = correction[1]
    if code not in rows or part not in NOWHERE:
        raise TableError(f"“{correction[0]}” names no host of the table")
    if not _HOST_NAME.fullmatch(host):
        raise TableError(f"“{host}” is not a host name")
    rows[code] = rows[code].having(**{part: f"https://{host.lower()}"})


def _sandbox_rows(text: str) -> list[DataCenter]:
    if text and "=" not in text:
        return [_simulated("sandbox", "Sandbox", _base(text))]
    names = {row.code: row.name for row in ROWS}
    pairs = _items(text)
    if unknown := {code for code, _ in pairs} - set(names):
        raise TableError(f"“{sorted(unknown)[0]}” is not a data centre")
    return [_simulated(code, names[code], _base(url)) for code, url in pairs]


def _base(url: str) -> str:
    parts = _parts(url.strip().rstrip("/"))
    base = f"{parts.scheme}://{parts.netloc}"
    is_web = parts.scheme in ("http", "https") and parts.hostname
    if not is_web or "@" in base or parts.geturl() != base:
        raise TableError(f"“{url}” is not an address such as http://127.0.0.1:8001")
    return base


def _parts(url: str) -> SplitResult:
    """Split an address that people typed; one that cannot be split has no parts."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return urlsplit("")
    return parts


def _simulated(code: str, name: str, base: str) -> DataCenter:
    hosts = dict.fromkeys(NOWHERE, base) | {
        "console": f"{base}/console",
        # A practice Zoho has no practice environments.
        "sandbox_api": "",
        "developer_api": "",
    }
    return DataCenter(code, name, urlsplit(base).netloc, MappingProxyType(hosts))
