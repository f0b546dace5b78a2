"""The register of what can be said to Zoho CRM."""

from dataclasses import replace
from operator import attrgetter
from typing import Any

from django.urls import reverse

from connections.models import Connection
from connections.zoho.client import ZohoClient
from crm.payloads import (
    ChangePayload,
    DeletionPayload,
    Kind,
    OfModule,
    RecordFilePayload,
    RecordPayload,
    WithValues,
)
from crm.schema import store
from crm.zoho import creating, updating, values
from crm.zoho.writes import link_to
from zohoportal.outbox.senders import Sender, always, only, page_of

# Modules whose records are people.
PEOPLE = {"Contacts", "Leads"}


def _typed(payload: RecordPayload | ChangePayload) -> dict[str, Any]:
    """Return what a person typed: no defaults, and no names of what was looked up."""
    defaults = payload.defaults if isinstance(payload, RecordPayload) else ()
    typed = {
        name: values.sent(value)
        for name, value in payload.values.items()
        if name not in defaults
    }
    # As it was before payloads were typed: what was sent then is still known again.
    return {
        "module": payload.module,
        "id": None if isinstance(payload, RecordPayload) else payload.id,
        "clear": (payload.clear or None)
        if isinstance(payload, RecordPayload)
        else None,
        "values": typed,
    }


def _targets(
    payload: RecordPayload | ChangePayload | DeletionPayload, made: str
) -> set[str]:
    """Return the record by its id, and by each value that Zoho may know it by."""
    place = f"crm:{payload.module}"
    ids = {made, "" if isinstance(payload, RecordPayload) else payload.id}
    targets = {f"{place}:{each}" for each in ids if each}
    typed = {} if isinstance(payload, DeletionPayload) else payload.values
    for name, shown in payload.known_by.items():
        for value in (shown, typed.get(name)):
            if value:
                targets.add(f"{place}:{name}={str(value).strip().casefold()}")
    return targets


def _form(slug: str, payload: RecordPayload | None) -> str:
    module = payload.module if payload else "Contacts"
    if module == "Contacts":
        return reverse("crm:contact", args=[slug])
    return reverse("crm:new", args=[slug, module])


def _person(payload: WithValues) -> dict[str, str]:
    """Return whom a record is about; nobody for what is no person."""
    if payload.module not in PEOPLE:
        return {}
    known = {**payload.known_by, **payload.values}
    return {
        "name": payload.name,
        "email": str(known.get("Email") or ""),
        "phone": str(known.get("Phone") or ""),
    }


def _feature(payload: OfModule) -> str:
    return "crm.contacts" if payload.module == "Contacts" else "crm.records"


def module_label(connection: Connection, payload: OfModule | RecordFilePayload) -> str:
    """Return what people call the module that a payload is about."""
    named = payload.module
    known = store.known_labels(connection)
    return known.get(named, named.replace("_", " "))


def _labels(connection: Connection, payload: OfModule) -> dict[str, str]:
    known = store.known_fields(connection, payload.module)
    columns = {
        f"{name}.{column.api_name}": column.label
        for name, field in known.items()
        for column in field.columns
    }
    return columns | {name: field.label for name, field in known.items()}


def _doubt(connection: Connection, payload: OfModule) -> None:
    store.forget(connection, payload.module)


def _at_zoho(client: ZohoClient, payload: ChangePayload | DeletionPayload) -> str:
    return link_to(client, payload.module, payload.id)


RECORD = Sender(
    kind=Kind.RECORD,
    payload=RecordPayload,
    form_url=_form,
    again="Add another",
    send=creating.upsert,
    details_template="crm/turned_out.html",
    is_repeatable=attrgetter("is_repeatable"),
    find=creating.find,
    person=_person,
    doubt=_doubt,
    open_label="Open in Zoho CRM",
    fields={},
    typed=_typed,
    targets=_targets,
    feature=_feature,
    module=module_label,
    labels=_labels,
    whose="Your CRM layout",
)
INSERT = replace(RECORD, kind=Kind.INSERT, send=creating.insert, details_template="")
CHANGE = Sender(
    kind=Kind.CHANGE,
    payload=ChangePayload,
    form_url=page_of("crm:change", "module", "id", otherwise="crm:modules"),
    again="Change it again",
    send=updating.change,
    is_repeatable=always,
    person=_person,
    doubt=_doubt,
    at_zoho=_at_zoho,
    open_label="Open in Zoho CRM",
    fields={},
    typed=_typed,
    targets=_targets,
    feature=_feature,
    module=module_label,
    labels=_labels,
    whose="Your CRM layout",
)
DELETION = Sender(
    kind=Kind.DELETION,
    payload=DeletionPayload,
    form_url=page_of("crm:records", "module", otherwise="crm:modules"),
    again="Show the others",
    send=updating.delete,
    is_repeatable=always,
    typed=only("module", "id"),
    thing="deletion",
    at_zoho=_at_zoho,
    open_label="Open in Zoho CRM",
    fields={},
    targets=_targets,
    feature=_feature,
    module=module_label,
    labels=_labels,
    whose="Your CRM layout",
)
