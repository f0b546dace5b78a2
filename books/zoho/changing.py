"""Changing a customer or vendor that is there, and making them inactive."""

from collections.abc import Mapping
from datetime import datetime

from books.payloads import ChangePayload, StatusPayload
from books.zoho import persons
from books.zoho.clashes import refuse_clashes
from books.zoho.contacts import read
from books.zoho.envelope import CONTACTS
from books.zoho.records import Contact, address_of, body_of
from connections.zoho.client import ZohoClient
from zohoportal.outbox.senders import Outcome, Sending


def send(client: ZohoClient, payload: ChangePayload, sending: Sending) -> Outcome:
    """Write what was changed, and add the contact persons that it has not yet.

    Raises:
        Rejected: somebody else changed one of the fields since they were shown.
        ZohoError: it could not be written, or it is not known whether it was.
    """
    known = read(client, payload.contact)
    mine = {**payload.before, **_by_earlier(sending)}
    refuse_clashes(payload.values, mine, known.values, payload.labels)
    if not _has(known, payload.values):
        # Books asks for name and kind with each change.
        named = {"contact_name": known.name, "contact_type": known.kind}
        body = named | body_of(payload.values, known)
        # The same once more changes nothing.
        # https://www.zoho.com/books/api/v3/contacts/#update-a-contact
        CONTACTS.write(
            client, "PUT", f"contacts/{known.id}", body, repeatable=not payload.persons
        )
    for values in payload.persons:
        if not persons.there(known, values):
            persons.add(client, known.id, values)
    return _changed(client, payload)


def _by_earlier(sending: Sending) -> dict[str, str]:
    """Return what was written from here since, one after the other."""
    written: dict[str, str] = {}
    for each in sending.earlier:
        if isinstance(each.payload, ChangePayload):
            written |= each.payload.values
    return written


def _has(known: Contact, values: Mapping[str, str]) -> bool:
    return all(known.values.get(name, "") == value for name, value in values.items())


def _changed(client: ZohoClient, payload: ChangePayload) -> Outcome:
    name = payload.values.get("contact_name", payload.contact_name)
    url = address_of(client, payload.contact)
    return Outcome(f"{name} was changed in Zoho Books.", payload.contact, url)


def find(
    client: ZohoClient,
    payload: ChangePayload,
    sending: Sending,  # noqa: ARG001  # the contact alone tells, by what it has
    since: datetime,  # noqa: ARG001  # whenever that came
) -> Outcome | None:
    """Tell whether a change whose answer was lost is there, with its people.

    Raises:
        OutcomeUnknown: somebody like one of its people is there, changed since.
        ZohoError: Books could not be asked.
    """
    known = read(client, payload.contact)
    if not _has(known, payload.values):
        return None
    found = [persons.there(known, each) for each in payload.persons]
    return _changed(client, payload) if all(found) else None


def set_status(
    client: ZohoClient,
    payload: StatusPayload,
    sending: Sending,  # noqa: ARG001  # Books keeps no reference
) -> Outcome:
    """Make a contact active or inactive; the same once more changes nothing."""
    state = "active" if payload.is_active else "inactive"
    path = f"contacts/{payload.contact}/{state}"
    # https://www.zoho.com/books/api/v3/contacts/#mark-as-inactive
    CONTACTS.write(client, "POST", path, repeatable=True)
    url = address_of(client, payload.contact)
    sentence = f"{payload.contact_name} is {state} in Zoho Books now."
    return Outcome(sentence, payload.contact, url)
