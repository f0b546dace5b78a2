"""Ticket templates, when a customer's data is erased."""

from connections.models import Connection
from desk.models import TicketTemplate
from tests.desk import templates
from zohoportal.accounts.models import User
from zohoportal.activity import erasure
from zohoportal.activity.erasure import Sought


class TestTemplates:
    def test_that_name_a_customer_are_deleted(
        self, connection: Connection, staff: User
    ) -> None:
        templates.made(staff, connection, name="Kim's", subject="For Kim Sample")
        templates.made(staff, connection, name="Other", subject="For anybody")

        receipt = erasure.erase(Sought("Kim Sample"), person_id="", person_name="")

        assert receipt.details == {"ticket templates": 1}
        assert TicketTemplate.objects.get().name == "Other"
