"""What staff can do in Zoho CRM, and how it is said to Zoho."""

from connections.features import Feature
from connections.models import Connection
from connections.zoho.client import ZohoClient
from connections.zoho.errors import UnexpectedReply
from crm.fields import FIELDS
from zohoportal.accounts.models import User
from zohoportal.outbox import services as outbox
from zohoportal.outbox.form_keys import FormKey
from zohoportal.outbox.senders import Outcome, Payload, Sender

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
    page="crm:contact",
    link="New contact",
    first_task="Add a first contact",
    icon="contact",
    preset=True,
)


def upsert_contact(  # noqa: PLR0913  # the form's fields, written out
    *,
    connection: Connection,
    person: User,
    form_key: FormKey,
    email: str,
    last_name: str,
    first_name: str = "",
    phone: str = "",
    mobile: str = "",
    title: str = "",
    description: str = "",
) -> outbox.Receipt:
    """Create the contact, or update the one with this e-mail address.

    Empty values overwrite nothing.
    """
    payload = {
        "email": email,
        "last_name": last_name,
        "first_name": first_name,
        "phone": phone,
        "mobile": mobile,
        "title": title,
        "description": description,
    }
    return outbox.submit(
        kind=SENDER.kind,
        connection=connection,
        person=person,
        form_key=form_key,
        title=f"Contact {_name(payload)}",
        payload=payload,
    )


def _send(client: ZohoClient, payload: Payload, reference: str) -> Outcome:  # noqa: ARG001  # contacts carry none
    # https://www.zoho.com/crm/developer/docs/api/v8/upsert-records.html
    record = {zoho: payload[ours] for ours, zoho in FIELDS.items() if payload[ours]}
    reply = client.crm(
        "POST",
        "Contacts/upsert",
        json={"data": [record], "duplicate_check_fields": ["Email"]},
        repeatable=_is_repeatable(payload),
    )
    try:
        item = reply["data"][0]
        contact_id = str(item["details"]["id"])
        created = item["action"] == "insert"
    except (KeyError, IndexError, TypeError):
        raise UnexpectedReply("no_record") from None
    organisation = client.organisations.get("crm", "")
    return Outcome(
        sentence=f"{_name(payload)} was {'created' if created else 'updated'}.",
        external_id=contact_id,
        url=f"{client.data_center.crm}/crm/org{organisation}/tab/Contacts/{contact_id}",
    )


def _is_repeatable(payload: Payload) -> bool:
    """An upsert is harmless to repeat while its duplicate field is filled."""
    return bool(payload["email"])


def _name(payload: Payload) -> str:
    return f"{payload['first_name']} {payload['last_name']}".strip()


SENDER = Sender(
    kind="crm.contact",
    form_page="crm:contact",
    again="Add another contact",
    open_label="Open in Zoho CRM",
    fields={zoho: ours for ours, zoho in FIELDS.items()},
    send=_send,
    is_repeatable=_is_repeatable,
    person=lambda payload: {
        "name": _name(payload),
        "email": payload["email"],
        "phone": payload["phone"],
    },
)
