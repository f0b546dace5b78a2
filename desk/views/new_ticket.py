from typing import Any

from django.http import HttpRequest, HttpResponse
from msgspec.structs import asdict

from connections.services import client_for
from connections.views.explained import reason
from connections.zoho import shapes
from connections.zoho.errors import ZohoError
from desk import services, ticket_templates
from desk.access import CREATE, Tickets
from desk.forms.departments import DepartmentForms, typed_into
from desk.forms.filling import fill
from desk.forms.ticket import TicketForm
from desk.payloads import Kind, TicketPayload
from desk.views.page import TicketPage
from desk.zoho import contacts
from desk.zoho.answers import ANSWERS
from desk.zoho.person_words import names_in, new_contact
from zohoportal.outbox.delivering.contents import known_payload
from zohoportal.outbox.delivering.problems import problems_of, put_on_form
from zohoportal.outbox.idempotency import IdempotencyKey
from zohoportal.outbox.models import Delivery
from zohoportal.outbox.services import Receipt
from zohoportal.outbox.views.form import DeliveryFormView

NOBODY_CHOSEN = {"contact": "", "contact_name": ""}
# Buttons that show the form again with more on it; nothing is sent.
STEPS = {"find", "use", "add", "show_fields", "use_template"}
SERVICE = (
    "subject",
    "department",
    "contact",
    "contact_name",
    "email",
    "last_name",
    "first_name",
    "phone",
    "is_new",
    "description",
)


