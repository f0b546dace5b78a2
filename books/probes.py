"""What the doctor asks Zoho Books."""

from books.zoho.contacts import search
from books.zoho.envelope import BOOKS, ORGANISATIONS
from connections.health.probes import Finding, Probe, account_of, daily_credits
from connections.zoho import shapes
from connections.zoho.client import ZohoClient
from connections.zoho.errors import PermissionMissing, UnexpectedReply

# Calls a day; paid plans above these have 10,000.
# https://www.zoho.com/books/api/v3/introduction/#api-call-limit
DAILY = {"free": 1_000, "standard": 2_500, "professional": 5_000}
CLOSED = "6041"


def _organisation(client: ZohoClient) -> Finding:
    # Works without organization_id.
    # https://www.zoho.com/books/api/v3/organizations/#list-organizations
    rows = shapes.rows(ORGANISATIONS.read(client, "organizations").get("organizations"))
    plans = {
        account_of(row.get("organization_id"), row.get("name")): shapes.text(
            row.get("plan_name")
        )
        for row in rows
        if shapes.flag(
            shapes.mapping(row.get("org_settings")).get("is_org_active"), otherwise=True
        )
    }
    chosen = client.organisations.get(BOOKS.product)
    account = next((each for each in plans if each.external_id == chosen), None)
    if rows and chosen and account is None:
        # Closed, or somebody else signed in.
        raise PermissionMissing(CLOSED)
    if not plans:
        raise UnexpectedReply("no_organisation")
    if account is None and len(plans) == 1:
        account = next(iter(plans))
    if account is None:
        return Finding("There are several. Choose one below.", choices=tuple(plans))
    limit = daily_credits(plans[account], DAILY)
    return Finding(f"{account.name}{limit}", account)


def _contacts(client: ZohoClient) -> Finding:
    if BOOKS.product not in client.organisations:
        return Finding("shown when the organisation is chosen")
    count = len(search(client, ""))
    return Finding("can be read" if count else "can be read: there are none yet")


ORGANISATION = Probe("books_organisation", "Books organisation", _organisation)
CONTACTS = Probe("books_contacts", "Books customers", _contacts)
