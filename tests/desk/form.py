"""Fill in and send the ticket form, as a browser does."""

from typing import Any

from django.core.cache import cache
from django.test import Client

from connections.models import Connection, Reading
from desk.zoho.departments import departments_of
from tests.zoho import SandboxZoho

TICKETS = "/api/v1/tickets"
SEARCH = "/api/v1/contacts/search"
LAYOUTS = "/api/v1/layouts"
DEPARTMENTS = "/api/v1/departments"

TICKET = {
    "who": "",
    "contact": "",
    "contact_name": "",
    "email": "ada.archer@example.com",
    "last_name": "",
    "first_name": "",
    "phone": "",
    "subject": "The printer jams",
    "description": "",
    "priority": "",
    "channel": "",
    "due_date": "",
    "language": "",
}
NASTY = "<script>alert(1)</script>"


def url(connection: Connection) -> str:
    return f"/c/{connection.slug}/desk/tickets/new/"


def filled(client: Client, connection: Connection, **values: str) -> dict[str, str]:
    """Return what a browser posts: the shown form's key and first department."""
    page = client.get(url(connection))
    choices = page.context["form"].fields["department"].choices
    department = next((str(key) for key, _ in choices if key), "")
    # Its fields came when it was chosen.
    page = client.get(department_url(connection, department))
    chosen = dict.fromkeys(["department", "shown_department"], department)
    return TICKET | {"form_key": page.context["form_key"]} | chosen | values


def department_url(connection: Connection, department: str = "") -> str:
    """Return the address of the form with a department's fields on it."""
    chosen = department or departments_of(connection)[0].id
    return f"{url(connection)}?department={chosen}"


def send(client: Client, connection: Connection, **values: str) -> Any:
    return client.post(url(connection), filled(client, connection, **values))


def sent(zoho: SandboxZoho) -> dict[str, Any]:
    """Return the body of the only ticket that was sent."""
    (entry,) = [
        entry
        for entry in zoho.journal()
        if (entry["method"], entry["path"]) == ("POST", TICKETS)
    ]
    body: dict[str, Any] = entry["body"]
    return body


def created_tickets(zoho: SandboxZoho) -> int:
    return sum(effect.startswith("created ticket") for effect in zoho.effects())


def know_nothing() -> None:
    """Have nothing of what Desk said so far, in this process or any other."""
    cache.clear()
    Reading.objects.all().delete()


def forget(zoho: SandboxZoho) -> None:
    """Let the next look at the set-up of Desk fail, with nothing known."""
    know_nothing()
    zoho.script("GET", DEPARTMENTS, {"status": 503})
    zoho.script("GET", LAYOUTS, {"status": 503})


def attached(zoho: SandboxZoho) -> list[str]:
    return sorted(each["name"] for each in zoho.records()["attachments"])


def refusal(code: str, status: int, **more: Any) -> dict[str, Any]:
    headers = more.pop("headers", {})
    body = {"errorCode": code, "message": f"No {NASTY}.", **more}
    return {"status": status, "body": body, "headers": headers}
