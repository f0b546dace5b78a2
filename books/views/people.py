"""Forms about contact persons, and acts that need a yes only."""

from collections.abc import Mapping
from typing import Any

from django import forms

from books import services
from books.access import ADD, CHANGE, REMOVE
from books.features import CONTACTS, DELETIONS
from books.forms.contact import PersonForm
from books.payloads import PersonPayload
from books.views.base import OfContactView
from books.views.shown import ShownView
from books.zoho import senders
from connections.product import Feature
from zohoportal.outbox.idempotency import IdempotencyKey
from zohoportal.outbox.services import Receipt


class PersonView(ShownView):
    """A contact person for a customer who is there, or one to be changed."""

    kinds = (senders.PERSON.kind,)
    form_class = PersonForm
    template_name = "books/person.html"

    def needed_right(self) -> str:
        return CHANGE if self.is_change else ADD

    @property
    def there(self) -> Mapping[str, str]:
        return self.known.values if self.known else {}

    @property
    def is_change(self) -> bool:
        return "contact_person" in self.kwargs

    def get_initial(self) -> dict[str, Any]:
        first, _, last = self.request.GET.get("name", "").strip().rpartition(" ")
        asked = {"first_name": first or last, "last_name": last if first else ""}
        asked |= {name: self.request.GET.get(name, "") for name in ("email", "phone")}
        return ({} if self.is_change else asked) | super().get_initial()

    def from_payload(self, payload: PersonPayload) -> dict[str, Any]:
        return dict(payload.values)

    def deliver(self, idempotency_key: IdempotencyKey, form: PersonForm) -> Receipt:
        assert self.contact is not None  # noqa: S101  # posts without one end before
        shown = self.shown or {}
        typed = {name: value for name, value in form.typed().items() if value}
        return services.save_person(
            connection=self.connection,
            person=self.person,
            idempotency_key=idempotency_key,
            contact=self.contact,
            values=form.touched(shown) if self.known else typed,
            known=self.known,
            before=shown,
        )


class ActView(OfContactView):
    """A page that asks before something is done: what, and the word on the button."""

    form_class = forms.Form
    template_name = "books/act.html"
    heading: str
    body: str
    button: str

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        names = {
            "name": self.known.name if self.known else "this person",
            "contact": self.contact.name if self.contact else "the customer",
        }
        words = {
            name: getattr(self, name).format_map(names)
            for name in ("heading", "body", "button")
        }
        return super().get_context_data(**kwargs) | words

    @property
    def whom(self) -> dict[str, Any]:
        """Return what all doors to the outbox take, but the key."""
        return {"connection": self.connection, "person": self.person}


class PrimaryView(ActView):
    kinds = (senders.PRIMARY.kind,)
    right = CHANGE
    heading = "Make {name} the primary contact person?"
    body = "Zoho Books writes to {name} first then, where it writes to {contact}."
    button = "Mark as primary"

    def deliver(self, idempotency_key: IdempotencyKey, form: Any) -> Receipt:  # noqa: ARG002  # a yes has no fields
        assert self.contact  # noqa: S101  # posts without one end before
        assert self.known  # noqa: S101  # nor without one of its people
        return services.make_primary(
            **self.whom,
            idempotency_key=idempotency_key,
            contact=self.contact,
            known=self.known,
        )


class RemovePersonView(ActView):
    kinds = (senders.REMOVAL.kind,)
    right = REMOVE
    heading = "Delete {name}?"
    body = "They are no contact person of {contact} any more. This cannot be undone."
    button = "Delete"

    def needed_feature(self) -> Feature:
        return DELETIONS

    def deliver(self, idempotency_key: IdempotencyKey, form: Any) -> Receipt:  # noqa: ARG002  # a yes has no fields
        assert self.contact  # noqa: S101  # posts without one end before
        assert self.known  # noqa: S101  # nor without one of its people
        return services.remove_person(
            **self.whom,
            idempotency_key=idempotency_key,
            contact=self.contact,
            known=self.known,
        )


class StatusView(ActView):
    """Makes a customer inactive, or active again: nobody is deleted."""

    kinds = (senders.STATUS.kind,)
    feature = CONTACTS
    right = CHANGE
    is_active: bool

    def deliver(self, idempotency_key: IdempotencyKey, form: Any) -> Receipt:  # noqa: ARG002  # a yes has no fields
        assert self.contact is not None  # noqa: S101  # posts without one end before
        return services.set_status(
            **self.whom,
            idempotency_key=idempotency_key,
            contact=self.contact,
            is_active=self.is_active,
        )


class DeactivateView(StatusView):
    is_active = False
    heading = "Deactivate {contact}?"
    body = "Zoho Books keeps them with all that they have, and offers them no more."
    button = "Deactivate"


class ActivateView(StatusView):
    is_active = True
    heading = "Reactivate {contact}?"
    body = "Zoho Books offers them again."
    button = "Reactivate"
