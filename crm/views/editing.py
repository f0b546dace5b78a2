from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from connections import trail
from connections.services import client_for
from connections.trail import Act
from connections.views.explained import trouble
from connections.zoho.errors import ZohoError
from crm import services
from crm.access import CHANGE, DELETE
from crm.forms import sent_back, touched
from crm.forms.change import ChangeForm
from crm.payloads import ChangePayload, Kind, RecordPayload, WithValues
from crm.services import Shown
from crm.views import turned_out
from crm.views.common import Place
from crm.views.page import ChangePage
from crm.views.planned import PlannedFormView
from crm.zoho import records
from crm.zoho.search import Record, name_of
from crm.zoho.writes import CHANGED_BY_OTHERS, GONE
from zohoportal.accounts.access import PersonRequest
from zohoportal.outbox import idempotency
from zohoportal.outbox import services as outbox
from zohoportal.outbox.idempotency import IdempotencyKey
from zohoportal.outbox.models import Delivery
from zohoportal.outbox.services import Receipt


class ChangeView(PlannedFormView):
    """The form that changes one record; what others changed meanwhile is shown."""

    act = CHANGE
    # A new record that Zoho refused may belong into this one.
    kinds = (Kind.CHANGE, Kind.RECORD, Kind.INSERT)
    form_class = ChangeForm
    template_name = "crm/change.html"
    page_class = ChangePage
    page: ChangePage

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        self.record_id: int = kwargs["record"]
        self.record: Record | None = None
        self._place = [kwargs["slug"], kwargs["module"], self.record_id]
        token = request.POST.get("opened", "")
        # Without one, the form is made of the record as it is now.
        self.opened = touched.unseal(token, self._place)
        super().setup(request, *args, **kwargs)
        self.page.record_id = self.record_id
        self.page.name = self.opened.name if self.opened else ""
        self.page.opened = token
        self.page.is_outdated = request.method == "POST" and not self.opened
        if not self.page.is_makeshift:
            self._read()

    def _read(self) -> None:
        try:
            client = client_for(self.connection)
            self.record = records.read_record(client, self.module, self.record_id)
        except ZohoError as error:
            # What was typed is kept all the same: it is compared before it is sent.
            if not self.opened:
                self.explain(error)
                self.page.is_makeshift = True
            return
        if self.record:
            self.page.name = name_of(self.plan.metadata, self.record)
        elif self.request.method == "POST":
            self.page.is_gone = True
        else:
            raise Http404("No such record")

    def get_form_kwargs(self) -> dict[str, Any]:
        opened = self.opened
        known = {"before": opened.before, "shown": opened.shown} if opened else {}
        return super().get_form_kwargs() | {"before": self.record or {}} | known

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        if self.record and not form.is_bound:
            self._seal(form, self.record)
        return form

    def _seal(self, form: ChangeForm, record: Record) -> None:
        name = self.page.name
        self.page.opened = touched.seal(form, record, name, self._place)

    def from_payload(self, payload: WithValues) -> dict[str, Any]:
        own = str(self.record_id)
        changed = payload.id if isinstance(payload, ChangePayload) else own
        if payload.module != self.module or changed != own:
            return {}
        untyped = payload.defaults if isinstance(payload, RecordPayload) else ()
        return self.filled_in(
            {
                name: value
                for name, value in payload.values.items()
                if name not in untyped
            }
        )

    def typed(self) -> dict[str, str]:
        shown = self.opened.shown if self.opened else {}
        return {
            name: value
            for name, value in super().typed().items()
            if not sent_back.are_alike(forms.TextInput(), value, shown.get(name))
        }

    def checked(self, form: Any) -> HttpResponse:
        if self.page.is_gone:
            return self.form_invalid(form)
        if self.record and not self.opened:
            return self.form_invalid(
                self._anew(form, form.touched_at_zoho, self.record)
            )
        if not (ours := form.changes()):
            form.add_error(None, "Nothing was changed. Change a value, or go back.")
            return self.form_invalid(form)
        if self.record:
            theirs = touched.changed_since(form, self.record)
            if touched.clashes(form, ours.keys() & theirs, self.record):
                return self.form_invalid(self._anew(form, theirs, self.record))
        return super().checked(form)

    def _anew(
        self, form: ChangeForm, names: Iterable[str], record: Record
    ) -> ChangeForm:
        """Return the form of the record as it is now, with what was typed here."""
        self.page.clashes = touched.clashes(form, names, record)
        mine = form.typed_again()
        fresh = ChangeForm(plan=self.plan, before=record, initial=mine)
        self._seal(fresh, record)
        return fresh

    def refused(self, form: Any, delivery: Delivery) -> Any:
        fields = {each["field"] for each in delivery.problem["fields"]}
        if GONE in fields:
            self.page.is_gone = True
            return form
        if CHANGED_BY_OTHERS in fields:
            self._read()
            if self.record:
                theirs = touched.changed_since(form, self.record)
                return self._anew(form, theirs, self.record)
        return super().refused(form, delivery)

    def deliver(self, idempotency_key: IdempotencyKey, form: ChangeForm) -> Receipt:
        assert self.opened  # noqa: S101  # checked before
        now = self.record or {"Modified_Time": self.opened.as_of}
        ours = form.changes()
        shown = Shown(
            str(self.record_id),
            self.page.name,
            str(now.get("Modified_Time")),
            form.before,
        )
        return services.change_record(
            connection=self.connection,
            person=self.person,
            idempotency_key=idempotency_key,
            plan=self.plan,
            shown=shown,
            values=ours,
        )


def delete(request: PersonRequest, slug: str, module: str, record: int) -> HttpResponse:
    """Ask whether a record shall be deleted, and do it."""
    place = Place.of(request, slug, module, DELETE)
    try:
        plan = place.plan()
        found = place.record(record)
    except ZohoError as error:
        return trouble(request, place.connection, error, services.RECORDS)
    name = name_of(plan.metadata, found)
    idempotency_key = idempotency.read(request.POST.get("form_key", ""), request.user)
    if request.method == "POST" and idempotency_key:
        receipt = services.delete_record(
            connection=place.connection,
            person=request.user,
            idempotency_key=idempotency_key,
            plan=plan,
            record_id=str(record),
            record=found,
            name=name,
        )
        _note(request, place, receipt)
        return redirect(receipt.delivery)
    context = {
        "connection": place.connection,
        "plan": plan,
        "name": name,
        "record_id": record,
        "form_key": idempotency.issue(request.user),
    }
    return render(request, "crm/delete.html", context)


@require_POST
def put_back(
    request: PersonRequest, slug: str, module: str, reference: str
) -> HttpResponse:
    """Put back what a new record overwrote in one that was there."""
    place = Place.of(request, slug, module, CHANGE)
    overwrote = get_object_or_404(
        outbox.visible_to(request.user),
        reference=reference,
        connection=place.connection,
        kind=Kind.RECORD,
    )
    if not turned_out.can_be_put_back(overwrote):
        raise Http404("Nothing is known that was overwritten")
    try:
        plan = place.plan()
    except ZohoError as error:
        return trouble(request, place.connection, error, services.RECORDS)
    receipt = turned_out.put_back(overwrote, request.user, plan)
    _note(request, place, receipt)
    return redirect(receipt.delivery)


def _note(request: PersonRequest, place: Place, receipt: Receipt) -> None:
    """Put what was sent into the trail, once."""
    if receipt.is_repeat or receipt.is_twin:
        return
    sent = receipt.delivery
    trail.record(
        Act.SENT, request.user, place.connection, sent.title, reference=sent.reference
    )
