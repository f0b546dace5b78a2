"""What the doctor asks Zoho CRM."""

from connections.health.probes import Finding, Probe, account_of, daily_credits
from connections.zoho import shapes
from connections.zoho.client import ZohoClient
from crm.envelope import CRM

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
    reply = client.call(CRM, "GET", "org")
    found = next(iter(shapes.rows(reply.get("org"))), {})
    account = account_of(found.get("zgid"), found.get("company_name"))
    licence = shapes.mapping(found.get("license_details"))
    edition = shapes.text(licence.get("paid_type"), shapes.LONGEST_NAME)
    return Finding(f"{account.name}{daily_credits(edition, DAILY_CREDITS)}", account)


def _contacts(client: ZohoClient) -> Finding:
    # https://www.zoho.com/crm/developer/docs/api/v8/get-records.html
    client.call(CRM, "GET", "Contacts", params={"fields": "Last_Name", "per_page": "1"})
    return Finding("can be read")


ORGANISATION = Probe("crm_organisation", "CRM organisation", _organisation)
CONTACTS = Probe("crm_contacts", "CRM contacts", _contacts)
