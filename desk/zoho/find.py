"""Finding what may be in Desk although no answer came: in lists, not by searching."""

from collections.abc import Collection, Iterator
from datetime import datetime
from html import unescape
from typing import Any

from connections.zoho import shapes
from connections.zoho.client import ZohoClient
from connections.zoho.errors import UnexpectedReply
from desk.envelope import DESK
from desk.zoho.tickets import rows_of
from zohoportal.outbox.delivering.reconciling import Fit, chosen, is_old

PAGE = 100
MOST = 10_000
LONGEST = 2_000


def find_ticket(
    client: ZohoClient,
    kinds: Collection[str],
    *,
    subject: str,
    reference: str,
    since: datetime,
) -> dict[str, Any] | None:
    """Return the ticket that carries the reference, or None.

    Lists the newest tickets instead of searching: the index lags behind. Of all
    departments: a rule of Desk's may have moved it.

    Raises:
        ZohoError: Desk could not be asked, or it cannot be told.
    """
    carrying = {}
    # https://desk.zoho.com/DeskAPIDocument#Tickets#Tickets_Listalltickets
    for ticket in newest(client, "tickets", "createdTime", since):
        if not is_alike(shapes.text(ticket.get("subject"), LONGEST), subject):
            continue
        # https://desk.zoho.com/DeskAPIDocument#Tickets#Tickets_Getaticket
        whole = client.call(DESK, "GET", f"tickets/{ticket['id']}")
        if reference in shapes.text(whole.get("description"), shapes.LONGEST_TEXT):
            carrying[ticket["id"]] = whole | {"id": ticket["id"]}
    fits = [
        Fit(ticket_id, shapes.moment(whole.get("createdTime")))
        for ticket_id, whole in carrying.items()
    ]
    return carrying.get(chosen(client, kinds, since, fits))


def is_alike(one: str, other: str) -> bool:
    """Tell whether two texts differ in blanks, signs and capitals at most."""
    return _bare(one) == _bare(other)


def _bare(text: str) -> str:
    """Return what Desk keeps of a text, however it tidies it up."""
    text = unescape(text).casefold()
    return "".join(filter(str.isalnum, text)) or "".join(text.split())


def newest(
    client: ZohoClient, path: str, time_name: str, since: datetime
) -> Iterator[dict[str, Any]]:
    """Yield the rows of a list that were made since then, newest first.

    Raises:
        ZohoError: Desk could not be asked.
    """
    for row in every(client, path, sortBy=f"-{time_name}"):
        if is_old(client, shapes.moment(row.get(time_name)), since):
            return
        yield row


def every(client: ZohoClient, path: str, **params: str) -> Iterator[dict[str, Any]]:
    """Yield the rows of a list, page by page, up to a number nobody has.

    Raises:
        ZohoError: Desk could not be asked.
    """
    for start in range(0, MOST, PAGE):
        page = {**params, "from": str(start), "limit": str(PAGE)}
        reply = client.call(DESK, "GET", path, params=page)
        rows = rows_of(reply, "no_list")
        if len(rows) != len(reply.get("data", [])):
            # What is looked for may be the row that cannot be read.
            raise UnexpectedReply("no_list")
        yield from rows
        if len(rows) < PAGE:
            return
