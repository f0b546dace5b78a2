"""The way back from Zoho: where an admin returns with a code or an error."""

import logging
from dataclasses import asdict

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from connections import trail
from connections.messages.explain import Step, explain
from connections.messages.texts import SENT_BACK
from connections.models import Connection
from connections.setup import clients, flow, state
from connections.tokens.renewal import THROTTLED
from connections.trail import Act
from connections.views.wizard import PROBLEM, explained
from connections.zoho.errors import (
    RateLimited,
    ReconnectRequired,
    UnexpectedReply,
    ZohoError,
)

logger = logging.getLogger(__name__)

PARAMETERS = ("state", "code", "location", "accounts-server", "error")
# What Zoho, or OAuth itself, calls a consent that did not work.
OUR_CALL = {
    "access_denied",
    "invalid_client",
    "invalid_redirect_uri",
    "no_org",
    "unauthorized_client",
}
SECRET_REFUSED = {"invalid_client", "invalid_client_secret"}


@login_not_required
@require_GET
def callback(request: HttpRequest) -> HttpResponse:
    """Zoho sends the admin back here, with a code or an error."""
    if any(len(request.GET.getlist(name)) > 1 for name in PARAMETERS):
        return _refused(request, "state", 400)
    connection = _taken(request)
    if connection is None:
        trail.mixed_up(request.user)
        return _refused(request, "state", 403)
    region = flow.answering_region(
        connection,
        request.GET.get("location", ""),
        request.GET.get("accounts-server", ""),
    )
    if request.GET.get("error"):
        error = _refusal(connection, request.GET["error"])
        return _back_with(request, connection, error, step="consent")
    if region is None:
        trail.record(Act.MIX_UP, request.user, connection, why="another host answered")
        return _refused(request, "unknown_host", 400)
    if not request.GET.get("code"):
        return _refused(request, "state", 400)
    return _complete(request, connection, region.code)


def _taken(request: HttpRequest) -> Connection | None:
    """Use up the state; whoever comes back must be the admin who left.

    It is used up whoever brings it: in wrong hands it is no secret any more.
    """
    person = request.user if request.user.is_authenticated else None
    return state.redeem_state(
        request.GET.get("state", ""),
        person=person if person and person.is_admin else None,
        session_key=request.session.session_key or "",
    )


def _refusal(connection: Connection, code: str) -> ZohoError:
    """Return what an `error` of Zoho's means; unknown words are not repeated."""
    if code == "access_denied":
        again_at = clients.may_sign_in_at(connection.client.client_id)
        if again_at:
            return RateLimited(THROTTLED, retry_at=again_at)
    if code in OUR_CALL:
        return ReconnectRequired(code)
    return UnexpectedReply(code if code in SENT_BACK else "unknown_error")


def _complete(
    request: HttpRequest, connection: Connection, region: str
) -> HttpResponse:
    switched = region != connection.data_center
    is_first = connection.is_draft
    row = settings.DATA_CENTERS[region]
    try:
        flow.complete_consent(connection, request.GET.get("code", ""), row)
    except ZohoError as error:
        return _back_with(request, connection, error, moved=switched)
    trail.connected(request.user, connection, is_first=is_first)
    if switched:
        messages.info(
            request,
            f"We switched to {row.name}. Your Zoho account lives there, so we use it "
            "from now on.",
        )
    return redirect("connections:ready", connection.pk)


def _back_with(
    request: HttpRequest,
    connection: Connection,
    error: ZohoError,
    *,
    step: Step = "exchange",
    moved: bool = False,
) -> HttpResponse:
    """Lead back to the step with the reason; the code leaves the address bar.

    `moved`: another region answered than was chosen. It may have a secret of its own.
    """
    asks_for_secret = moved and error.code in SECRET_REFUSED
    if asks_for_secret:
        error = ReconnectRequired("region_secret", status=error.status, host=error.host)
    problem = explained(connection, error, step)
    request.session[PROBLEM] = asdict(problem)
    address = reverse("connections:client", args=[connection.pk])
    query = f"?region={connection.data_center}" if asks_for_secret else ""
    return redirect(f"{address}{query}")


def _refused(request: HttpRequest, code: str, http_status: int) -> HttpResponse:
    # The values stay out of the log: one of them could be a working state or code.
    logger.warning("consent refused", extra={"reason": code})
    minutes = str(int(state.LIFE.total_seconds() // 60))
    problem = explain(ReconnectRequired(code), facts={"minutes": minutes})
    return render(
        request, "connections/refused.html", {"problem": problem}, status=http_status
    )
