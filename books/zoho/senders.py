"""The register of what can be said to Zoho Books."""

from typing import Any

from django.urls import reverse

from books.features import CONTACTS, DELETIONS
from books.payloads import (
    ChangePayload,
    ContactPayload,
    Kind,
    OfContact,
    PersonPayload,
    PrimaryPayload,
    RemovalPayload,
    StatusPayload,
)
from books.zoho import changing, creating, persons
from books.zoho.envelope import PACE
from books.zoho.names import LABELS
from books.zoho.records import address_of, person_name
from connections.models import Connection
from connections.zoho.client import ZohoClient
from zohoportal.outbox.senders import (
    Sender,
    always,
    form_at,
    only,
    page_of,
    returning,
)


def _new_targets(payload: ContactPayload, made: str) -> list[str]:
    own = [f"books:contact:{made}"] if made else []
    return [*own, f"books:name={payload.name.strip().casefold()}"]


def _targets(payload: OfContact, _made: str) -> list[str]:
    return [f"books:contact:{payload.contact}"]


def _labels(
    _connection: Connection, payload: ContactPayload | ChangePayload
) -> dict[str, str]:
    return {**LABELS, **payload.labels}


def _person(payload: ContactPayload) -> dict[str, str]:
    first = payload.persons[0] if payload.persons else {}
    known = {name: first.get(name, "") for name in ("email", "phone")}
    return {"name": person_name(first) or payload.name, **known}


def _at_zoho(client: ZohoClient, payload: OfContact) -> str:
    return address_of(client, payload.contact)


def _person_form(slug: str, payload: PersonPayload | None) -> str:
    if payload is None:
        return reverse("books:contacts", args=[slug])
    own = [slug, payload.contact]
    if payload.person:
        return reverse("books:change_person", args=[*own, payload.person])
    return reverse("books:person", args=own)


# What all of them have in common.
_BOOKS: dict[str, Any] = {
    "open_label": "Open in Zoho Books",
    "fields": {},
    "whose": "Zoho Books",
    "is_form_fixed": True,
    "pace": PACE,
}
_ABOUT_ONE: dict[str, Any] = {**_BOOKS, "targets": _targets, "at_zoho": _at_zoho}
_ACT: dict[str, Any] = {
    **_ABOUT_ONE,
    "form_url": page_of("books:show", "contact", otherwise="books:contacts"),
    "again": "Show the customer",
    "is_repeatable": always,
}

CONTACT: Sender[ContactPayload] = Sender(
    **_BOOKS,
    kind=Kind.CONTACT,
    payload=ContactPayload,
    form_url=form_at("books:contact"),
    again="Add another customer",
    send=creating.send,
    is_repeatable=lambda payload: bool(payload.reference_field),
    typed=only("values", "persons"),
    find=creating.find,
    targets=_new_targets,
    thing="customer",
    person=_person,
    feature=returning(CONTACTS.key),
    labels=_labels,
)
CHANGE: Sender[ChangePayload] = Sender(
    **_ABOUT_ONE,
    kind=Kind.CHANGE,
    payload=ChangePayload,
    form_url=page_of("books:change", "contact", otherwise="books:contacts"),
    again="Change it again",
    send=changing.send,
    # People who come along would be there twice.
    is_repeatable=lambda payload: not payload.persons,
    typed=only("contact", "values", "persons"),
    find=changing.find,
    feature=returning(CONTACTS.key),
    labels=_labels,
)
PERSON: Sender[PersonPayload] = Sender(
    **_ABOUT_ONE,
    kind=Kind.PERSON,
    payload=PersonPayload,
    form_url=_person_form,
    again="Add another contact person",
    send=persons.send,
    is_repeatable=lambda payload: bool(payload.person),
    typed=only("contact", "person", "values"),
    find=persons.find,
    thing="contact person",
    feature=returning(CONTACTS.key),
    labels=returning(LABELS),
)
PRIMARY: Sender[PrimaryPayload] = Sender(
    **_ACT,
    kind=Kind.PRIMARY,
    payload=PrimaryPayload,
    send=persons.make_primary,
    typed=only("contact", "person"),
    feature=returning(CONTACTS.key),
)
REMOVAL: Sender[RemovalPayload] = Sender(
    **_ACT,
    kind=Kind.REMOVAL,
    payload=RemovalPayload,
    send=persons.remove,
    typed=only("contact", "person"),
    thing="deletion",
    feature=returning(DELETIONS.key),
)
STATUS: Sender[StatusPayload] = Sender(
    **_ACT,
    kind=Kind.STATUS,
    payload=StatusPayload,
    send=changing.set_status,
    typed=only("contact", "is_active"),
    feature=returning(CONTACTS.key),
)
