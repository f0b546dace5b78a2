"""Departments of a Desk that ask for more than the usual."""

from typing import Any

from django.test import Client

from connections.models import Connection, ProductAccount
from tests.desk.form import TICKET, url
from tests.zoho import SandboxZoho

NEEDED = {
    "Support": {"category": "Hardware", "cf_serial_number": "S-1"},
    "Billing": {"cf_invoice_number": "7", "cf_invoice_date": "2026-11-20"},
    "Repairs": {"cf_device": "Laptop"},
    "Sales": {},
}
ADA = "ada.archer@example.com"
PEOPLE = {"Repairs": "ines.ibarra@example.com", "Sales": "ines.ibarra@example.com"}


def choose_organisation(
    zoho: SandboxZoho, connection: Connection, department: str
) -> str:
    """Settle on the organisation that has this department; return its id."""
    departments = zoho.records()["departments"]
    (row,) = [each for each in departments if each["name"] == department]
    ProductAccount.objects.update_or_create(
        connection=connection,
        product="desk",
        defaults={"external_id": row["org_id"], "name": "Example"},
    )
    found: str = row["id"]
    return found


def filled(
    zoho: SandboxZoho, connection: Connection, client: Client, name: str, **more: Any
) -> dict[str, Any]:
    """Return what a browser posts for a department when it showed its fields."""
    department = choose_organisation(zoho, connection, name)
    page = client.get(f"{url(connection)}?department={department}")
    shown = {
        "form_key": page.context["form_key"],
        "department": department,
        "shown_department": department,
        "email": PEOPLE.get(name, ADA),
    }
    return TICKET | shown | NEEDED[name] | more
