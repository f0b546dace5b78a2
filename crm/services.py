"""What staff can do in Zoho CRM: the doors to the outbox."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from connections.features import Feature
from connections.models import Connection
from crm.plans import Plan
from crm.preview import Seen, typed_name
from zohoportal.accounts.models import User
from zohoportal.outbox import services as outbox
from zohoportal.outbox.form_keys import FormKey

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

CONTACTS = Feature(
    key="crm.contacts",
    product="crm",
    product_name="Zoho CRM",
    title="Create and update contacts",
    hint="People in Zoho CRM",
    scopes=(
        "ZohoCRM.modules.contacts.READ",
        "ZohoCRM.modules.contacts.CREATE",
        "ZohoCRM.modules.contacts.UPDATE",
        "ZohoCRM.org.READ",
    ),
    wishes=(*_METADATA, "ZohoCRM.modules.accounts.READ", *_ATTACHMENTS),
    page="crm:contact",
    link="New contact",
    first_task="Add a first contact",
    icon="contact",
    preset=True,
)

RECORDS = Feature(
    key="crm.records",
    product="crm",
    product_name="Zoho CRM",
    title="Find, change and delete records",
    hint="Leads, accounts, deals and modules of your own",
    scopes=("ZohoCRM.modules.ALL", "ZohoCRM.org.READ", *_METADATA),
    page="crm:modules",
    link="Records",
    first_task="Look at your records",
    icon="contact",
)


def feature_for(connection: Connection, module: str) -> Feature:
    """Return the feature that opens a module: contacts have one of their own."""
    is_own = module == "Contacts" and CONTACTS.key in connection.features
    return CONTACTS if is_own else RECORDS


def upsert_record(
    *,
    connection: Connection,
    person: User,
    form_key: FormKey,
    plan: Plan,
    values: Mapping[str, Any],
    seen: Seen | None = None,
    clear: Iterable[str] = (),
    insert: bool = False,
) -> outbox.Receipt:
    """Create the record, or update the one with the same duplicate field.

    Blank values overwrite nothing, unless they are named in `clear`. With `seen` only
    what the preview called a change is sent, beside what Zoho always needs. `insert`
    makes a new record even if there is one like it.
    """
    defaults = dict(seen.defaults) if seen else {}
    changed = set(seen.changed) if seen and seen.record_id else set(values)
    needed = {*plan.required, plan.duplicate_field}
    name = typed_name(plan, values) or (seen.name if seen else "")
    payload = {
        "module": plan.module.api_name,
        "singular": plan.module.singular,
        "name": name,
        "values": defaults | dict(values),
        # Nobody typed these: another record is not to get them.
        "defaults": sorted(defaults),
        "unchanged": sorted(set(values) - changed - needed),
        "clear": sorted(clear),
        "changes": len(changed) + len(set(clear)) if seen and seen.record_id else None,
        "duplicate_field": "" if insert else plan.duplicate_field,
        "layout": plan.layout.id if plan.has_own_layout and _is_new(seen) else "",
        "automation": plan.runs_automation,
    }
    return outbox.submit(
        kind="crm.insert" if insert else "crm.record",
        connection=connection,
        person=person,
        form_key=form_key,
        title=f"{plan.module.singular} {name}".strip(),
        payload=payload,
    )


def _is_new(seen: Seen | None) -> bool:
    return seen is None or not seen.record_id


def change_record(
    *,
    connection: Connection,
    person: User,
    form_key: FormKey,
    plan: Plan,
    record_id: str,
    name: str,
    values: Mapping[str, Any],
    as_of: str,
) -> outbox.Receipt:
    """Change a record, unless somebody else did since `as_of`; None clears a field."""
    payload = {
        "module": plan.module.api_name,
        "id": record_id,
        "name": name,
        "values": dict(values),
        "as_of": as_of,
        "automation": plan.runs_automation,
    }
    return outbox.submit(
        kind="crm.change",
        connection=connection,
        person=person,
        form_key=form_key,
        title=f"{plan.module.singular} {name}",
        payload=payload,
    )


def delete_record(
    *,
    connection: Connection,
    person: User,
    form_key: FormKey,
    plan: Plan,
    record_id: str,
    name: str,
) -> outbox.Receipt:
    """Delete a record at Zoho, where it stays in the recycle bin for a while."""
    return outbox.submit(
        kind="crm.deletion",
        connection=connection,
        person=person,
        form_key=form_key,
        title=f"Deletion of {plan.module.singular} {name}",
        payload={"module": plan.module.api_name, "id": record_id, "name": name},
    )


def attach_files(
    *,
    connection: Connection,
    person: User,
    form_key: FormKey,
    module: str,
    record_id: str,
    files: Sequence[UploadedFile],
) -> list[outbox.Receipt]:
    """Attach files to a record; each is a delivery of its own.

    Raises:
        NoSpace: they do not fit on the disk; nothing was kept or sent.
    """
    return outbox.submit_files(
        kind="crm.file",
        connection=connection,
        person=person,
        form_key=form_key,
        payload={"module": module, "attach_to": record_id},
        files=files,
    )
