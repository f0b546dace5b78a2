"""What staff add to a ticket that is there: comments and files."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from connections.models import Connection
from connections.product import Feature
from connections.zoho import shapes
from connections.zoho.client import ZohoClient
from connections.zoho.errors import OutcomeUnknown
from desk.envelope import DESK
from desk.payloads import CommentPayload, Kind, TicketFilePayload
from desk.zoho.find import is_alike, newest
from desk.zoho.texts import to_text, without_mentions
from desk.zoho.tickets import Ticket, about, named, safe_link, target_of
from zohoportal.accounts.models import User
from zohoportal.outbox import services as outbox
from zohoportal.outbox.delivering.reconciling import Fit, chosen
from zohoportal.outbox.idempotency import IdempotencyKey
from zohoportal.outbox.senders import (
    Outcome,
    Sender,
    Sending,
    form_at,
    never,
    only,
    returning,
)

ANSWERS = Feature(
    key="desk.answers",
    title="Answer tickets",
    hint="Comments, status and files in Zoho Desk",
    scopes=("Desk.tickets.READ", "Desk.tickets.UPDATE", "Desk.basic.READ"),
    page="desk:tickets",
    link="My tickets",
    icon="ticket",
    entry=("desk.see",),
)


def add_comment(
    *,
    connection: Connection,
    person: User,
    idempotency_key: IdempotencyKey,
    ticket: Ticket,
    content: str,
    is_public: bool,
) -> outbox.Receipt:
    """Add a comment to a ticket, for the desk alone or for its customer too."""
    return outbox.submit(
        kind=Kind.COMMENT,
        connection=connection,
        person=person,
        idempotency_key=idempotency_key,
        title=f"Comment on {ticket.name}",
        payload=CommentPayload(
            ticket=ticket.id,
            number=ticket.number,
            url=ticket.url,
            content=content,
            is_public=is_public,
        ),
    )


def add_files(
    *,
    connection: Connection,
    person: User,
    idempotency_key: IdempotencyKey,
    ticket: Ticket,
    files: Sequence[UploadedFile],
) -> list[outbox.Receipt]:
    """Add files to a ticket; each is a delivery of its own.

    Raises:
        NoSpace: the files do not fit on the disk; nothing was kept or sent.
    """
    return outbox.submit_files(
        kind=Kind.FILE,
        connection=connection,
        person=person,
        idempotency_key=idempotency_key,
        payload=TicketFilePayload(attach_to=ticket.id),
        files=files,
    )


def _send_comment(
    client: ZohoClient, payload: CommentPayload, _sending: Sending
) -> Outcome:
    body = {
        "content": without_mentions(payload.content),
        "contentType": "plainText",
        "isPublic": payload.is_public,
    }
    # Not repeatable: the same comment would stand there twice.
    # https://desk.zoho.com/DeskAPIDocument#TicketsComments#TicketsComments_Createticketcomment
    with about(client, payload.ticket):
        reply = client.call(
            DESK, "POST", f"tickets/{payload.ticket}/comments", json=body
        )
    return _commented(client, payload, reply)


def _find_comment(
    client: ZohoClient,
    payload: CommentPayload,
    _sending: Sending,
    since: datetime,
) -> Outcome | None:
    """Look for a comment that may be there: by what it says, whose it is, and when."""
    author = shapes.text(client.profile().get("Email")).lower()
    path = f"tickets/{payload.ticket}/comments"
    # https://desk.zoho.com/DeskAPIDocument#TicketsComments#TicketsComments_Listallticketcomments
    rows = {
        row["id"]: row
        for row in newest(client, path, "commentedTime", since)
        if _is_like(row, payload, author)
    }
    fits = [
        Fit(row_id, shapes.moment(row.get("commentedTime")), _says(row, payload))
        for row_id, row in rows.items()
    ]
    found = rows.get(chosen(client, [Kind.COMMENT], since, fits))
    return _commented(client, payload, found) if found else None


def _is_like(row: dict[str, Any], payload: CommentPayload, author: str) -> bool:
    """Tell whether Desk may have made this of what was typed, by this author."""
    by = shapes.text(shapes.mapping(row.get("commenter")).get("email")).lower()
    if by and author and by != author:
        return False
    wanted, content = payload.content, _content(row)
    is_public = shapes.flag(row.get("isPublic")) == payload.is_public
    said = (content, to_text(content))
    return is_public and any(is_alike(text, wanted) for text in said)


def _says(row: dict[str, Any], payload: CommentPayload) -> bool:
    wanted = without_mentions(payload.content)
    content = _content(row)
    texts = {" ".join(text.split()) for text in (content, to_text(content))}
    return " ".join(wanted.split()) in texts


def _content(row: dict[str, Any]) -> str:
    return shapes.text(row.get("content"), shapes.LONGEST_TEXT)


def _commented(
    client: ZohoClient, payload: CommentPayload, row: dict[str, Any]
) -> Outcome:
    comment_id = shapes.identifier(row.get("id"))
    if not comment_id:
        raise OutcomeUnknown("no_comment")
    return Outcome(
        sentence=f"The comment was added to {named(payload.number)}.",
        external_id=comment_id,
        url=safe_link(client, payload.url),
    )


COMMENT = Sender(
    kind=Kind.COMMENT,
    payload=CommentPayload,
    form_url=form_at("desk:comment"),
    again="Show my tickets",
    open_label="Open in Zoho Desk",
    fields={"content": "content", "isPublic": "is_public"},
    send=_send_comment,
    is_repeatable=never,
    typed=only("ticket", "content", "is_public"),
    find=_find_comment,
    targets=lambda payload, _made: [target_of(payload.ticket)],
    thing="comment",
    adds=True,
    feature=returning(ANSWERS.key),
    at_zoho=lambda client, payload: safe_link(client, payload.url),
)
