"""What staff can do in Zoho CRM: the doors to the outbox."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from connections.models import Connection
from connections.product import Feature
from crm.access import CHANGE, may
from crm.forms import kept_files
from crm.payloads import (
    ChangePayload,
    DeletionPayload,
    Kind,
    RecordFilePayload,
    RecordPayload,
)
from crm.schema.drawing import settings_of
from crm.schema.metadata import FILES, ROWS
from crm.schema.plans import Plan
from crm.zoho.search import typed_name
from zohoportal.accounts.models import User
from zohoportal.outbox import services as outbox
from zohoportal.outbox.idempotency import IdempotencyKey

# To read what a module looks like, and to look for records.
_METADATA = (
    "ZohoCRM.settings.modules.READ",
    "ZohoCRM.settings.fields.READ",
    "ZohoCRM.settings.layouts.READ",
    "ZohoCRM.settings.map_dependency.READ",
    "ZohoCRM.users.READ",
    "ZohoSearch.securesearch.READ",
)

# The scope for all modules has files in it; that for one module has not.
_ATTACHMENTS = (
    "ZohoCRM.modules.attachments.READ",
    "ZohoCRM.modules.attachments.CREATE",
)

# For fields that take files.
_FILES = "ZohoCRM.files.CREATE"

CONTACTS = Feature(
    key="crm.contacts",
    title="Create and update contacts",
    hint="People in Zoho CRM",
    scopes=(
        "ZohoCRM.modules.contacts.READ",
        "ZohoCRM.modules.contacts.CREATE",
        "ZohoCRM.modules.contacts.UPDATE",
        "ZohoCRM.org.READ",
    ),
    wishes=(*_METADATA, "ZohoCRM.modules.accounts.READ", *_ATTACHMENTS, _FILES),
    page="crm:contact",
    link="New contact",
    first_task="Add a first contact",
    icon="contact",
    preset=True,
    entry=("crm.contacts.create",),
)

RECORDS = Feature(
    key="crm.records",
    title="Find, change and delete records",
    hint="Leads, accounts, deals and modules of your own",
    scopes=("ZohoCRM.modules.ALL", "ZohoCRM.org.READ", *_METADATA),
    wishes=(_FILES,),
    page="crm:modules",
    link="Records",
    first_task="Look at your records",
    icon="contact",
    entry=("crm.contacts.see", "crm.records.see"),
)


FEATURES = (CONTACTS, RECORDS)


def feature_for(connection: Connection, module: str) -> Feature:
    """Return the feature that opens a module: contacts have one of their own."""
    is_own = module == "Contacts" and CONTACTS.key in connection.features
    return CONTACTS if is_own else RECORDS


def is_open(connection: Connection, module: str) -> bool:
    """Tell whether staff work with a module on this connection."""
    is_chosen = feature_for(connection, module).key in connection.features
    return is_chosen and settings_of(connection, module).is_used


def create_record(
    *,
    connection: Connection,
    person: User,
    idempotency_key: IdempotencyKey,
    plan: Plan,
    values: Mapping[str, Any],
    defaults: Mapping[str, Any] | None = None,
    is_another: bool = False,
    was_looked_for: bool = False,
) -> outbox.Receipt:
    """Create a record, or update the one that has its duplicate field's value.

    Without such a value, or as another one beside those that are there, it is new in
    any case. For who may not change records it is new or refused. `defaults`
    are what nobody typed and the layout demands.
    `was_looked_for`: Zoho said before that there is none.
    """
    files = _among(plan, values, FILES)
    values, brings = kept_files.taken_out(person, values, files)
    decides = "" if is_another else plan.duplicate_field
    is_known = bool(values.get(decides))
    is_new = not (is_known and may(person, connection, CHANGE, plan.module.api_name))
    name = typed_name(plan.metadata, values)
    payload = RecordPayload(
        module=plan.module.api_name,
        singular=plan.module.singular,
        name=name,
        name_field=plan.metadata.name_field,
        values={**(defaults or {}), **values},
        # Nobody typed these: another record is not to get them.
        defaults=sorted(defaults or ()),
        duplicate_field="" if is_new else decides,
        free_field=decides if is_new and is_known else "",
        duplicate_label=plan.duplicate_label,
        reference_field=plan.reference_field if is_new else "",
        was_looked_for=was_looked_for,
        known_by=known_by(plan),
        layout=plan.layout.id if plan.names_layout else "",
        automation=plan.runs_automation,
        files=files,
        rows=_among(plan, values, ROWS),
    )
    return outbox.submit(
        kind=Kind.INSERT if is_new else Kind.RECORD,
        connection=connection,
        person=person,
        idempotency_key=idempotency_key,
        title=f"{plan.module.singular} {name}".strip(),
        payload=payload,
        brings=brings,
    )


def _among(plan: Plan, values: Mapping[str, Any], types: Collection[str]) -> list[str]:
    """Return which of the values are of these types."""
    fields = plan.metadata.fields
    return sorted(name for name in values if fields[name].data_type in types)


def known_by(plan: Plan, record: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the fields that Zoho knows a record by, with what they hold."""
    return {name: (record or {}).get(name) for name in plan.unique_fields}


