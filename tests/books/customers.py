"""Customers of the sandbox's Books, and forms about them."""

from typing import Any

from django.test import Client

from connections.models import Connection
from tests.zoho import SandboxZoho

KEYS = ["books.contacts", "books.invoices", "books.deletions"]
ARCHER = "Archer & Sons"
KIM = "kim.sample@example.com"
BASE = "/books/v3/"
CONTACTS = f"{BASE}contacts"
PERSONS = f"{CONTACTS}/contactpersons"
SAMPLE = {
    "contact_type": "customer",
    "contact_name": "Sample Ltd",
    "company_name": "Sample Limited",
    "person1_first_name": "Kim",
    "person1_last_name": "Sample",
    "person1_email": KIM,
}


def address(connection: Connection, page: str = "contacts/new/") -> str:
    return f"/c/{connection.slug}/books/{page}"


def there(zoho: SandboxZoho, name: str = "Sample Ltd") -> list[dict[str, Any]]:
    """Return what Books has by this name."""
    return [each for each in zoho.books()["contacts"] if each["contact_name"] == name]


def people(zoho: SandboxZoho, contact_id: str) -> dict[str, dict[str, Any]]:
    """Return a customer's contact persons by their addresses."""
    found = zoho.books()["persons"]
    return {each["email"]: each for each in found if each["contact_id"] == contact_id}


def add(client: Client, connection: Connection, **typed: str) -> Any:
    """Fill in the form for a new customer and send it; return what follows."""
    return send(client, address(connection), **{**SAMPLE, **typed})


def send(client: Client, page: str, **typed: str) -> Any:
    """Open a form, fill it in and send it; return what follows."""
    return sent(client, client.get(page), **typed)


def sent(client: Client, page: Any, **typed: str) -> Any:
    """Send a form as a browser has it, with what was typed into it."""
    form = page.context["form"]
    has = {each.name: each.value() or "" for each in form}
    brings = {name: page.context.get(name) or "" for name in ("form_key", "as_of")}
    path = page.wsgi_request.path
    return client.post(path, {**has, **brings, **typed}, follow=True)


def again(client: Client, page: Any, **typed: str) -> Any:
    """Send a form that came back once more, with what its page brings along."""
    shown = page.context["preview"]
    seen = {"target": shown.contact.id, "as_of": shown.contact.stamp} if shown else {}
    posted = {**page.wsgi_request.POST.dict(), **seen, **typed}
    return client.post(page.wsgi_request.path, posted, follow=True)


def asked(zoho: SandboxZoho, method: str, path: str) -> list[dict[str, Any]]:
    return [
        entry
        for entry in zoho.journal()
        if entry["method"] == method and entry["path"].startswith(path)
    ]
