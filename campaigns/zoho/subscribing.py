"""How people come to a list of Campaigns, and what is said of it."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.utils import timezone

from campaigns.features import SUBSCRIBE as SUBSCRIBING
from campaigns.payloads import SubscribePayload, target_of
from campaigns.zoho.envelope import OBJECTIONS, SUBSCRIBE, contact, message_of
from campaigns.zoho.subscribers import State, find
from connections.zoho import shapes
from connections.zoho.client import ZohoClient
from connections.zoho.errors import FieldProblem, OutcomeUnknown, Rejected, plain
from connections.zoho.shapes import Json
from zohoportal.outbox.senders import Outcome, Sender, Sending, form_at, only

FIRST_NAME, LAST_NAME = "First Name", "Last Name"
# Which of the names in a list's rows is which label.
ROW_NAMES = {FIRST_NAME: "firstname", LAST_NAME: "lastname"}
# So long what was seen of a list when the form was sent is good enough.
GOOD_FOR = timedelta(minutes=10)
LEFT = "left_the_list"
ASKS = re.compile("confirm", re.IGNORECASE)
KNOWN = re.compile(r"already|updat|exist", re.IGNORECASE)
GONE = re.compile(r"unsubscri|do-?\s?not-?\s?mail|opted", re.IGNORECASE)


def _subscribe(
    client: ZohoClient, payload: SubscribePayload, sending: Sending
) -> Outcome:
    if not payload.is_back:
        _mind_who_left(client, payload, sending)
    form = {
        "listkey": payload.list_key,
        "contactinfo": contact(payload.email, payload.values),
    }
    extra = {"source": payload.source, "topic_id": payload.topic}
    form |= {name: value for name, value in extra.items() if value}
    try:
        reply = SUBSCRIBE.write(client, form, repeatable=not payload.confirms)
    except Rejected as error:
        if not error.fields and GONE.search(error.message):
            raise Rejected(LEFT, fields=[_about(who_left(payload.email))]) from error
        raise
    return Outcome(_said(payload, message_of(reply)), external_id=payload.email)


def _mind_who_left(
    client: ZohoClient, payload: SubscribePayload, sending: Sending
) -> None:
    """Ask the person who subscribes somebody that has left the list meanwhile.

    Raises:
        Rejected: they have, or the list is too long to tell.
        ZohoError: Campaigns could not be asked.
    """
    if payload.is_checked and timezone.now() - sending.typed_at < GOOD_FOR:
        return
    try:
        has_left = find(client, payload.list_key, payload.email, State.LEFT)
    except OutcomeUnknown:
        raise Rejected(LEFT, fields=[_about(nobody_knows(payload.email))]) from None
    if has_left:
        raise Rejected(LEFT, fields=[_about(who_left(payload.email))])


def who_left(email: str) -> str:
    """Return what to ask about somebody who has left."""
    return (
        f"{email} has unsubscribed, or asked for no more mail. Tick this only if they "
        "asked to be on the list again, and send it once more."
    )


def nobody_knows(email: str) -> str:
    """Return what to ask where Campaigns cannot tell who has left."""
    return (
        "So many people have left this list that we cannot tell whether "
        f"{email} is one of them. Tick this if they want to be on it."
    )


def _about(words: str) -> FieldProblem:
    return FieldProblem("is_back", "invalid", words=words, code=LEFT)


def _said(payload: SubscribePayload, message: str) -> str:
    """Return in words what Campaigns made of it."""
    who = called(payload)
    if ASKS.search(message):
        return (
            f"A confirmation mail went out; {who} is on the list after a click in it."
        )
    if KNOWN.search(message):
        return f"{who} was on the list; the details were updated."
    if payload.confirms:
        quote = plain(message).rstrip(".")
        return f"Zoho Campaigns took {who} for “{payload.list_name}”: “{quote}”."
    return f"{who} is on the list “{payload.list_name}”."


def called(payload: SubscribePayload) -> str:
    names = (payload.values.get(each, "") for each in (FIRST_NAME, LAST_NAME))
    return " ".join(filter(None, names)) or payload.email


def _find(
    client: ZohoClient,
    payload: SubscribePayload,
    sending: Sending,  # noqa: ARG001  # Campaigns keeps no reference
    since: datetime,  # noqa: ARG001  # nor when somebody came
) -> Outcome:
    """Look for a person whose answer was lost.

    Raises:
        OutcomeUnknown: they are not there, which proves nothing before they have
            confirmed, or with other details.
        ZohoError: Campaigns could not be asked.
    """
    row = find(client, payload.list_key, payload.email, State.ACTIVE)
    if row is None or not _has(row, payload.values):
        raise OutcomeUnknown("not_sure")
    words = f"{called(payload)} is on the list “{payload.list_name}”."
    return Outcome(words, external_id=payload.email)


def _has(row: Json, values: Mapping[str, str]) -> bool:
    """Tell whether a list's row has all that was typed, as far as it shows that."""
    return all(
        label in ROW_NAMES and shapes.text(row.get(ROW_NAMES[label])) == value
        for label, value in values.items()
    )


def _unsure(payload: SubscribePayload) -> str:
    return (
        f"{called(payload)} is not on the list with these details. That proves "
        "nothing: people are on it only after they have clicked in the mail, which may "
        "have gone out. Sent again, it goes out a second time."
    )


SUBSCRIBER = Sender(
    kind="campaigns.subscribe",
    payload=SubscribePayload,
    form_url=form_at("campaigns:subscribe"),
    again="Subscribe somebody else",
    open_label="Open in Zoho Campaigns",
    fields=OBJECTIONS,
    send=_subscribe,
    # Nobody gets a second mail; without one, repeating changes nothing.
    is_repeatable=lambda payload: not payload.confirms,
    typed=only("list_key", "email", "values", "topic", "source"),
    find=_find,
    targets=lambda payload, _made: [target_of(payload.email)],
    thing="subscription",
    person=lambda payload: {"name": called(payload), "email": payload.email},
    feature=lambda _payload: SUBSCRIBING.key,
    whose="Zoho Campaigns",
    is_form_fixed=True,
    pace=SUBSCRIBE.pace,
    unsure=_unsure,
)
