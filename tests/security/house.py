"""A portal in use, and everybody who may ask it for something."""

from dataclasses import dataclass

from django.test import Client

from connections.models import Connection
from tests.environment import PORTAL_PORT
from tests.security import routes
from tests.support.people import signed_in
from zohoportal.accounts.models import Link, User
from zohoportal.outbox.models import Delivery

PEOPLE = ("anonymous", "staff", "stranger", "auditor", "manager", "admin")


@dataclass(frozen=True)
class House:
    """One of everything that an address can name, and everybody who may ask for it."""

    people: dict[str, User | None]
    connection: Connection
    draft: Connection
    delivery: Delivery
    record: str
    template: int
    invitation: Link

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
        elif name in {"people:renew", "people:take_back"}:
            pk = self.invitation.pk
        elif name.startswith("people:"):
            pk = self.delivery.person_id
        known = {
            "slug": self.connection.slug,
            "module": "Contacts",
            "field": "Account_Name",
            "ticket": 1,
            "key": "crm",
            "version": "v8",
            "contact": 1,
            "contact_person": 1,
            "attachment": 1,
            "template": self.template,
            "reference": "none",
            "passkey": 1,
            "person": self.delivery.person_id,
            "delivery": self.delivery.pk,
        }
        return routes.address(name, known | {"pk": pk, "record": self.record})
