"""The people whom Desk knows, and what they have asked already."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connections.zoho.client import ZohoClient
from desk.tickets import Ticket, rows_of, tickets_of

MOST = 8
# Shown as perhaps the same, out of the newest that are looked through.
MOST_OPEN = 5
LOOKED_THROUGH = 25


@dataclass(frozen=True)
class Contact:
    id: str
    name: str
    email: str = ""
    phone: str = ""
    account: str = ""

    @property
    def details(self) -> str:
        """Return what tells two people of one name apart."""
        return " · ".join(filter(None, [self.email, self.phone, self.account]))


def search(client: ZohoClient, words: str) -> list[Contact]:
    """Return contacts by the beginnings of words in name, e-mail address or phone.

    Raises:
        ZohoError: Desk could not be asked, or answered strangely.
    """
    # A star of their own would look for anything.
    wanted = " ".join(f"{word}*" for word in words.replace("*", " ").split())
    if not wanted:
        return []
    # https://desk.zoho.com/DeskAPIDocument#Search#Search_SearchContacts
    params = {"_all": wanted, "limit": str(MOST)}
    return _contacts(client.desk("GET", "contacts/search", params=params))


def by_email(client: ZohoClient, email: str) -> Contact | None:
    """Return the contact with exactly this address.

    Raises:
        ZohoError: Desk could not be asked, or answered strangely.
    """
    # https://desk.zoho.com/DeskAPIDocument#Search#Search_SearchContacts
    reply = client.desk("GET", "contacts/search", params={"email": email})
    return _with_address(_contacts(reply), email)


def newest_by_email(client: ZohoClient, email: str) -> Contact | None:
    """Return the contact with this address among the newest ones.

    The list knows at once what the search learns of a while later.

    Raises:
        ZohoError: Desk could not be asked, or answered strangely.
    """
    # https://desk.zoho.com/DeskAPIDocument#Contacts#Contacts_Listcontacts
    params = {"sortBy": "-createdTime", "limit": "50"}
    return _with_address(
        _contacts(client.desk("GET", "contacts", params=params)), email
    )


def read(client: ZohoClient, contact_id: str) -> Contact:
    """Return one contact.

    Raises:
        ZohoError: Desk does not have it, could not be asked, or answered strangely.
    """
    # https://desk.zoho.com/DeskAPIDocument#Contacts#Contacts_Getcontact
    return _contact(client.desk("GET", f"contacts/{contact_id}"))


def open_tickets(client: ZohoClient, contact_id: str) -> list[Ticket]:
    """Return a contact's newest tickets that are not closed.

    Raises:
        ZohoError: Desk could not be asked, or answered strangely.
    """
    # https://desk.zoho.com/DeskAPIDocument#Tickets#Tickets_Listticketsbycontact
    reply = client.desk(
        "GET",
        f"contacts/{contact_id}/tickets",
        params={"sortBy": "-createdTime", "limit": str(LOOKED_THROUGH)},
    )
    found = tickets_of(client, reply)
    return [each for each in found if not each.is_closed][:MOST_OPEN]


def _with_address(contacts: list[Contact], email: str) -> Contact | None:
    wanted = email.lower()
    found = (each for each in contacts if each.email.lower() == wanted)
    return next(found, None)


def _contacts(reply: Mapping[str, Any]) -> list[Contact]:
    rows = rows_of(reply, "no_contacts")
    return [_contact(row) for row in rows if row.get("id")]


def _contact(row: Mapping[str, Any]) -> Contact:
    account = row.get("account")
    account = account.get("accountName") if isinstance(account, dict) else None
    names = [row.get("firstName"), row.get("lastName")]
    email = str(row.get("email") or "")
    return Contact(
        id=str(row.get("id") or ""),
        name=" ".join(str(name) for name in names if name) or email,
        email=email,
        phone=str(row.get("phone") or row.get("mobile") or ""),
        account=str(account or ""),
    )
