"""The form for a customer or vendor; one who is in Books already is shown first."""

from typing import Any

from django.http import HttpResponse

from books import services
from books.access import ADD, CHANGE, SEE
from books.forms.contact import NewContactForm, spread
from books.forms.known import plain
from books.payloads import ChangePayload, ContactPayload
from books.views.base import BooksFormView
from books.views.fields import FieldsView
from books.views.page import ContactPage
from books.views.preview import preview
from books.zoho import persons
from books.zoho.contacts import read, same
from books.zoho.records import Contact
from books.zoho.senders import CHANGE as CHANGING
from books.zoho.senders import CONTACT
from connections.access import may
from connections.services import client_for
from connections.zoho.errors import ZohoError
from zohoportal.accounts.access import someone_to_ask
from zohoportal.outbox import idempotency
from zohoportal.outbox.idempotency import IdempotencyKey
from zohoportal.outbox.models import Delivery
from zohoportal.outbox.services import Receipt

# Chosen in place of one who is there.
ANOTHER = "new"


class NewContactView(FieldsView, BooksFormView):
    kinds = (CONTACT.kind, CHANGING.kind)
    right = ADD
    form_class = NewContactForm
    template_name = "books/contact.html"
    page_class = ContactPage
    page: ContactPage
    shown: Contact | None = None

    def get_initial(self) -> dict[str, Any]:
        asked = {
            name: self.request.GET.get(name, "") for name in ("name", "email", "phone")
        }
        first, _, last = asked["name"].strip().rpartition(" ")
        # Books asks for a first name, and some people have one name only.
        person = {"first_name": first or last, "last_name": last if first else ""}
        person |= {"email": asked["email"], "phone": asked["phone"]}
        given = {"contact_name": asked["name"], **spread([person])}
        return {k: v for k, v in given.items() if v} | super().get_initial()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        may_see = may(self.person, self.connection, SEE)
        return super().get_context_data(may_see=may_see, **kwargs)

    def from_payload(self, payload: ContactPayload | ChangePayload) -> dict[str, Any]:
        return {**payload.values, **spread(payload.persons)}

    def form_valid(self, form: NewContactForm) -> HttpResponse:
        if self._is_repeat() or self._is_settled(form):
            return super().form_valid(form)
        return self.form_invalid(form)

    def _is_repeat(self) -> bool:
        """Tell whether this very form was sent before: then that says what became."""
        posted = self.request.POST.get("form_key", "")
        key = idempotency.read(posted, self.person)
        known = Delivery.objects.filter(person=self.person, kind=CONTACT.kind)
        return key is not None and known.filter(idempotency_key=key.key).exists()

    def _is_settled(self, form: NewContactForm) -> bool:
        """Tell whether it is known whom this is about; show or ask where it is not."""
        target = self.request.POST.get("target", "")
        emails = [each["email"] for each in form.persons() if each.get("email")]
        try:
            client = client_for(self.connection)
            found = same(client, form.cleaned_data["contact_name"], emails)
            chosen = [each for each in found if each.id == target]
            if not found or (target == ANOTHER and not chosen):
                return True
            if len(found) > 1 and not chosen:
                self.page.candidates = found
                self._note_name(form, found)
                return False
            if not self._may_change(form, (chosen or found)[0]):
                return False
            whole = read(client, (chosen or found)[0].id)
        except ZohoError:
            if target in ("", ANOTHER):
                # It is looked for once more before it is sent.
                return True
            form.add_error(None, "Zoho Books could not be asked. Save it again soon.")
            return False
        return self._is_agreed(form, whole)

    def _note_name(self, form: NewContactForm, found: list[Contact]) -> None:
        name = form.cleaned_data["contact_name"].casefold()
        self.page.is_name_taken = name in {each.name.casefold() for each in found}

    def _may_change(self, form: NewContactForm, found: Contact) -> bool:
        is_allowed = may(self.person, self.connection, CHANGE)
        if not is_allowed:
            words = (
                f"{found.name} is in Zoho Books already, and you may not change "
                f"customers. Ask {someone_to_ask()}."
            )
            form.add_error(None, words)
        return is_allowed

    def _is_agreed(self, form: NewContactForm, whole: Contact) -> bool:
        """Tell whether the person saw what this changes; show it if not."""
        self.shown = whole
        self._note_name(form, [whole])
        self.page.preview = preview(whole, self._changes(form), self._people(form))
        saw = (self.request.POST.get("target"), self.request.POST.get("as_of"))
        if self.page.preview.changes_nothing and saw == (whole.id, whole.stamp):
            form.add_error(None, f"{whole.name} has all of this already.")
            return False
        return saw == (whole.id, whole.stamp)

    def _changes(self, form: NewContactForm) -> dict[str, str]:
        """Return what was typed and is not so; blank is left as it is."""
        known = self.shown.values if self.shown else {}
        typed = {name: value for name, value in form.typed().items() if value}
        return {
            name: value
            for name, value in typed.items()
            if plain(known.get(name, ""), form.fields[name]) != value
        }

    def _people(self, form: NewContactForm) -> list[dict[str, str]]:
        typed = form.persons()
        known = self.shown
        return [each for each in typed if not (known and persons.there(known, each))]

    def refused(self, form: Any, delivery: Delivery) -> Any:
        in_the_way = (each.get("record") for each in delivery.problem["fields"])
        self.page.existing = next(filter(None, in_the_way), "")
        return super().refused(form, delivery)

    def deliver(self, idempotency_key: IdempotencyKey, form: NewContactForm) -> Receipt:
        if self.shown:
            return services.change_contact(
                connection=self.connection,
                person=self.person,
                idempotency_key=idempotency_key,
                contact=self.shown,
                values=self._changes(form),
                before=self.shown.values,
                persons=self._people(form),
            )
        return services.add_contact(
            connection=self.connection,
            person=self.person,
            idempotency_key=idempotency_key,
            values={name: value for name, value in form.typed().items() if value},
            persons=form.persons(),
            labels=form.labels,
        )
