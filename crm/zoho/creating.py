"""Making a record: as a new one in any case, or unless Zoho has one like it.

Nothing is said of a person before Zoho said which record it wrote.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from connections.zoho.client import ZohoClient
from connections.zoho.errors import (
    OutcomeUnknown,
    Rejected,
)
from crm.envelope import CRM
from crm.payloads import RecordPayload
from crm.schema.metadata import Module
from crm.zoho import records, row_writes, values
from crm.zoho.field_files import placed
from crm.zoho.looking import (
    claimed_by_others,
    comparable,
    holders_of,
    made_by_us,
    not_in_the_way,
    read,
    written_into,
)
from crm.zoho.records import MADE_AT, listed_since
from crm.zoho.row_writes import ANY
from crm.zoho.search import Record
from crm.zoho.writes import (
    CLOCKS_APART,
    body,
    has_all,
    item_of,
    link_to,
    outcome,
    sent,
)
from zohoportal.outbox.senders import Outcome, Sending

# A list takes 50 fields; what is beyond is read with the record itself.
MOST_FIELDS = 45


def insert(client: ZohoClient, payload: RecordPayload, sending: Sending) -> Outcome:
    """Make a new record, whatever there is already; none that has to be free."""
    if ours := not_in_the_way(client, payload, sending):
        return _created(client, payload, ours)
    record = row_writes.placed(
        payload, placed(client, payload, sending, _record(payload))
    )
    holder = payload.reference_field
    if holder:
        record[holder] = sending.reference
    try:
        # https://www.zoho.com/crm/developer/docs/api/v8/insert-records.html
        with row_writes.told_by_cell(payload, record):
            reply = client.call(
                CRM,
                "POST",
                payload.module,
                json=body(payload, record),
                repeatable=bool(holder),
            )
    except Rejected as error:
        # Our own reference is taken: the first try made it, and its answer was lost.
        there = [
            each.record
            for each in error.fields
            if (each.field, each.kind) == (holder, "duplicate")
        ]
        if not (holder and there):
            raise
        return _created(client, payload, {"id": there[0]})
    return _created(client, payload, item_of(reply)["details"])


def _record(payload: RecordPayload) -> dict[str, Any]:
    record = sent(payload.values)
    if payload.layout:
        record["Layout"] = {"id": payload.layout}
    # What an earlier version kept may clear fields of the record that it found.
    return record | dict.fromkeys(payload.clear)


def _created(
    client: ZohoClient, payload: RecordPayload, record: Mapping[str, Any]
) -> Outcome:
    sentence = f"{payload.name or payload.singular} was created."
    if not record["id"]:
        return Outcome(sentence, "", link_to(client, payload.module))
    return outcome(client, payload, sentence, record)


def find(
    client: ZohoClient, payload: RecordPayload, sending: Sending, since: datetime
) -> Outcome | None:
    """Look for a record whose insert may have been lost: by what was typed, and when.

    Where it holds our reference, that is enough. An upsert may have gone into a record
    that was there.

    Raises:
        OutcomeUnknown: it cannot be told which of several it is, or whether it is
            among very many, or whether it was changed by us.
    """
    holder = payload.reference_field
    wanted = {holder: sending.reference} if holder else comparable(payload)
    listed = list(wanted)[:MOST_FIELDS]
    made_since = since - CLOCKS_APART
    fitting = [
        row
        for row in listed_since(client, payload.module, listed, made_since, MADE_AT)
        if _is_it(client, payload, row, wanted)
    ]
    claimed = claimed_by_others([row["id"] for row in fitting], sending.reference)
    free = [row for row in fitting if row["id"] not in claimed]
    if len(free) > 1:
        raise OutcomeUnknown("several_fit")
    if free:
        if payload.duplicate_field and not _has_rows(client, payload, free[0]):
            # Somebody else may have made it.
            raise OutcomeUnknown("not_sure")
        return _created(client, payload, free[0])
    if payload.is_repeatable:
        return None
    there = written_into(client, payload, sending, since)
    return _turned_out(client, payload, sending, there, []) if there else None


def _is_it(
    client: ZohoClient, payload: RecordPayload, row: Record, wanted: Mapping[str, Any]
) -> bool:
    """Tell whether a record has every value that was typed."""
    listed = {name: wanted[name] for name in list(wanted)[:MOST_FIELDS]}
    if not has_all(row, listed) or len(listed) == len(wanted):
        return has_all(row, listed)
    whole = records.read_record(client, payload.module, row["id"])
    return whole is not None and has_all(whole, wanted)


def _has_rows(client: ZohoClient, payload: RecordPayload, row: Record) -> bool:
    """Tell whether a record has the rows that were typed."""
    if not payload.rows:
        return True
    whole = records.read_record(client, payload.module, row["id"])
    typed = {name: payload.values[name] for name in payload.rows}
    return whole is not None and has_all(whole, typed, dict.fromkeys(payload.rows))


def upsert(client: ZohoClient, payload: RecordPayload, sending: Sending) -> Outcome:
    """Make a record, unless Zoho has one with the value that decides about that.

    Then it writes into that one, and the outcome says what that changed.
    """
    holders = holders_of(client, payload, sending)
    if ours := made_by_us(client, payload, sending, holders):
        return _created(client, payload, ours)
    check = {"duplicate_check_fields": [payload.duplicate_field]}
    record = row_writes.placed(
        payload, placed(client, payload, sending, _record(payload))
    )
    with row_writes.told_by_cell(payload, record):
        # https://www.zoho.com/crm/developer/docs/api/v8/upsert-records.html
        reply = client.call(
            CRM,
            "POST",
            f"{payload.module}/upsert",
            json=body(payload, record) | check,
            repeatable=payload.is_repeatable,
        )
    item = item_of(reply)
    if item.get("action") == "insert":
        return _created(client, payload, item["details"])
    return _turned_out(client, payload, sending, item["details"], holders)


def _turned_out(
    client: ZohoClient,
    payload: RecordPayload,
    sending: Sending,
    saved: Mapping[str, Any],
    holders: list[Record],
) -> Outcome:
    """Say whose record it was, what it had before, and what was written over that."""
    record_id = str(saved["id"])
    before = next((each for each in holders if each["id"] == record_id), None)
    record = before or read(client, payload, record_id)
    changes = [
        {"field": name, "old": before and before.get(name), "new": value}
        for name, value in payload.values.items()
        if not before or not values.same(ANY, value, before.get(name))
    ]
    name = str(record.get(payload.name_field) or "")
    details = {"name": name, "changes": changes, "knows_before": bool(before)}
    sentence = _whose(payload, sending, name)
    if before:
        count = len(changes)
        sentence += f" {count or 'No'} field{'' if count == 1 else 's'} changed."
    return outcome(client, payload, sentence, saved, details)


def _whose(payload: RecordPayload, sending: Sending, name: str) -> str:
    one = Module("", payload.singular, "").with_article
    who = name or one
    if sending.tried_at:
        # The first try may have made it, or somebody else.
        return f"{who} has in Zoho what you typed."
    label = payload.duplicate_label
    had = f"Zoho had {one[0].lower()}{one[1:]} with this {label} already."
    if payload.was_looked_for:
        return f"{who} was updated, not created: {had}"
    return f"{who} was updated: {had}"
