"""A password that somebody else knows opens nothing but the page to change it."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

OPEN = {"accounts:password", "accounts:sign_out", "health"}

Handler = Callable[[HttpRequest], HttpResponse]


class changed_first:  # noqa: N801  # named in the settings, beside functions
    """Leads everybody whose password must change to that page."""

    def __init__(self, get_response: Handler) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        must = getattr(request.user, "must_change_password", False)
        match = request.resolver_match
        if not must or (match and match.view_name in OPEN):
            return None
        messages.info(
            request, "Somebody else knows your password. Choose your own to go on."
        )
        return redirect("accounts:password")
