"""What the doctor asks Zoho Desk."""

from connections.health.probes import Finding, Probe, account_of, daily_credits
from connections.zoho import shapes
from connections.zoho.client import ZohoClient
from connections.zoho.errors import UnexpectedReply
from desk.envelope import DESK
from desk.zoho.departments import read_departments
from desk.zoho.tickets import rows_of

# https://desk.zoho.com/DeskAPIDocument#APIlimits; more with more users.
DAILY_CREDITS = {
    "free": 5_000,
    "express": 25_000,
    "standard": 50_000,
    "professional": 75_000,
    "enterprise": 100_000,
}


def _organisation(client: ZohoClient) -> Finding:
    # Works without orgId: https://desk.zoho.com/DeskAPIDocument#Organizations
    reply = client.call(DESK, "GET", "organizations")
    editions = {
        account_of(row["id"], name): shapes.text(row.get("edition"))
        for row in rows_of(reply, "no_organisation")
        if (name := row.get("companyName") or row.get("portalName"))
    }
    if not editions:
        raise UnexpectedReply("no_organisation")
    found = tuple(editions)
    chosen = client.organisations.get("desk")
    account = next((row for row in found if row.external_id == chosen), None)
    if account is None and len(found) == 1:
        account = found[0]
    if account is None:
        return Finding("There are several. Choose one below.", choices=found)
    limit = daily_credits(editions[account], DAILY_CREDITS)
    return Finding(f"{account.name}{limit}", account)


def _departments(client: ZohoClient) -> Finding:
    if "desk" not in client.organisations:
        return Finding("shown when the organisation is chosen")
    names = [department.name for department in read_departments(client)]
    return Finding(", ".join(names) or "none that this Zoho user can see")


ORGANISATION = Probe("desk_organisation", "Desk organisation", _organisation)
DEPARTMENTS = Probe("desk_departments", "Desk departments", _departments)
