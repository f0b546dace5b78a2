"""What staff can do in Zoho Books: the doors to the outbox."""

from collections.abc import Mapping, Sequence

from books import payloads
from books.models import reference_field
from books.zoho.records import Contact, Person, person_name
from connections.models import Connection
from zohoportal.accounts.models import User
from zohoportal.outbox import services as outbox
from zohoportal.outbox.idempotency import IdempotencyKey


def add_contact(
    *,
    connection: Connection,
    person: User,
    idempotency_key: IdempotencyKey,
    values: Mapping[str, str],
    persons: Sequence[Mapping[str, str]] = (),
    labels: Mapping[str, str] | None = None,
) -> outbox.Receipt:
    """Add a customer or vendor; `values` name it and its kind, and hold no blanks."""
    payload = payloads.ContactPayload(
        values=dict(values),
        persons=[dict(each) for each in persons],
        labels=dict(labels or {}),
        reference_field=reference_field(connection),
    )
    return outbox.submit(
        kind=payloads.Kind.CONTACT,
        connection=connection,
        person=person,
        idempotency_key=idempotency_key,
        title=f"{payload.name} for Zoho Books",
        payload=payload,
    )


def change_contact(
    *,
    connection: Connection,
    person: User,
    idempotency_key: IdempotencyKey,
    contact: Contact,
    values: Mapping[str, str],
    before: Mapping[str, str],
    persons: Sequence[Mapping[str, str]] = (),
) -> outbox.Receipt:
    """Write values over those that were shown `before`, and add contact persons."""
    payload = payloads.ChangePayload(
        contact=contact.id,
        contact_name=contact.name,
        values=dict(values),
        before={name: before.get(name, "") for name in values},
        persons=[dict(each) for each in persons],
        labels=dict(contact.labels),
    )
    return _submit(
        connection,
        person,
        idempotency_key,
        payloads.Kind.CHANGE,
        "Change of {}",
        payload,
    )


def save_person(
    *,
    connection: Connection,
    person: User,
    idempotency_key: IdempotencyKey,
    contact: Contact,
    values: Mapping[str, str],
    known: Person | None = None,
    before: Mapping[str, str] | None = None,
) -> outbox.Receipt:
    """Add a contact person, or change one who is `known`, as shown `before`."""
    payload = payloads.PersonPayload(
        contact=contact.id,
        contact_name=contact.name,
        person=known.id if known else "",
        name=person_name({**(known.values if known else {}), **values}),
        values=dict(values),
        before={name: before[name] for name in values} if before else {},
    )
    title = f"{payload.name} of {{}}"
    return _submit(
        connection, person, idempotency_key, payloads.Kind.PERSON, title, payload
    )


def make_primary(
    *,
    connection: Connection,
    person: User,
    idempotency_key: IdempotencyKey,
    contact: Contact,
    known: Person,
) -> outbox.Receipt:
    """Make somebody the primary contact person of their customer."""
    payload = payloads.PrimaryPayload(
        contact=contact.id,
        contact_name=contact.name,
        person=known.id,
        name=known.name,
    )
    title = f"{known.name} first for {{}}"
    return _submit(
        connection, person, idempotency_key, payloads.Kind.PRIMARY, title, payload
    )


def remove_person(
    *,
    connection: Connection,
    person: User,
    idempotency_key: IdempotencyKey,
    contact: Contact,
    known: Person,
) -> outbox.Receipt:
    """Delete a contact person."""
    payload = payloads.RemovalPayload(
        contact=contact.id,
        contact_name=contact.name,
        person=known.id,
        name=known.name,
    )
    title = f"{known.name} no more for {{}}"
    return _submit(
        connection, person, idempotency_key, payloads.Kind.REMOVAL, title, payload
    )


def set_status(
    *,
    connection: Connection,
    person: User,
    idempotency_key: IdempotencyKey,
    contact: Contact,
    is_active: bool,
) -> outbox.Receipt:
    """Make a customer or vendor active, or inactive."""
    payload = payloads.StatusPayload(
        contact=contact.id, contact_name=contact.name, is_active=is_active
    )
    title = "{} active" if is_active else "{} inactive"
    return _submit(
        connection, person, idempotency_key, payloads.Kind.STATUS, title, payload
    )


def _submit(  # what all of them hand on
    connection: Connection,
    person: User,
    idempotency_key: IdempotencyKey,
    kind: payloads.Kind,
    title: str,
    payload: payloads.OfContact,
) -> outbox.Receipt:
    return outbox.submit(
        kind=kind,
        connection=connection,
        person=person,
        idempotency_key=idempotency_key,
        # Names may have braces of their own.
        title=title.replace("{}", payload.contact_name),
        payload=payload,
    )
