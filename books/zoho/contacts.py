"""Finding and reading the customers and vendors of Books."""

from books.zoho.envelope import CONTACTS, one_of
from books.zoho.records import Contact, contact_of
from connections.zoho import shapes
from connections.zoho.client import ZohoClient
from connections.zoho.errors import Rejected, UnexpectedReply

MOST = 25
# More of one name or address there are not, but for rows of tests.
MOST_SAME = 200
LONGEST = 100


def search(client: ZohoClient, words: str) -> list[Contact]:
    """Return contacts by words of their names; those changed last without any.

    Raises:
        ZohoError: Books could not be asked, or answered strangely.
    """
    wanted = {"search_text": words[:LONGEST]} if words else {}
    order = {"sort_column": "contact_name" if words else "last_modified_time"}
    return _listed(client, MOST, **wanted, **order)


def same(client: ZohoClient, name: str, emails: list[str]) -> list[Contact]:
    """Return the contacts of this name, and those with one of these addresses.

    Books finds addresses of primary contact persons only.

    Raises:
        ZohoError: Books could not be asked, or answered strangely.
    """
    found = named(client, name)
    for email in emails:
        rows = _listed(client, MOST_SAME, email=email)
        found += [row for row in rows if row.email.casefold() == email.casefold()]
    return list({each.id: each for each in found}.values())


def named(client: ZohoClient, name: str) -> list[Contact]:
    """Return the contacts of this name, capitals apart. Raises as `same`."""
    # Books takes 100 characters to look for.
    by = "contact_name" if len(name) <= LONGEST else "contact_name_startswith"
    rows = _listed(client, MOST_SAME, **{by: name[:LONGEST]})
    return [row for row in rows if row.name.casefold() == name.casefold()]


def _listed(client: ZohoClient, most: int, **asked: str) -> list[Contact]:
    # https://www.zoho.com/books/api/v3/contacts/#list-contacts
    body = CONTACTS.read(
        client,
        "contacts",
        **asked,
        filter_by="Status.All",
        page="1",
        per_page=str(most),
    )
    given = body.get("contacts")
    rows = shapes.rows(given)
    if not isinstance(given, list) or len(rows) != len(given):
        raise UnexpectedReply("no_list")
    return [
        contact_of(client, row)
        for row in rows
        if shapes.identifier(row.get("contact_id"))
    ]


def read(client: ZohoClient, contact_id: str) -> Contact:
    """Return one contact, whole.

    Raises:
        ZohoError: Books does not have it, could not be asked, or answered strangely.
    """
    # https://www.zoho.com/books/api/v3/contacts/#get-contact
    row = one_of(CONTACTS.read(client, f"contacts/{contact_id}"), "contact")
    if shapes.identifier(row.get("contact_id")) != contact_id:
        raise UnexpectedReply("no_contact")
    return contact_of(client, row)


def is_gone(error: Exception) -> bool:
    """Tell whether a refusal says that the contact, or person, is not there."""
    return isinstance(error, Rejected) and error.code == "1002"
