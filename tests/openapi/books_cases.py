"""Requests to the sandbox's Books whose answers Zoho's files describe."""

import json
from typing import Any

from tests.openapi.case import Case
from tests.sandbox.books_client import DOE, JANE, KEY, Books
from tests.sandbox.client import Reply
from tests.zoho import SandboxZoho

CONTACTS = "books-v3/contacts.yml GET /contacts"
CONTACT = f"{CONTACTS}/{{contact_id}}"
PERSONS = "books-v3/contact-persons.yml GET /contacts/{contact_id}/contactpersons"
PERSON = "books-v3/contact-persons.yml PUT /contacts/contactpersons/{contact_person_id}"
INVOICES = "books-v3/invoices.yml GET /invoices"

FULL = DOE | {
    "contact_name": "Roe Ltd",
    "billing_address": {"city": "London"},
    "contact_persons": [JANE],
    "custom_fields": [{"api_name": KEY, "value": "ZP-1"}],
}
UPSERT = {
    "X-Unique-Identifier-Key": KEY,
    "X-Unique-Identifier-Value": "ZP-1",
    "X-Upsert": "true",
}
BO: dict[str, Any] = {"contact_id": "{contact}", "first_name": "Bo"}
CASES = [
    Case("books-v3/organizations.yml GET /organizations", 200, "organizations"),
    Case("books-v3/currency.yml GET /settings/currencies", 200, "settings/currencies"),
    Case(CONTACTS, 200, "contacts"),
    Case(CONTACT, 200, "contacts/{contact}"),
    Case(CONTACTS.replace("GET", "POST"), 201, "contacts", FULL),
    Case(CONTACTS.replace("GET", "PUT"), 200, "contacts", FULL, headers=UPSERT),
    Case(CONTACT.replace("GET", "PUT"), 200, "contacts/{contact}", DOE),
    Case(
        f"{CONTACT.replace('GET', 'POST')}/inactive", 200, "contacts/{contact}/inactive"
    ),
    Case(f"{CONTACT.replace('GET', 'POST')}/active", 200, "contacts/{contact}/active"),
    Case(PERSONS, 200, "contacts/{contact}/contactpersons"),
    Case(
        f"{PERSONS}/{{contact_person_id}}",
        200,
        "contacts/{contact}/contactpersons/{person}",
    ),
    Case(
        "books-v3/contact-persons.yml POST /contacts/contactpersons",
        201,
        "contacts/contactpersons",
        BO,
    ),
    Case(PERSON, 200, "contacts/contactpersons/{person}", BO),
    Case(
        f"{PERSON.replace('PUT', 'POST')}/primary",
        200,
        "contacts/contactpersons/{person}/primary",
    ),
    Case(INVOICES, 200, "invoices"),
    Case(f"{INVOICES}/{{invoice_id}}", 200, "invoices/{invoice}"),
    Case(PERSON.replace("PUT", "DELETE"), 200, "contacts/contactpersons/{person}"),
    Case(CONTACT.replace("GET", "DELETE"), 200, "contacts/{contact}"),
]


class BooksAsker:
    """Sends the cases to one sandbox; {contact} and the like are filled in."""

    def __init__(self, zoho: SandboxZoho) -> None:
        self._books = Books(zoho)
        there = zoho.books()
        contact = there["contacts"][0]
        self._names = {
            "{contact}": contact["id"],
            "{person}": there["persons"][0]["id"],
            "{invoice}": there["invoices"][0]["id"],
        }

    def ask(self, case: Case) -> Reply:
        path = self._books.path(self._filled(case.path))
        body = None if case.body is None else self._filled(json.dumps(case.body))
        return self._books.client.send(case.method, path, body, **case.headers)

    def _filled(self, text: str) -> str:
        for name, value in self._names.items():
            text = text.replace(name, value)
        return text
