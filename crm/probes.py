"""What the doctor asks Zoho CRM."""

from connections.probes import Finding, Probe, account_of, daily_credits
from connections.zoho.client import ZohoClient
from connections.zoho.errors import UnexpectedReply

# https://www.zoho.com/crm/developer/docs/api/v8/api-limits.html; more with more users.
DAILY_CREDITS = {
    "free": 5_000,
    "starter": 50_000,
    "standard": 50_000,
    "professional": 50_000,
    "enterprise": 50_000,
    "ultimate": 50_000,
}


def _organisation(client: ZohoClient) -> Finding:
    # https://www.zoho.com/crm/developer/docs/api/v8/get-org-data.html
    reply = client.crm("GET", "org")
    try:
        found = reply["org"][0]
        account = account_of(found["zgid"], found["company_name"])
        edition = str((found.get("license_details") or {}).get("paid_type", ""))
    except (AttributeError, KeyError, IndexError, TypeError):
        raise UnexpectedReply("no_organisation") from None
    return Finding(f"{account.name}{daily_credits(edition, DAILY_CREDITS)}", account)


def _contacts(client: ZohoClient) -> Finding:
    # https://www.zoho.com/crm/developer/docs/api/v8/get-records.html
    client.crm("GET", "Contacts", params={"fields": "Last_Name", "per_page": "1"})
    return Finding("can be read")


ORGANISATION = Probe("crm_organisation", "CRM organisation", "crm", _organisation)
CONTACTS = Probe("crm_contacts", "CRM contacts", "crm", _contacts)
