"""What every answer carries, and the time zone that pages speak."""

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django_structlog.middlewares import RequestMiddleware

from zohoportal.outbox import kept_forms

Handler = Callable[[HttpRequest], HttpResponse]

PROTECTION = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


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


def own_time_zone(get_response: Handler) -> Handler:
    """Show and read times in the zone of the person signed in."""

    def answer(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            with timezone.override(ZoneInfo(request.user.time_zone)):
                return get_response(request)
        return get_response(request)

    return answer


class SignInRule(LoginRequiredMiddleware):
    """Signing in is the rule; a form sent after the session ended is not lost."""

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


class RequestLog(RequestMiddleware):
    """Logs each request without its query: Zoho's callback carries its code there."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        return f"{request.method} {request.path}"
