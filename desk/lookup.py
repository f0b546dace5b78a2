"""Finding a ticket whose answer was lost: by its reference, among the newest ones."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.utils.dateparse import parse_datetime

from connections.zoho.client import ZohoClient

PAGE = 100
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
    for ticket in _newest(client, department, since - CLOCKS_APART):
        if ticket.get("subject") != subject:
            continue
        # https://desk.zoho.com/DeskAPIDocument#Tickets#Tickets_Getaticket
        whole = client.desk("GET", f"tickets/{ticket['id']}")
        if reference in str(whole.get("description")):
            return whole
    return None


def _newest(
    client: ZohoClient, department: str, since: datetime
) -> Iterator[dict[str, Any]]:
    start = 0
    while True:
        # https://desk.zoho.com/DeskAPIDocument#Tickets#Tickets_Listalltickets
        params = {
            "departmentId": department,
            "sortBy": "-createdTime",
            "from": str(start),
            "limit": str(PAGE),
        }
        tickets = client.desk("GET", "tickets", params=params).get("data", [])
        for ticket in tickets:
            made_at = parse_datetime(str(ticket.get("createdTime", "")))
            if made_at and made_at < since:
                return
            yield ticket
        if len(tickets) < PAGE:
            return
        start += PAGE
