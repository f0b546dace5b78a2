"""Contact persons: added to a customer, changed, made the primary one, deleted."""

from collections.abc import Mapping
from datetime import datetime

from django.utils import timezone

from books.payloads import Kind, PersonPayload, PrimaryPayload, RemovalPayload
from books.zoho.clashes import refuse_clashes
from books.zoho.contacts import is_gone, read
from books.zoho.envelope import PERSONS, one_of
from books.zoho.records import Contact, Person, address_of
from connections.zoho import shapes
from connections.zoho.client import ZohoClient
from connections.zoho.errors import FieldProblem, OutcomeUnknown, Rejected
from zohoportal.outbox.delivering.reconciling import Fit, chosen
from zohoportal.outbox.senders import Outcome, Sending

ALL = "contacts/contactpersons"
THERE = "person_there"


def there(contact: Contact, values: Mapping[str, str]) -> Person | None:
    """Return the contact's person like this one; None if it has none."""
    return next((each for each in contact.persons if each.is_like(values)), None)


def send(client: ZohoClient, payload: PersonPayload, _sending: Sending) -> Outcome:
    """Add a contact person, unless the contact has them, or change one.

    Raises:
        Rejected: the contact has somebody with this address already.
        ZohoError: it could not be done, or it is not known whether it was.
    """
    if payload.person:
        return _change(client, payload)
    known = there(read(client, payload.contact), payload.values)
    if known:
        words = (
            f"{known.name} is a contact person of {payload.contact_name} already. "
            "Open the customer, and change the person there."
        )
        problem = FieldProblem("email", "duplicate", words=words, code=THERE)
        raise Rejected(THERE, fields=[problem])
    return _told(client, payload, add(client, payload.contact, payload.values))


def _change(client: ZohoClient, payload: PersonPayload) -> Outcome:
    contact = read(client, payload.contact)
    known = next((row for row in contact.persons if row.id == payload.person), None)
    now = known.values if known else payload.before
    refuse_clashes(payload.values, payload.before, now, {})
    had = {name: value for name, value in now.items() if value}
    body = {"contact_id": payload.contact, **had, **payload.values}
    # https://www.zoho.com/books/api/v3/contact-persons/#update-a-contact-person
    path = f"{ALL}/{payload.person}"
    PERSONS.write(client, "PUT", path, body, repeatable=True)
    return _told(client, payload, payload.person)


def add(client: ZohoClient, contact_id: str, values: Mapping[str, str]) -> str:
    """Add a contact person; return the id.

    Raises:
        ZohoError: it could not be done, or it is not known whether it was.
    """
    body = {"contact_id": contact_id, **values}
    # Books has no key for contact persons: the same would be there twice.
    # https://www.zoho.com/books/api/v3/contact-persons/#create-a-contact-person
    answer = PERSONS.write(client, "POST", ALL, body, repeatable=False)
    made = one_of(answer, "contact_person").get("contact_person_id")
    if not (found := shapes.identifier(made)):
        raise OutcomeUnknown("no_person")
    return found


def _told(client: ZohoClient, payload: PersonPayload, person_id: str) -> Outcome:
    did = "was changed" if payload.person else f"was added to {payload.contact_name}"
    url = address_of(client, payload.contact)
    return Outcome(f"{payload.name} {did} in Zoho Books.", person_id, url)


def find(
    client: ZohoClient,
    payload: PersonPayload,
    sending: Sending,  # noqa: ARG001  # Books keeps no reference
    since: datetime,
) -> Outcome | None:
    """Look for a contact person whose answer was lost: by e-mail or name, and time.

    Nobody like them was there before it was sent. Books does not say as a rule when
    somebody was added: then whoever is there now came since.

    Raises:
        OutcomeUnknown: it may be somebody else's.
        ZohoError: Books could not be asked.
    """
    contact = read(client, payload.contact)
    fits = [
        Fit(
            each.id,
            each.made_at or timezone.now(),
            payload.values.items() <= each.values.items(),
        )
        for each in contact.persons
        if each.is_like(payload.values)
    ]
    made = chosen(client, [Kind.PERSON], since, fits)
    if not made:
        return None
    words = f"{payload.name} is a contact person of {payload.contact_name}."
    return Outcome(words, made, address_of(client, payload.contact))


def make_primary(
    client: ZohoClient, payload: PrimaryPayload, _sending: Sending
) -> Outcome:
    """Make somebody the primary contact person; once more changes nothing."""
    # https://www.zoho.com/books/api/v3/contact-persons/#mark-as-primary-contact-person
    PERSONS.write(client, "POST", f"{ALL}/{payload.person}/primary", repeatable=True)
    words = f"{payload.name} is the primary contact person of {payload.contact_name}."
    return Outcome(words, payload.person, address_of(client, payload.contact))


def remove(client: ZohoClient, payload: RemovalPayload, sending: Sending) -> Outcome:
    """Delete a contact person; one who went with an answer that was lost is gone."""
    try:
        # https://www.zoho.com/books/api/v3/contact-persons/#delete-a-contact-person
        PERSONS.write(client, "DELETE", f"{ALL}/{payload.person}", repeatable=True)
    except Rejected as error:
        if not (is_gone(error) and sending.tried_at):
            raise
    words = f"{payload.name} is no contact person of {payload.contact_name} any more."
    return Outcome(words, payload.person, address_of(client, payload.contact))
