from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from connections import trail
from connections.access import usable_or_404
from connections.models import Connection
from connections.services import client_for
from connections.trail import Act
from connections.zoho.errors import ZohoError
from connections.zoho.explain import explain
from crm import changes, lookups, opening, services, stored, values
from crm.forms import RecordForm
from crm.pages import Place, trouble
from crm.searching import LONGEST_TERM, SHORTEST_WORD, Page, Record, name_of, search
from crm.senders import CHANGED_BY_OTHERS
from crm.views import PlannedFormView
from zohoportal.accounts.access import PersonRequest
from zohoportal.outbox import form_keys
from zohoportal.outbox.form_keys import FormKey
from zohoportal.outbox.models import Delivery
from zohoportal.outbox.services import Receipt


def modules(request: PersonRequest, slug: str) -> HttpResponse:
    """Show the modules of a connection that staff use."""
    connection = usable_or_404(request.user, slug)
    _may_find_records(connection)
    try:
        found = opening.modules_in_use(connection)
        others = opening.others(connection) if request.user.is_admin else []
    except ZohoError as error:
        return trouble(request, connection, error)
    changed: dict[str, int] = {}
    if request.user.is_admin:
        changed = opening.changed_modules(connection)
    context = {
        "connection": connection,
        "modules": [(module, changed.get(module.api_name, 0)) for module in found],
        "others": others,
    }
    return render(request, "crm/modules.html", context)


def _may_find_records(connection: Connection) -> None:
    keys = {services.CONTACTS.key, services.RECORDS.key}
    if not keys & set(connection.features):
        raise Http404("The connection is not used for this")


def records(request: PersonRequest, slug: str, module: str) -> HttpResponse:
    """List a module's records, or those with a term."""
    place = Place.of(request, slug, module)
    term = request.GET.get("q", "").strip()
    number = _page_number(request)
    objection = _objection(term)
    page = Page([])
    try:
        plan = place.plan()
        if not objection:
            client = client_for(place.connection)
            if term:
                page = search(client, plan.metadata, term, number)
            else:
                page = stored.list_records(client, plan, number)
    except ZohoError as error:
        return trouble(request, place.connection, error)
    names = stored.columns(plan)
    fields = plan.metadata.fields
    context = {
        "connection": place.connection,
        "plan": plan,
        "term": term,
        "objection": objection,
        "page": page,
        "next": number + 1 if page.has_more and number < stored.MOST_PAGES else 0,
        "ends_here": page.has_more and number >= stored.MOST_PAGES,
        "columns": [fields[name].label for name in names],
        "rows": [_row(plan, record, names) for record in page.records],
    }
    return render(request, "crm/records.html", context)


def _row(plan: Any, record: Record, names: list[str]) -> dict[str, Any]:
    fields = plan.metadata.fields
    return {
        "id": record["id"],
        "name": name_of(plan.metadata, record),
        "cells": [
            (fields[name].label, values.shown(fields[name], record.get(name)))
            for name in names
        ],
    }


def _page_number(request: PersonRequest) -> int:
    text = request.GET.get("page", "1")
    is_number = text.isdecimal() and len(text) < 4
    return min(max(int(text), 1), stored.MOST_PAGES) if is_number else 1


def _objection(term: str) -> str:
    if len(term) > LONGEST_TERM:
        return f"Enter {LONGEST_TERM} characters or fewer."
    if term and len(term) < SHORTEST_WORD:
        return f"Enter {SHORTEST_WORD} characters or more."
    return ""


def record(request: PersonRequest, slug: str, module: str, record: int) -> HttpResponse:
    """Show one record as the layout orders it."""
    place = Place.of(request, slug, module)
    try:
        plan = place.plan()
        found = place.record(plan, record)
    except ZohoError as error:
        return trouble(request, place.connection, error)
    fields = plan.metadata.fields
    shown = [
        (fields[name].label, values.shown(fields[name], found.get(name)))
        for name in plan.layout.fields
        if name in fields
    ]
    context = {
        "connection": place.connection,
        "plan": plan,
        "record_id": record,
        "name": name_of(plan.metadata, found),
        "rows": [row for row in shown if row[1]],
        "url": place.link_to(record),
        "may_delete": place.may_delete and request.user.is_admin,
    }
    return render(request, "crm/record_page.html", context)


def lookup(request: PersonRequest, slug: str, module: str, field: str) -> HttpResponse:
    """Offer the records that a lookup may mean by what was typed so far."""
    place = Place.of(request, slug, module)
    words = request.GET.get("q", "").strip()
    found: list[tuple[str, str]] = []
    problem = ""
    try:
        known = place.plan().metadata.fields.get(field)
        if known is None or not known.target:
            raise Http404("No such lookup")
        if SHORTEST_WORD <= len(words) <= LONGEST_TERM:
            found = lookups.find(place.connection, known.target, words)
    except ZohoError as error:
        problem = explain(error, step="read").title
    # The value brings the name along, for the form to show.
    options = [(f"{record_id}:{name}", name, "") for record_id, name in found]
    context = {"options": options, "problem": problem, "words": words}
    return render(request, "includes/combobox_options.html", context)


class ChangeView(PlannedFormView):
    """The form that changes one record; what others changed meanwhile is shown."""

    kinds = ("crm.change",)
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
        if payload.get("id") != str(self.record_id):
            return {}
        known = self.plan.metadata.fields
        return {
            name: values.to_form(known[name], value)
            for name, value in payload["values"].items()
            if name in known
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
