"""What the forms with a customer's own fields share."""

from typing import Any

from books.forms.contact import ContactForm
from books.payloads import ChangePayload, ContactPayload
from books.views.page import ContactPage
from books.zoho.settings import (
    Currency,
    CustomField,
    currencies_of,
    custom_fields_of,
    forget,
)
from connections.views.explained import reason
from connections.zoho.errors import ZohoError
from zohoportal.outbox.delivering.contents import known_payload
from zohoportal.outbox.views.form import DeliveryFormView


class FieldsView(DeliveryFormView):
    """A form made of what Books says of currencies and custom fields."""

    page: ContactPage

    def get_form_kwargs(self) -> dict[str, Any]:
        made_of = {"currencies": self._currencies(), "custom": self.custom_fields()}
        return super().get_form_kwargs() | made_of

    def _currencies(self) -> list[Currency]:
        try:
            return currencies_of(self.connection)
        except ZohoError as error:
            self.note_gap("currencies", error)
            return []

    def custom_fields(self) -> list[CustomField]:
        """Return the organisation's own fields; none where Books does not tell."""
        try:
            return custom_fields_of(self.connection)
        except ZohoError as error:
            self.note_gap("fields", error)
            return []

    def note_gap(self, what: str, error: ZohoError) -> None:
        """Have the page say what Books does not tell now."""
        words = reason(self.person, self.connection, error, self.feature)
        self.page.gaps = {**self.page.gaps, what: words}

    def get_form(self, form_class: Any = None) -> ContactForm:
        form: ContactForm = super().get_form(form_class)
        self._say_what_has_no_place(form)
        return form

    def _say_what_has_no_place(self, form: ContactForm) -> None:
        earlier = known_payload(self.earlier) if self.earlier else None
        if form.is_bound or not isinstance(earlier, ContactPayload | ChangePayload):
            return
        self.page.left_out = [
            f"{earlier.labels.get(name, name)}: {value}"
            for name, value in earlier.values.items()
            if name not in form.fields and value
        ]

    def reload(self) -> None:
        forget(self.connection)
