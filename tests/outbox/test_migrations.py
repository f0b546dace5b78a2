"""What was open when something new came into the outbox has it, too."""

from importlib import import_module

from django.apps import apps

from connections.models import Connection
from tests.outbox.lines import KIM, busy, change, send
from tests.support.deliveries import new_contact
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User
from zohoportal.outbox.delivering import order
from zohoportal.outbox.migrations import __name__ as migrations
from zohoportal.outbox.models import Delivery, Target

as_record = import_module("crm.migrations.0002_contact_deliveries").as_record
give_places = import_module(f"{migrations}.0014_places").give_places


def forget_places(*deliveries: Delivery) -> None:
    """Let them be from before there were lines."""
    Target.objects.filter(delivery__in=deliveries).delete()


def behind(delivery: Delivery) -> list[Delivery]:
    return list(order.before(delivery))


class TestPlaces:
    def test_are_in_the_order_typed_before_all_that_has_one(
        self, zoho: SandboxZoho, connection: Connection, staff: User
    ) -> None:
        record = zoho.crm_records("Contacts")[0]
        with busy(connection):
            titles = [
                change(connection, staff, record, Title=title)
                for title in ("first", "second", "third")
            ]
        forget_places(*titles[:2])
        give_places(apps, None)

        assert behind(titles[2]) == titles[:2]
        assert behind(titles[1]) == titles[:1]
        assert not behind(titles[0])
        assert send(*titles) == ["done"] * 3

    def test_are_known_from_the_address_where_a_payload_names_no_more(
        self, connection: Connection, staff: User
    ) -> None:
        with busy(connection):
            first = new_contact(connection, staff, Email=KIM).delivery
            second = new_contact(connection, staff, Email=KIM, Title="Dr").delivery
        first.payload = as_record({"email": KIM, "last_name": "Sample"})
        first.save()
        forget_places(first)

        give_places(apps, None)

        assert behind(second) == [first]

    def test_are_for_what_is_open_only(
        self, connection: Connection, staff: User
    ) -> None:
        done = new_contact(connection, staff, Email=KIM).delivery
        assert done.state == "done"
        with busy(connection):
            open_one = new_contact(connection, staff, Email=f"2{KIM}").delivery
        forget_places(done, open_one)

        give_places(apps, None)

        assert Target.objects.get().delivery == open_one
