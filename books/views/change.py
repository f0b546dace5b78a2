"""The form that changes a customer or vendor who is there."""

from typing import Any

from django.http import HttpResponse

from books import services
from books.access import CHANGE
from books.forms.contact import ContactForm
from books.payloads import ChangePayload
from books.views.base import OfContactView
from books.views.fields import FieldsView
from books.views.page import ContactPage
from books.zoho.senders import CHANGE as CHANGING
from books.zoho.settings import CustomField
from zohoportal.outbox.idempotency import IdempotencyKey
from zohoportal.outbox.services import Receipt

MEANWHILE = (
    "Somebody changed this in Zoho Books while you had it open. What you typed is "
    "kept: look at the customer, and save this again if it is to stand."
)


class ChangeContactView(FieldsView, OfContactView):
    kinds = (CHANGING.kind,)
    right = CHANGE
    form_class = ContactForm
    template_name = "books/change.html"
    page_class = ContactPage
    page: ContactPage

    def get_initial(self) -> dict[str, Any]:
        return {
            **(self.contact.values if self.contact else {}),
            **super().get_initial(),
        }

    def from_payload(self, payload: ChangePayload) -> dict[str, Any]:
        return dict(payload.values)

    def custom_fields(self) -> list[CustomField]:
        """Return the fields of this one along with those of the others."""
        known = {each.name: each for each in super().custom_fields()}
        own = self.contact.labels if self.contact else {}
        return list(
            ({name: CustomField(name, own[name]) for name in own} | known).values()
        )

    def form_valid(self, form: ContactForm) -> HttpResponse:
        assert self.contact is not None  # noqa: S101  # posts without one end before
        if self.request.POST.get("as_of") != self.contact.stamp:
            form.add_error(None, MEANWHILE)
        elif not self._changes(form):
            form.add_error(None, "Nothing differs from what Zoho Books has.")
        return self.form_invalid(form) if form.errors else super().form_valid(form)

    def _changes(self, form: ContactForm) -> dict[str, str]:
        known = self.contact.values if self.contact else {}
        return {
            name: value
            for name, value in form.typed().items()
            # A choice that is left open is left as it is.
            if value != known.get(name, "") and (value or name != "currency_id")
        }

    def deliver(self, idempotency_key: IdempotencyKey, form: ContactForm) -> Receipt:
        assert self.contact is not None  # noqa: S101  # posts without one end before
        return services.change_contact(
            connection=self.connection,
            person=self.person,
            idempotency_key=idempotency_key,
            shown=self.contact,
            values=self._changes(form),
        )
