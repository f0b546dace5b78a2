"""The table of Zoho's data centres: every host that the portal may ever talk to.

It is also the allow-list for what Zoho sends back: `accounts-server` and `api_domain`
are only compared with this table and never used as addresses themselves.

Source of the hosts: https://www.zoho.com/accounts/protocol/oauth/multi-dc.html and
the official SDKs. Canada keeps to no pattern, so no host is derived from another one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from urllib.parse import SplitResult, urlsplit

HOSTS = ("accounts", "api", "desk", "crm", "console")


class TableError(ValueError):
    """The settings ask for a table that makes no sense; the text says why."""


@dataclass(frozen=True)
class DataCenter:
    """One data centre: its code as in Zoho's `location`, and the base of each host."""

    code: str
    name: str
    sign_in: str
    accounts: str
    api: str
    desk: str
    crm: str
    console: str

    @property
    def origins(self) -> frozenset[str]:
        """The origins that the portal's server may call."""
        return frozenset((self.accounts, self.api, self.desk))


Table = Mapping[str, DataCenter]


def _row(code: str, name: str, domain: str, api: str) -> DataCenter:
    return DataCenter(
        code=code,
        name=name,
        sign_in=f"crm.{domain}",
        accounts=f"https://accounts.{domain}",
        api=f"https://{api}",
        desk=f"https://desk.{domain}",
        crm=f"https://crm.{domain}",
        console=f"https://api-console.{domain}",
    )


ROWS = (
    _row("us", "United States", "zoho.com", "www.zohoapis.com"),
    _row("eu", "Europe", "zoho.eu", "www.zohoapis.eu"),
    _row("in", "India", "zoho.in", "www.zohoapis.in"),
    _row("au", "Australia", "zoho.com.au", "www.zohoapis.com.au"),
    _row("jp", "Japan", "zoho.jp", "www.zohoapis.jp"),
    _row("ca", "Canada", "zohocloud.ca", "www.zohoapis.ca"),
    _row("sa", "Saudi Arabia", "zoho.sa", "www.zohoapis.sa"),
    _row("uk", "United Kingdom", "zoho.uk", "www.zohoapis.uk"),  # Desk unconfirmed
    _row("ae", "United Arab Emirates", "zoho.ae", "www.zohoapis.ae"),
    _row("sg", "Singapore", "zoho.sg", "www.zohoapis.sg"),  # API host unconfirmed
    _row("cn", "China", "zoho.com.cn", "www.zohoapis.com.cn"),
)


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
    return rows.get(code) or DataCenter(code, f"{code}, gone", *[""] * 6)


def by_accounts_server(rows: Table, value: str) -> DataCenter | None:
    """Return the data centre whose accounts address is exactly `value`."""
    return next((row for row in rows.values() if row.accounts == value), None)


def by_any_address(rows: Table, address: str) -> DataCenter | None:
    """Return the data centre that a pasted address of a Zoho page belongs to."""
    host = _parts(address if "//" in address else f"//{address}").hostname or ""
    found = [
        row
        for row in rows.values()
        for domain in (row.sign_in.partition(".")[2], urlsplit(row.accounts).hostname)
        if domain and (host == domain or host.endswith(f".{domain}"))
    ]
    return found[0] if found else None


def _items(text: str) -> list[tuple[str, str]]:
    items = [item.strip() for item in text.split(",") if item.strip()]
    return [(key.strip(), value.strip()) for key, _, value in map(_split, items)]


def _split(item: str) -> tuple[str, str, str]:
    return item.partition("=")


def _correct(rows: dict[str, DataCenter], correction: tuple[str, str]) -> None:
    code, _, part = correction[0].partition(".")
    host = correction[1]
    if code not in rows or part not in HOSTS:
        raise TableError(f"“{correction[0]}” names no host of the table")
    if not host or _parts(f"https://{host}").netloc != host or "@" in host:
        raise TableError(f"“{host}” is not a host name")
    rows[code] = replace(rows[code], **{part: f"https://{host.lower()}"})


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
    return DataCenter(
        code=code,
        name=name,
        sign_in=urlsplit(base).netloc,
        accounts=base,
        api=base,
        desk=base,
        crm=base,
        console=f"{base}/console",
    )
