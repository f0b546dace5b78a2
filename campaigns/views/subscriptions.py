"""Whom somebody subscribed here, and how each of them stands at Campaigns now."""

from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_safe

from campaigns.access import ADD
from campaigns.features import SUBSCRIBE
from campaigns.payloads import SubscribePayload
from campaigns.zoho.subscribers import State, standing
from campaigns.zoho.subscribing import SUBSCRIBER
from connections.access import right_or_404
from connections.models import Connection
from connections.services import client_for
from connections.views.explained import explained
from connections.zoho.errors import OutcomeUnknown, ZohoError
from zohoportal.accounts.access import PersonRequest
from zohoportal.outbox.delivering.contents import known_payload
from zohoportal.outbox.models import Delivery

PAGE = 25
# Level and icon of the badge, and its words.
WORDS = {
    State.ACTIVE: ("ok", "check", "On the list"),
    State.LEFT: ("warn", "warning", "Unsubscribed"),
    State.BOUNCED: ("bad", "warning", "Their mail came back"),
}
NOT_YET = ("idle", "clock", "Not confirmed yet")
NOT_THERE = ("warn", "warning", "Not on the list")
NOT_TOLD = ("idle", "clock", "Campaigns cannot tell: the list is too long")


@require_safe
def subscriptions(request: PersonRequest, slug: str) -> HttpResponse:
    """List whom this person subscribed through this connection."""
    connection = right_or_404(request.user, slug, ADD)
    found = _sent(request, connection)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {"connection": connection, "page": page}
    return render(request, "campaigns/subscriptions.html", context)


@require_safe
def show(request: PersonRequest, slug: str, delivery: UUID) -> HttpResponse:
    """Show how somebody stands with the list now; up to three calls to Zoho."""
    connection = right_or_404(request.user, slug, ADD)
    found = get_object_or_404(_sent(request, connection), pk=delivery)
    payload = known_payload(found)
    if not isinstance(payload, SubscribePayload):
        raise Http404("Its content was deleted")
    context = {
        "connection": connection,
        "delivery": found,
        "payload": payload,
        "consent_on": parse_date(payload.consent_on),
    }
    try:
        client = client_for(connection)
        state = standing(client, payload.list_key, payload.email)
    except OutcomeUnknown:
        context["badge"] = NOT_TOLD
    except ZohoError as error:
        context |= explained(request.user, connection, error, SUBSCRIBE)
    else:
        missing = NOT_YET if payload.confirms else NOT_THERE
        context["badge"] = WORDS[state] if state else missing
    return render(request, "campaigns/standing.html", context)


def _sent(request: PersonRequest, connection: Connection) -> QuerySet[Delivery]:
    sent = Delivery.objects.filter(
        kind=SUBSCRIBER.kind,
        person=request.user,
        connection=connection,
        state=Delivery.State.DONE,
    )
    # Content that was deleted after its time tells nothing any more.
    return sent.exclude(payload={}).order_by("-created_at")
