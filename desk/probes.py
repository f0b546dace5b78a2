"""What the doctor asks Zoho Desk."""

from connections.checks import Account, Finding, Probe
from connections.zoho.client import ZohoClient
from connections.zoho.errors import UnexpectedReply
from desk.departments import read_departments


def _organisation(client: ZohoClient) -> Finding:
    # Works without orgId: https://desk.zoho.com/DeskAPIDocument#Organizations
    reply = client.desk("GET", "organizations")
    try:
        found = tuple(
            Account(str(row["id"]), str(row["companyName"])) for row in reply["data"]
        )
    except (KeyError, TypeError):
        raise UnexpectedReply("no_organisation") from None
    if not found:
        raise UnexpectedReply("no_organisation")
    chosen = client.organisations.get("desk")
    account = next((row for row in found if row.external_id == chosen), None)
    if account is None and len(found) == 1:
        account = found[0]
    if account is None:
        return Finding("There are several. Choose one below.", choices=found)
    return Finding(account.name, account)


def _departments(client: ZohoClient) -> Finding:
    if "desk" not in client.organisations:
        return Finding("shown when the organisation is chosen")
    names = [department.name for department in read_departments(client)]
    return Finding(", ".join(names) or "none that this Zoho user can see")


ORGANISATION = Probe("desk_organisation", "Desk organisation", "desk", _organisation)
DEPARTMENTS = Probe("desk_departments", "Desk departments", "desk", _departments)
