from typing import Any

from django.http import HttpRequest, HttpResponse

from connections.services import client_for
from connections.zoho.errors import ZohoError
from desk import contacts, services, ticket_templates
from desk.answers import ANSWERS
from desk.department_forms import DepartmentForms, typed_into
from desk.fields import form_name
from desk.filling import fill
from desk.forms import TicketForm
from desk.quick_times import quick_times
from zohoportal.outbox.form_keys import FormKey
from zohoportal.outbox.models import Delivery
from zohoportal.outbox.pages import DeliveryFormView, put_on_form
from zohoportal.outbox.services import Receipt

# Buttons that show the form again with more on it; nothing is sent.
STEPS = {"find", "use", "show_fields", "use_template"}
SERVICE = (
    "subject",
    "department",
    "contact",
    "contact_name",
    "email",
    "last_name",
    "first_name",
    "phone",
    "description",
)


class TicketView(DeliveryFormView):
    kinds = (services.SENDER.kind,)
    feature = services.TICKETS
    form_class = TicketForm
    template_name = "desk/ticket.html"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.extra |= {"found": None, "open_tickets": [], "left_out": []}
        self.extra["quick_times"] = quick_times()
        self.desk = DepartmentForms(self.connection, request.POST, self._explain_first)

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
        self.extra["shown_department"] = self.desk.shown
        return kwargs | {"takes_files": ANSWERS.key in self._usable_features}

    @property
    def _usable_features(self) -> set[str]:
        return {*self.connection.features} - {*self.connection.lacking}

    def _explain_first(self, error: ZohoError) -> None:
        if self.extra["problem"] is None:
            self.explain(error)

    def get_initial(self) -> dict[str, Any]:
        asked = {"department": self.request.GET.get("department", "")}
        return asked | super().get_initial() | self._asked_person()

    def _asked_person(self) -> dict[str, Any]:
        """Return the person that the link is for, as Desk knows them."""
        asked = self.request.GET
        if asked.get("contact", "").isdecimal():
            name = asked.get("name") or asked.get("email") or "The same person"
            return self._as_contact(contacts.Contact(asked["contact"], name))
        if not asked.get("email"):
            return {}
        try:
            known = contacts.by_email(client_for(self.connection), asked["email"])
        except ZohoError:
            known = None
        if known:
            return self._as_contact(known)
        first, _, last = asked.get("name", "").rpartition(" ")
        return {
            "email": asked["email"],
            "first_name": first,
            "last_name": last,
            "phone": asked.get("phone", ""),
        }

    def _as_contact(self, contact: contacts.Contact) -> dict[str, str]:
        try:
            found = contacts.open_tickets(client_for(self.connection), contact.id)
        except ZohoError:
            # A help that must never stand in the way.
            found = []
        self.extra["open_tickets"] = found
        names = dict.fromkeys(["who", "contact_name"], contact.name)
        nobody_new = dict.fromkeys(TicketForm.NEW_CONTACT, "")
        return {"contact": contact.id} | names | nobody_new

    def from_payload(self, payload: dict[str, Any]) -> dict[str, Any]:
        values = payload["values"]
        form = TicketForm(**self._kwargs_for(payload["department"]))
        names = {"who": payload["contact_name"]}
        return payload | names | dict(form.typed_values(values))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.get_form()
        before = self.desk.form_before(form, super().get_form_kwargs())
        left_out = before.left_out_by(form)
        if left_out or request.POST.keys() & STEPS:
            return self._show_again(form, before, left_out)
        return super().post(request, *args, **kwargs)

    def reload(self) -> None:
        self.desk.forget()

    def _show_again(
        self, form: TicketForm, before: TicketForm, left_out: list[str]
    ) -> HttpResponse:
        """Show the form with what was typed and fits; nothing is judged yet."""
        self.extra |= {
            "is_typed": True,
            "form_key": self.request.POST.get("form_key", ""),
            "left_out": [before[name].label for name in left_out],
        }
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
                self.extra["found"] = contacts.search(client, form["who"].value() or "")
            if posted.get("use", "").isdecimal():
                return self._as_contact(contacts.read(client, posted["use"]))
        except ZohoError as error:
            self._explain_first(error)
        return {}

    def _filled_from(self, asked: str, typed: dict[str, Any]) -> dict[str, Any]:
        """Return what a template adds to what was typed, and have the page tell it."""
        usable = ticket_templates.usable_by(self.person, self.connection)
        template = (
            usable.filter(pk=asked).first()
            if asked.isdecimal() and len(asked) < 20
            else None
        )
        self.extra |= {"no_template": template is None}
        if template is None:
            return {}
        self.desk.expected |= {form_name(name) for name in template.values}
        department = str(typed.get("department") or template.department)
        form = TicketForm(initial=typed, **self._kwargs_for(department))
        filling = fill(template, form, self.person)
        self.extra["filling"] = filling
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
        if any(problem["kind"] == "duplicate" for problem in problems):
            known = contacts.by_email(
                client_for(self.connection), form.cleaned_data["email"]
            )
            self.extra["found"] = [known] if known else None
        renewed: TicketForm = self.get_form()
        put_on_form(renewed, delivery)
        return renewed

    def deliver(self, form_key: FormKey, form: TicketForm) -> Receipt:
        return services.open_ticket(
            connection=self.connection,
            person=self.person,
            form_key=form_key,
            values=form.values(),
            files=form.cleaned_data.get("attachments", []),
            **{name: form.cleaned_data[name] for name in SERVICE},
        )
