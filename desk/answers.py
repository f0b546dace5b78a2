"""What staff do with a ticket that is there: comment, add files, change its status."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from connections.features import Feature
from connections.models import Connection
from connections.zoho.client import ZohoClient
from connections.zoho.errors import OutcomeUnknown
from desk import attachments
from desk.lookup import newest
from desk.texts import to_text, without_mentions
from desk.tickets import Ticket, safe_link
from zohoportal.accounts.models import User
from zohoportal.outbox import services as outbox
from zohoportal.outbox.form_keys import FormKey
from zohoportal.outbox.models import Delivery
from zohoportal.outbox.senders import Outcome, Payload, Sender, form_at

ANSWERS = Feature(
    key="desk.answers",
    product="desk",
    product_name="Zoho Desk",
    title="Answer tickets",
    hint="Comments, status and files in Zoho Desk",
    scopes=("Desk.tickets.READ", "Desk.tickets.UPDATE", "Desk.basic.READ"),
    page="desk:tickets",
    link="My tickets",
    icon="ticket",
)


def add_comment(
    *,
    connection: Connection,
    person: User,
    form_key: FormKey,
    ticket: Ticket,
    content: str,
    is_public: bool,
) -> outbox.Receipt:
    """Add a comment to a ticket, for the desk alone or for its customer too."""
    return outbox.submit(
        kind=COMMENT.kind,
        connection=connection,
        person=person,
        form_key=form_key,
        title=f"Comment on ticket #{ticket.number}",
        payload=_about(ticket) | {"content": content, "is_public": is_public},
    )


def change_status(
    *,
    connection: Connection,
    person: User,
    form_key: FormKey,
    ticket: Ticket,
    status: str,
) -> outbox.Receipt:
    """Give a ticket another status."""
    return outbox.submit(
        kind=STATUS.kind,
        connection=connection,
        person=person,
        form_key=form_key,
        title=f"Status “{status}” of ticket #{ticket.number}",
        payload=_about(ticket) | {"status": status},
    )


def add_files(
    *,
    connection: Connection,
    person: User,
    form_key: FormKey,
    ticket: Ticket,
    files: Sequence[UploadedFile],
) -> list[outbox.Receipt]:
    """Add files to a ticket; each is a delivery of its own.

    Raises:
        NoSpace: the files do not fit on the disk; nothing was kept or sent.
    """
    return outbox.submit_files(
        kind=attachments.SENDER.kind,
        connection=connection,
        person=person,
        form_key=form_key,
        payload={"attach_to": ticket.id},
        files=files,
    )


def _about(ticket: Ticket) -> dict[str, Any]:
    return {"ticket": ticket.id, "number": ticket.number, "url": ticket.url}


def _send_comment(client: ZohoClient, payload: Payload, reference: str) -> Outcome:  # noqa: ARG001  # customers read comments
    body = {
        "content": without_mentions(payload["content"]),
        "contentType": "plainText",
        "isPublic": payload["is_public"],
    }
    # Not repeatable: the same comment would stand there twice.
    # https://desk.zoho.com/DeskAPIDocument#TicketsComments#TicketsComments_Createticketcomment
    reply = client.desk("POST", f"tickets/{payload['ticket']}/comments", json=body)
    return _commented(client, payload, reply)


def _find_comment(
    client: ZohoClient,
    payload: Payload,
    reference: str,  # noqa: ARG001  # customers read comments
    since: datetime,
) -> Outcome | None:
    """Look for a comment that may be there: by what it says, whose it is, and when."""
    author = str(client.profile().get("Email") or "").lower()
    path = f"tickets/{payload['ticket']}/comments"
    # https://desk.zoho.com/DeskAPIDocument#TicketsComments#TicketsComments_Listallticketcomments
    for row in newest(client, path, "commentedTime", since):
        if _says(row, payload) and _is_by(row, author) and not _is_known(row):
            return _commented(client, payload, row)
    return None


def _says(row: dict[str, Any], payload: Payload) -> bool:
    wanted = without_mentions(payload["content"])
    content = str(row.get("content") or "")
    texts = {" ".join(text.split()) for text in (content, to_text(content))}
    is_public = bool(row.get("isPublic")) == payload["is_public"]
    return is_public and " ".join(wanted.split()) in texts


def _is_by(row: dict[str, Any], author: str) -> bool:
    who = row.get("commenter")
    email = str(who.get("email") or "") if isinstance(who, dict) else ""
    return not email or not author or email.lower() == author


def _is_known(row: dict[str, Any]) -> bool:
    """Tell whether another delivery made this comment: people say "Done." twice."""
    made = Delivery.objects.filter(kind=COMMENT.kind, state=Delivery.State.DONE)
    return made.filter(outcome__external_id=str(row.get("id"))).exists()


def _commented(client: ZohoClient, payload: Payload, row: dict[str, Any]) -> Outcome:
    if not row.get("id"):
        raise OutcomeUnknown("no_comment")
    return Outcome(
        sentence=f"The comment was added to ticket #{payload['number']}.",
        external_id=str(row["id"]),
        url=safe_link(client, payload["url"]),
    )


def _send_status(client: ZohoClient, payload: Payload, reference: str) -> Outcome:  # noqa: ARG001  # a status carries none
    # https://desk.zoho.com/DeskAPIDocument#Tickets#Tickets_Updateaticket
    client.desk(
        "PATCH",
        f"tickets/{payload['ticket']}",
        json={"status": payload["status"]},
        repeatable=True,
    )
    return Outcome(
        sentence=f"Ticket #{payload['number']} is “{payload['status']}” now.",
        external_id=payload["ticket"],
        url=safe_link(client, payload["url"]),
        number=payload["number"],
    )


def _feature(_payload: Payload) -> str:
    return ANSWERS.key


COMMENT = Sender(
    kind="desk.comment",
    form_url=form_at("desk:comment"),
    again="Show my tickets",
    open_label="Open in Zoho Desk",
    fields={"content": "content", "isPublic": "is_public"},
    send=_send_comment,
    is_repeatable=lambda payload: False,  # noqa: ARG005  # no comment is
    find=_find_comment,
    feature=_feature,
)
STATUS = Sender(
    kind="desk.status",
    form_url=form_at("desk:status"),
    again="Show my tickets",
    open_label="Open in Zoho Desk",
    fields={"status": "status"},
    send=_send_status,
    is_repeatable=lambda payload: True,  # noqa: ARG005  # it is the same status
    feature=_feature,
)
