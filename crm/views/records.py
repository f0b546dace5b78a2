from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from connections import for_person
from connections.access import right_or_404
from connections.messages.explain import explain
from connections.services import client_for
from connections.views.explained import trouble
from connections.zoho import shapes
from connections.zoho.errors import ZohoError
from crm import opening, services
from crm.access import CHANGE, CREATE, DELETE, SEE, may
from crm.forms import row_inputs
from crm.forms.record import RecordForm
from crm.schema.metadata import Field
from crm.schema.plans import Plan
from crm.views import files, lookups, preview
from crm.views.common import Place
from crm.views.matches import Question, seal
from crm.zoho import records as stored
from crm.zoho import senders, values
from crm.zoho.search import (
    LONGEST_TERM,
    SHORTEST_WORD,
    Page,
    Record,
    find_same,
    name_of,
    search,
)
from crm.zoho.telling import Match
from zohoportal.accounts.access import PersonRequest
from zohoportal.accounts.models import User
from zohoportal.web import paging

# What is longer is read at Zoho: browsers and people are slow with it.
LONGEST_SHOWN = 5_000


@dataclass(frozen=True)
class Cell:
    """A field of a record's page: its label and what it holds, for people."""

    label: str
    text: str
    is_cut: bool = False

    @classmethod
    def of(cls, field: Field, value: Any) -> "Cell":
        text = values.shown(field, value, between_rows="\n")
        return cls(field.label, text[:LONGEST_SHOWN], len(text) > LONGEST_SHOWN)


def modules(request: PersonRequest, slug: str) -> HttpResponse:
    """Show the modules of a connection that staff use."""
    connection = right_or_404(request.user, slug, *services.RECORDS.entry)
    try:
        found = opening.modules_in_use(connection)
        others = opening.others(connection) if request.user.may_manage else []
    except ZohoError as error:
        return trouble(request, connection, error, services.RECORDS)
    changed: dict[str, int] = {}
    if request.user.may_manage:
        changed = opening.changed_modules(connection)
    context = {
        "connection": connection,
        "modules": [
            (module, changed.get(module.api_name, 0))
            for module in found
            if may(request.user, connection, SEE, module.api_name)
        ],
        "others": others,
    }
    return render(request, "crm/modules.html", context)


def records(request: PersonRequest, slug: str, module: str) -> HttpResponse:
    """List a module's records, or those with a term."""
    place = Place.of(request, slug, module, SEE)
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
        return trouble(request, place.connection, error, services.RECORDS)
    names = stored.columns(plan)
    fields = plan.metadata.fields
    context = {
        "connection": place.connection,
        "plan": plan,
        "may_create": place.may(CREATE),
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
    place = Place.of(request, slug, module, SEE)
    try:
        plan = place.plan()
        found = place.record(record)
    except ZohoError as error:
        return trouble(request, place.connection, error, services.RECORDS)
    context = {
        "connection": place.connection,
        "plan": plan,
        "record_id": record,
        "name": name_of(plan.metadata, found),
        "sections": list(_sections(plan, found)),
        "url": place.link_to(record),
        "may_change": place.may(CHANGE),
        "may_delete": place.may(DELETE),
        "files": files.section(request, place, record),
        "for_person": _for_person(request.user, place, plan, found),
    }
    return render(request, "crm/record_page.html", context)


def _for_person(
    reader: User, place: Place, plan: Plan, record: Record
) -> list[tuple[str, str]]:
    """Return links to what other products can do for a person; none without a mail."""
    email = shapes.text(record.get("Email"))
    if plan.module.api_name not in senders.PEOPLE or not email:
        return []
    person = {
        "name": name_of(plan.metadata, record),
        "email": email,
        "phone": shapes.text(record.get("Phone")),
    }
    pages = for_person.pages(reader, place.connection, other_than="crm")
    return for_person.links(pages, person)


def _sections(plan: Plan, record: Record) -> Iterator[tuple[str, list[Cell]]]:
    """Yield what a record has under the headings of its layout; no empty ones."""
    fields, done = plan.metadata.fields, set[str]()
    for section in plan.layout.sections:
        names = [each for each in section.fields if each in fields and each not in done]
        done.update(names)
        cells = [Cell.of(fields[name], record.get(name)) for name in names]
        if found := [cell for cell in cells if cell.text]:
            yield section.name, found


def lookup(request: PersonRequest, slug: str, module: str, field: str) -> HttpResponse:
    """Offer the records that a lookup may mean by what was typed so far."""
    place = Place.of(request, slug, module, CREATE, CHANGE)
    words = request.GET.get("q", "").strip()
    found: list[Match] = []
    problem = ""
    try:
        known = row_inputs.meta(place.plan().metadata.fields, field)
        if known is None or not known.target:
            raise Http404("No such lookup")
        if SHORTEST_WORD <= len(words) <= LONGEST_TERM:
            found = lookups.find(place.connection, known.target, words)
    except ZohoError as error:
        problem = explain(error, step="read").title
    # The value brings the name along, for the form to show.
    options = [(f"{each.id}:{each.name}", each.name, each.details) for each in found]
    context = {"options": options, "problem": problem, "words": words}
    return render(request, "includes/combobox_options.html", context)


# Not GET: what people type would stand in the log, as addresses do.
@require_POST
def matches(request: PersonRequest, slug: str, module: str) -> HttpResponse:
    """Say whether what a form is about is there already; nothing for half a value."""
    place = Place.of(request, slug, module, CREATE)
    context: dict[str, Any] = {"shown": None, "token": "", "is_unknown": False}
    context["may_change"] = place.may(CHANGE)
    try:
        plan = place.plan()
        context["plan"] = plan
        form = RecordForm(request.POST, plan=plan)
        form.full_clean()
        typed = form.typed()
        if plan.duplicate_field in typed:
            same = find_same(client_for(place.connection), plan, typed)
            question = Question(place.connection, request.user, plan, typed)
            context["token"] = seal(question, same)
            context["shown"] = preview.candidates(plan, same)
    except ZohoError:
        # It is asked again before anything is saved, and told then.
        context["is_unknown"] = True
    return render(request, "crm/matches.html", context)
