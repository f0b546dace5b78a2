import io
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from django.conf import settings
from django.test import Client

from connections import clients, vault
from connections.models import Connection
from desk import ticket_templates
from tests.conftest import add_person, signed_in
from tests.crm.contacts import upsert_contact
from tests.environment import PORTAL_PORT
from tests.leak_plugin import portal_log_format
from tests.security import routes
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import Role, User
from zohoportal.outbox.form_keys import FormKey
from zohoportal.outbox.models import Delivery


@pytest.fixture
def second_admin(db: None) -> User:
    return add_person("second@example.com", Role.ADMIN)


@pytest.fixture
def prepared(zoho: SandboxZoho, draft: Connection) -> Connection:
    """A setup whose client Zoho knows: one click away from the consent page."""
    client_id, secret = zoho.new_client(redirect_uris=[settings.REDIRECT_URI])
    clients.save_client(draft, client_id=client_id, secret=secret)
    return draft


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the portal writes with LOG_LEVEL=DEBUG, in the form it is written in."""
    root = logging.getLogger()
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(portal_log_format())
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield written
    root.setLevel(level)
    root.removeHandler(handler)


@pytest.fixture
def secrets_of() -> Callable[[Connection], dict[str, str]]:
    """Open what a connection keeps sealed, to search for it elsewhere."""

    def opened(connection: Connection) -> dict[str, str]:
        secret = connection.client.secrets.get()
        found = {"client secret": vault.unseal(secret, "sealed")}
        for grant in connection.grants.all():
            found["access token"] = vault.unseal(grant, "sealed_access_token")
            found["refresh token"] = vault.unseal(grant, "sealed_refresh_token")
        return found

    return opened


PEOPLE = ("anonymous", "staff", "stranger", "admin")


@dataclass(frozen=True)
class House:
    """One of everything that an address can name, and everybody who may ask for it."""

    people: dict[str, User | None]
    connection: Connection
    draft: Connection
    delivery: Delivery
    record: str
    template: int

    def browser(self, who: str) -> Client:
        person = self.people[who]
        host = f"localhost:{PORTAL_PORT}"
        return signed_in(person) if person else Client(HTTP_HOST=host)

    def address(self, name: str) -> str:
        """Return the address of a page, of a thing that exists."""
        pk = self.connection.pk
        if name.startswith("outbox:"):
            pk = self.delivery.pk
        elif name in {"connections:account", "connections:discard"}:
            pk = self.draft.pk
        known = {
            "slug": self.connection.slug,
            "module": "Contacts",
            "field": "Account_Name",
            "ticket": 1,
            "version": "v8",
            "contact": 1,
            "attachment": 1,
            "template": self.template,
        }
        return routes.address(name, known | {"pk": pk, "record": self.record})


@pytest.fixture
def house(
    zoho: SandboxZoho,
    admin: User,
    staff: User,
    stranger: User,
    draft: Connection,
    connection: Connection,
) -> House:
    """A portal in use: a connection, a setup, a waiting contact, a template."""
    zoho.script("POST", "/crm/v8/Contacts/upsert", {"status": 503, "body": "<p>"})
    receipt = upsert_contact(
        connection=connection,
        person=staff,
        form_key=FormKey("first"),
        Email="kim.sample@example.com",
        Last_Name="Sample",
    )
    everybody = dict(zip(PEOPLE, (None, staff, stranger, admin), strict=True))
    record = zoho.records()["contacts"][0]["id"]
    template = ticket_templates.add(
        staff, connection, {"name": "Warranty", "is_shared": True}
    )
    return House(everybody, connection, draft, receipt.delivery, record, template.pk)
