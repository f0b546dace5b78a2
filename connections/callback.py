"""The way back from Zoho: where an admin returns with a code or an error."""

import logging
from dataclasses import asdict

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from connections import consent, setup, trail
from connections.models import Connection
from connections.wizard import PROBLEM, explained
from connections.zoho.errors import ReconnectRequired, ZohoError
from connections.zoho.explain import explain

logger = logging.getLogger(__name__)

PARAMETERS = ("state", "code", "location", "accounts-server", "error")


@login_not_required
@require_GET
def callback(request: HttpRequest) -> HttpResponse:
    """Zoho sends the admin back here, with a code or an error."""
    if any(len(request.GET.getlist(name)) > 1 for name in PARAMETERS):
        return _refused(request, "state", 400)
    connection = _taken(request)
    if connection is None:
        return _refused(request, "state", 403)
    region = setup.answering_region(
        connection,
        request.GET.get("location", ""),
        request.GET.get("accounts-server", ""),
    )
    error = request.GET.get("error", "")
    if error:
        code = error if error == "no_org" else "access_denied"
        return _back_with(request, connection, ReconnectRequired(code))
    if region is None:
        return _refused(request, "unknown_host", 400)
    if not request.GET.get("code"):
        return _refused(request, "state", 400)
    return _complete(request, connection, region.code)


def _taken(request: HttpRequest) -> Connection | None:
    """Use up the state; whoever comes back must be the admin who left.

    It is used up whoever brings it: in wrong hands it is no secret any more.
    """
    person = request.user if request.user.is_authenticated else None
    return consent.redeem_state(
        request.GET.get("state", ""),
        person=person if person and person.is_admin else None,
        session_key=request.session.session_key or "",
    )


def _complete(
    request: HttpRequest, connection: Connection, region: str
) -> HttpResponse:
    switched = region != connection.data_center
    is_first = connection.is_draft
    row = settings.DATA_CENTERS[region]
    try:
        setup.complete_consent(connection, request.GET.get("code", ""), row)
    except ZohoError as error:
        return _back_with(request, connection, error)
    trail.connected(request.user, connection, is_first=is_first)
    if switched:
        messages.info(
            request,
            f"We switched to {row.name}. Your Zoho account lives there, so we use it "
            "from now on.",
        )
    return redirect("connections:ready", connection.pk)


def _back_with(
    request: HttpRequest, connection: Connection, error: ZohoError
) -> HttpResponse:
    """Lead back to the step with the reason; the code leaves the address bar."""
    problem = explained(connection, error, "exchange")
    request.session[PROBLEM] = asdict(problem)
    return redirect("connections:client", connection.pk)


def _refused(request: HttpRequest, code: str, http_status: int) -> HttpResponse:
    # The values stay out of the log: one of them could be a working state or code.
    logger.warning("consent refused", extra={"reason": code})
    minutes = str(int(consent.LIFE.total_seconds() // 60))
    problem = explain(ReconnectRequired(code), facts={"minutes": minutes})
    return render(
        request, "connections/refused.html", {"problem": problem}, status=http_status
    )
