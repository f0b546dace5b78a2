"""Whether a custom field can hold our reference, so that Books makes things once."""

from books.zoho.contacts import is_gone
from books.zoho.envelope import CONTACTS
from connections.zoho.client import ZohoClient
from connections.zoho.errors import Rejected

# Nobody has it: references have an ending of their own for each delivery.
NOBODYS = "ZP-TEST"


def can_hold(client: ZohoClient, api_name: str) -> bool:
    """Tell whether Books finds customers by this field; nothing is written.

    Asked to change whoever has a value that nobody has, Books says that there is no
    such one where it knows the field, and that the field is wrong where not.

    Raises:
        ZohoError: Books could not be asked.
    """
    headers = {
        "X-Unique-Identifier-Key": api_name,
        "X-Unique-Identifier-Value": NOBODYS,
    }
    body = {"contact_name": NOBODYS, "contact_type": "customer"}
    try:
        # https://www.zoho.com/books/api/v3/contacts/#update-a-contact-using-a-custom-fields-unique-value
        CONTACTS.write(
            client, "PUT", "contacts", body, repeatable=True, headers=headers
        )
    except Rejected as error:
        return is_gone(error)
    return False
