"""The form of a ticket template, new or there already."""

import re
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.generic import FormView

from connections.access import right_or_404
from connections.views.explained import explained, reason
from connections.zoho import shapes
from connections.zoho.errors import ZohoError
from desk import ticket_templates
from desk.access import CREATE, Tickets
from desk.forms.departments import DepartmentForms, typed_into
from desk.forms.filling import outgrown
from desk.forms.templates import TemplateForm, initial_of
from desk.models import TicketTemplate
from desk.services import TICKETS
from desk.views.my_tickets import known_ticket, sent_for
from desk.views.page import TemplatePage
from desk.views.templates import changeable
from zohoportal.accounts.access import PersonRequest
from zohoportal.outbox import idempotency
from zohoportal.outbox.models import REFERENCE
from zohoportal.outbox.views import kept_forms

REFERENCE_LINE = re.compile(rf"\s*Ref\. {REFERENCE.pattern}\s*$")
UNREADABLE = (
    "Whether the department takes this cannot be asked of Zoho now. Nothing was saved; "
    "save it again later."
)
NAME_TAKEN = "There is a template with this name already. Choose another name."
TOO_MANY = f"You have {ticket_templates.MOST} templates, which is the most. Delete one."


class TemplateView(FormView):
    """A new template or one that is there; kept while Desk cannot be asked."""

    form_class = TemplateForm
    template_name = "desk/template.html"
    request: PersonRequest

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.person = self.request.user
        self.connection = right_or_404(self.person, kwargs["slug"], CREATE)
        self.tickets = Tickets.of(self.person, self.connection)
        self.template: TicketTemplate | None = None
        self.desk = DepartmentForms(
            self.tickets, request.POST, self._explain, self._note_gap
        )
        self.page = TemplatePage(
            form_key=idempotency.issue(self.person),
            is_kept=bool(kept_forms.find(request, self.person)),
            version=request.POST.get("version", ""),
        )
        # Of the department's fields, as Desk writes them.
        self.values: dict[str, str] = {}
        if "template" in kwargs:
            self._take_up(kwargs["template"])

    def _take_up(self, pk: int) -> None:
        self.template = changeable(self.person, self.connection, pk)
        self.page.is_gone = self.template is None
        if self.template:
            self.values = self.template.values
            if self.request.method != "POST":
                kept = kept_forms.find(self.request, self.person)
                self.page.version = kept.get("version", self.template.version)
        elif self.request.method != "POST":
            raise Http404("No such template")

    def _explain(self, error: ZohoError) -> None:
        page = explained(self.person, self.connection, error, TICKETS)
        self.page = replace(self.page, **page)

    def _note_gap(self, what: str, error: ZohoError) -> None:
        self.page.gaps[what] = reason(self.person, self.connection, error, TICKETS)

    def get_initial(self) -> dict[str, Any]:
        if self.template:
            initial = initial_of(self.template)
        else:
            initial = self._of_a_ticket(
                shapes.identifier(self.request.GET.get("ticket"))
            )
        return {**initial, **kept_forms.find(self.request, self.person)}

    def _of_a_ticket(self, ticket_id: str) -> dict[str, Any]:
        """Return what a ticket says, without the person who asked."""
        if not ticket_id or self.request.method == "POST":
            return {}
        self.tickets.ask_or_404(ticket_id)
        sent = sent_for(self.tickets, ticket_id)
        if sent and self.tickets.has_department(sent.department):
            self.values = sent.values
            return {
                "department": sent.department,
                "subject": sent.subject,
                "description": sent.description,
            }
        try:
            ticket = self.tickets.told(known_ticket(self.connection, ticket_id))
        except ZohoError as error:
            self._explain(error)
            return {}
        return {
            "department": ticket.department_id,
            "subject": ticket.subject,
            "description": REFERENCE_LINE.sub("", ticket.text),
        }

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        self.desk.expect(self.values)
        chosen = kwargs["initial"].get("department", "")
        if self.request.method == "POST":
            chosen = self.request.POST.get("department", "")
        return kwargs | self.desk.kwargs_for(chosen)

    def get_form(self, form_class: Any = None) -> TemplateForm:
        form: TemplateForm = super().get_form(form_class)
        if not form.is_bound:
            form.initial = {**dict(form.typed_values(self.values)), **form.initial}
            if self.template:
                self.page.outgrown = outgrown(self.template, form)
        return form

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.get_form()
        before = self.desk.form_before(form, super().get_form_kwargs)
        left_out = before.left_out_by(form)
        is_gone = self.page.is_gone
        if left_out or is_gone or "show_fields" in request.POST:
            return self._show_again(before, left_out)
        return super().post(request, *args, **kwargs)

    def _show_again(self, before: TemplateForm, left_out: list[str]) -> HttpResponse:
        """Show the form with what was typed and fits; nothing is judged yet."""
        self.page.is_typed = True
        self.page.left_out = [str(before[name].label) for name in left_out]
        again = TemplateForm(
            initial=typed_into(before, left_out),
            **self.desk.kwargs_for(self.desk.shown),
        )
        status = 404 if self.page.is_gone else 200
        return self.render_to_response(self.get_context_data(form=again), status=status)

    def form_valid(self, form: TemplateForm) -> HttpResponse:
        kept = form.kept()
        if self.desk.is_away and kept["department"]:
            form.add_error(None, UNREADABLE)
            return self.form_invalid(form)
        try:
            self._save(kept)
        except ticket_templates.NameTaken:
            form.add_error("name", NAME_TAKEN)
        except ticket_templates.TooMany:
            form.add_error(None, TOO_MANY)
        except ticket_templates.ChangedMeanwhile:
            return self._changed_meanwhile(form)
        if form.errors:
            return self.form_invalid(form)
        kept_forms.drop(self.request)
        messages.success(self.request, f"The template “{kept['name']}” was saved.")
        return redirect("desk:templates", self.connection.slug)

    def _save(self, kept: dict[str, Any]) -> None:
        if self.template is None:
            ticket_templates.add(self.person, self.connection, kept)
            return
        read = str(self.page.version)
        version = int(read) if read.isdecimal() and len(read) < 10 else 0
        ticket_templates.change(self.person, self.template, version, kept)

    def _changed_meanwhile(self, form: TemplateForm) -> HttpResponse:
        self._take_up(self.template.pk if self.template else 0)
        if self.template is None:
            return self._show_again(form, [])
        self.page.is_changed, self.page.version = True, self.template.version
        return self.form_invalid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        # First, because Desk is asked where the form is made.
        context = super().get_context_data(
            connection=self.connection, template=self.template, **kwargs
        )
        self.page.shown_department = self.desk.shown
        return context | self.page.context()
