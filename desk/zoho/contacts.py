"""The people whom Desk knows, and what they have asked already."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime

from connections.zoho import shapes
from connections.zoho.client import ZohoClient
from connections.zoho.errors import Rejected
from desk.envelope import DESK
from desk.zoho.person_words import person_in
from desk.zoho.tickets import Ticket, rows_of, tickets_of

MOST = 8
# Looked through for somebody who is there already.
MOST_ALIKE = 50
# So many last digits tell numbers apart, however their beginnings are written.
SAME_DIGITS = 8
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
    mobile: str = ""
    made_at: datetime | None = None
    is_dated: bool = False

    @property
    def details(self) -> str:
        """Return what tells two people of one name apart."""
        own = [self.email, self.phone or self.mobile, self.account]
        if self.is_dated and self.made_at:
            day = date_format(localtime(self.made_at), "j F Y, H:i")
            own.append(f"added on {day}")
        return " · ".join(filter(None, own))

    def has_number(self, number: str) -> bool:
        """Tell whether a phone number is theirs, with or without its prefixes."""
        wanted = _digits(number)
        own = {_digits(each) for each in (self.phone, self.mobile)}
        return len(wanted) >= 5 and wanted in own

    def is_called(self, first_name: str, last_name: str) -> bool:
        """Tell whether this is their name, as far as it was given."""
        name = f" {self.name.casefold()}"
        wanted = f" {first_name} {last_name}".replace("  ", " ").casefold()
        return name == wanted if first_name else name.endswith(wanted)

    def is_like(self, person: Mapping[str, str], since: datetime) -> bool:
        """Tell whether this is a person, by Desk's names of what is known of them.

        Without an address it has to have been made `since` then, of the same values.
        """
        if email := person.get("email"):
            return self.email.lower() == email.lower()
        names = [person.get("firstName"), person.get("lastName")]
        name = " ".join(filter(None, names))
        is_same = (self.name, self.phone) == (name, person.get("phone", ""))
        return is_same and self.made_at is not None and self.made_at >= since


def search(client: ZohoClient, words: str) -> list[Contact]:
    """Return contacts by the beginnings of words in name, e-mail address or phone.

    What was pasted with more around it is searched for by its address or its number.

    Raises:
        ZohoError: Desk could not be asked, or answered strangely.
    """
    person = person_in(words)
    wanted = person.get("email") or person.get("phone") or words
    return _search(client, wanted, MOST)


def by_email(client: ZohoClient, email: str) -> list[Contact]:
    """Return the contacts with exactly this address: families and firms share one.

    Raises:
        ZohoError: Desk could not be asked, or answered strangely.
    """
    # https://desk.zoho.com/DeskAPIDocument#Search#Search_SearchContacts
    wanted = {"email": email, "limit": str(MOST_ALIKE)}
    try:
        found = _contacts(client.call(DESK, "GET", "contacts/search", params=wanted))
    except Rejected as error:
        if error.status != 422:
            raise
        # Zoho's description of the search does not name this parameter.
        found = _search(client, email, MOST_ALIKE)
    return [each for each in found if each.email.lower() == email.lower()]


def known(
    client: ZohoClient, *, email: str, last_name: str, first_name: str, phone: str
) -> list[Contact]:
    """Return whom Desk may know already: by the address, else by number and name.

    Raises:
        ZohoError: Desk could not be asked, or answered strangely.
    """
    if email:
        return by_email(client, email)
    found = _search(client, phone, MOST_ALIKE)
    same = [each for each in found if each.has_number(phone)]
    found = _search(client, f"{first_name} {last_name}", MOST_ALIKE)
    same += [each for each in found if each.is_called(first_name, last_name)]
    return list(dict.fromkeys(same))[:MOST]


def newest_like(
    client: ZohoClient, person: Mapping[str, str], since: datetime
) -> Contact | None:
    """Return the same person among the newest contacts.

    The list knows at once what the search learns of a while later.

    Raises:
        ZohoError: Desk could not be asked, or answered strangely.
    """
    # https://desk.zoho.com/DeskAPIDocument#Contacts#Contacts_Listcontacts
    params = {"sortBy": "-createdTime", "limit": "50"}
    found = _contacts(client.call(DESK, "GET", "contacts", params=params))
    return next((each for each in found if each.is_like(person, since)), None)


def _search(client: ZohoClient, words: str, most: int) -> list[Contact]:
    # A star of their own would look for anything.
    wanted = " ".join(f"{word}*" for word in words.replace("*", " ").split())
    if not wanted:
        return []
    # https://desk.zoho.com/DeskAPIDocument#Search#Search_SearchContacts
    params = {"_all": wanted, "limit": str(most)}
    return _contacts(client.call(DESK, "GET", "contacts/search", params=params))


def read(client: ZohoClient, contact_id: str) -> Contact:
    """Return one contact.

    Raises:
        ZohoError: Desk does not have it, could not be asked, or answered strangely.
    """
    # https://desk.zoho.com/DeskAPIDocument#Contacts#Contacts_Getcontact
    return _contact(client.call(DESK, "GET", f"contacts/{contact_id}"))


def is_gone(client: ZohoClient, contact_id: str) -> bool:
    """Tell whether Desk lacks a contact.

    Raises:
        ZohoError: Desk could not be asked.
    """
    try:
        return not read(client, contact_id).id
    except Rejected as error:
        return error.status == 404


def open_tickets(
    client: ZohoClient, contact_id: str, may_see: Callable[[Ticket], bool]
) -> list[Ticket]:
    """Return a contact's newest tickets that are not closed, as far as one may see.

    Raises:
        ZohoError: Desk could not be asked, or answered strangely.
    """
    # https://desk.zoho.com/DeskAPIDocument#Tickets#Tickets_Listticketsbycontact
    reply = client.call(
        DESK,
        "GET",
        f"contacts/{contact_id}/tickets",
        params={"sortBy": "-createdTime", "limit": str(LOOKED_THROUGH)},
    )
    found = tickets_of(client, reply)
    is_open = (each for each in found if not each.is_closed)
    return list(islice(filter(may_see, is_open), MOST_OPEN))


def _contacts(reply: Mapping[str, Any]) -> list[Contact]:
    found = [_contact(row) for row in rows_of(reply, "no_contacts")]
    looks = Counter((each.name, each.details) for each in found)
    return [
        replace(each, is_dated=looks[each.name, each.details] > 1) for each in found
    ]


def _contact(row: Mapping[str, Any]) -> Contact:
    names = [shapes.text(row.get(key)) for key in ("firstName", "lastName")]
    email = shapes.text(row.get("email"))
    return Contact(
        id=shapes.identifier(row.get("id")),
        name=" ".join(filter(None, names)) or email,
        email=email,
        phone=shapes.text(row.get("phone")),
        account=shapes.text(shapes.mapping(row.get("account")).get("accountName")),
        mobile=shapes.text(row.get("mobile")),
        made_at=shapes.moment(row.get("createdTime")),
    )


def _digits(number: str) -> str:
    return "".join(sign for sign in number if sign.isdecimal())[-SAME_DIGITS:]
