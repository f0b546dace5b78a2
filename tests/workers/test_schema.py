"""What Zoho says of its set-up is the same for all web processes, and outlasts them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone

from connections.models import Connection, Reading
from tests.crm.record_form import RICH_TYPED
from tests.desk.form import url as ticket_form
from tests.support.connected import connected
from tests.support.departments import choose_organisation, filled
from tests.support.people import signed_in
from tests.workers.web import Browser, WebServer
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User

pytestmark = pytest.mark.django_db(transaction=True)

SEAL = "Seal of the department"
DOWN = {"status": 503, "body": "<p>", "times": 500}


@dataclass(frozen=True)
class Place:
    """A form: where it is opened, and filled in for `sent_to`.

    Attributes:
        grow: adds a field at Zoho that everybody has to fill in.
        zoho: the paths of the product at Zoho.
    """

    opened_at: str
    sent_to: str
    typed: dict[str, Any]
    grow: Callable[[], None]
    zoho: str


@pytest.fixture(params=["desk", "crm"])
def place(
    request: pytest.FixtureRequest, zoho: SandboxZoho, admin: User, staff: User
) -> Place:
    if request.param == "desk":
        zoho.reset(desk="rich")
        return _tickets(zoho, connected(zoho, admin, staff, ["desk.tickets"]), staff)
    zoho.reset(crm_organizations=[{"name": "Rich Ltd", "sample": "rich"}])
    made = connected(zoho, admin, staff, ["crm.contacts", "crm.records"])
    return _contacts(zoho, made, staff)


def _tickets(zoho: SandboxZoho, connection: Connection, person: User) -> Place:
    department = choose_organisation(zoho, connection, "Support")
    typed = filled(zoho, connection, signed_in(person), "Support")
    (layout,) = (
        each["id"]
        for each in zoho.records()["layouts"]
        if each["departmentId"] == department
    )
    seal = {
        "apiName": "cf_seal",
        "displayLabel": SEAL,
        "type": "Text",
        "isMandatory": True,
    }
    address = ticket_form(connection)
    return Place(
        f"{address}?department={department}",
        address,
        typed,
        lambda: zoho.change_layout(layout, add_field=seal),
        "/api/v1/*",
    )


def _contacts(zoho: SandboxZoho, connection: Connection, person: User) -> Place:
    address = f"/c/{connection.slug}/crm/Contacts/new/"
    page: Any = signed_in(person).get(address)
    typed = RICH_TYPED | {"form_key": page.context["form_key"]}
    page = signed_in(person).post(address, typed)
    seal = {"api_name": "Seal", "label": SEAL, "required": True}
    return Place(
        address,
        address,
        typed | {"seen": page.context["seen"]},
        lambda: zoho.change_crm_metadata("Contacts", add_field=seal),
        "/crm/v8/*",
    )


class TestForAll:
    def test_a_refused_form_brings_the_new_field_to_all_processes_f47(
        self, zoho: SandboxZoho, place: Place, staff: User
    ) -> None:
        browser = Browser(staff)
        with WebServer() as one, WebServer() as other:
            for server in (one, other):
                assert SEAL not in browser.get(server, place.opened_at).text
            place.grow()

            refused = browser.post(one, place.sent_to, place.typed)

            assert SEAL in refused.text
            zoho.clear_journal()
            pages = [
                browser.get(server, place.opened_at)
                for _ in range(20)
                for server in (one, other)
            ]

        assert sum(SEAL in page.text for page in pages) == len(pages) == 40
        assert zoho.journal() == []

    def test_an_outage_and_a_restart_leave_every_form_f47(
        self, zoho: SandboxZoho, place: Place, staff: User
    ) -> None:
        place.grow()
        # What this process remembers, another one does not.
        cache.clear()
        Reading.objects.update(fresh_until=timezone.now())
        browser = Browser(staff)
        with WebServer() as before:
            assert SEAL in browser.get(before, place.opened_at).text
        Reading.objects.update(fresh_until=timezone.now())
        zoho.script("GET", place.zoho, DOWN)

        with WebServer() as server:
            pages = [browser.get(server, place.opened_at) for _ in range(12)]

        assert sum(SEAL in page.text for page in pages) == len(pages) == 12
