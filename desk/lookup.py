"""Finding a ticket whose answer was lost: by its reference, among the newest ones."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.utils.dateparse import parse_datetime

from connections.zoho.client import ZohoClient

PAGE = 100
MOST = 10_000
# Zoho's clock and ours may differ.
CLOCKS_APART = timedelta(minutes=15)


def find_ticket(
    client: ZohoClient,
    *,
    department: str,
    subject: str,
    reference: str,
    since: datetime,
) -> dict[str, Any] | None:
    """Return the ticket that carries the reference, or None.

    Lists the department's newest tickets instead of searching: the index lags behind.

    Raises:
        ZohoError: Desk could not be asked.
    """
    # https://desk.zoho.com/DeskAPIDocument#Tickets#Tickets_Listalltickets
    rows = newest(client, "tickets", "createdTime", since, departmentId=department)
    for ticket in rows:
        if ticket.get("subject") != subject:
            continue
        # https://desk.zoho.com/DeskAPIDocument#Tickets#Tickets_Getaticket
        whole = client.desk("GET", f"tickets/{ticket['id']}")
        if reference in str(whole.get("description")):
            return whole
    return None


def newest(
    client: ZohoClient, path: str, time_name: str, since: datetime, **more: str
) -> Iterator[dict[str, Any]]:
    """Yield the rows of a list that were made since then, newest first.

    Raises:
        ZohoError: Desk could not be asked.
    """
    for row in every(client, path, sortBy=f"-{time_name}", **more):
        made_at = parse_datetime(str(row.get(time_name, "")))
        if made_at and made_at < since - CLOCKS_APART:
            return
        yield row


def every(client: ZohoClient, path: str, **params: str) -> Iterator[dict[str, Any]]:
    """Yield the rows of a list, page by page, up to a number nobody has.

    Raises:
        ZohoError: Desk could not be asked.
    """
    for start in range(0, MOST, PAGE):
        page = {**params, "from": str(start), "limit": str(PAGE)}
        rows = client.desk("GET", path, params=page).get("data", [])
        yield from rows
        if len(rows) < PAGE:
            return
