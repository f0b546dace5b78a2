"""The form that subscribes somebody to a list."""

from typing import Any

from django.http import HttpResponse
from django.utils.dateparse import parse_date

from campaigns import services
from campaigns.access import ADD
from campaigns.features import SUBSCRIBE
from campaigns.forms.people import FIELD, USUAL, SubscribeForm
from campaigns.payloads import SubscribePayload
from campaigns.views.lists import ListFormView
from campaigns.views.page import SubscribePage
from campaigns.zoho.lists import Field, Topic, fields_of, topics_of
from campaigns.zoho.subscribing import SUBSCRIBER, nobody_knows, who_left
from connections.views.explained import reason
from connections.zoho.errors import OutcomeUnknown, ZohoError
from zohoportal.outbox.delivering.contents import known_payload
from zohoportal.outbox.idempotency import IdempotencyKey
from zohoportal.outbox.services import Receipt


class SubscribeView(ListFormView):
    kinds = (SUBSCRIBER.kind,)
    feature = SUBSCRIBE
    right = ADD
    form_class = SubscribeForm
    template_name = "campaigns/subscribe.html"
    page_class = SubscribePage
    page: SubscribePage
    is_checked = False

    def get_form_kwargs(self) -> dict[str, Any]:
        made_of = {"fields": self._fields(), "topics": self._topics()}
        return super().get_form_kwargs() | made_of

    def _fields(self) -> list[Field]:
        """Return the fields of people; the usual ones where Campaigns does not tell."""
        try:
            return fields_of(self.connection)
        except ZohoError as error:
            self._note_gap("fields", error)
            return list(USUAL)

    def _topics(self) -> list[Topic]:
        try:
            return topics_of(self.connection)
        except ZohoError as error:
            self._note_gap("topics", error)
            return []

    def _note_gap(self, what: str, error: ZohoError) -> None:
        words = reason(self.person, self.connection, error, SUBSCRIBE)
        self.page.gaps[what] = words

    def get_initial(self) -> dict[str, Any]:
        first, _, last = self.request.GET.get("name", "").strip().rpartition(" ")
        names = {f"{FIELD}firstname": first, f"{FIELD}lastname": last}
        return names | super().get_initial()

    def get_form(self, form_class: Any = None) -> SubscribeForm:
        form: SubscribeForm = super().get_form(form_class)
        self._fill_in(form)
        return form

    def _fill_in(self, form: SubscribeForm) -> None:
        """Put earlier values in their fields by the labels; say which have none."""
        earlier = known_payload(self.earlier) if self.earlier else None
        if not isinstance(earlier, SubscribePayload) or form.is_bound:
            return
        names = {str(field.label): name for name, field in form.fields.items()}
        for label, value in earlier.values.items():
            if label in names:
                form.initial[names[label]] = value
            else:
                self.page.left_out.append(f"{label}: {value}")

    def form_valid(self, form: SubscribeForm) -> HttpResponse:
        self._mind_who_left(form)
        if form.errors:
            return self.form_invalid(form)
        return super().form_valid(form)

    def _mind_who_left(self, form: SubscribeForm) -> None:
        """Object to somebody who left the list; the sender looks where this cannot."""
        data = form.cleaned_data
        if data["is_back"]:
            return
        try:
            has_left = services.has_left(
                self.connection, data["mailing_list"], data["email"]
            )
        except OutcomeUnknown:
            form.add_error("is_back", nobody_knows(data["email"]))
        except ZohoError:
            return
        else:
            self.is_checked = not has_left
            if has_left:
                form.add_error("is_back", who_left(data["email"]))

    def deliver(self, idempotency_key: IdempotencyKey, form: SubscribeForm) -> Receipt:
        data = form.cleaned_data
        return services.subscribe(
            connection=self.connection,
            person=self.person,
            idempotency_key=idempotency_key,
            mailing_list=data["mailing_list"],
            email=data["email"],
            consent=services.Consent(
                data["consent_by"], data["consent_on"], data["consent_how"]
            ),
            values=form.values(),
            topic=data.get("topic"),
            source=data["source"],
            is_back=data["is_back"],
            is_checked=self.is_checked,
        )

    def trail_details(self, receipt: Receipt) -> dict[str, str]:
        """Return who said yes, for the trail: it outlives what was sent."""
        payload = known_payload(receipt.delivery)
        assert isinstance(payload, SubscribePayload)  # noqa: S101  # made just now
        return {
            "consent_by": payload.consent_by,
            "consent_on": payload.consent_on,
            "consent_how": payload.consent_how,
            "source": payload.source,
        }

    def from_payload(self, payload: SubscribePayload) -> dict[str, Any]:
        again = {"consent_on": parse_date(payload.consent_on)}
        return super().from_payload(payload) | again
