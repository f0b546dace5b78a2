from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from connections.access import usable_or_404
from connections.models import Connection
from connections.services import client_for
from connections.zoho.errors import ZohoError
from connections.zoho.explain import explain
from crm import file_pages, lookups, opening, preview, services, stored, values
from crm.forms import RecordForm
from crm.found import Question, seal
from crm.pages import Place, trouble
from crm.searching import (
    LONGEST_TERM,
    SHORTEST_WORD,
    Page,
    Record,
    find_same,
    name_of,
    search,
)
from zohoportal import paging
from zohoportal.accounts.access import PersonRequest


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
    number = paging.asked(request, "page", stored.MOST_PAGES)
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
        "older": number + 1 if page.has_more and number < stored.MOST_PAGES else 0,
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
        "files": file_pages.section(request, place, record),
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


# Not GET: what people type would stand in the log, as addresses do.
@require_POST
def found(request: PersonRequest, slug: str, module: str) -> HttpResponse:
    """Say whether what a form is about is there already; nothing for half a value."""
    place = Place.of(request, slug, module)
    context: dict[str, Any] = {"preview": None, "token": "", "is_unknown": False}
    try:
        plan = place.plan()
        context["plan"] = plan
        form = RecordForm(request.POST, plan=plan)
        form.full_clean()
        typed = form.typed()
        if plan.duplicate_field in typed:
            record = find_same(client_for(place.connection), plan, typed)
            question = Question(place.connection, request.user, plan, typed)
            context["token"] = seal(question, record)
            context["preview"] = preview.compare(plan, typed, record, [])
    except ZohoError:
        # It is asked again before anything is saved, and told then.
        context["is_unknown"] = True
    return render(request, "crm/found.html", context)
