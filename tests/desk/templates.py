"""Make and use ticket templates, as a browser does."""

from typing import Any

from django.test import Client

from connections.models import Connection
from desk import ticket_templates
from desk.models import TicketTemplate
from tests.desk import form
from zohoportal.accounts.models import User

EMPTY = {
    "name": "Warranty",
    "department": "",
    "shown_department": "",
    "subject": "",
    "description": "",
}


def url(connection: Connection, *parts: object) -> str:
    steps = "".join(f"{part}/" for part in parts)
    return f"/c/{connection.slug}/desk/templates/{steps}"


def save(client: Client, connection: Connection, **values: Any) -> Any:
    """Send the form of a new template."""
    return client.post(url(connection, "new"), EMPTY | values)


def made(person: User, connection: Connection, **values: Any) -> TicketTemplate:
    """Return a template that is there."""
    return ticket_templates.add(
        person, connection, {"name": "Warranty", "subject": "A repair"} | values
    )


def use(
    client: Client, connection: Connection, template: TicketTemplate, **typed: Any
) -> Any:
    """Press "Use template" on a form into which this was typed."""
    step = {"start_from": str(template.pk), "use_template": "1"}
    empty = form.TICKET | {"email": "", "subject": "", "department": ""}
    return client.post(form.url(connection), empty | step | typed)
