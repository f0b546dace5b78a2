"""What the doctor asks Zoho CRM."""

from connections.checks import Account, Finding, Probe
from connections.zoho.client import ZohoClient
from connections.zoho.errors import UnexpectedReply


def _organisation(client: ZohoClient) -> Finding:
    # https://www.zoho.com/crm/developer/docs/api/v8/get-org-data.html
    reply = client.crm("GET", "org")
    try:
        found = reply["org"][0]
        account = Account(str(found["zgid"]), str(found["company_name"]))
    except (KeyError, IndexError, TypeError):
        raise UnexpectedReply("no_organisation") from None
    return Finding(account.name, account)


def _contacts(client: ZohoClient) -> Finding:
    # https://www.zoho.com/crm/developer/docs/api/v8/get-records.html
    client.crm("GET", "Contacts", params={"fields": "Last_Name", "per_page": "1"})
    return Finding("can be read")


ORGANISATION = Probe("crm_organisation", "CRM organisation", "crm", _organisation)
CONTACTS = Probe("crm_contacts", "CRM contacts", "crm", _contacts)
