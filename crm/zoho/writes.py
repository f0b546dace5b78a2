"""What is said to Zoho about one record, and how its answers read."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from connections.zoho import shapes
from connections.zoho.client import ZohoClient
from connections.zoho.errors import UnexpectedReply
from crm.payloads import OfModule, WithValues
from crm.zoho import row_writes, values
from crm.zoho.row_writes import ANY
from zohoportal.outbox.senders import Outcome

# Zoho's clock and ours may differ.
CLOCKS_APART = timedelta(minutes=15)
CHANGED_AT = "Modified_Time"
# What stands in for a field in objections to the whole record.
CHANGED_BY_OTHERS = CHANGED_AT
GONE = "id"


def sent(typed: Mapping[str, Any]) -> dict[str, Any]:
    """Return values as Zoho takes them."""
    return {name: values.sent(value) for name, value in typed.items()}


def body(payload: WithValues, record: dict[str, Any]) -> dict[str, Any]:
    """Return the body of a request that writes one record."""
    found: dict[str, Any] = {"data": [record]}
    # Left out, all of Zoho's automation runs; an empty list means none.
    return found if payload.automation else found | {"trigger": []}


def item_of(reply: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an answer says of the one record that was written.

    Raises:
        UnexpectedReply: it does not say which record that is.
    """
    try:
        item = reply["data"][0]
        if not shapes.identifier(item["details"]["id"]):
            raise UnexpectedReply("no_record")
    except (KeyError, IndexError, TypeError):
        raise UnexpectedReply("no_record") from None
    return dict(item)


def has_all(
    record: Mapping[str, Any],
    wanted: Mapping[str, Any],
    known_rows: Mapping[str, Any] | None = None,
) -> bool:
    """Tell whether a record has all of these values.

    `known_rows` are, for each field of rows, those that are none of the new ones.
    """
    rows = known_rows or {}
    return all(
        row_writes.has(value, rows[name], record.get(name))
        if name in rows
        else values.same(ANY, value, record.get(name))
        for name, value in wanted.items()
    )


def outcome(
    client: ZohoClient,
    payload: OfModule,
    sentence: str,
    record: Mapping[str, Any],
    details: Mapping[str, Any] | None = None,
) -> Outcome:
    """Return what came of it; `record` is Zoho's answer, or the record itself."""
    record_id = str(record["id"])
    return Outcome(
        sentence,
        record_id,
        link_to(client, payload.module, record_id),
        stamp=str(record.get(CHANGED_AT) or ""),
        details=details or {},
    )


def link_to(client: ZohoClient, module: str, record_id: str = "") -> str:
    """Return the address of a record's page at Zoho; without one, of the module's."""
    organisation = client.organisations.get("crm", "")
    tab = f"{client.data_center.hosts['crm']}/crm/org{organisation}/tab/{module}"
    return f"{tab}/{record_id}" if record_id else tab
