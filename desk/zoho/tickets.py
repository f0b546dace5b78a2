"""Tickets as Desk has them, and what was said about each."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connections.zoho import shapes
from connections.zoho.client import ZohoClient
from connections.zoho.errors import (
    FieldProblem,
    Rejected,
    UnexpectedReply,
    ZohoError,
)
from desk.envelope import DESK
from desk.zoho.texts import to_text

GONE = "target_gone"
NOT_THERE = FieldProblem(
    "ticketId",
    "gone",
    code=GONE,
    words="This ticket is not in Zoho Desk any more: it was deleted there, merged into "
    "another one, or moved to where the connected Zoho user may not see it. Look for "
    "it in Zoho Desk; what you typed is kept here.",
)
WITH_NAMES = {"include": "contacts,departments"}
NEWEST = 100
SAID = 50
MOST_ROWS = 200
LONGEST_NUMBER = 30
LONGEST_SUBJECT = 1_000
# Desk's longest comment; of a longer mail this much is shown.
LONGEST_SAID = 32_000


@dataclass(frozen=True)
class Ticket:
    """A ticket; `stamp` is when it was changed last, as Desk writes it."""

    id: str
    number: str
    subject: str
    status: str
    is_closed: bool
    made_at: datetime | None
    url: str = ""
    contact: str = ""
    department: str = ""
    department_id: str = ""
    text: str = ""
    stamp: str = ""

    @property
    def name(self) -> str:
        """Return what the ticket is called inside a sentence."""
        return named(self.number)


@dataclass(frozen=True)
class Said:
    """One entry of a conversation: a comment, or a message in or out."""

    kind: str
    author: str
    text: str
    at: datetime | None
    is_public: bool


def named(number: str) -> str:
    """Return what a ticket is called inside a sentence; its number may be unknown."""
    return f"ticket #{number}" if number else "the ticket"


def read_ticket(client: ZohoClient, ticket_id: str) -> Ticket:
    """Return one ticket.

    Raises:
        ZohoError: Desk does not have it, could not be asked, or answered strangely.
    """
    return ticket_of(client, read_row(client, ticket_id))


def read_row(client: ZohoClient, ticket_id: str) -> dict[str, Any]:
    """Return one ticket as Desk has it.

    Raises:
        Rejected: Desk does not have it any more, as `is_gone` tells.
        ZohoError: Desk could not be asked, or answered strangely.
    """
    try:
        # https://desk.zoho.com/DeskAPIDocument#Tickets#Tickets_Getaticket
        row = client.call(DESK, "GET", f"tickets/{ticket_id}", params=WITH_NAMES)
    except Rejected as error:
        if error.status != 404:
            raise
        row = {}
    # A ticket in the bin may be answered with nothing, too.
    if not row:
        raise Rejected(GONE, fields=[NOT_THERE])
    return row


def is_gone(error: ZohoError) -> bool:
    """Tell whether a read said that the ticket is not there."""
    return error.code == GONE


@contextmanager
def about(
    client: ZohoClient, ticket_id: str, gone: Rejected | None = None
) -> Iterator[None]:
    """Make calls about a ticket; that it is gone is said only when a read says so.

    Raises:
        Rejected: it is gone; that is `gone`, if given.
    """
    try:
        yield
    except Rejected as error:
        if error.status == 404 and _is_missing(client, ticket_id):
            raise gone or Rejected(GONE, fields=[NOT_THERE]) from error
        raise


def _is_missing(client: ZohoClient, ticket_id: str) -> bool:
    try:
        read_row(client, ticket_id)
    except ZohoError as error:
        return is_gone(error)
    return False


def newest_tickets(client: ZohoClient) -> list[Ticket]:
    """Return the organisation's newest tickets, as many as one call gives.

    Raises:
        ZohoError: Desk could not be asked, or answered strangely.
    """
    # https://desk.zoho.com/DeskAPIDocument#Tickets#Tickets_Listalltickets
    wanted = {"sortBy": "-createdTime", "limit": str(NEWEST), "include": "contacts"}
    return tickets_of(client, client.call(DESK, "GET", "tickets", params=wanted))


def tickets_of(client: ZohoClient, reply: Mapping[str, Any]) -> list[Ticket]:
    """Return the tickets of a list that Desk answered with.

    Raises:
        UnexpectedReply: it is no list of tickets.
    """
    found = [ticket_of(client, row) for row in rows_of(reply, "no_tickets")]
    if reply.get("data") and not found:
        raise UnexpectedReply("no_tickets")
    return found


def target_of(ticket_id: str) -> str:
    """Return what all that changes a ticket names it by."""
    return f"desk:ticket:{ticket_id}"


def conversation(client: ZohoClient, ticket_id: str) -> list[Said]:
    """Return what was said about a ticket, newest first.

    Raises:
        ZohoError: Desk could not be asked, or answered strangely.
    """
    # https://desk.zoho.com/DeskAPIDocument#Threads#Threads_Listallconversations
    reply = client.call(
        DESK, "GET", f"tickets/{ticket_id}/conversations", params={"limit": str(SAID)}
    )
    return [_said(row) for row in rows_of(reply, "no_conversation")[:SAID]]


def rows_of(reply: Mapping[str, Any], code: str) -> list[dict[str, Any]]:
    """Return the rows of a list, with their ids as text; an odd row harms no other.

    Raises:
        UnexpectedReply: it is no list, or holds something else.
    """
    rows = reply.get("data", [])
    objects = shapes.rows(rows, MOST_ROWS)
    if rows != [] and not objects:
        raise UnexpectedReply(code)
    return [
        row | {"id": row_id}
        for row in objects
        if (row_id := shapes.identifier(row.get("id")))
    ]


def safe_link(client: ZohoClient, url: object) -> str:
    """Return Desk's link to a ticket if it leads to the connection's own Desk."""
    return shapes.address(url, [client.data_center.hosts["desk"]])


def ticket_of(client: ZohoClient, row: Mapping[str, Any]) -> Ticket:
    """Return a ticket as Desk describes it.

    Raises:
        UnexpectedReply: Desk describes something else.
    """
    ticket_id = shapes.identifier(row.get("id"))
    if not ticket_id:
        raise UnexpectedReply("no_ticket")
    return Ticket(
        id=ticket_id,
        number=shapes.text(row.get("ticketNumber"), LONGEST_NUMBER),
        subject=shapes.text(row.get("subject"), LONGEST_SUBJECT),
        status=shapes.text(row.get("status")),
        is_closed=row.get("statusType") == "Closed",
        made_at=shapes.moment(row.get("createdTime")),
        url=safe_link(client, row.get("webUrl")),
        contact=_name(row.get("contact")),
        department=_name(row.get("department")),
        department_id=shapes.identifier(row.get("departmentId")),
        text=to_text(shapes.text(row.get("description"), shapes.LONGEST_TEXT)),
        stamp=shapes.text(row.get("modifiedTime"), shapes.LONGEST_NAME),
    )


def _said(row: Mapping[str, Any]) -> Said:
    author = row.get("commenter") or row.get("author") or row.get("from") or {}
    content = row.get("content") or row.get("summary")
    text = shapes.text(content, LONGEST_SAID)
    is_plain = row.get("contentType") == "plainText"
    return Said(
        kind=shapes.text(row.get("type")),
        author=_name(author) or shapes.text(author),
        text=text if is_plain else to_text(text),
        at=shapes.moment(row.get("commentedTime") or row.get("createdTime")),
        is_public=shapes.flag(row.get("isPublic"), otherwise=True),
    )


def _name(who: object) -> str:
    found = shapes.mapping(who)
    names = [shapes.text(found.get(key)) for key in ("firstName", "lastName")]
    return shapes.text(found.get("name")) or " ".join(filter(None, names))