class TicketView(DeliveryFormView):
    kinds = (Kind.TICKET,)
    feature = services.TICKETS
    right = CREATE
    form_class = TicketForm
    template_name = "desk/ticket.html"
    page_class = TicketPage
    page: TicketPage

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.tickets = Tickets.of(self.person, self.connection)
        self.desk = DepartmentForms(
            self.tickets, request.POST, self._explain_first, self._note_gap
        )

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        asked = self.request.GET.get("template")
        if asked and self.request.method != "POST":
            kwargs["initial"] |= self._filled_from(asked, kwargs["initial"])
        chosen = self.request.POST.get("department", "")
        return kwargs | self._kwargs_for(
            chosen or str(kwargs["initial"].get("department", ""))
        )

    def _kwargs_for(self, department: str) -> dict[str, Any]:
        kwargs = self.desk.kwargs_for(department)
        self.page.shown_department = self.desk.shown
        usable = {*self.connection.features} - {*self.connection.lacking}
        return kwargs | {"takes_files": ANSWERS.key in usable}

    def _explain_first(self, error: ZohoError) -> None:
        if self.page.problem is None:
            self.explain(error)

    def _note_gap(self, what: str, error: ZohoError) -> None:
        self.page.gaps[what] = reason(self.person, self.connection, error, self.feature)

    def get_initial(self) -> dict[str, Any]:
        asked = {"department": self.request.GET.get("department", "")}
        return asked | super().get_initial() | self._asked_person()

    def _asked_person(self) -> dict[str, Any]:
        """Return the person that the link is for, as Desk knows them."""
        asked = self.request.GET
        if contact := shapes.identifier(asked.get("contact")):
            name = asked.get("name") or asked.get("email") or "The same person"
            return self._as_contact(contacts.Contact(contact, name))
        first, last = names_in(asked.get("name", ""))
        typed = {name: asked.get(name, "") for name in ("email", "phone")}
        if len(known := self._known_by(typed["email"])) == 1:
            return self._as_contact(known[0])
        person = typed | {"first_name": first, "last_name": last}
        return {name: value for name, value in person.items() if value}

    def _known_by(self, email: str) -> list[contacts.Contact]:
        """Return whom Desk knows by this address; nobody where it cannot be asked."""
        try:
            client = client_for(self.connection)
            return contacts.by_email(client, email) if email else []
        except ZohoError:
            return []

    def _as_contact(self, contact: contacts.Contact) -> dict[str, str]:
        try:
            client = client_for(self.connection)
            found = contacts.open_tickets(client, contact.id, self.tickets.have)
        except ZohoError:
            # A help that must never stand in the way.
            found = []
        self.page.open_tickets = found
        names = dict.fromkeys(["who", "contact_name"], contact.name)
        nobody_new = dict.fromkeys(TicketForm.NEW_CONTACT, "")
        return {"contact": contact.id} | names | nobody_new

    def from_payload(self, payload: TicketPayload) -> dict[str, Any]:
        values = payload.values
        form = TicketForm(**self._kwargs_for(payload.department))
        names = {"who": payload.contact_name}
        return asdict(payload) | names | dict(form.typed_values(values))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.get_form()
        before = self.desk.form_before(form, super().get_form_kwargs)
        left_out = before.left_out_by(form)
        if left_out or request.POST.keys() & STEPS:
            return self._show_again(form, before, left_out)
        if "reload" in request.POST:
            return super().post(request, *args, **kwargs)
        return self.form_valid(form) if form.is_valid() else self.form_invalid(form)

    def reload(self) -> None:
        self.desk.forget()

    def _show_again(
        self, form: TicketForm, before: TicketForm, left_out: list[str]
    ) -> HttpResponse:
        """Show the form with what was typed and fits; nothing is judged yet."""
        self.page.is_typed = True
        self.page.form_key = self.request.POST.get("form_key", "")
        self.page.left_out = [str(before[name].label) for name in left_out]
        kept = typed_into(before, left_out) | self._step(form)
        if "use_template" in self.request.POST:
            kept |= self._filled_from(self.request.POST.get("start_from", ""), kept)
        again = TicketForm(initial=kept, **self._kwargs_for(self.desk.shown))
        return self.render_to_response(self.get_context_data(form=again))

    def _step(self, form: TicketForm) -> dict[str, Any]:
        posted = self.request.POST
        try:
            client = client_for(self.connection)
            if "find" in posted:
                self.page.found = contacts.search(client, form["who"].value() or "")
            if contact := shapes.identifier(posted.get("use")):
                return self._as_contact(contacts.read(client, contact))
        except ZohoError as error:
            self._explain_first(error)
        if "add" in posted:
            return NOBODY_CHOSEN | new_contact(str(form["who"].value() or ""))
        return {}

    def _filled_from(self, asked: str, typed: dict[str, Any]) -> dict[str, Any]:
        """Return what a template adds to what was typed, and have the page tell it."""
        usable = ticket_templates.usable_by(self.person, self.connection)
        template = (
            usable.filter(pk=asked).first()
            if asked.isdecimal() and len(asked) < 20
            else None
        )
        self.page.no_template = template is None
        if template is None:
            return {}
        self.desk.expect(template.values)
        department = str(typed.get("department") or template.department)
        form = TicketForm(initial=typed, **self._kwargs_for(department))
        filling = fill(template, form, self.person)
        self.page.filling = filling
        return filling.values | {"template": str(template.pk)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        usable = ticket_templates.listed_for(self.person, self.connection)
        return super().get_context_data(templates=usable, **kwargs)

    def refused(self, form: TicketForm, delivery: Delivery) -> TicketForm:
        """Make the form anew: the layout may have changed since it was read."""
        problems = delivery.problem["fields"]
        if not problems:
            put_on_form(form, delivery)
            return form
        self.desk.forget()
        renewed: TicketForm = self.get_form()
        if any(problem["kind"] == "duplicate" for problem in problems):
            self._offer_known(renewed, form.cleaned_data)
        put_on_form(renewed, delivery, self._gone(delivery))
        return renewed

    def _offer_known(self, form: TicketForm, typed: dict[str, Any]) -> None:
        """Show whom Desk knows already, and let the person say who is meant."""
        form.asks_who_is_meant = not typed["email"]
        person = {name: typed[name] for name in TicketForm.NEW_CONTACT}
        try:
            found = contacts.known(client_for(self.connection), **person)
        except ZohoError:
            # What Zoho objected to stands beside the field all the same.
            return
        self.page.found = found

    def _gone(self, delivery: Delivery) -> set[str]:
        """Return the contact's field, if Desk objected to it and does not have it."""
        payload = known_payload(delivery)
        chosen = payload.contact if isinstance(payload, TicketPayload) else ""
        named = {problem.field for problem in problems_of(delivery)} & {"contactId"}
        if not (chosen and named):
            return set()
        try:
            is_gone = contacts.is_gone(client_for(self.connection), chosen)
        except ZohoError:
            # Nobody can tell: nothing is claimed.
            return set()
        return named if is_gone else set()

    def form_valid(self, form: TicketForm) -> HttpResponse:
        # Where Desk does not tell its departments, the form takes what was typed.
        if not self.tickets.has_department(form.cleaned_data["department"]):
            form.add_error("department", "Choose a department that is open to you.")
            return self.form_invalid(form)
        return super().form_valid(form)

    def deliver(self, idempotency_key: IdempotencyKey, form: TicketForm) -> Receipt:
        return services.open_ticket(
            connection=self.connection,
            person=self.person,
            idempotency_key=idempotency_key,
            values=form.values(),
            files=form.cleaned_data.get("attachments", []),
            **{name: form.cleaned_data[name] for name in SERVICE},
        )
