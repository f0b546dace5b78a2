"""What staff can do in Zoho Campaigns: the doors to the outbox."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from campaigns.payloads import NeverMailPayload, SubscribePayload, UnsubscribePayload
from campaigns.zoho.leaving import NEVER_MAILER, UNSUBSCRIBER
from campaigns.zoho.lists import MailingList, Topic
from campaigns.zoho.subscribers import State, find
from campaigns.zoho.subscribing import SUBSCRIBER
from connections.models import Connection
from connections.services import client_for
from zohoportal.accounts.models import User
from zohoportal.outbox import services as outbox
from zohoportal.outbox.idempotency import IdempotencyKey
from zohoportal.outbox.models import Delivery


@dataclass(frozen=True)
class Consent:
    """Who said yes to the mail, on which day, and how."""

    by: str
    on: date
    how: str


def subscribe(  # noqa: PLR0913  # the form's fields, written out
    *,
    connection: Connection,
    person: User,
    idempotency_key: IdempotencyKey,
    mailing_list: MailingList,
    email: str,
    consent: Consent,
    values: Mapping[str, str] | None = None,
    topic: Topic | None = None,
    source: str = "",
    is_back: bool = False,
    is_checked: bool = False,
) -> outbox.Receipt:
    """Subscribe a person to a list; one who is on it gets these details.

    `values` go by the labels of Campaigns' fields. Somebody who left the list is
    refused unless `is_back` says that they want to be on it again; `is_checked` that
    this was looked up just now.
    """
    payload = SubscribePayload(
        list_key=mailing_list.key,
        list_name=mailing_list.name,
        email=email,
        confirms=mailing_list.confirms,
        values={label: value for label, value in (values or {}).items() if value},
        topic=topic.id if topic else "",
        topic_name=topic.name if topic else "",
        source=source,
        consent_by=consent.by,
        consent_on=consent.on.isoformat(),
        consent_how=consent.how,
        is_back=is_back,
        is_checked=is_checked,
    )
    return outbox.submit(
        kind=SUBSCRIBER.kind,
        connection=connection,
        person=person,
        idempotency_key=idempotency_key,
        title=f"{email} for “{mailing_list.name}”",
        payload=payload,
    )


def unsubscribe(
    *,
    connection: Connection,
    person: User,
    idempotency_key: IdempotencyKey,
    mailing_list: MailingList,
    email: str,
) -> outbox.Receipt:
    """Take a person off a list."""
    payload = UnsubscribePayload(
        list_key=mailing_list.key, list_name=mailing_list.name, email=email
    )
    return outbox.submit(
        kind=UNSUBSCRIBER.kind,
        connection=connection,
        person=person,
        idempotency_key=idempotency_key,
        title=f"{email} off “{mailing_list.name}”",
        payload=payload,
    )


def never_mail(
    *,
    connection: Connection,
    person: User,
    idempotency_key: IdempotencyKey,
    email: str,
) -> outbox.Receipt:
    """Let nobody of the organisation mail a person by Campaigns again."""
    return outbox.submit(
        kind=NEVER_MAILER.kind,
        connection=connection,
        person=person,
        idempotency_key=idempotency_key,
        title=f"No more mail to {email}",
        payload=NeverMailPayload(email=email),
    )


def has_left(connection: Connection, mailing_list: MailingList, email: str) -> bool:
    """Tell whether a person has left a list, or wants no mail at all.

    Of the latter is known what was sent from here: Campaigns cannot be asked.

    Raises:
        OutcomeUnknown: so many have left it that it cannot be told.
        ZohoError: Campaigns could not be asked.
    """
    if _is_barred(connection, email):
        return True
    client = client_for(connection)
    return find(client, mailing_list.key, email, State.LEFT) is not None


def _is_barred(connection: Connection, email: str) -> bool:
    return Delivery.objects.filter(
        kind=NEVER_MAILER.kind,
        connection=connection,
        state=Delivery.State.DONE,
        outcome__external_id__iexact=email,
    ).exists()
