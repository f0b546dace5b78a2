"""Zoho's scopes: which exist, and what a granted one permits."""

import re
from collections.abc import Iterator

OPERATIONS = r"(?:ALL|CREATE|READ|UPDATE|DELETE|WRITE)"
# Service.module[.submodule].operation; the services the sandbox has heard of.
KNOWN = re.compile(
    r"(?:"
    rf"ZohoCRM\.(?:modules|settings)(?:\.\w+)?\.{OPERATIONS}"
    rf"|ZohoCRM\.(?:org|users|bulk|files|coql|notes)\.{OPERATIONS}"
    r"|ZohoSearch\.securesearch\.READ"
    rf"|ZohoFiles\.files\.{OPERATIONS}"
    rf"|Desk\.(?:basic|settings|tickets|contacts|search|agents)\.{OPERATIONS}"
    rf"|ZohoCampaigns\.(?:contact|campaign)\.(?:CREATE-UPDATE|{OPERATIONS})"
    rf"|ZohoBooks\.(?:fullaccess\.all|(?:contacts|invoices|settings)\.{OPERATIONS})"
    r"|aaaserver\.profile\.READ"
    r")",
    re.IGNORECASE,
)
# What WRITE stands for; that it is for new records too is unconfirmed.
WRITES = {"create", "update"}
PRODUCTS = {
    "zohocrm": "CRM",
    "desk": "Desk",
    "zohocampaigns": "Campaigns",
    "zohobooks": "Books",
}


def split(text: str) -> list[str]:
    return [scope.strip() for scope in text.split(",") if scope.strip()]


def unknown(scopes: list[str]) -> list[str]:
    return [scope for scope in scopes if not KNOWN.fullmatch(scope)]


def products(scopes: list[str]) -> set[str]:
    services = {scope.partition(".")[0].casefold() for scope in scopes}
    return {PRODUCTS[service] for service in services if service in PRODUCTS}


def permits(granted: list[str], needed: str) -> bool:
    """Tell whether the granted scopes cover the needed one.

    ZohoCRM.modules.contacts.CREATE is covered by itself, by
    ZohoCRM.modules.contacts.ALL or WRITE, and by each without its submodule.
    """
    owned = {scope.casefold() for scope in granted}
    return any(scope in owned for scope in _covering(needed))


def _covering(needed: str) -> Iterator[str]:
    *path, operation = needed.casefold().split(".")
    for depth in range(len(path), 1, -1):
        stem = ".".join(path[:depth])
        yield f"{stem}.{operation}"
        yield f"{stem}.all"
        if operation in WRITES:
            yield f"{stem}.write"
    # Books alone has this one.
    yield f"{path[0]}.fullaccess.all"
