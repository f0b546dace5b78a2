"""A form that is sent after the session ended, and its person, who signs in anew."""

from django.test import Client

from connections.models import Connection
from tests.support.people import PASSWORD
from zohoportal.accounts.models import User

TYPED = {"Email": "kim@example.com", "Last_Name": "Sample", "Title": "Manager"}


def url(connection: Connection) -> str:
    return f"/c/{connection.slug}/crm/contacts/new/"


def send_after_the_session_ended(client: Client, connection: Connection) -> str:
    idempotency_key = client.get(url(connection)).context["form_key"]
    client.logout()
    answer = client.post(url(connection), TYPED | {"form_key": idempotency_key})
    address: str = answer.headers["Location"]
    return address


def sign_in(client: Client, address: str, person: User) -> None:
    client.post(address, {"username": person.email, "password": PASSWORD})
