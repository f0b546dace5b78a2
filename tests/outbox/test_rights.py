"""Who may have what sent: asked when the form comes, and again when it is sent."""

from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from connections import limits, services
from connections.models import Connection, Limit, Membership
from tests.desk import form
from tests.outbox.lines import fill_slots
from tests.support.contacts import send
from tests.support.deliveries import UPSERT, new_contact, new_ticket, upserts
from tests.support.pages import text
from tests.support.people import signed_in
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import Role, User
from zohoportal.outbox import services as outbox
from zohoportal.outbox.delivering.first_try import attempt
from zohoportal.outbox.models import Delivery


def kept(connection: Connection, person: User) -> Delivery:
    """Return a contact for which no slot was free."""
    slots = fill_slots(limits.key_of(connection, "crm"))
    delivery = new_contact(connection, person).delivery
    for slot in slots:
        slot.release()
    return delivery


def take_away(person: User, right: str) -> None:
    """Take one right away, as the page about rights does."""
    membership = Membership.objects.get(person=person)
    membership.rights.remove(right)
    membership.save()


class TestA28MoreThanTheForm:
    def test_is_ignored(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff_client: Client,
        admin: User,
    ) -> None:
        names = [field.attname for field in Delivery._meta.fields]
        mine = dict.fromkeys(names, "1") | {
            "person": str(admin.pk),
            "state": "done",
            "reference": "ZP-2222222222",
            "is_bulk": "1",
            "role": "admin",
        }
        mine.pop("title")

        send(staff_client, connection, **mine)

        delivery = Delivery.objects.get()
        assert delivery.person.email == "staff@example.com"
        assert delivery.connection == connection
        assert delivery.reference != "ZP-2222222222"
        assert not delivery.is_bulk
        assert not delivery.person.is_admin
        assert upserts(zoho) == 1


class TestA30PersonWhoWasDeactivated:
    def test_is_out_at_once_and_has_nothing_sent_any_more(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff: User,
        staff_client: Client,
    ) -> None:
        delivery = kept(connection, staff)
        staff.is_active = False
        staff.save()

        attempt(delivery)

        assert (delivery.state, delivery.held_for) == ("waiting", "person")
        assert upserts(zoho) == 0
        assert send_raw(staff_client, connection).status_code == 302
        assert Delivery.objects.count() == 1


