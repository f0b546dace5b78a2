"""Where somebody is signed in, and how they end that."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from zohoportal.accounts import sessions
from zohoportal.accounts.access import PersonRequest


@require_http_methods(["GET", "HEAD", "POST"])
def own(request: PersonRequest) -> HttpResponse:
    """Show one's own sessions; end one of them, or all but this one."""
    if request.method == "POST":
        return _end(request)
    here = sessions.hashed(request.session.session_key or "")
    context = {"rows": sessions.open_of(request.user), "here": here}
    return render(request, "accounts/sessions.html", context)


def _end(request: PersonRequest) -> HttpResponse:
    name = request.POST.get("session", "")
    if name:
        sessions.end(request.user, name)
        messages.success(request, "That device is signed out.")
    else:
        sessions.end_all(request.user, keep=request.session)
        messages.success(request, "All other devices are signed out.")
    return redirect("accounts:sessions")
