"""Forms about a ticket that is there: a comment, more files, another status."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from connections.zoho.errors import ZohoError
from desk import answers, attachments
from desk.answer_forms import CommentForm, FilesForm, StatusForm
from desk.my_tickets import known_ticket
from desk.pages import statuses
from desk.tickets import Ticket
from zohoportal.outbox.form_keys import FormKey
from zohoportal.outbox.pages import DeliveryFormView
from zohoportal.outbox.services import Receipt


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


class FilesView(AnswerView):
    kinds = (attachments.SENDER.kind,)
    form_class = FilesForm
    heading = "Files for ticket"
    button = "Add files"

    def hand_in(self, form_key: FormKey, form: FilesForm) -> HttpResponse:
        receipts = answers.add_files(
            connection=self.connection,
            person=self.person,
            form_key=form_key,
            ticket=self.ticket,
            files=form.cleaned_data["attachments"],
        )
        page = reverse("desk:show", args=[self.connection.slug, self.ticket.id])
        return self.files_handed_in(receipts, page)


class StatusView(AnswerView):
    kinds = (answers.STATUS.kind,)
    form_class = StatusForm
    heading = "Status of ticket"
    button = "Change status"

    def get_form_kwargs(self) -> dict[str, Any]:
        typed = self.request.POST.get("status", "")
        try:
            found = statuses(self.connection, self.ticket)
        except ZohoError:
            # Desk judges it when it gets it.
            found = [typed]
        return super().get_form_kwargs() | {"statuses": found}

    def deliver(self, form_key: FormKey, form: StatusForm) -> Receipt:
        return answers.change_status(
            connection=self.connection,
            person=self.person,
            form_key=form_key,
            ticket=self.ticket,
            status=form.cleaned_data["status"],
        )
