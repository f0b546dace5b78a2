"""Making a customer or vendor: once, by our reference where Books has room for it."""

from datetime import datetime

from books.payloads import ContactPayload, Kind
from books.zoho.contacts import named, read
from books.zoho.envelope import CONTACTS, one_of
from books.zoho.records import Contact, address_of, body_of
from connections.zoho import shapes
from connections.zoho.client import ZohoClient
from connections.zoho.errors import FieldProblem, OutcomeUnknown, Rejected
from connections.zoho.shapes import Json
from zohoportal.outbox.delivering.reconciling import Fit, chosen
from zohoportal.outbox.senders import Outcome, Sending

TAKEN = "3062"


def send(client: ZohoClient, payload: ContactPayload, sending: Sending) -> Outcome:
    """Make the contact.

    Raises:
        Rejected: Books has one of this name already; the problem names its id.
        ZohoError: it could not be made, or it is not known whether it was.
    """
    # Books keeps names apart by itself, but for capitals.
    if ours := _ours(client, payload, sending):
        return _added(client, payload, ours)
    try:
        answer = _sent(client, payload, sending)
    except Rejected as error:
        if error.code == TAKEN and (ours := _ours(client, payload, sending)):
            return _added(client, payload, ours)
        raise
    made = shapes.identifier(one_of(answer, "contact").get("contact_id"))
    if not made:
        raise OutcomeUnknown("no_contact")
    return _added(client, payload, made)


def _sent(client: ZohoClient, payload: ContactPayload, sending: Sending) -> Json:
    body = body_of(payload.values)
    if payload.persons:
        first, *others = payload.persons
        body["contact_persons"] = [{**first, "is_primary_contact": True}, *others]
    field = payload.reference_field
    if not field:
        # https://www.zoho.com/books/api/v3/contacts/#create-a-contact
        return CONTACTS.write(client, "POST", "contacts", body, repeatable=False)
    holds = {"api_name": field, "value": sending.reference}
    body["custom_fields"] = [*body.get("custom_fields", []), holds]
    if sending.tried_at:
        # A first try that arrived is not gone over: Books lets no two have this value.
        return CONTACTS.write(client, "POST", "contacts", body, repeatable=True)
    headers = {
        "X-Unique-Identifier-Key": field,
        "X-Unique-Identifier-Value": sending.reference,
        "X-Upsert": "true",
    }
    # https://www.zoho.com/books/api/v3/contacts/#update-a-contact-using-a-custom-fields-unique-value
    return CONTACTS.write(
        client, "PUT", "contacts", body, repeatable=True, headers=headers
    )


def _ours(client: ZohoClient, payload: ContactPayload, sending: Sending) -> str:
    """Return the id of what an earlier try made; empty where nobody has the name.

    Raises:
        Rejected: somebody else has it; the problem names their id.
    """
    found = named(client, payload.name)
    field = payload.reference_field
    for each in found if field else ():
        if read(client, each.id).by_api_name.get(field) == sending.reference:
            return each.id
    if not found:
        return ""
    words = (
        f"{found[0].name} is in Zoho Books already. Open the existing one, or enter "
        "another name."
    )
    problem = FieldProblem(
        "contact_name", "duplicate", words=words, record=found[0].id, code=TAKEN
    )
    raise Rejected(TAKEN, fields=[problem])


def _added(client: ZohoClient, payload: ContactPayload, made: str) -> Outcome:
    sentence = f"{payload.name} was added to Zoho Books."
    return Outcome(sentence, made, address_of(client, made))


def find(
    client: ZohoClient,
    payload: ContactPayload,
    sending: Sending,  # noqa: ARG001  # without a field for it Books keeps no reference
    since: datetime,
) -> Outcome | None:
    """Look for a contact whose answer was lost: by its name, and when it was made.

    Raises:
        OutcomeUnknown: it may be somebody else's.
        ZohoError: Books could not be asked.
    """
    found = named(client, payload.name)
    fits = [Fit(each.id, each.made_at, _is_exact(payload, each)) for each in found]
    made = chosen(client, [Kind.CONTACT], since, fits)
    return _added(client, payload, made) if made else None


def _is_exact(payload: ContactPayload, found: Contact) -> bool:
    """Tell whether a contact of a list has what was typed, as far as lists show it."""
    typed = payload.values
    email = payload.persons[0].get("email", "") if payload.persons else ""
    shown = (found.name, found.kind, found.values["company_name"], found.email)
    return shown == (
        payload.name,
        typed["contact_type"],
        typed.get("company_name", ""),
        email,
    )
