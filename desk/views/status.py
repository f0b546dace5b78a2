"""The form of a ticket's status; it asks for what Desk demands along with another."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from django.http import HttpRequest

from connections.services import client_for
from connections.zoho.client import ZohoClient
from connections.zoho.errors import ZohoError
from desk.access import CHANGE
from desk.forms.answers import StatusForm
from desk.forms.inputs import KINDS, from_desk, with_input
from desk.payloads import StatusPayload
from desk.views.answers import AnswerView
from desk.views.common import statuses
from desk.views.my_tickets import forget_ticket
from desk.zoho.layouts import Field, Layout, layout_of
from desk.zoho.status import STATUS, change_status, shown_by
from desk.zoho.tickets import Ticket, read_row, ticket_of
from desk.zoho.usual import usual_layout
from zohoportal.outbox import idempotency
from zohoportal.outbox.delivering.contents import known_payload
from zohoportal.outbox.delivering.problems import problems_of, put_on_form
from zohoportal.outbox.idempotency import IdempotencyKey
from zohoportal.outbox.models import Delivery
from zohoportal.outbox.services import Receipt


class StatusView(AnswerView):
    """The form of another status.

    Attributes:
        refusal: the refused delivery that it corrects, which says what Desk demands.
    """

    kinds = (STATUS.kind,)
    right = CHANGE
    form_class = StatusForm
    heading = "Status of ticket"
    button = "Change status"
    shown = ""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.refusal = self.earlier
        if key := idempotency.read(request.POST.get("form_key", ""), self.person):
            own = Delivery.objects.filter(kind=STATUS.kind, person=self.person)
            own = own.filter(connection=self.connection)
            self.refusal = own.filter(reference=key.replaces).first()

    def find(self) -> Ticket:
        """Return the ticket; as it is now, for a form that shows how it stands."""
        if self.request.method == "POST":
            return super().find()
        client = client_for(self.connection)
        return ticket_of(client, self._look(client))

    def _look(self, client: ZohoClient) -> Mapping[str, Any]:
        row = read_row(client, self.ticket_id)
        self.shown = json.dumps(shown_by(row, self._asked()))
        return row

    def _asked(self) -> list[str]:
        """Return what Desk asked for, and what was entered for it, by its names."""
        if self.refusal is None:
            return []
        missing = (each for each in problems_of(self.refusal) if each.kind == "missing")
        names = [each.field.rpartition("/")[2] for each in missing]
        payload = known_payload(self.refusal)
        entered = payload.values if isinstance(payload, StatusPayload) else ()
        return list(dict.fromkeys([*entered, *names]))

    def _load_demanded(self) -> list[Field]:
        names = self._asked()
        layout = self._layout(names) if names else Layout()
        found = [layout.field(name) for name in names]
        return [
            with_input(replace(field, is_mandatory=True, default=""))
            for field in found
            if field and field.kind in KINDS and not field.is_read_only
        ]

    def _layout(self, names: list[str]) -> Layout:
        # Else Desk judges the values when it gets them.
        with suppress(ZohoError):
            if department := self.load_ticket().department_id:
                return layout_of(self.connection, department)
        return usual_layout(dict.fromkeys(names, ()))

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        if "data" in kwargs and self.shown:
            # Typed values stay; what the form shows besides is fresh.
            kwargs["data"] = kwargs["data"].copy()
            kwargs["data"]["shown"] = self.shown
        typed = self.request.POST.get("status", "")
        found = statuses(self.connection, self.load_ticket(), typed)
        return kwargs | {"statuses": found, "demanded": self._load_demanded()}

    def get_initial(self) -> dict[str, Any]:
        stands = {"status": self.load_ticket().status}
        return stands | super().get_initial() | {"shown": self.shown}

    def from_payload(self, payload: StatusPayload) -> dict[str, Any]:
        values = payload.values
        typed = {
            field.name: from_desk(field, values[field.name])
            for field in self._load_demanded()
            if field.name in values
        }
        known = {"ticket": payload.ticket, "status": payload.status}
        return known | typed

    def refused(self, form: StatusForm, delivery: Delivery) -> StatusForm:  # noqa: ARG002  # made anew
        """Make the form anew: with what Desk asks for, and as the ticket is now."""
        self.refusal = delivery
        # Else what it shows stays as old as it is, and is compared again.
        with suppress(ZohoError):
            self._look(client_for(self.connection))
        renewed: StatusForm = self.get_form()
        put_on_form(renewed, delivery)
        return renewed

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        refusal, fields = context.get("refusal"), context["form"].fields
        if refusal and not fields.keys() >= {*self._asked()}:
            words = f"Set it to “{context['form']['status'].value()}” in Zoho Desk"
            context["refusal"] = replace(refusal, open_label=words)
        return context

    def deliver(self, idempotency_key: IdempotencyKey, form: StatusForm) -> Receipt:
        receipt = change_status(
            connection=self.connection,
            person=self.person,
            idempotency_key=idempotency_key,
            ticket=self.load_ticket(),
            status=form.cleaned_data["status"],
            values=form.values(),
            shown=form.shown_values(),
        )
        forget_ticket(self.connection, self.ticket_id)
        return receipt
