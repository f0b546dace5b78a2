"""Zoho's scopes: whether what was granted covers what is needed.

A scope is Service.group[.subgroup].operation, and what is granted for a group counts
for everything in it: https://www.zoho.com/crm/developer/docs/api/v8/scopes.html
"""

from collections.abc import Iterable

# What an operation means beside itself. That WRITE creates, too, is unconfirmed.
# https://www.zoho.com/crm/developer/docs/api/v8/select-api-scopes.html
MEANS = {
    "all": {"create", "read", "update", "delete"},
    "write": {"create", "update"},
}
# Zoho Books has a word for all of its groups: ZohoBooks.fullaccess.all.
EVERY_GROUP = "fullaccess"


def covers(granted: Iterable[str], needed: str) -> bool:
    """Tell whether granted scopes cover a needed one, be it all of them together."""
    groups, operations = _read(needed)
    given: set[str] = set()
    for scope in granted:
        around, allowed = _read(scope)
        if around and groups[: len(around)] == around:
            given |= allowed
    return "all" in given or operations - {"all"} <= given


def _read(scope: str) -> tuple[list[str], set[str]]:
    """Return a scope's service with its groups, and its operations in full.

    What is no scope is in no group.
    """
    *groups, operation = scope.casefold().split(".")
    operations = set(operation.split("-"))
    for each in operation.split("-"):
        operations |= MEANS.get(each, set())
    if groups[1:] == [EVERY_GROUP]:
        return groups[:1], operations
    return groups if len(groups) > 1 else [], operations
