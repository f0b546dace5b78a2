"""Zoho Books, as far as the sandbox's echo goes."""

from connections.health.probes import Finding, Probe, account_of
from connections.product import Feature, Product
from connections.zoho.client import ZohoClient
from connections.zoho.envelope import Envelope
from connections.zoho.refusals import Refusal, text
from connections.zoho.shapes import Json
from zohoportal.outbox.payloads import Payload
from zohoportal.outbox.senders import Outcome, Sender, Sending, form_at, never, only


def _refusal(body: Json) -> Refusal:
    return Refusal(str(body.get("code", "")), text(body.get("message")))


def _organisation(client: ZohoClient) -> Finding:
    client.call(BOOKS, "GET", "organizations")
    return Finding("Echo Ltd", account_of("60001234", "Echo Ltd"))


class CustomerPayload(Payload, frozen=True, kw_only=True):
    name: str


def _send(client: ZohoClient, payload: CustomerPayload, sending: Sending) -> Outcome:
    body = {"contact_name": payload.name, "notes": f"Ref. {sending.reference}"}
    client.call(BOOKS, "POST", "contacts", json=body)
    return Outcome(f"{payload.name} was saved.", sending.reference)


BOOKS = Envelope(
    product="books",
    host="books",
    base="echo/books/{version}",
    version="v3",
    refusal=_refusal,
    hides_refusal=lambda body: body.get("code") != 0,
    organisation_param="organization_id",
    unaddressed={"organizations"},
)
CONTACTS = Feature(
    key="books.contacts",
    title="Add customers",
    hint="Customers in Zoho Books",
    scopes=("ZohoBooks.contacts.CREATE",),
    page="books:contact",
    link="New customer",
    first_task="Add a first customer",
    icon="contact",
)
CONTACT = Sender(
    kind="books.contact",
    payload=CustomerPayload,
    form_url=form_at("books:contact"),
    again="Add another customer",
    open_label="Open in Zoho Books",
    fields={"contact_name": "name"},
    send=_send,
    is_repeatable=never,  # Books knows no key
    typed=only("name"),
    feature=lambda payload: CONTACTS.key,  # there is one
)
PRODUCT = Product(
    name="Zoho Books",
    envelope=BOOKS,
    features=(CONTACTS,),
    probes=(Probe("books_organisation", "Books organisation", _organisation),),
    senders=(CONTACT,),
)
