"""What the doctor asks Zoho Desk."""

from connections.probes import Finding, Probe, account_of, daily_credits
from connections.zoho.client import ZohoClient
from connections.zoho.errors import UnexpectedReply
from desk.departments import read_departments

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
    reply = client.desk("GET", "organizations")
    try:
        found = tuple(
            account_of(row["id"], row["companyName"]) for row in reply["data"]
        )
        editions = {str(row["id"]): str(row.get("edition")) for row in reply["data"]}
    except (AttributeError, KeyError, TypeError):
        raise UnexpectedReply("no_organisation") from None
    if not found:
        raise UnexpectedReply("no_organisation")
    chosen = client.organisations.get("desk")
    account = next((row for row in found if row.external_id == chosen), None)
    if account is None and len(found) == 1:
        account = found[0]
    if account is None:
        return Finding("There are several. Choose one below.", choices=found)
    limit = daily_credits(editions[account.external_id], DAILY_CREDITS)
    return Finding(f"{account.name}{limit}", account)


def _departments(client: ZohoClient) -> Finding:
    if "desk" not in client.organisations:
        return Finding("shown when the organisation is chosen")
    names = [department.name for department in read_departments(client)]
    return Finding(", ".join(names) or "none that this Zoho user can see")


ORGANISATION = Probe("desk_organisation", "Desk organisation", "desk", _organisation)
DEPARTMENTS = Probe("desk_departments", "Desk departments", "desk", _departments)
