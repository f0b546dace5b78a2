"""F62: one form is posted again and again, or the same is typed into another form."""

import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from html import unescape
from threading import Barrier
from typing import Any

import pytest
import requests
from django.test import Client
from django.utils import timezone

from connections.models import Connection
from crm.payloads import RecordPayload
from crm.zoho.senders import RECORD
from tests.crm.contacts import PAYLOAD
from tests.desk import form
from tests.outbox.lines import change
from tests.outbox.visitor import Visitor
from tests.support.connected import connected
from tests.support.contacts import CONTACT
from tests.support.contacts import url as contact_url
from tests.support.people import signed_in
from tests.sweeps.grants import say
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User
from zohoportal.outbox.models import Delivery

HANDS = 20
ASKS = "You sent exactly this a moment ago"


def typed(**values: Any) -> Mapping[str, Any]:
    return RECORD.typed(RecordPayload(**PAYLOAD | values))


class TestOneForm:
    @pytest.mark.django_db(transaction=True)
    @pytest.mark.parametrize("kind", ["contact", "ticket"])
    def test_posted_by_twenty_at_once_makes_one_record_and_one_answer_f62(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff: User,
        live_server: Any,
        kind: str,
    ) -> None:
        visitor = Visitor(staff)
        path = contact_url(connection) if kind == "contact" else form.url(connection)
        values = CONTACT | visitor.keys(path)
        if kind == "contact":
            values |= visitor.agreed(path, values)
        if kind == "ticket":
            values = form.filled(signed_in(staff), connection) | visitor.keys(path)
        barrier = Barrier(HANDS)

        def press(_: int) -> requests.Response:
            barrier.wait()
            return visitor.send(path, values)

        with ThreadPoolExecutor(HANDS) as pool:
            answers = list(pool.map(press, range(HANDS)))

        statuses = {answer.status_code for answer in answers}
        targets = {answer.headers.get("Location") for answer in answers}
        say("posts of one form", posts=HANDS, answers=len(targets), kind=kind)
        assert statuses == {302}
        assert targets == {Delivery.objects.get().get_absolute_url()}
        assert len([e for e in zoho.effects() if e.startswith("created")]) == 1

    def test_replayed_an_hour_later_leads_to_the_first_answer_f62(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        typed = form.filled(staff_client, connection)
        first = staff_client.post(form.url(connection), typed)
        earlier = timezone.now() - timedelta(hours=1)
        Delivery.objects.update(created_at=earlier)

        again = staff_client.post(form.url(connection), typed)

        assert again.headers["Location"] == first.headers["Location"]
        assert form.created_tickets(zoho) == 1


class TestTwin:
    """The same content with another form's key, soon after the first."""

    def test_asks_before_it_is_sent_a_second_time_f62(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        form.send(staff_client, connection)

        page = form.send(staff_client, connection)

        first = Delivery.objects.get()
        assert ASKS in page.content.decode()
        assert first.get_absolute_url() in page.content.decode()
        assert page.context["form"]["subject"].value() == form.TICKET["subject"]
        assert form.created_tickets(zoho) == 1

    def test_is_sent_when_the_button_is_pressed_once_more_f62(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        form.send(staff_client, connection)
        page = form.send(staff_client, connection)
        typed = form.filled(staff_client, connection)
        again = typed | {"form_key": page.context["form_key"]}

        answers = [staff_client.post(form.url(connection), again) for _ in range(2)]

        assert len({answer.headers["Location"] for answer in answers}) == 1
        assert form.created_tickets(zoho) == 2
        assert Delivery.objects.filter(state="done").count() == 2

    def test_is_another_ticket_after_ten_minutes(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        form.send(staff_client, connection)
        earlier = timezone.now() - timedelta(minutes=10, seconds=1)
        Delivery.objects.update(created_at=earlier)

        answer = form.send(staff_client, connection)

        assert answer.status_code == 302
        assert form.created_tickets(zoho) == 2

    @pytest.mark.parametrize("state", ["refused", "cancelled"])
    def test_is_no_question_when_the_first_is_not_at_zoho(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff_client: Client,
        state: str,
    ) -> None:
        form.send(staff_client, connection)
        Delivery.objects.update(state=state)

        assert form.send(staff_client, connection).status_code == 302

    def test_is_no_question_for_somebody_else(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff_client: Client,
        admin_client: Client,
    ) -> None:
        form.send(staff_client, connection)

        assert form.send(admin_client, connection).status_code == 302


class TestIdentity:
    """What Zoho says on the way makes no other content of what was typed."""

    @pytest.fixture
    def connection(self, zoho: SandboxZoho, admin: User, staff: User) -> Connection:
        keys = ["crm.contacts", "crm.records", "desk.tickets", "desk.answers"]
        return connected(zoho, admin, staff, keys)

    @pytest.mark.parametrize("kind", ["comment", "status"])
    def test_knows_an_answer_whose_ticket_could_not_be_read(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client, kind: str
    ) -> None:
        (ticket, *_) = zoho.records()["tickets"]
        page: Any = staff_client.get(
            f"/c/{connection.slug}/desk/tickets/{ticket['id']}/"
        )
        idempotency_key = {"form_key": page.context[f"{kind}_key"]}
        shown = re.search(r'name="shown" value="([^"]*)"', page.content.decode())
        assert shown
        typed = {
            "comment": {"content": "Done.", "is_public": "no"},
            "status": {"status": "Closed", "shown": unescape(shown[1])},
        }
        path = {"comment": "comments", "status": "status"}[kind]
        address = f"/c/{connection.slug}/desk/{path}/new/"
        content = idempotency_key | typed[kind] | {"ticket": ticket["id"]}
        first = staff_client.post(address, content)
        form.know_nothing()
        away = {"status": 503, "times": 5}
        zoho.script("GET", f"/api/v1/tickets/{ticket['id']}", away)

        again = staff_client.post(address, content)

        assert Delivery.objects.count() == 1
        assert again.headers["Location"] == first.headers["Location"]

    def test_knows_a_change_of_a_record_that_changed_meanwhile(
        self, zoho: SandboxZoho, connection: Connection, staff: User
    ) -> None:
        (kim, *_) = zoho.crm_records("Contacts")
        moved = {"Last_Name": "Archer", "Modified_Time": "2026-01-01T00:00:00Z"}

        first = change(connection, staff, kim, Title="Manager")
        again = change(connection, staff, kim | moved, Title="Manager")

        assert again == first

    @pytest.mark.parametrize("value", ["Manager", None])
    def test_knows_another_change(
        self, zoho: SandboxZoho, connection: Connection, staff: User, value: str | None
    ) -> None:
        (kim, lee, *_) = zoho.crm_records("Contacts")

        first = change(connection, staff, kim, Title="Head")
        of_another = change(connection, staff, lee, Title="Head")
        again = change(connection, staff, kim, Title=value)

        assert len({first, of_another, again}) == 3

    @pytest.mark.parametrize(
        ("payload", "other"),
        [
            ({"name": "Kim Sample"}, {"name": "Kim Archer"}),
            ({"known_by": {"Email": "1"}}, {"known_by": {"Email": None}}),
            ({"was_looked_for": True}, {"was_looked_for": False}),
            (
                {"defaults": ["Lead_Source"], "values": {"Lead_Source": "Web"}},
                {"defaults": ["Lead_Source"], "values": {"Lead_Source": "Phone"}},
            ),
            (
                {"values": {"Owner": {"id": "7", "name": "Ann"}}},
                {"values": {"Owner": {"id": "7", "name": "Ann Archer"}}},
            ),
        ],
    )
    def test_of_a_record_is_what_was_typed(
        self, payload: dict[str, Any], other: dict[str, Any]
    ) -> None:
        assert typed(**payload) == typed(**other)

    @pytest.mark.parametrize(
        "other",
        [
            {"module": "Leads"},
            {"clear": ["Phone"]},
            {"values": PAYLOAD["values"] | {"Last_Name": "Archer"}},
        ],
    )
    def test_of_a_record_tells_others_apart(self, other: dict[str, Any]) -> None:
        assert typed() != typed(**other)
