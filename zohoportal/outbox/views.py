from datetime import UTC, datetime
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from connections import status, trail
from connections.access import may_use
from connections.trail import Act
from zohoportal.accounts.access import PersonRequest
from zohoportal.outbox import services
from zohoportal.outbox.explaining import explanation
from zohoportal.outbox.models import Delivery
from zohoportal.outbox.senders import sender_of
from zohoportal.outbox.standing import standing

PAGE = 25


def delivery_list(request: PersonRequest) -> HttpResponse:
    """Show deliveries, newest first, paged by the last one seen (keyset)."""
    rows = services.visible_to(request.user)
    before, last = _position(request)
    if before and last:
        rows = rows.filter(Q(created_at__lt=before) | Q(created_at=before, pk__lt=last))
    page = list(rows[: PAGE + 1])
    older = page[PAGE - 1] if len(page) > PAGE else None
    context = {"deliveries": page[:PAGE], "older": older, "is_first": before is None}
    return render(request, "outbox/list.html", context)


def delivery(request: PersonRequest, pk: UUID) -> HttpResponse:
    found = _visible(request, pk)
    problem = None
    act = None
    if found.problem:
        problem = explanation(found, for_admin=request.user.is_admin)
        if request.user.is_admin and problem.action in {"reconnect", "secret", "test"}:
            act = status.act(found.connection, problem.action, problem.label)
    sender = sender_of(found.kind)
    context = {
        "delivery": found,
        "sender": sender,
        "form_url": sender.form_url(found.connection.slug, found.payload),
        "stands": standing(found, is_anyone_working=services.is_anyone_working()),
        "problem": problem,
        "act": act,
        "attempts": found.attempts.all(),
        "is_own": found.person_id == request.user.pk,
    }
    return render(request, "outbox/delivery.html", context)


@require_POST
def again(request: PersonRequest, pk: UUID) -> HttpResponse:
    found = _changeable(request, pk)
    if services.send_again(found):
        _record(Act.SENT_AGAIN, request, found)
    return redirect(found)


@require_POST
def found(request: PersonRequest, pk: UUID) -> HttpResponse:
    delivery = _changeable(request, pk)
    if services.mark_found(delivery):
        _record(Act.MARKED_FOUND, request, delivery)
    return redirect(delivery)


@require_POST
def cancel(request: PersonRequest, pk: UUID) -> HttpResponse:
    delivery = _changeable(request, pk)
    if services.cancel(delivery):
        _record(Act.CANCELLED, request, delivery)
        messages.success(request, "It was cancelled and will not be sent.")
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
        services.visible_to(request.user).select_related("connection__client"), pk=pk
    )


def _changeable(request: PersonRequest, pk: UUID) -> Delivery:
    """Return a delivery whose author, or an admin, still may use its connection."""
    delivery = _visible(request, pk)
    if not may_use(request.user, delivery.connection):
        raise PermissionDenied
    return delivery


def _position(request: PersonRequest) -> tuple[datetime | None, UUID | None]:
    try:
        before = datetime.fromisoformat(request.GET["before"])
        last = UUID(request.GET["last"])
        # In UTC, so that one at the end of time fails here and not in the database.
        return (before.astimezone(UTC), last) if before.tzinfo else (None, None)
    except (KeyError, ValueError, OverflowError):
        return None, None
