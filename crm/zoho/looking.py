"""Looking for what may have arrived, among the newest records of a module."""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.utils import timezone

from connections.zoho import shapes
from connections.zoho.client import ZohoClient
from connections.zoho.errors import (
    FieldProblem,
    RateLimited,
    ReconnectRequired,
    Rejected,
    Unavailable,
    ZohoError,
)
from crm.payloads import Kind, RecordPayload
from crm.schema.metadata import Module
from crm.zoho import records, search
from crm.zoho.records import MADE_AT, is_older, listed_since
from crm.zoho.search import Record
from crm.zoho.writes import CHANGED_AT, has_all, sent
from zohoportal.outbox.delivering.reconciling import SURELY, Fit, at_zoho, chosen
from zohoportal.outbox.models import Delivery
from zohoportal.outbox.senders import Sending

# So soon after it was typed, what others made meanwhile is among the last changed.
PROMPT = timedelta(minutes=2)
# Zoho's times, and what it says of its clock, are cut to whole seconds.
WHOLE_SECONDS = timedelta(seconds=2)
# So many records of one address are looked at before a save.
MOST_HOLDERS = 5
NOTHING_WENT = "Nothing was sent: changing it needs a right of its own."
MAY_BE_OURS = (
    "It may be what this form made when its answer was lost: look at it first."
)


def has_value(row: Record, name: str, value: Any) -> bool:
    """Tell whether a record has a value that Zoho knows it by."""
    return str(row.get(name) or "").casefold() == str(value).casefold()


def written_into(
    client: ZohoClient, payload: RecordPayload, sending: Sending, since: datetime
) -> Record | None:
    """Return the record that was there and got what was typed, rows and files as well.

    Where another delivery wrote into it since, that may be who added them.

    Raises:
        OutcomeUnknown: one was changed since, and it cannot be told by whom.
    """
    name = payload.duplicate_field
    value = payload.values.get(name)
    if not value:
        return None
    surely = at_zoho(client, since) - SURELY
    listed = listed_since(client, payload.module, [name], surely, CHANGED_AT)
    ids = [row["id"] for row in listed if has_value(row, name, value)]
    found = [records.read_record(client, payload.module, each) or {} for each in ids]
    others = {each.external_id for each in sending.earlier}
    fits = [_fit(payload, row, surely, others) for row in found if row]
    record_id = chosen(client, [], since, fits)
    return next((row for row in found if row.get("id") == record_id), None)


def _fit(
    payload: RecordPayload, row: Record, since: datetime, others: Collection[str]
) -> Fit:
    old_rows = {
        name: [
            each
            for each in shapes.rows(row.get(name))
            if each.get(MADE_AT) and is_older(each, since)
        ]
        for name in payload.rows
    }
    is_exact = row["id"] not in others and has_all(row, payload.values, old_rows)
    return Fit(row["id"], shapes.moment(row.get(CHANGED_AT)), is_exact)


def comparable(payload: RecordPayload) -> dict[str, Any]:
    """Return the values by which a record is known again."""
    # Files and rows have other shapes when they come back.
    others = {*payload.files, *payload.rows}
    typed = sent(payload.values)
    return {name: value for name, value in typed.items() if name not in others}


def claimed_by_others(record_ids: list[str], reference: str) -> set[str]:
    """Return which of these records came of another delivery."""
    others = Delivery.objects.filter(
        kind__in=[Kind.INSERT, Kind.RECORD], outcome__external_id__in=record_ids
    ).exclude(reference=reference)
    return {each["external_id"] for each in others.values_list("outcome", flat=True)}


def holders_of(
    client: ZohoClient,
    payload: RecordPayload,
    sending: Sending,
    *,
    must_know: bool = False,
) -> list[Record]:
    """Return the records that have the value already, as far as they can be read.

    With `must_know` nothing goes while Zoho cannot tell, and a record that cannot be
    read counts by its id alone.

    Raises:
        ZohoError: Zoho could not be asked.
    """
    name = payload.duplicate_field or payload.free_field
    value = payload.values.get(name)
    if not value:
        return []
    module = payload.module
    # What was made a moment ago is not in the search yet, but in the list.
    listed = partial(search.last_changed, client, module, name, CHANGED_AT)
    rows = _if_possible(listed, must_know=must_know)
    # Much may have changed since somebody looked, if anybody did.
    if not payload.was_looked_for or timezone.now() - sending.typed_at > PROMPT:
        having = partial(search.having, client, module, {name: str(value)})
        rows += _if_possible(having, must_know=must_know)
    ids = dict.fromkeys(str(row["id"]) for row in rows if has_value(row, name, value))
    reader = _known if must_know else read
    found = [reader(client, payload, each) for each in [*ids][:MOST_HOLDERS]]
    return [each for each in found if each]


def _if_possible(read: Callable[[], list[Record]], *, must_know: bool) -> list[Record]:
    """Return what can be read: it is nicer to know, but no reason not to save.

    Raises:
        ZohoError: Zoho could not be asked, or `must_know` and it could not tell now.
    """
    try:
        return read()
    except (RateLimited, ReconnectRequired):
        raise
    except ZohoError as error:
        if isinstance(error, Unavailable) and (must_know or not error.status):
            raise
        return []


def _known(client: ZohoClient, payload: RecordPayload, record_id: str) -> Record:
    """Return a record that a list told of; empty for one that is gone meanwhile.

    Raises:
        ZohoError: Zoho could not be asked.
    """
    try:
        return records.read_record(client, payload.module, record_id) or {}
    except Rejected:
        return {"id": record_id}


def not_in_the_way(
    client: ZohoClient, payload: RecordPayload, sending: Sending
) -> Record | None:
    """Return what an earlier try of a record that has to be new made, if any did.

    Raises:
        Rejected: another record has the value that decides.
    """
    name, holder = payload.free_field, payload.reference_field
    found = holders_of(client, payload, sending, must_know=True) if name else []
    for each in found if holder else ():
        if each.get(holder) == sending.reference:
            return each
    if found:
        one = Module("", payload.singular, "").with_article
        words = (
            f"Zoho has {one[0].lower()}{one[1:]} with this {payload.duplicate_label} "
            f"already. {MAY_BE_OURS if sending.tried_at else NOTHING_WENT}"
        )
        record = str(found[0]["id"])
        problem = FieldProblem(name, "duplicate", words=words, record=record)
        raise Rejected("DUPLICATE_DATA", fields=[problem])
    return None


def made_by_us(
    client: ZohoClient,
    payload: RecordPayload,
    sending: Sending,
    holders: list[Record],
) -> Record | None:
    """Return what an earlier try made whose answer was lost."""
    # What is not repeatable was looked for before, with its rows and files.
    if not sending.tried_at or not payload.is_repeatable:
        return None
    tried_at = sending.tried_at - client.seen.clock_ahead
    claimed = claimed_by_others(
        [str(each["id"]) for each in holders], sending.reference
    )
    fitting = [
        each
        for each in holders
        if has_all(each, comparable(payload))
        and not is_older(each, tried_at - WHOLE_SECONDS)
        and each["id"] not in claimed
    ]
    return fitting[0] if len(fitting) == 1 else None


def read(client: ZohoClient, payload: RecordPayload, record_id: str) -> Record:
    """Return a record, empty where it cannot be read."""
    try:
        return records.read_record(client, payload.module, record_id) or {}
    except ZohoError:
        # It is nicer to know; after the write it is too late to stop in any case.
        return {}
