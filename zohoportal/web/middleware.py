"""What every answer carries, and the time zone that pages speak."""

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.deprecation import MiddlewareMixin
from django_structlog.middlewares import RequestMiddleware

from zohoportal.accounts import presence, sessions
from zohoportal.accounts.people import owner
from zohoportal.accounts.second_factor import rule
from zohoportal.outbox.views import kept_forms
from zohoportal.run import proxies

Handler = Callable[[HttpRequest], HttpResponse]

PROTECTION = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

FOR_A_FRESH_PORTAL = {"accounts:owner", "accounts:link", "health"}


def through_known_proxies(get_response: Handler) -> Handler:
    """Make the visitor's address `REMOTE_ADDR`, and believe our own proxies only.

    Forwarded headers from anybody else are taken out: nothing after this sees them.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        found = request.META
        peer = found.get("REMOTE_ADDR", "")
        hops = found.pop("HTTP_X_FORWARDED_FOR", "")
        if proxies.is_trusted(peer, settings.TRUSTED_PROXIES):
            found["REMOTE_ADDR"] = proxies.visitor(peer, hops, settings.TRUSTED_PROXIES)
        else:
            found.pop("HTTP_X_FORWARDED_PROTO", None)
        with proxies.asked_from(found.get("REMOTE_ADDR", "")):
            return get_response(request)

    return answer


def browser_protection(get_response: Handler) -> Handler:
    """Keep pages out of caches and out of other sites' reach.

    With `no-store` the Back button shows sign-in after sign-out, not old data.
    Static files bring their own cache header and keep it. What `SecurityMiddleware`
    adds is missing where it refuses a host itself, so it is made up for here.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        for name, value in PROTECTION.items():
            response.headers.setdefault(name, value)
        if not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response

    return answer


def redirects_told(get_response: Handler) -> Handler:
    """Tell a script where to go on, instead of sending it there.

    It would follow unasked, and the browser would load that page a second time: what
    is said there once would be gone.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        is_script = request.headers.get("X-Requested-With") == "XMLHttpRequest"
        if is_script and isinstance(response, HttpResponseRedirect):
            response.status_code = 200
            response["X-Go-To"] = response.url
            del response["Location"]
        return response

    return answer


def session_seen(get_response: Handler) -> Handler:
    """Keep a session open for as long as somebody works in it."""

    def answer(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            sessions.seen(request.session)
        return get_response(request)

    return answer


def own_time_zone(get_response: Handler) -> Handler:
    """Show and read times in the zone of the person signed in."""

    def answer(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            with timezone.override(ZoneInfo(request.user.time_zone)):
                return get_response(request)
        return get_response(request)

    return answer


def last_seen(get_response: Handler) -> Handler:
    """Keep when people were last here."""

    def answer(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            presence.note(request.user)
        return get_response(request)

    return answer


class SignInRule(LoginRequiredMiddleware):
    """Signing in is the rule; a form sent after the session ended is not lost."""

    def process_view(
        self, request: HttpRequest, view_func: Any, view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        match = request.resolver_match
        is_open = match is not None and match.view_name in FOR_A_FRESH_PORTAL
        if not (is_open or request.user.is_authenticated) and owner.is_fresh():
            # Nobody could sign in.
            return redirect("accounts:owner")
        return super().process_view(request, view_func, view_args, view_kwargs)

    def handle_no_permission(
        self, request: HttpRequest, view_func: Any
    ) -> HttpResponseRedirect:
        if request.method == "POST":
            if not kept_forms.keep(request):
                # The address takes no GET: after signing in it would lead nowhere.
                return redirect_to_login(reverse("home"))
            messages.info(
                request, "You were signed out. Sign in to go on; your form is kept."
            )
        return super().handle_no_permission(request, view_func)


class SecondFactorRule(MiddlewareMixin):
    """Whose role needs a second factor sets one up before anything else."""

    def process_view(
        self, request: HttpRequest, *_view: Any
    ) -> HttpResponseRedirect | None:
        """Lead there; a form sent meanwhile is kept."""
        if not rule.is_missing(request):
            return None
        if request.method == "POST":
            kept_forms.keep(request)
        return HttpResponseRedirect(reverse("accounts:second_factor"))


class RequestLog(RequestMiddleware):
    """Logs each request without its query: Zoho's callback carries its code there."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        return f"{request.method} {request.path}"
