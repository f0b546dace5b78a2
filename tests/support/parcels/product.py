"""Zoho Parcels, as far as the sandbox's echo goes."""

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
    client.call(PARCELS, "GET", "organizations")
    return Finding("Echo Ltd", account_of("60001234", "Echo Ltd"))


class ParcelPayload(Payload, frozen=True, kw_only=True):
    name: str


def _send(client: ZohoClient, payload: ParcelPayload, sending: Sending) -> Outcome:
    body = {"parcel_name": payload.name, "notes": f"Ref. {sending.reference}"}
    client.call(PARCELS, "POST", "parcels", json=body)
    return Outcome(f"{payload.name} was saved.", sending.reference)


PARCELS = Envelope(
    product="parcels",
    host="parcels",
    base="echo/parcels/{version}",
    version="v3",
    refusal=_refusal,
    hides_refusal=lambda body: body.get("code") != 0,
    organisation_param="organization_id",
    unaddressed={"organizations"},
)
SENDING = Feature(
    key="parcels.parcels",
    title="Send parcels",
    hint="Parcels in Zoho Parcels",
    scopes=("ZohoBooks.contacts.CREATE",),
    page="parcels:parcel",
    link="New parcel",
    first_task="Send a first parcel",
    icon="contact",
)
PARCEL = Sender(
    kind="parcels.parcel",
    payload=ParcelPayload,
    form_url=form_at("parcels:parcel"),
    again="Send another parcel",
    open_label="Open in Zoho Parcels",
    fields={"parcel_name": "name"},
    send=_send,
    is_repeatable=never,  # Parcels knows no key
    typed=only("name"),
    feature=lambda payload: SENDING.key,  # there is one
)
PRODUCT = Product(
    name="Zoho Parcels",
    envelope=PARCELS,
    features=(SENDING,),
    probes=(Probe("parcels_organisation", "Parcels organisation", _organisation),),
    senders=(PARCEL,),
)
