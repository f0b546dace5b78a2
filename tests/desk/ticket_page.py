"""A ticket's page, and what Zoho has of the ticket."""

from typing import Any

from django.test import Client

from connections.models import Connection
from tests.desk.form import TICKETS
from tests.sandbox.client import connect
from tests.zoho import SandboxZoho


def page_of(client: Client, connection: Connection, ticket: dict[str, Any]) -> Any:
    return client.get(f"/c/{connection.slug}/desk/tickets/{ticket['id']}/")


def comment(
    client: Client, connection: Connection, ticket: dict[str, Any], **values: str
) -> Any:
    """Send the comment form of the ticket's page."""
    key = page_of(client, connection, ticket).context["comment_key"]
    typed = {"ticket": ticket["id"], "content": "Done.", "is_public": "no"}
    address = f"/c/{connection.slug}/desk/comments/new/"
    return client.post(address, typed | {"form_key": key} | values)


def missing(*pointers: str, message: str = "") -> dict[str, Any]:
    errors = [
        {"fieldName": each, "errorType": "missing", "errorMessage": message}
        for each in pointers
    ]
    body = {"errorCode": "UNPROCESSABLE_ENTITY", "message": "No.", "errors": errors}
    return {"status": 422, "body": body}


def by_somebody(zoho: SandboxZoho, ticket: dict[str, Any], **values: Any) -> None:
    """Change a ticket as somebody at Zoho Desk does."""
    desk = connect(zoho)
    desk.headers["orgId"] = ticket["org_id"]
    answer = desk.patch(f"{TICKETS}/{ticket['id']}", values)
    assert answer.status == 200, answer.json


def now(zoho: SandboxZoho, ticket: dict[str, Any]) -> dict[str, Any]:
    tickets = zoho.records()["tickets"]
    return next(each for each in tickets if each["id"] == ticket["id"])
