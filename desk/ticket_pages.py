"""Tickets that are there: the list of one's own, each on its page, and answers."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from connections import status
from connections.access import usable_or_404
from connections.facts import facts_about
from connections.models import Connection
from connections.services import client_for
from connections.zoho.errors import ZohoError
from connections.zoho.explain import explain
from desk import answers
from desk.answer_forms import CommentForm, StatusForm
from desk.layouts import layout_of
from desk.my_tickets import as_they_stand, known_ticket, opened_by
from desk.services import TICKETS
from desk.tickets import Ticket, conversation, read_ticket
from zohoportal.accounts.access import PersonRequest, someone_to_ask
from zohoportal.outbox import form_keys
from zohoportal.outbox.form_keys import FormKey
from zohoportal.outbox.pages import DeliveryFormView
from zohoportal.outbox.services import Receipt

PAGE = 10


@require_safe
def my_tickets(request: PersonRequest, slug: str) -> HttpResponse:
    """List what this person opened here, and how it stands at Desk."""
    connection = _usable(request, slug)
    pages = Paginator(opened_by(request.user, connection), PAGE)
    page = pages.get_page(request.GET.get("page"))
    tickets, problem = as_they_stand(connection, list(page))
    context = {
        "connection": connection,
        "tickets": tickets,
        "page": page,
        "can_open": TICKETS.key in connection.features,
    }
    if problem:
        context |= explained(request, connection, problem)
    return render(request, "desk/tickets.html", context)


@require_safe
def ticket_page(request: PersonRequest, slug: str, ticket: int) -> HttpResponse:
    """Show a ticket, what was said about it, and the forms to answer with."""
    connection = _usable(request, slug)
    context: dict[str, Any] = {
        "connection": connection,
        "can_open": TICKETS.key in connection.features,
    }
    try:
        client = client_for(connection)
        found = read_ticket(client, str(ticket))
        context |= {"ticket": found, "said": conversation(client, found.id)}
        context |= _answer_forms(request, connection, found)
    except ZohoError as error:
        context |= explained(request, connection, error)
    return render(request, "desk/show.html", context)


def _answer_forms(
    request: PersonRequest, connection: Connection, ticket: Ticket
) -> dict[str, Any]:
    if answers.ANSWERS.key not in connection.features:
        return {}
    if answers.ANSWERS.key in connection.lacking:
        return {"is_lacking": True, "admin": someone_to_ask()}
    about = {"ticket": ticket.id}
    statuses = _statuses(connection, ticket)
    initial = about | {"status": ticket.status}
    return {
        "comment_form": CommentForm(initial=about),
        "comment_key": form_keys.issue(request.user),
        "status_form": StatusForm(initial=initial, statuses=statuses),
        "status_key": form_keys.issue(request.user),
    }


def _statuses(connection: Connection, ticket: Ticket) -> list[str]:
    field = layout_of(connection, ticket.department_id).field("status")
    return list(field.values) if field else []


def _usable(request: PersonRequest, slug: str) -> Connection:
    connection = usable_or_404(request.user, slug)
    if not {TICKETS.key, answers.ANSWERS.key} & set(connection.features):
        raise Http404("The connection is not used for tickets")
    return connection


def explained(
    request: PersonRequest, connection: Connection, error: ZohoError
) -> dict[str, Any]:
    """Return the words for why Desk could not be asked, and an admin's buttons."""
    zone = timezone.get_current_timezone()
    facts = facts_about(connection, TICKETS)
    words = explain(error, step="read", zone=zone, facts=facts)
    if not request.user.is_admin:
        return {"problem": words.for_staff(someone_to_ask())}
    acts = status.acts(connection, words)
    return {"problem": words, "act": next(iter(acts), None), "also": acts[1:]}


class AnswerView(DeliveryFormView):
    """A form about one ticket, which its query or its content names."""

    feature = answers.ANSWERS
    template_name = "desk/answer.html"
    heading: str
    button: str

    def dispatch(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        if not self.ticket_id:
            return redirect("desk:tickets", self.connection.slug)
        return super().dispatch(request, *args, **kwargs)

    @property
    def ticket_id(self) -> str:
        """Return the ticket that it is about; empty where nothing names one."""
        asked = self.request.POST.get("ticket") or self.request.GET.get("ticket")
        named = str(asked or self.get_initial().get("ticket", ""))
        return named if named.isdecimal() else ""

    @property
    def ticket(self) -> Ticket:
        """Return the ticket; by its id alone while Desk cannot be asked."""
        ticket_id = self.ticket_id
        try:
            return known_ticket(self.connection, ticket_id)
        except ZohoError:
            return Ticket(ticket_id, ticket_id, "", "", is_closed=False, made_at=None)

    def get_initial(self) -> dict[str, Any]:
        asked = {"ticket": self.request.GET.get("ticket", "")}
        return asked | super().get_initial()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        words = {"heading": self.heading, "button": self.button}
        return super().get_context_data(ticket=self.ticket, **words, **kwargs)


class CommentView(AnswerView):
    kinds = (answers.COMMENT.kind,)
    form_class = CommentForm
    heading = "Comment on ticket"
    button = "Add comment"

    def deliver(self, form_key: FormKey, form: CommentForm) -> Receipt:
        return answers.add_comment(
            connection=self.connection,
            person=self.person,
            form_key=form_key,
            ticket=self.ticket,
            content=form.cleaned_data["content"],
            is_public=form.cleaned_data["is_public"] == "yes",
        )

    def from_payload(self, payload: dict[str, Any]) -> dict[str, Any]:
        return payload | {"is_public": "yes" if payload["is_public"] else "no"}


class StatusView(AnswerView):
    kinds = (answers.STATUS.kind,)
    form_class = StatusForm
    heading = "Status of ticket"
    button = "Change status"

    def get_form_kwargs(self) -> dict[str, Any]:
        typed = self.request.POST.get("status", "")
        try:
            statuses = _statuses(self.connection, self.ticket)
        except ZohoError:
            # Desk judges it when it gets it.
            statuses = [typed]
        return super().get_form_kwargs() | {"statuses": statuses}

    def deliver(self, form_key: FormKey, form: StatusForm) -> Receipt:
        return answers.change_status(
            connection=self.connection,
            person=self.person,
            form_key=form_key,
            ticket=self.ticket,
            status=form.cleaned_data["status"],
        )
