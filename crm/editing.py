from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from connections import trail
from connections.services import client_for
from connections.trail import Act
from connections.zoho.errors import ZohoError
from crm import changes, services, stored, values
from crm.forms import RecordForm
from crm.pages import Place, trouble
from crm.searching import Record, name_of
from crm.senders import CHANGED_BY_OTHERS
from crm.views import PlannedFormView
from zohoportal.accounts.access import PersonRequest
from zohoportal.outbox import form_keys
from zohoportal.outbox.form_keys import FormKey
from zohoportal.outbox.models import Delivery
from zohoportal.outbox.services import Receipt


class ChangeView(PlannedFormView):
    """The form that changes one record; what others changed meanwhile is shown."""

    # A new record that Zoho refused may belong into this one.
    kinds = ("crm.change", "crm.record", "crm.insert")
    template_name = "crm/change.html"
    record: Record

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.record_id: int = kwargs["record"]
        self.record = {}
        self.extra |= {"clashes": [], "opened": request.POST.get("opened", "")}
        self.extra |= {"record_id": self.record_id, "name": ""}
        if not self.extra["is_makeshift"]:
            self._read()

    def _read(self) -> None:
        try:
            client = client_for(self.connection)
            found = stored.read_record(client, self.plan, self.record_id)
        except ZohoError as error:
            self.explain(error)
            self.extra["is_makeshift"] = True
            return
        if found is None:
            raise Http404("No such record")
        self.record = found
        self.extra["name"] = name_of(self.plan.metadata, found)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"is_change": True}

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        if self.record and not form.is_bound:
            kept = form.initial
            form.initial = changes.initial(form, self.record) | kept
        if self.record and not self.extra["opened"]:
            self.extra["opened"] = changes.seal(form, self.record)
        return form

    def from_payload(self, payload: dict[str, Any]) -> dict[str, Any]:
        own = str(self.record_id)
        if payload["module"] != self.module or payload.get("id", own) != own:
            return {}
        known = self.plan.metadata.fields
        untyped = payload.get("defaults", ())
        return {
            name: values.to_form(known[name], value)
            for name, value in payload["values"].items()
            if name in known and name not in untyped
        }

    def checked(self, form: Any) -> HttpResponse:
        opened = changes.unseal(self.extra["opened"])
        if opened is None or not self.record:
            form.add_error(None, "This form was not opened here. Look it over again.")
            return self.form_invalid(form)
        self.touched = changes.touched(form, opened)
        self.opened = opened
        if opened.as_of != str(self.record.get("Modified_Time")):
            return self.form_invalid(self._clashing(form))
        if not self.touched:
            form.add_error(None, "Nothing was changed. Change a value, or go back.")
            return self.form_invalid(form)
        return super().checked(form)

    def _clashing(self, form: RecordForm) -> RecordForm:
        """Return the form with their values where nothing was touched here."""
        self.extra["clashes"] = changes.clashes(form, self.opened, self.record)
        self.extra["opened"] = changes.seal(form, self.record)
        mine = changes.keep_theirs(form, self.record, self.touched)
        return RecordForm(plan=self.plan, is_change=True, initial=mine)

    def refused(self, form: Any, delivery: Delivery) -> Any:
        fields = {each["field"] for each in delivery.problem["fields"]}
        if CHANGED_BY_OTHERS in fields:
            self._read()
            return self._clashing(form)
        return super().refused(form, delivery)

    def deliver(self, form_key: FormKey, form: RecordForm) -> Receipt:  # noqa: ARG002  # what was touched is known
        return services.change_record(
            connection=self.connection,
            person=self.person,
            form_key=form_key,
            plan=self.plan,
            record_id=str(self.record_id),
            name=name_of(self.plan.metadata, self.record),
            values=self.touched,
            as_of=self.opened.as_of,
        )


def delete(request: PersonRequest, slug: str, module: str, record: int) -> HttpResponse:
    """Ask whether a record shall be deleted, and do it."""
    place = Place.of(request, slug, module)
    if not place.may_delete:
        raise Http404("Records cannot be deleted here")
    if not request.user.is_admin:
        raise PermissionDenied
    try:
        plan = place.plan()
        found = place.record(plan, record)
    except ZohoError as error:
        return trouble(request, place.connection, error)
    name = name_of(plan.metadata, found)
    form_key = form_keys.read(request.POST.get("form_key", ""), request.user)
    if request.method == "POST" and form_key:
        receipt = services.delete_record(
            connection=place.connection,
            person=request.user,
            form_key=form_key,
            plan=plan,
            record_id=str(record),
            name=name,
        )
        title = receipt.delivery.title
        if not (receipt.is_repeat or receipt.is_twin):
            reference = receipt.delivery.reference
            trail.record(
                Act.SENT, request.user, place.connection, title, reference=reference
            )
        return redirect(receipt.delivery)
    context = {
        "connection": place.connection,
        "plan": plan,
        "name": name,
        "record_id": record,
        "form_key": form_keys.issue(request.user),
    }
    return render(request, "crm/delete.html", context)
