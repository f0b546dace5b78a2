"""Files that fields of records hold, sent with the record.

https://www.zoho.com/crm/developer/docs/api/v8/upload-files-to-zfs.html
"""

from collections.abc import Mapping, Sequence
from typing import Any

from connections.models import Connection
from connections.zoho.client import ZohoClient
from connections.zoho.errors import UnexpectedReply
from connections.zoho.scopes import covers
from crm.envelope import CRM
from crm.payloads import WithValues
from crm.zoho.file_items import Item, items
from zohoportal.outbox.senders import Sending
from zohoportal.outbox.uploads import store

SCOPE = "ZohoCRM.files.CREATE"


def may_be_sent(connection: Connection) -> bool:
    """Tell whether files can go into fields: older versions of the API differ."""
    if CRM.version_of(connection.versions) != CRM.version:
        return False
    current = connection.grants.filter(is_current=True)
    granted = current.values_list("scopes", flat=True).first()
    # Where Zoho does not say what it granted, it says so at sending.
    return not granted or covers(granted, SCOPE)


def placed(
    client: ZohoClient,
    payload: WithValues,
    sending: Sending,
    record: Mapping[str, Any],
    held: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return a record to be written, with its files in Zoho's store.

    `held` is the record as Zoho has it. What stays is named, because nobody outside
    Zoho knows whether new files are added to those that are there or replace them.
    """
    found = dict(record)
    for name in payload.files:
        if name in record:
            there = _there(payload, name, items((held or {}).get(name)))
            new = [each for each in record[name] or () if "sha256" in each]
            stored = [{"File_Id__s": _stored(client, sending, each)} for each in new]
            found[name] = [*there, *stored]
    return found


def _there(
    payload: WithValues, name: str, held: Sequence[Item]
) -> list[dict[str, Any]]:
    """Return the files that Zoho has, those that were taken out here to be deleted."""
    wanted = payload.values[name] or ()
    gone = {each["id"] for each in wanted if each.get("is_gone")}
    # https://www.zoho.com/crm/developer/docs/api/v8/update-records.html
    return [
        {"id": each["id"]} | ({"_delete": None} if each["id"] in gone else {})
        for each in held
    ]


def _stored(client: ZohoClient, sending: Sending, item: Item) -> str:
    upload = sending.uploads.get(f"{item['name']} {item['sha256']}", "")
    with store.opened(upload) as file:
        # Nobody sees it until a record takes it.
        reply = client.call(
            CRM, "POST", "files", repeatable=True, file=file, is_seen=False
        )
    try:
        return str(reply["data"][0]["details"]["id"])
    except (KeyError, IndexError, TypeError):
        raise UnexpectedReply("no_file") from None
