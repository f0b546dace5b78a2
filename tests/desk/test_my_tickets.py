from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext

from connections.models import Connection
from tests.desk.form import know_nothing, send
from tests.support.pages import text
from tests.support.people import add_person, signed_in
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import Role

TICKETS = "/api/v1/tickets"


def listed(client: Client, connection: Connection) -> Any:
    return client.get(f"/c/{connection.slug}/desk/tickets/")


def queries_when_fresh(
    zoho: SandboxZoho, client: Client, connection: Connection
) -> int:
    """Return what the list costs when everything is known, in another process."""
    listed(client, connection)
    cache.clear()
    zoho.clear_journal()
    with CaptureQueriesContext(database) as captured:
        page = text(listed(client, connection))
    assert "not known" not in page
    assert zoho.journal() == []
    return len(captured)


class TestMyTickets:
    def test_are_none_at_first(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        page = text(listed(staff_client, connection))

        assert "You have not opened a ticket here yet" in page
        assert zoho.journal() == []

    def test_are_those_that_one_opened_oneself(
        self, connection: Connection, staff_client: Client
    ) -> None:
        colleague = add_person("colleague@example.com", Role.STAFF)
        connection.members.add(colleague)
        send(staff_client, connection, subject="Mine")
        send(signed_in(colleague), connection, subject="Theirs")

        page = text(listed(staff_client, connection))

        assert "#105 Mine" in page
        assert "Theirs" not in page

    def test_stand_as_they_do_in_zoho(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        send(staff_client, connection)
        zoho.clear_journal()

        page = text(listed(staff_client, connection))

        assert "Ada Archer" in page
        assert "Open" in page
        assert len(zoho.journal()) == 1

    def test_ask_for_older_ones_singly(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        send(staff_client, connection)
        zoho.script("GET", TICKETS, {"status": 200, "body": {"data": []}})

        page = text(listed(staff_client, connection))

        assert "Ada Archer" in page

    def test_cost_the_same_queries_for_one_older_and_for_many(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        send(staff_client, connection)
        zoho.script("GET", TICKETS, {"status": 200, "body": {"data": []}, "times": 2})
        one = queries_when_fresh(zoho, staff_client, connection)
        for number in range(4):
            send(staff_client, connection, subject=f"Number {number}.")
        know_nothing()

        assert queries_when_fresh(zoho, staff_client, connection) == one

    @pytest.mark.parametrize("data", ["x", [7], [{"id": None}]], ids=str)
    def test_are_listed_while_zoho_does_not_tell(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff_client: Client,
        data: object,
    ) -> None:
        send(staff_client, connection)
        know_nothing()
        zoho.script("GET", TICKETS, {"status": 200, "body": {"data": data}})

        page = text(listed(staff_client, connection))

        assert "#105" in page
        assert "not known" in page
        assert "Load this page again later." in page

    def test_are_paged(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        for number in range(11):
            send(staff_client, connection, subject=f"Number {number}.")

        page = listed(staff_client, connection)

        assert len(page.context["tickets"]) == 10
        assert "Show older ones" in text(page)
