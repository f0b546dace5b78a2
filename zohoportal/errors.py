"""Our own error pages: what happened, and what to do next."""

import sys
from typing import Any

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse

from zohoportal.accounts.access import someone_to_ask
from zohoportal.logs import request_id


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001  # Django's signature
    return _page(
        request,
        400,
        title="This request could not be read",
        cause="The address or the form that came with it is not complete.",
        next_step="Go to the first page and start from there.",
    )


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    return _page(
        request,
        403,
        title="You cannot use this page",
        cause="It is for people with another role.",
        next_step=f"{someone_to_ask()} can give you access.",
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    return _page(
        request,
        404,
        title="There is no such page",
        cause="The address has a typo, or what it showed is gone or not yours.",
        next_step="Go to the first page and look from there.",
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    return _page(
        request,
        403,
        title="This form was opened too long ago",
        cause="You signed in or out since then, or your browser keeps no cookies. "
        "Nothing was sent.",
        next_step="Go back and copy what you typed, load the page anew and send it.",
    )


def server_error(_request: HttpRequest) -> HttpResponse:
    """Return the page for our own faults; it needs neither database nor sign-in.

    Django calls this while it handles the exception.
    """
    is_database = isinstance(sys.exc_info()[1], OperationalError)
    status = 503 if is_database else 500
    content = render_to_string(f"{status}.html", {"request_id": request_id()})
    return HttpResponse(content, status=status)


def _page(request: HttpRequest, status: int, **context: Any) -> HttpResponse:
    context |= {
        "action_url": reverse("home"),
        "action_label": "Go to the first page",
        "request_id": request_id(),
    }
    return render(request, "error.html", context, status=status)
