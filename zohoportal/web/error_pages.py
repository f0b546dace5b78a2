"""Our own error pages: what happened, and what to do next."""

import sys
from typing import Any

from django.conf import settings
from django.core.exceptions import (
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware, get_token
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.deprecation import MiddlewareMixin

from zohoportal.accounts.access import someone_to_ask
from zohoportal.accounts.models import User
from zohoportal.accounts.signing_in import record
from zohoportal.accounts.signing_in.refused import Refused
from zohoportal.outbox import idempotency
from zohoportal.run.logs import request_id
from zohoportal.web.database_trouble import trouble_of

TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, TOO_MUCH):
        return too_large(request)
    return _page(
        request,
        400,
        title="This request could not be read",
        cause="The address or the form that came with it is not complete.",
        next_step="Go to the first page and start from there.",
    )


def too_large(request: HttpRequest, *, is_stranger: bool = False) -> HttpResponse:
    """Return the page for what is refused by its size; scripts read who was meant."""
    if not is_stranger:
        return _page(
            request,
            413,
            title="This is more than one form takes",
            cause=f"A form takes {settings.DATA_UPLOAD_MAX_NUMBER_FIELDS:,} fields, "
            f"{settings.DATA_UPLOAD_MAX_NUMBER_FILES:,} files and "
            f"{filesizeformat(settings.FILES_BYTES)}. Nothing was sent.",
            next_step="Go back in your browser, where what you typed still is. Take "
            "some of it out and send it again.",
        )
    answer = _page(
        request,
        413,
        title="You are not signed in",
        cause="Without signing in only short forms are taken. Nothing was sent.",
        next_step="Go back in your browser, where what you typed still is, and copy "
        "it. Then sign in and send it again.",
    )
    answer["X-Signed-Out"] = "1"
    return answer


def no_length(request: HttpRequest) -> HttpResponse:
    return _page(
        request,
        411,
        title="This request does not say how long it is",
        cause="The portal takes nothing that comes in pieces. Nothing was sent.",
        next_step="Send it with a Content-Length. Behind a proxy, have it collect "
        "requests first.",
    )


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    _note_refusal(request)
    return _page(
        request,
        403,
        title="You cannot use this page",
        cause="It is for people with another role or with other rights.",
        next_step=f"{someone_to_ask()} can give you access.",
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    # With a typo in the address no view would have been found.
    if request.resolver_match:
        _note_refusal(request)
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


def server_error(request: HttpRequest) -> HttpResponse:
    """Return the page for our own faults; it needs neither database nor sign-in.

    Django calls this while it handles the exception.
    """
    trouble = trouble_of(sys.exc_info()[1])
    context: dict[str, Any] = {"request_id": request_id()}
    if trouble:
        was_sent = request.method == "POST"
        typed = _typed(request) if was_sent else []
        context |= {"trouble": trouble, "was_sent": was_sent, "typed": typed}
    status = 503 if trouble else 500
    content = render_to_string(f"{status}.html", context)
    return HttpResponse(content, status=status)


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    """Return a product's form as it came, to be sent again with the same key.

    Files cannot come back, no other form may: there are secrets in some of them. Nor
    does one that another site has sent.
    """
    values = request.POST
    if request.FILES or not idempotency.owner(values.get("form_key", "")):
        return []
    check = CsrfViewMiddleware(lambda _request: HttpResponse())
    check.process_request(request)
    if check.process_view(request, server_error, (), {}) is not None:
        return []
    token = ("csrfmiddlewaretoken", get_token(request))
    given = [(name, value) for name, each in values.lists() for value in each]
    return [token, *(pair for pair in given if pair[0] != token[0])]


class RefusedInWords(MiddlewareMixin):
    """Answers where a password could not be looked at, outside of a form of its own."""

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponse | None:
        if isinstance(exception, Refused):
            return not_now(request, exception)
        return None


def not_now(request: HttpRequest, refused: Refused) -> HttpResponse:
    """Say when a password can be looked at again."""
    response = _page(
        request,
        refused.status,
        title="Not just now",
        cause=str(refused),
        next_step="Go back: what you typed is still there.",
    )
    response["Retry-After"] = str(refused.retry_after)
    return response


def _note_refusal(request: HttpRequest) -> None:
    if isinstance(request.user, User):
        record.refused(request.user, request.path)


def _page(request: HttpRequest, status: int, **context: Any) -> HttpResponse:
    context |= {
        "action_url": reverse("home"),
        "action_label": "Go to the first page",
        "request_id": request_id(),
    }
    return render(request, "error.html", context, status=status)
