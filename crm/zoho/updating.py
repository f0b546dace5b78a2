"""Changing and deleting the record that was shown, and no other."""

from typing import Any

from connections.zoho.client import ZohoClient
from connections.zoho.errors import FieldProblem, Rejected, Unavailable
from crm.envelope import CRM
from crm.payloads import ChangePayload, DeletionPayload, Values, WithValues
from crm.zoho import records, row_writes, values
from crm.zoho.field_files import placed
from crm.zoho.row_writes import ANY
from crm.zoho.search import Record
from crm.zoho.writes import (
    CHANGED_AT,
    CHANGED_BY_OTHERS,
    GONE,
    body,
    has_all,
    item_of,
    outcome,
    sent,
)
from zohoportal.outbox.senders import Earlier, Outcome, Sending

# So often a record may be changed by others between reading and writing it.
MOST_RACES = 3
_SOMEBODY_ELSE = FieldProblem(
    CHANGED_BY_OTHERS,
    "changed",
    words="Somebody else changed this record meanwhile. Look at both values and save "
    "what is right.",
)
_NOT_THERE = FieldProblem(
    GONE,
    "gone",
    words="This record is not in Zoho any more: it was deleted there, or merged into "
    "another one.",
)


def change(client: ZohoClient, payload: ChangePayload, sending: Sending) -> Outcome:
    """Change the record that was shown, unless others changed a touched field."""
    for _ in range(MOST_RACES):
        now = records.read_record(client, payload.module, payload.id)
        if now is None:
            raise Rejected("target_gone", fields=[_NOT_THERE])
        if _is_there(payload, sending, now):
            sentence = f"Zoho has your changes of {payload.name}."
            return outcome(client, payload, sentence, now)
        if _is_clashing(payload, sending, now):
            raise Rejected("ALREADY_MODIFIED", fields=[_SOMEBODY_ELSE])
        if reply := _put(client, payload, sending, now):
            return _changed(client, payload, item_of(reply)["details"])
    raise Unavailable("ALREADY_MODIFIED")


def _is_there(payload: ChangePayload, sending: Sending, now: Record) -> bool:
    """Tell whether nothing is left to send, such as of a try whose answer was lost.

    A row of our own is none of those that were there, nor one that an earlier delivery
    added; before the first try there is none.
    """
    known, wanted = now, dict(payload.values)
    if sending.tried_at:
        known = payload.before
        for typed in _typed_earlier(payload, sending):
            for name in payload.rows:
                wanted[name] = [*row_writes.new(typed.get(name)), *wanted[name]]
    return has_all(now, wanted, {name: known.get(name) for name in payload.rows})


def _typed_earlier(payload: ChangePayload, sending: Sending) -> list[Values]:
    """Return what was written into this record since the payload was submitted."""
    return [
        each.payload.values
        for each in _earlier(payload, sending)
        if isinstance(each.payload, WithValues)
    ]


def _earlier(payload: ChangePayload, sending: Sending) -> list[Earlier]:
    return [each for each in sending.earlier if each.external_id == payload.id]


def _put(
    client: ZohoClient, payload: ChangePayload, sending: Sending, now: Record
) -> dict[str, Any] | None:
    """Return Zoho's answer; None if the record was changed since it was read."""
    record = placed(client, payload, sending, sent(payload.values), now)
    record = row_writes.placed(payload, record, now)
    try:
        with row_writes.told_by_cell(payload, record):
            # https://www.zoho.com/crm/developer/docs/api/v8/update-records.html
            return client.call(
                CRM,
                "PUT",
                f"{payload.module}/{payload.id}",
                json=body(payload, record),
                headers={"If-Unmodified-Since": str(now[CHANGED_AT])},
                repeatable=True,
            )
    except Rejected as error:
        if error.code == "ALREADY_MODIFIED":
            return None
        # Of a record that vanished a moment ago Zoho names no field.
        module, record_id = payload.module, payload.id
        if not error.fields and records.is_gone(client, module, record_id):
            raise Rejected("target_gone", fields=[_NOT_THERE]) from None
        raise


def _is_clashing(payload: ChangePayload, sending: Sending, now: Record) -> bool:
    """Tell whether a touched field has a value that nobody here saw or wrote.

    Nor can a row be edited that is gone, whoever took it out.
    """
    expected, rows = dict(payload.before), payload.rows
    if any(row_writes.lacks(payload.values[name], now.get(name)) for name in rows):
        return True
    stamps = [each.stamp for each in _earlier(payload, sending)]
    known_stamps = [payload.as_of, *stamps[-1:]]
    if any(values.same(ANY, stamp, now.get(CHANGED_AT)) for stamp in known_stamps):
        return False
    for typed in _typed_earlier(payload, sending):
        for name, value in typed.items():
            was = expected.get(name)
            expected[name] = row_writes.applied(was, value) if name in rows else value
    return not all(
        row_writes.is_as_known(value, expected.get(name), now.get(name))
        if name in rows
        else values.same(ANY, now.get(name), value)
        or values.same(ANY, now.get(name), expected.get(name))
        for name, value in payload.values.items()
    )


def _changed(
    client: ZohoClient, payload: ChangePayload, saved: dict[str, Any]
) -> Outcome:
    count = len(payload.values)
    fields = f"{count} field{'s' if count > 1 else ''} changed."
    sentence = f"{payload.name} was updated. {fields}"
    if str(saved["id"]) != payload.id:
        sentence = f"Zoho changed another record than {payload.name}: look at it."
    return outcome(client, payload, sentence, saved)


def delete(client: ZohoClient, payload: DeletionPayload, _sending: Sending) -> Outcome:
    """Delete the record that was shown."""
    path = f"{payload.module}/{payload.id}"
    try:
        # https://www.zoho.com/crm/developer/docs/api/v8/delete-records.html
        client.call(CRM, "DELETE", path, repeatable=True)
    except Rejected:
        # It may be gone already, by our own call whose answer was lost.
        if client.call(CRM, "GET", path).get("data"):
            raise
    return Outcome(f"{payload.name} was deleted.", payload.id)
