from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from connections.messages.explain import explain
from connections.services import client_for
from connections.zoho.errors import ZohoError
from crm import services
from crm.access import CHANGE, may
from crm.forms.record import RecordForm
from crm.payloads import Kind, WithValues
from crm.views import matches, preview
from crm.views.common import demands
from crm.views.page import RecordPage
from crm.views.planned import PlannedFormView
from crm.zoho.search import Record, find_same, name_of, typed_name
from crm.zoho.writes import CHANGED_BY_OTHERS, GONE
from zohoportal.accounts.access import someone_to_ask
from zohoportal.outbox.idempotency import IdempotencyKey
from zohoportal.outbox.models import Delivery
from zohoportal.outbox.services import Receipt

# What the small script asks for, to put it into the page that is there.
FRAGMENT = "X-Fragment"
UNSEEN = (
    "Whether Zoho has it already cannot be seen right now, and you may not change what "
    "is there. Nothing was sent: save it again later."
)
# Chosen in place of a record that is there.
ANOTHER = "new"


class RecordView(PlannedFormView):
    """The form for a new record, or for one that may be there: it shows which first."""

    kinds = (Kind.RECORD, Kind.INSERT, Kind.CHANGE)
    template_name = "crm/record.html"
    page_class = RecordPage
    page: RecordPage

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.seen: preview.Seen | None = None
        self.page.is_asked_again = "asked" in request.POST
        has_metadata = not (self.page.is_fixed or self.page.is_makeshift)
        if has_metadata:
            self.page.beyond, self.page.zoho_url = demands(self.connection, self.plan)
        if has_metadata and self.plan.duplicate_field:
            place = [self.connection.slug, self.module]
            self.page.matches_url = reverse("crm:matches", args=place)

    def from_payload(self, payload: WithValues) -> dict[str, Any]:
        if payload.module != self.module:
            return {}
        return self.filled_in(payload.values)

    def checked(self, form: Any) -> HttpResponse:
        typed = form.typed()
        token = self.request.POST.get("seen", "")
        self.seen = preview.unseal(token, typed, self.person.pk)
        if self.seen and self.seen.shown and not self._may_change():
            # They might when it was shown to them.
            self.seen = None
        is_agreed = self._is_meant() and not self._says_nothing(form)
        if self.page.is_fixed and not self._may_change():
            form.add_error(None, UNSEEN)
            return self.form_invalid(form)
        if self.page.is_fixed or is_agreed:
            self.page.seen = token
            return super().checked(form)
        self._look(form, typed)
        answer = self.form_invalid(form)
        if form.errors or not self.request.headers.get(FRAGMENT):
            return answer
        context = self.get_context_data(form=form)
        fragment = render(self.request, "crm/preview.html", context)
        fragment[FRAGMENT] = "preview"
        return fragment

    def _is_meant(self) -> bool:
        """Tell whether what was shown is what the pressed button is about."""
        if not self.seen:
            return False
        shown = self.seen.shown
        own = shown.record_id if shown else ANOTHER
        # The button for another one brings what was shown along, too.
        return self.request.POST.get("target", "") in ("", own)

    def _says_nothing(self, form: RecordForm) -> bool:
        """Object to a save that would change nothing."""
        if not self.seen or not self.seen.shown or self._changes(self.seen, form):
            return False
        name = self.seen.shown.name
        form.add_error(None, f"{name} has all of this already: nothing was sent.")
        return True

    def _changes(self, seen: preview.Seen, form: RecordForm) -> dict[str, Any]:
        """Return what was shown as a change, and None for what was ticked to clear."""
        typed = form.typed()
        asked = self.request.POST.getlist("clear")
        cleared = dict.fromkeys(name for name in asked if name in seen.kept)
        return {name: typed[name] for name in seen.changed} | cleared

    def _look(self, form: RecordForm, typed: dict[str, Any]) -> None:
        """Show what a save would do, or ask which record is meant."""
        target = self.request.POST.get("target", "")
        blank = [name for name in form.at_zoho if name not in typed]
        try:
            records = self._same(typed)
        except ZohoError as error:
            if not self._may_change():
                form.add_error(None, UNSEEN)
                return
            words = explain(error, step="read").title
            name = typed_name(self.plan.metadata, typed)
            shown = preview.Preview(name, trouble=words)
        else:
            chosen = [each for each in records if str(each["id"]) == target]
            is_another = target == ANOTHER and (
                # Where several share a value, it is no rule that one alone has it.
                self.plan.may_insert or len(records) > 1
            )
            if not chosen and not is_another and len(records) > 1:
                self.page.candidates = preview.candidates(self.plan, records)
                return
            if records and not is_another and not self._may_change():
                form.add_error(None, self._there_already((chosen or records)[0]))
                return
            if not records or is_another:
                shown = preview.new(self.plan, typed, blank, beside=records)
            else:
                record = (chosen or records)[0]
                shown = preview.update(self.plan, typed, record, blank)
            self.page.target = target if chosen or is_another else ""
        seal = preview.seal(shown, typed, self.person.pk)
        self.page.preview, self.page.seen = shown, seal

    def _may_change(self) -> bool:
        return may(self.person, self.connection, CHANGE, self.module)

    def _there_already(self, record: Record) -> str:
        name = name_of(self.plan.metadata, record)
        return (
            f"{name} is in Zoho already, and you may not change "
            f"{self.plan.module.plural.lower()}. Ask {someone_to_ask()}."
        )

    def _same(self, typed: dict[str, Any]) -> list[Record]:
        question = matches.Question(self.connection, self.person, self.plan, typed)
        known = matches.unseal(self.request.POST.get("matches", ""), question)
        if known:
            return known.records
        return find_same(client_for(self.connection), self.plan, typed)

    def refused(self, form: Any, delivery: Delivery) -> Any:
        form = super().refused(form, delivery)
        if {each["field"] for each in delivery.problem["fields"]} & {
            CHANGED_BY_OTHERS,
            GONE,
        }:
            # What was shown does not hold any more.
            self._look(form, form.typed())
        return form

    def deliver(self, idempotency_key: IdempotencyKey, form: RecordForm) -> Receipt:
        seen = self.seen
        if seen and seen.shown:
            return services.change_record(
                connection=self.connection,
                person=self.person,
                idempotency_key=idempotency_key,
                plan=self.plan,
                shown=seen.shown,
                values=self._changes(seen, form),
            )
        return services.create_record(
            connection=self.connection,
            person=self.person,
            idempotency_key=idempotency_key,
            plan=self.plan,
            values=form.typed(),
            defaults=seen.defaults if seen else {},
            is_another=bool(seen and seen.is_another) or not self.plan.duplicate_field,
            was_looked_for=bool(seen and seen.was_looked_for),
        )
