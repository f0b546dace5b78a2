from typing import Any

from django.utils.dateparse import parse_datetime

from connections.zoho.errors import ZohoError
from desk import services
from desk.departments import departments_of
from desk.forms import TicketForm
from zohoportal.outbox.form_keys import FormKey
from zohoportal.outbox.pages import DeliveryFormView
from zohoportal.outbox.services import Receipt


class TicketView(DeliveryFormView):
    kinds = (services.SENDER.kind,)
    feature = services.TICKETS
    form_class = TicketForm
    template_name = "desk/ticket.html"

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        kwargs["departments"] = None
        try:
            kwargs["departments"] = departments_of(self.connection)
        except ZohoError as error:
            if self.extra["problem"] is None:
                self.explain(error)
        return kwargs

    def from_payload(self, payload: dict[str, Any]) -> dict[str, Any]:
        due = payload["due_date"]
        return payload | {"due_date": parse_datetime(due) if due else None}

    def deliver(self, form_key: FormKey, form: TicketForm) -> Receipt:
        return services.open_ticket(
            connection=self.connection,
            person=self.person,
            form_key=form_key,
            **form.cleaned_data,
        )
