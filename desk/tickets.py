"""Tickets as Desk has them, and what was said about each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.utils.dateparse import parse_datetime

from connections.zoho.client import ZohoClient
from connections.zoho.errors import UnexpectedReply
from desk.texts import to_text

NEWEST = 100
SAID = 50


@dataclass(frozen=True)
class Ticket:
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


@dataclass(frozen=True)
class Said:
    """One entry of a conversation: a comment, or a message in or out."""

    kind: str
    author: str
    text: str
    at: datetime | None
    is_public: bool


def read_ticket(client: ZohoClient, ticket_id: str) -> Ticket:
    """Return one ticket.

    Raises:
        ZohoError: Desk does not have it, could not be asked, or answered strangely.
    """
    # https://desk.zoho.com/DeskAPIDocument#Tickets#Tickets_Getaticket
    wanted = {"include": "contacts,departments"}
    return _ticket(client, client.desk("GET", f"tickets/{ticket_id}", params=wanted))


def newest_tickets(client: ZohoClient) -> list[Ticket]:
    """Return the organisation's newest tickets, as many as one call gives.

    Raises:
        ZohoError: Desk could not be asked, or answered strangely.
    """
    # https://desk.zoho.com/DeskAPIDocument#Tickets#Tickets_Listalltickets
    wanted = {"sortBy": "-createdTime", "limit": str(NEWEST), "include": "contacts"}
    return tickets_of(client, client.desk("GET", "tickets", params=wanted))


def tickets_of(client: ZohoClient, reply: Mapping[str, Any]) -> list[Ticket]:
    """Return the tickets of a list that Desk answered with."""
    return [_ticket(client, row) for row in rows_of(reply, "no_tickets")]


def conversation(client: ZohoClient, ticket_id: str) -> list[Said]:
    """Return what was said about a ticket, newest first.

    Raises:
        ZohoError: Desk could not be asked, or answered strangely.
    """
    # https://desk.zoho.com/DeskAPIDocument#Threads#Threads_Listallconversations
    reply = client.desk(
        "GET", f"tickets/{ticket_id}/conversations", params={"limit": str(SAID)}
    )
    return [_said(row) for row in rows_of(reply, "no_conversation")]


def rows_of(reply: Mapping[str, Any], code: str) -> list[dict[str, Any]]:
    """Return the rows of a list.

    Raises:
        UnexpectedReply: it is no list, or holds something else.
    """
    rows = reply.get("data", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise UnexpectedReply(code)
    return rows


def safe_link(client: ZohoClient, url: object) -> str:
    """Return Desk's link to a ticket if it is one that people may follow."""
    link = str(url or "")
    own = urlsplit(client.data_center.desk)
    parts = urlsplit(link)
    is_own = (parts.scheme, parts.netloc) == (own.scheme, own.netloc)
    return link if is_own or parts.scheme == "https" else ""


def _ticket(client: ZohoClient, row: Mapping[str, Any]) -> Ticket:
    if not str(row.get("id") or "").isdecimal():
        raise UnexpectedReply("no_ticket")
    return Ticket(
        id=str(row["id"]),
        number=str(row.get("ticketNumber") or ""),
        subject=str(row.get("subject") or ""),
        status=str(row.get("status") or ""),
        is_closed=row.get("statusType") == "Closed",
        made_at=moment(row.get("createdTime")),
        url=safe_link(client, row.get("webUrl")),
        contact=_name(row.get("contact")),
        department=_name(row.get("department")),
        department_id=str(row.get("departmentId") or ""),
        text=to_text(str(row.get("description") or "")),
    )


def _said(row: Mapping[str, Any]) -> Said:
    author = row.get("commenter") or row.get("author") or row.get("from") or {}
    text = str(row.get("content") or row.get("summary") or "")
    is_plain = row.get("contentType") == "plainText"
    return Said(
        kind=str(row.get("type") or ""),
        author=_name(author) if isinstance(author, dict) else str(author),
        text=text if is_plain else to_text(text),
        at=moment(row.get("commentedTime") or row.get("createdTime")),
        is_public=bool(row.get("isPublic", True)),
    )


def _name(who: object) -> str:
    if not isinstance(who, dict):
        return ""
    names = [who.get("firstName"), who.get("lastName")]
    return str(who.get("name") or " ".join(str(name) for name in names if name))


def moment(text: object) -> datetime | None:
    """Return a time as Desk writes it; None for anything else."""
    try:
        return parse_datetime(str(text or ""))
    except ValueError:
        return None
