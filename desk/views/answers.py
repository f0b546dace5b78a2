"""Forms about a ticket that is there: a comment, more files, another status."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from msgspec.structs import asdict

from connections.zoho import shapes
from connections.zoho.errors import ZohoError
from desk.access import ANSWER, Tickets
from desk.forms.answers import CommentForm, FilesForm
from desk.payloads import CommentPayload, OfTicket
from desk.views.my_tickets import known_ticket
from desk.zoho import answers, attachments
from desk.zoho.tickets import Ticket, is_gone
from zohoportal.outbox.delivering.contents import known_payload
from zohoportal.outbox.idempotency import IdempotencyKey
from zohoportal.outbox.services import Receipt
from zohoportal.outbox.views import kept_forms
from zohoportal.outbox.views.form import DeliveryFormView


class AnswerView(DeliveryFormView):
    """A form about one ticket, which its query or its content names."""

    feature = answers.ANSWERS
    template_name = "desk/answer.html"
    heading: str
    button: str

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.ticket_id = self._named()
        self._ticket: Ticket | None = None
        # Gone, or in a department that is not theirs: nobody can tell which.
        self._is_closed = False
        self.tickets = Tickets.of(self.person, self.connection)

    def dispatch(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        if not self.ticket_id:
            return redirect("desk:tickets", self.connection.slug)
        self.tickets.ask_or_404(self.ticket_id)
        return super().dispatch(request, *args, **kwargs)

    def _named(self) -> str:
        """Return the ticket that it is about; empty where nothing names one."""
        asked = self.request.POST.get("ticket") or self.request.GET.get("ticket")
        earlier = known_payload(self.earlier) if self.earlier else None
        of_earlier = earlier.ticket if isinstance(earlier, OfTicket) else ""
        kept = kept_forms.find(self.request, self.person)
        return shapes.identifier(asked or of_earlier or kept.get("ticket"))

    def load_ticket(self) -> Ticket:
        """Return the ticket; by its id alone while Desk does not tell. It asks once."""
        if self._ticket is None:
            self._ticket = self._find_or_name()
        return self._ticket

    def _find_or_name(self) -> Ticket:
        try:
            return self.tickets.told(self.find())
        except ZohoError as error:
            # Where Desk did not tell the department, it is asked before this is sent.
            is_post = self.request.method == "POST"
            self._is_closed = is_gone(error) and self.tickets.is_limited
            if is_gone(error) and (not is_post or self._is_closed):
                self.explain(error)
                self.page.is_typed = bool(self.earlier or self.page.is_kept or is_post)
            return Ticket(self.ticket_id, "", "", "", is_closed=False, made_at=None)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.load_ticket()
        if self._is_closed:
            return self.form_invalid(self.get_form())
        return super().post(request, *args, **kwargs)

    def find(self) -> Ticket:
        """Return the ticket; as it was ten minutes ago is good enough.

        Raises:
            ZohoError: Desk does not have it, or cannot be asked.
        """
        return known_ticket(self.connection, self.ticket_id)

    def get_initial(self) -> dict[str, Any]:
        asked = {"ticket": self.request.GET.get("ticket", "")}
        return asked | super().get_initial()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        words = {"heading": self.heading, "button": self.button}
        return super().get_context_data(ticket=self.load_ticket(), **words, **kwargs)


class CommentView(AnswerView):
    kinds = (answers.COMMENT.kind,)
    right = ANSWER
    form_class = CommentForm
    heading = "Comment on ticket"
    button = "Add comment"

    def deliver(self, idempotency_key: IdempotencyKey, form: CommentForm) -> Receipt:
        return answers.add_comment(
            connection=self.connection,
            person=self.person,
            idempotency_key=idempotency_key,
            ticket=self.load_ticket(),
            content=form.cleaned_data["content"],
            is_public=form.cleaned_data["is_public"] == "yes",
        )

    def from_payload(self, payload: CommentPayload) -> dict[str, Any]:
        return asdict(payload) | {"is_public": "yes" if payload.is_public else "no"}


class FilesView(AnswerView):
    kinds = (attachments.SENDER.kind,)
    right = ANSWER
    form_class = FilesForm
    heading = "Files for ticket"
    button = "Add files"

    def hand_in(self, idempotency_key: IdempotencyKey, form: FilesForm) -> HttpResponse:
        receipts = answers.add_files(
            connection=self.connection,
            person=self.person,
            idempotency_key=idempotency_key,
            ticket=self.load_ticket(),
            files=form.cleaned_data["attachments"],
        )
        page = reverse("desk:show", args=[self.connection.slug, self.ticket_id])
        return self.files_handed_in(receipts, page)
