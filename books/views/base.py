"""What the forms of Books share: they end on the customer's page."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from books.access import SEE
from books.features import CONTACTS
from books.payloads import OfContact
from books.views.page import PersonPage
from books.zoho.contacts import is_gone, read
from books.zoho.records import Contact, Person
from connections.access import may
from connections.services import client_for
from connections.zoho.errors import ZohoError
from zohoportal.outbox.delivering.contents import known_payload
from zohoportal.outbox.idempotency import IdempotencyKey
from zohoportal.outbox.models import Delivery
from zohoportal.outbox.services import Receipt
from zohoportal.outbox.views.form import DeliveryFormView


class BooksFormView(DeliveryFormView):
    """A form of Books; once Books has it, the customer's page follows."""

    feature = CONTACTS
    sent: Delivery | None = None

    def note_sent(self, receipt: Receipt) -> None:
        super().note_sent(receipt)
        self.sent = receipt.delivery

    def hand_in(self, idempotency_key: IdempotencyKey, form: Any) -> HttpResponse:
        answer = super().hand_in(idempotency_key, form)
        if self.sent is None or self.sent.state != Delivery.State.DONE:
            return answer
        payload = known_payload(self.sent)
        made = self.sent.outcome["external_id"]
        contact = payload.contact if isinstance(payload, OfContact) else made
        # Books told no id where a person said that it is there.
        if not contact or not may(self.person, self.connection, SEE):
            return answer
        messages.success(self.request, self.sent.outcome["sentence"])
        return redirect("books:show", self.connection.slug, contact)


class OfContactView(BooksFormView):
    """A form about a customer or vendor who is there, and perhaps about a person."""

    page_class: type[Any] = PersonPage

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.contact: Contact | None = None
        self.known: Person | None = None
        try:
            client = client_for(self.connection)
            self.contact = read(client, str(kwargs["contact"]))
        except ZohoError as error:
            if is_gone(error) and request.method != "POST":
                raise Http404("Books has no such contact") from error
            self.explain(error)
        else:
            self.known = self._person(self.contact, kwargs.get("contact_person"))
        self.page.contact = self.contact

    def _person(self, contact: Contact, wanted: int | None) -> Person | None:
        found = next((each for each in contact.persons if each.id == str(wanted)), None)
        if wanted and found is None:
            raise Http404("The contact has no such person")
        return found

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.contact is None:
            # What is there has to be seen before it is changed; the form stays.
            return self.form_invalid(self.get_form())
        return super().post(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {"contact": self.contact, "known": self.known}
