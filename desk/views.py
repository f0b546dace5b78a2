from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from connections.zoho.errors import ZohoError
from connections.zoho.explain import Explanation, explain
from desk import services
from desk.departments import departments_of
from desk.forms import TicketForm
from zohoportal.accounts.access import someone_to_ask
from zohoportal.outbox.pages import DeliveryFormView
from zohoportal.outbox.services import Receipt


class TicketView(DeliveryFormView):
    kind = services.SENDER.kind
    form_class = TicketForm
    template_name = "desk/ticket.html"

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        self.extra["problem"] = None
        try:
            kwargs["departments"] = departments_of(self.connection)
        except ZohoError as error:
            kwargs["departments"] = None
            self.extra["problem"] = self._words(error)
        return kwargs

    def from_payload(self, payload: dict[str, Any]) -> dict[str, Any]:
        due = payload["due_date"]
        return payload | {"due_date": parse_datetime(due) if due else None}

    def deliver(self, form_key: str, form: TicketForm) -> Receipt:
        return services.open_ticket(
            connection=self.connection,
            person=self.person,
            form_key=form_key,
            **form.cleaned_data,
        )

    def _words(self, error: ZohoError) -> Explanation:
        words = explain(
            error,
            step="read",
            zone=timezone.get_current_timezone(),
            facts={"feature": services.TICKETS.title.lower()},
        )
        return words if self.person.is_admin else words.for_staff(someone_to_ask())
