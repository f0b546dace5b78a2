from collections.abc import Iterable, Iterator
from dataclasses import replace
from operator import attrgetter
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from connections import lanes, status, trail
from connections.access import may_use
from connections.trail import Act
from connections.zoho.texts import Explanation
from zohoportal.accounts.access import PersonRequest
from zohoportal.activity import listing
from zohoportal.activity.listing import Columns
from zohoportal.outbox import attached, lists, services
from zohoportal.outbox.explaining import attempt_words, explanation
from zohoportal.outbox.forms import DeliveryFilter
from zohoportal.outbox.models import Delivery
from zohoportal.outbox.senders import sender_of
from zohoportal.outbox.standing import Line, lines

# What the portal says did not reach Zoho.
DENIED = (Delivery.State.REFUSED, Delivery.State.CANCELLED)

COLUMNS: Columns = {
    "Submitted (UTC)": attrgetter("delivery.created_at"),
    "Reference": attrgetter("delivery.reference"),
    "What": attrgetter("delivery.title"),
    "State": attrgetter("badge.word"),
    "Next": attrgetter("what_next"),
    "Person": attrgetter("delivery.person.email"),
    "Connection": attrgetter("delivery.connection.name"),
    "Attempts": attrgetter("delivery.attempt_count"),
    "Settled (UTC)": attrgetter("delivery.finished_at"),
    "Result": lambda line: line.delivery.outcome.get("sentence", ""),
    "Link": lambda line: line.delivery.outcome.get("url", ""),
}


def delivery_list(request: PersonRequest) -> HttpResponse:
    """Show deliveries, newest first, paged by the last one seen (keyset)."""
    form = DeliveryFilter(request.GET, request.user)
    rows = form.found()
    if last := _last_seen(request):
        rows = lists.older_than(rows, last)
    context = listing.page(form, rows, is_first=last is None)
    context |= {
        "lines": _lines(context["rows"]),
        "with_connections": "connection_id" in form.fields,
    }
    return render(request, "outbox/list.html", context)


@require_POST
def export(request: PersonRequest) -> StreamingHttpResponse:
    """Stream what the list shows with these filters, and all that is older."""
    form = DeliveryFilter(request.GET, request.user)
    rows = form.found().defer("payload").iterator(chunk_size=500)
    return listing.export(request, form, _lines(rows), name="activity", columns=COLUMNS)


def delivery(request: PersonRequest, pk: UUID) -> HttpResponse:
    found = _visible(request, pk)
    files = list(found.files.order_by("created_at"))
    (line,) = _lines([found])
    problem, acts = _problem(request, line)
    act = next(iter(acts), None)
    context = {
        "delivery": found,
        "line": line,
        "stands": line.stands,
        "problem": problem,
        "act": act,
        "also": acts[1:],
        "is_limited": problem is not None and problem.ref == "E22",
        "was_looked_for": found.missed_at is not None,
        "another_file": _another_file(found),
        "files": list(_lines(files)) if files else [],
        "files_summary": attached.summary(files),
        "attempts": [(each, attempt_words(each)) for each in found.attempts.all()],
        "may_change": may_use(request.user, found.connection),
        "is_for_people": line.is_for_people and act is None,
        "is_own": found.person_id == request.user.pk,
        "may_have_arrived": found.state in DENIED and found.may_have_arrived,
        "correction": found.corrections.first(),
        "pause": lanes.pause_of(found.lane) if line.is_waiting else None,
        "for_person": _links_for_person(found),
    }
    return render(request, "outbox/delivery.html", context)


def _another_file(delivery: Delivery) -> str:
    """Return where to choose another file instead of one that Zoho refused."""
    if not delivery.upload_id or delivery.state != Delivery.State.REFUSED:
        return ""
    payload = attached.payload_of(delivery)
    return sender_of(delivery.kind).form_url(delivery.connection.slug, payload)


def _links_for_person(delivery: Delivery) -> list[tuple[str, str]]:
    """Return links to what can be done next for the person it was about."""
    sender = sender_of(delivery.kind)
    is_done = delivery.state == Delivery.State.DONE
    if sender.person is None or not delivery.payload or not is_done:
        return []
    person = {
        name: value for name, value in sender.person(delivery.payload).items() if value
    }
    query = urlencode(person)
    slug = delivery.connection.slug
    own = sender.form_url(slug, delivery.payload)
    offers = [(sender.again_same, own)] if sender.again_same else []
    offers += [
        (feature.for_person, reverse(feature.page, args=[slug]))
        for feature in delivery.connection.chosen_features
        if feature.for_person and feature.product != sender.product
    ]
    return [(words, f"{address}?{query}") for words, address in offers]


@require_POST
def again(request: PersonRequest, pk: UUID) -> HttpResponse:
    found = _changeable(request, pk)
    if services.send_again(found):
        _record(Act.SENT_AGAIN, request, found)
    return redirect(found.parent or found)


@require_POST
def found(request: PersonRequest, pk: UUID) -> HttpResponse:
    delivery = _changeable(request, pk)
    if services.mark_found(delivery):
        _record(Act.MARKED_FOUND, request, delivery)
    return redirect(delivery)


@require_POST
def keep_as_draft(request: PersonRequest, pk: UUID) -> HttpResponse:
    delivery = _changeable(request, pk)
    if services.keep_as_draft(delivery):
        _record(Act.KEPT, request, delivery)
    return redirect(delivery)


@require_POST
def cancel(request: PersonRequest, pk: UUID) -> HttpResponse:
    delivery = _changeable(request, pk)
    if services.cancel(delivery):
        _record(Act.CANCELLED, request, delivery)
        messages.success(request, "It was cancelled and is not sent any more.")
    return redirect(delivery)


def _record(act: Act, request: PersonRequest, delivery: Delivery) -> None:
    trail.record(
        act,
        request.user,
        delivery.connection,
        delivery.title,
        reference=delivery.reference,
    )


def _visible(request: PersonRequest, pk: UUID) -> Delivery:
    return get_object_or_404(
        services.visible_to(request.user).select_related(
            "connection__client", "replaces"
        ),
        pk=pk,
    )


def _changeable(request: PersonRequest, pk: UUID) -> Delivery:
    """Return a delivery whose author, or an admin, still may use its connection."""
    delivery = _visible(request, pk)
    if not may_use(request.user, delivery.connection):
        raise PermissionDenied
    return delivery


def _problem(
    request: PersonRequest, line: Line
) -> tuple[Explanation | None, list[status.Act]]:
    """Return why it is where it is, and what an admin can do about that at once."""
    found = line.delivery
    if not found.problem or found.held_for == Delivery.Held.PERSON:
        return None, []
    problem = explanation(found, for_admin=request.user.is_admin)
    if line.stands == "waiting":
        # It goes on by itself, and the page says when.
        problem = replace(problem, next_step="")
    acts = status.acts(found.connection, problem) if request.user.is_admin else []
    return problem, acts


def _lines(deliveries: Iterable[Delivery]) -> Iterator[Line]:
    return lines(deliveries, is_anyone_working=services.is_anyone_working())


def _last_seen(request: PersonRequest) -> Delivery | None:
    """Return what the page goes on after; nonsense leads to the newest."""
    try:
        pk = UUID(request.GET["before"])
    except (KeyError, ValueError):
        return None
    return services.visible_to(request.user).filter(pk=pk).first()
