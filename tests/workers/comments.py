"""A kind of delivery that only the tests know: a comment on a Desk ticket.

Comments carry no reference, so a lost one is looked for by content, author and time.
"""

from datetime import datetime, timedelta
from typing import Any

from django.utils.dateparse import parse_datetime

from connections.zoho.client import ZohoClient
from connections.zoho.errors import OutcomeUnknown
from zohoportal.outbox import senders
from zohoportal.outbox.senders import Outcome, Payload, Sender

KIND = "desk.comment"
SCOPE = "Desk.tickets.UPDATE"
PAGE = 100
CLOCKS_APART = timedelta(minutes=15)


def register() -> None:
    """Make the kind known to this process, once."""
    if KIND not in senders._senders:
        senders.register(SENDER)


def _send(client: ZohoClient, payload: Payload, reference: str) -> Outcome:
    # https://desk.zoho.com/DeskAPIDocument#TicketsComments#TicketsComments_Createticketcomment
    comment = {"content": payload["content"], "contentType": "plainText"}
    return _added(client.desk("POST", _path(payload), json=comment))


def _find(
    client: ZohoClient, payload: Payload, reference: str, since: datetime
) -> Outcome | None:
    start = 0
    while True:
        # https://desk.zoho.com/DeskAPIDocument#TicketsComments#TicketsComments_Listallticketcomments
        params = {
            "sortBy": "-commentedTime",
            "from": str(start),
            "limit": str(PAGE),
        }
        page = client.desk("GET", _path(payload), params=params).get("data", [])
        for comment in page:
            if _is_ours(comment, payload, since - CLOCKS_APART):
                return _added(comment)
        if len(page) < PAGE:
            return None
        start += PAGE


def _is_ours(comment: dict[str, Any], payload: Payload, since: datetime) -> bool:
    made_at = parse_datetime(comment["commentedTime"])
    return (
        made_at is not None
        and made_at >= since
        and comment["content"] == payload["content"]
        and comment["commenter"]["type"] == "AGENT"
    )


def _path(payload: Payload) -> str:
    return f"tickets/{payload['ticket']}/comments"


def _added(comment: dict[str, Any]) -> Outcome:
    if not comment.get("id"):
        raise OutcomeUnknown("no_comment")
    return Outcome("The comment was added.", external_id=str(comment["id"]))


SENDER = Sender(
    kind=KIND,
    form_page="desk:ticket",
    again="",
    open_label="",
    fields={},
    send=_send,
    is_repeatable=lambda payload: False,
    find=_find,
)