@dataclass(frozen=True)
class Shown:
    """A record as a person saw it: what is written goes to this one.

    Attributes:
        name: what people know it by.
        as_of: its last change.
        values: what it held then, as far as it was shown.
    """

    record_id: str
    name: str
    as_of: str
    values: Mapping[str, Any]


def change_record(
    *,
    connection: Connection,
    person: User,
    idempotency_key: IdempotencyKey,
    plan: Plan,
    shown: Shown,
    values: Mapping[str, Any],
) -> outbox.Receipt:
    """Change the record that was shown; None clears a field.

    What somebody else changed in these fields since is not overwritten.
    """
    files = _among(plan, values, FILES)
    values, brings = kept_files.taken_out(person, values, files)
    payload = ChangePayload(
        module=plan.module.api_name,
        id=shown.record_id,
        known_by=known_by(plan, shown.values),
        name=shown.name,
        values=dict(values),
        files=files,
        rows=_among(plan, values, ROWS),
        before={name: shown.values.get(name) for name in values},
        as_of=shown.as_of,
        automation=plan.runs_automation,
    )
    return outbox.submit(
        kind=Kind.CHANGE,
        connection=connection,
        person=person,
        idempotency_key=idempotency_key,
        title=f"{plan.module.singular} {shown.name}",
        payload=payload,
        brings=brings,
    )


def delete_record(
    *,
    connection: Connection,
    person: User,
    idempotency_key: IdempotencyKey,
    plan: Plan,
    record_id: str,
    record: Mapping[str, Any],
    name: str,
) -> outbox.Receipt:
    """Delete a record at Zoho, where it stays in the recycle bin for a while."""
    payload = DeletionPayload(
        module=plan.module.api_name,
        id=record_id,
        known_by=known_by(plan, record),
        name=name,
    )
    return outbox.submit(
        kind=Kind.DELETION,
        connection=connection,
        person=person,
        idempotency_key=idempotency_key,
        title=f"Deletion of {plan.module.singular} {name}",
        payload=payload,
    )


def attach_files(
    *,
    connection: Connection,
    person: User,
    idempotency_key: IdempotencyKey,
    module: str,
    record_id: str,
    files: Sequence[UploadedFile],
) -> list[outbox.Receipt]:
    """Attach files to a record; each is a delivery of its own.

    Raises:
        NoSpace: they do not fit on the disk; nothing was kept or sent.
    """
    return outbox.submit_files(
        kind=Kind.FILE,
        connection=connection,
        person=person,
        idempotency_key=idempotency_key,
        payload=RecordFilePayload(module=module, attach_to=record_id),
        files=files,
    )