class TestA31RightThatWasTakenAway:
    def test_holds_what_was_kept_before_until_an_admin_decides(
        self, zoho: SandboxZoho, connection: Connection, staff: User
    ) -> None:
        delivery = kept(connection, staff)
        services.set_members(connection, [])

        attempt(delivery)

        assert (delivery.state, delivery.held_for) == ("waiting", "person")
        assert upserts(zoho) == 0

    def test_lets_it_go_when_it_was_given_back(
        self, zoho: SandboxZoho, connection: Connection, staff: User
    ) -> None:
        delivery = kept(connection, staff)
        services.set_members(connection, [])
        attempt(delivery)
        services.set_members(connection, [staff])

        outbox.send_again(delivery)

        assert delivery.state == "done"

    @pytest.mark.parametrize("right", ["crm.contacts.create", "crm.contacts.see"])
    def test_holds_it_where_one_right_is_gone(
        self, zoho: SandboxZoho, connection: Connection, staff: User, right: str
    ) -> None:
        delivery = kept(connection, staff)
        take_away(staff, right)

        attempt(delivery)

        assert (delivery.state, delivery.held_for) == ("waiting", "person")
        assert upserts(zoho) == 0

    def test_holds_a_ticket_for_a_department_that_was_closed(
        self, zoho: SandboxZoho, connection: Connection, staff: User
    ) -> None:
        slots = fill_slots(limits.key_of(connection, "desk"))
        delivery = new_ticket(connection, staff).delivery
        for slot in slots:
            slot.release()
        Membership.objects.update(places={"desk": ["1"]})

        attempt(delivery)

        assert (delivery.state, delivery.held_for) == ("waiting", "person")
        assert form.created_tickets(zoho) == 0

    def test_is_said_to_its_author_with_whom_to_ask(
        self, connection: Connection, staff: User, staff_client: Client
    ) -> None:
        delivery = kept(connection, staff)
        take_away(staff, "crm.contacts.create")
        attempt(delivery)

        page = text(staff_client.get(delivery.get_absolute_url()))

        assert "you do not have the right to this any more" in page
        assert "admin@example.com can give it to you again" in page

    @pytest.mark.parametrize("who", ["admin", "manager"])
    def test_lets_a_manager_send_it_all_the_same(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff: User,
        who: str,
        request: pytest.FixtureRequest,
    ) -> None:
        delivery = kept(connection, staff)
        take_away(staff, "crm.contacts.create")
        attempt(delivery)
        person = request.getfixturevalue(who)
        url = delivery.get_absolute_url()

        assert "Send it all the same" in text(signed_in(person).get(url))
        signed_in(person).post(f"{url}again/", {"all_the_same": "1"})

        delivery.refresh_from_db()
        assert delivery.state == "done"
        assert (delivery.person, delivery.released_by) == (staff, person)
        assert upserts(zoho) == 1

    def test_lets_nobody_else_send_it_all_the_same(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff: User,
        staff_client: Client,
    ) -> None:
        delivery = kept(connection, staff)
        take_away(staff, "crm.contacts.create")
        attempt(delivery)
        url = delivery.get_absolute_url()

        answer = staff_client.post(f"{url}again/", {"all_the_same": "1"})

        assert answer.status_code == 403
        assert upserts(zoho) == 0

    def test_counts_for_who_let_it_go_as_well(
        self, zoho: SandboxZoho, connection: Connection, staff: User, manager: User
    ) -> None:
        delivery = kept(connection, staff)
        take_away(staff, "crm.contacts.create")
        attempt(delivery)
        zoho.script("POST", UPSERT, {"status": 503})
        outbox.release(delivery, by=manager)
        delivery.refresh_from_db()
        assert delivery.state == "waiting"
        manager.role = Role.STAFF
        manager.save()

        outbox.send_again(delivery)

        assert (delivery.state, delivery.held_for) == ("waiting", "person")


class TestA55WordsOfZoho:
    def test_are_text_on_our_pages(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        evil = "<img src=x>{{7*7}}"
        body = {"id": "1", "ticketNumber": evil, "webUrl": "https://x/"}
        zoho.script("POST", form.TICKETS, {"status": 200, "body": body})

        answer = form.send(staff_client, connection)

        page = staff_client.get(answer.url).content.decode()
        assert "<img" not in page
        assert "&lt;img src=x&gt;" in page
        assert "{{7*7}}" in page


def send_raw(client: Client, connection: Connection) -> Any:
    return client.post(
        f"/c/{connection.slug}/crm/contacts/new/",
        urlencode({"Last_Name": "Sample"}),
        content_type="application/x-www-form-urlencoded",
    )


class TestF45DailyCredits:
    @pytest.mark.django_db(transaction=True)
    def test_are_waited_for_and_the_ticket_goes_when_they_are_back(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        typed = form.filled(staff_client, connection)
        zoho.limit(desk_credits=0)

        answer = staff_client.post(form.url(connection), typed)

        delivery = Delivery.objects.get()
        assert (delivery.state, delivery.attempt_count) == ("waiting", 0)
        assert delivery.retry_at
        said = staff_client.get(answer.headers["Location"]).content.decode()
        assert "Today&#x27;s Zoho limit is used up" in said
        zoho.lift_limits()
        Limit.objects.update(paused_until=None, width=4)
        outbox.send_again(delivery)
        assert delivery.state == "done"
        assert form.created_tickets(zoho) == 1


class TestF41HiddenRepeats:
    @pytest.mark.parametrize("cut", ["before", "during", "after"])
    def test_are_none_between_an_attempt_and_the_wire(
        self, zoho: SandboxZoho, connection: Connection, staff: User, cut: str
    ) -> None:
        new_contact(connection, staff)
        zoho.script("POST", "/crm/v8/Contacts/upsert", {"drop": cut})

        delivery = new_contact(connection, staff, Last_Name="Other").delivery

        # The first one left an open line, on which libraries like to try again.
        assert upserts(zoho) == 2
        assert delivery.attempts.count() == 1
