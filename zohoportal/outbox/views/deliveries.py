from collections.abc import Iterable, Iterator
from dataclasses import replace
from operator import attrgetter
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from connections import for_person, limits, trail
from connections.messages.texts import Explanation
from connections.trail import Act
from connections.views import status
from zohoportal.accounts.access import PersonRequest, admins_only, someone_to_ask
from zohoportal.accounts.models import User
from zohoportal.accounts.proof import recent_proof_required
from zohoportal.activity import services as activity
from zohoportal.activity.views import listing
from zohoportal.activity.views.listing import Columns
from zohoportal.outbox import restored, services
from zohoportal.outbox.delivering import attached
from zohoportal.outbox.delivering.contents import known_payload
from zohoportal.outbox.delivering.explaining import attempt_words, explanation
from zohoportal.outbox.delivering.problems import refusal_of, sentences
from zohoportal.outbox.models import Delivery
from zohoportal.outbox.permission import may_bring_on
from zohoportal.outbox.senders import sender_of
from zohoportal.outbox.status import Line, Standing, lines, with_standing
from zohoportal.outbox.views import lists
from zohoportal.outbox.views.filters import DeliveryFilter
from zohoportal.outbox.views.places import place_of

Held = Delivery.Held

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
@recent_proof_required(then="outbox:list")
def export(request: PersonRequest) -> StreamingHttpResponse:
    """Stream what the list shows with these filters, and all that is older."""
    form = DeliveryFilter(request.GET, request.user)
    rows = form.found().defer("payload").iterator(chunk_size=500)
    return listing.export(request, form, _lines(rows), name="activity", columns=COLUMNS)


def delivery(request: PersonRequest, pk: UUID) -> HttpResponse:
    found = _visible(request, pk)
    files = list(with_standing(found.files.order_by("created_at")))
    (line,) = _lines([found])
    problem, acts = _problem(request, line)
    act = next(iter(acts), None)
    context = {
        "delivery": found,
        "line": line,
        "problem": problem,
        "refusal": refusal_of(found) if line.stands == Standing.REFUSED else None,
        "objections": sentences(found) if line.stands == Standing.REFUSED else [],
        "act": act,
        "also": acts[1:],
        "is_limited": problem is not None and problem.ref == "E22",
        "was_looked_for": found.missed_at is not None,
        "unsure": _unsure(found) if found.unsure_at else "",
        "another_file": _another_file(found),
        "files": list(_lines(files)) if files else [],
        "files_summary": attached.summary(files),
        "attempts": [(each, attempt_words(each)) for each in found.attempts.all()],
        "may_change": may_bring_on(request.user, found),
        "is_for_people": line.is_for_people and act is None,
        "is_own": found.person_id == request.user.pk,
        "may_have_arrived": found.state in DENIED and found.may_have_arrived(),
        "place": place_of(found, request.user),
        "pause": limits.open_breaker(found.limit_key) if line.is_waiting else None,
        "for_person": _links_for_person(found, request.user),
        "may_release": request.user.may_manage and found.held_for == Held.PERSON,
        "admin": someone_to_ask(),
    }
    return render(request, "outbox/delivery.html", context)


def _another_file(delivery: Delivery) -> str:
    """Return where to choose another file instead of one that Zoho refused."""
    if not delivery.upload_id or delivery.state != Delivery.State.REFUSED:
        return ""
    payload = known_payload(delivery)
    return sender_of(delivery.kind).form_url(delivery.connection.slug, payload)


def _unsure(delivery: Delivery) -> str:
    """Return why a look at Zoho did not tell; empty where the usual words say it."""
    payload = known_payload(delivery)
    return sender_of(delivery.kind).unsure(payload) if payload else ""


def _links_for_person(delivery: Delivery, reader: User) -> list[tuple[str, str]]:
    """Return links to what can be done next for the person it was about."""
    sender = sender_of(delivery.kind)
    is_done = delivery.state == Delivery.State.DONE
    payload = known_payload(delivery) if is_done else None
    if sender.person is None or payload is None:
        return []
    own = sender.form_url(delivery.connection.slug, payload)
    again = [(sender.again_same, own)] if sender.again_same else []
    further = for_person.pages(reader, delivery.connection, other_than=sender.product)
    return for_person.links([*again, *further], sender.person(payload))


@admins_only
def restored_page(request: PersonRequest) -> HttpResponse:
    """Show what a restored backup holds back, and let it go."""
    if request.method == "POST":
        if let := restored.let_go():
            what = "What a restored backup held back"
            activity.record(Act.SENT_AGAIN, request.user, what, count=let)
        return redirect("outbox:list")
    return render(request, "outbox/restored.html", {"counts": restored.counts()})


@require_POST
def again(request: PersonRequest, pk: UUID) -> HttpResponse:
    found = _changeable(request, pk)
    if "all_the_same" in request.POST and request.user.may_manage:
        if services.release(found, by=request.user):
            _record(Act.SENT_AGAIN, request, found)
        return redirect(found)
    none_is_it = "none_is_it" in request.POST
    over = request.POST.get("over", "")
    if services.send_again(found, over=over, none_is_it=none_is_it):
        _record(Act.SENT_AGAIN, request, found)
    return redirect(found.parent or found)


@require_POST
def first(request: PersonRequest, pk: UUID) -> HttpResponse:
    delivery = _changeable(request, pk)
    if services.send_first(delivery):
        _record(Act.SENT_FIRST, request, delivery)
    return redirect(delivery)


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
        with_standing(services.visible_to(request.user)).select_related(
            "connection__client", "replaces", "overtaken_by__person", "released_by"
        ),
        pk=pk,
    )


def _changeable(request: PersonRequest, pk: UUID) -> Delivery:
    """Return a delivery that its author, or a manager, still has the right to."""
    delivery = _visible(request, pk)
    if not may_bring_on(request.user, delivery):
        raise PermissionDenied
    return delivery


def _problem(
    request: PersonRequest, line: Line
) -> tuple[Explanation | None, list[status.Act]]:
    """Return why it is where it is, and what an admin can do about that at once."""
    found = line.delivery
    if not found.problem or found.held_for == Held.PERSON:
        return None, []
    problem = explanation(found, for_admin=request.user.is_admin)
    if line.stands == Standing.WAITING:
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
