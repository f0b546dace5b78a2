"""The form that changes a customer or vendor who is there."""

from collections.abc import Mapping
from typing import Any

from books import services
from books.access import CHANGE
from books.forms.contact import ContactForm
from books.payloads import ChangePayload
from books.views.fields import FieldsView
from books.views.page import ContactPage
from books.views.shown import ShownView
from books.zoho.senders import CHANGE as CHANGING
from books.zoho.settings import CustomField
from zohoportal.outbox.idempotency import IdempotencyKey
from zohoportal.outbox.services import Receipt


class ChangeContactView(FieldsView, ShownView):
    kinds = (CHANGING.kind,)
    right = CHANGE
    form_class = ContactForm
    template_name = "books/change.html"
    page_class = ContactPage
    page: ContactPage

    @property
    def there(self) -> Mapping[str, str]:
        return self.contact.values if self.contact else {}

    def from_payload(self, payload: ChangePayload) -> dict[str, Any]:
        return dict(payload.values)

    def custom_fields(self) -> list[CustomField]:
        """Return the fields of this one along with those of the others."""
        known = {each.name: each for each in super().custom_fields()}
        own = self.contact.labels if self.contact else {}
        return list(
            ({name: CustomField(name, own[name]) for name in own} | known).values()
        )

    def deliver(self, idempotency_key: IdempotencyKey, form: ContactForm) -> Receipt:
        assert self.contact is not None  # noqa: S101  # posts without one end before
        shown = self.shown or {}
        return services.change_contact(
            connection=self.connection,
            person=self.person,
            idempotency_key=idempotency_key,
            contact=self.contact,
            values=form.touched(shown),
            before=shown,
        )
