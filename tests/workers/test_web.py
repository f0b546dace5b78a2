"""F31: a web process is asked to end while it still sends."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from django.db import connections as databases

from connections.models import Connection
from tests.desk import form
from tests.processes import until
from tests.support.people import signed_in
from tests.workers.web import Browser, WebServer
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User
from zohoportal.outbox.delivering.first_try import PATIENCE
from zohoportal.outbox.models import Delivery

pytestmark = pytest.mark.django_db(transaction=True)

# The page has stopped waiting by then, and the grace is not over.
LONG = PATIENCE + 4


class TestEnd:
    def test_finishes_what_is_in_flight_f31(
        self, zoho: SandboxZoho, connection: Connection, staff: User
    ) -> None:
        zoho.script("POST", form.TICKETS, {"delay": LONG})
        with WebServer() as server, ThreadPoolExecutor(1) as pool:
            page = pool.submit(send_ticket, server, connection, staff)
            until(lambda: form.created_tickets(zoho) == 1)

            server.end()

            assert page.result().status_code == 302
            assert Delivery.objects.get().state == "sending"
            assert server.wait(LONG + 10) == 0

        delivery = Delivery.objects.get()
        assert (delivery.state, delivery.deaths) == ("done", 0)
        assert delivery.attempts.get().result == "done"


def send_ticket(
    server: WebServer, connection: Connection, person: User
) -> requests.Response:
    """Send a form that was filled in elsewhere: pages here need collected files."""
    typed = form.filled(signed_in(person), connection)
    try:
        return Browser(person).post(server, form.url(connection), typed)
    finally:
        databases.close_all()
