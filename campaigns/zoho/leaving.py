"""How people leave lists of Campaigns, or are never mailed again."""

import re

from campaigns.features import UNSUBSCRIBE as UNSUBSCRIBING
from campaigns.payloads import NeverMailPayload, UnsubscribePayload, target_of
from campaigns.zoho.envelope import (
    NEVER_MAIL,
    OBJECTIONS,
    UNSUBSCRIBE,
    contact,
    message_of,
)
from connections.zoho.client import ZohoClient
from zohoportal.outbox.senders import Outcome, Sender, Sending, always, form_at, only


def _unsubscribe(
    client: ZohoClient,
    payload: UnsubscribePayload,
    sending: Sending,  # noqa: ARG001  # Campaigns keeps no reference
) -> Outcome:
    form = {"listkey": payload.list_key, "contactinfo": contact(payload.email)}
    UNSUBSCRIBE.write(client, form, repeatable=True)
    words = f"{payload.email} is off the list “{payload.list_name}”."
    return Outcome(words, external_id=payload.email)


def _never_mail(
    client: ZohoClient,
    payload: NeverMailPayload,
    sending: Sending,  # noqa: ARG001  # Campaigns keeps no reference
) -> Outcome:
    form = {"contactinfo": contact(payload.email)}
    reply = NEVER_MAIL.write(client, form, repeatable=True)
    if re.search("already", message_of(reply), re.IGNORECASE):
        words = f"{payload.email} was on the Do-Not-Mail list already."
    else:
        words = f"{payload.email} gets no more mail from Zoho Campaigns."
    return Outcome(words, external_id=payload.email)


UNSUBSCRIBER = Sender(
    kind="campaigns.unsubscribe",
    payload=UnsubscribePayload,
    form_url=form_at("campaigns:unsubscribe"),
    again="Unsubscribe somebody else",
    open_label="Open in Zoho Campaigns",
    fields=OBJECTIONS,
    send=_unsubscribe,
    is_repeatable=always,
    typed=only("list_key", "email"),
    targets=lambda payload, _made: [target_of(payload.email)],
    feature=lambda _payload: UNSUBSCRIBING.key,
    whose="Zoho Campaigns",
    is_form_fixed=True,
    pace=UNSUBSCRIBE.pace,
)
NEVER_MAILER = Sender(
    kind="campaigns.never_mail",
    payload=NeverMailPayload,
    form_url=form_at("campaigns:never_mail"),
    again="Stop mail to somebody else",
    open_label="Open in Zoho Campaigns",
    fields=OBJECTIONS,
    send=_never_mail,
    is_repeatable=always,
    typed=only("email"),
    targets=lambda payload, _made: [target_of(payload.email)],
    feature=lambda _payload: UNSUBSCRIBING.key,
    whose="Zoho Campaigns",
    is_form_fixed=True,
    pace=NEVER_MAIL.pace,
)
