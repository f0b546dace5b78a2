"""The page "Confirm it is you", and the way on to what it was asked for."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from zohoportal.accounts import proof
from zohoportal.accounts.access import PersonRequest
from zohoportal.accounts.signing_in import passwords
from zohoportal.accounts.signing_in.refused import Refused

WRONG = "This is not your password. Type it once more."
MISSING = "Enter your password."


class SameAgain(HttpResponseRedirect):
    """Sends the browser on with the same form: it is posted a second time."""

    status_code = 307


@sensitive_post_parameters(proof.PASSWORD)
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: PersonRequest) -> HttpResponse:
    """Ask for the password once more, and go on where it was asked for."""
    if request.method != "POST":
        return _page(request, _own(request, request.GET.get("next", "")))
    address = _own(request, request.POST.get(proof.ADDRESS, ""))
    typed = request.POST.get(proof.PASSWORD, "")
    try:
        is_right = typed != "" and passwords.proves(request, request.user, typed)
    except Refused as refused:
        answer = _page(request, address, str(refused), status=refused.status)
        answer["Retry-After"] = str(refused.retry_after)
        return answer
    if not is_right:
        return _page(request, address, WRONG if typed else MISSING)
    proof.proved(request)
    if request.POST.get(proof.IS_POST) == "1":
        return SameAgain(address)
    messages.success(request, "It is you. Go on with what you wanted to do.")
    return redirect(address)


def _own(request: HttpRequest, address: str) -> str:
    """Return the address if it leads to one of our own pages, else the first page."""
    is_ours = address.startswith("/") and url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}
    )
    return address if is_ours else reverse("home")


def _page(
    request: HttpRequest, address: str, error: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "next": address,
        "is_post": request.POST.get(proof.IS_POST) == "1",
        "kept": proof.kept_fields(request),
        "error": error,
    }
    return render(request, "accounts/confirm.html", context, status=status)
