"""Acts that a person proves themselves for once more: whoever sits there now.

https://owasp.org/www-project-application-security-verification-standard/ 7.5: what
changes secrets, people or rights, or carries data out, asks for the password again when
it was last asked for more than ten minutes ago.
"""

import time
from collections.abc import Callable, Collection
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode

LIFE_SECONDS = 10 * 60
# The fields of our own on the page that asks; no form has such names.
ADDRESS = "confirm-next"
PASSWORD = "confirm-password"  # noqa: S105  # a field's name
IS_POST = "confirm-post"

PROVED_AT = "proved_at"

View = Callable[..., HttpResponseBase]


def proved(request: HttpRequest, at: float | None = None) -> None:
    """Note that the person has proved who they are, at this moment or just now."""
    request.session[PROVED_AT] = time.time() if at is None else at


def is_recent(request: HttpRequest) -> bool:
    """Tell whether they did so within the last ten minutes."""
    age = time.time() - float(request.session.get(PROVED_AT, 0))
    return 0 <= age < LIFE_SECONDS


def recent_proof_required(
    *, secret: Collection[str] = (), then: str = ""
) -> Callable[[View], View]:
    """Ask who it is before the view; see `asked` for what is kept meanwhile."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(
            request: HttpRequest, *args: object, **kwargs: object
        ) -> HttpResponseBase:
            page = asked(request, secret=secret, then=then)
            return page or view(request, *args, **kwargs)

        return guarded

    return decorate


def asked(
    request: HttpRequest, *, secret: Collection[str] = (), then: str = ""
) -> HttpResponse | None:
    """Return the page that asks who it is, or nothing where the proof is recent.

    Args:
        request: what was typed in it waits in the page, and goes on with the answer.
        secret: fields that are not kept but typed again, as no page shows a secret.
        then: the page with the button, for a button that brings a file: it is pressed
            once more there, as a file would leave the browser on the page that asks.
    """
    if is_recent(request):
        return None
    if request.method != "POST" or then:
        address = request.get_full_path()
        if then:
            query = request.META.get("QUERY_STRING", "")
            address = f"{reverse(then)}?{query}" if query else reverse(then)
        return redirect(f"{reverse('accounts:confirm')}?{urlencode({'next': address})}")
    context = {
        "next": request.get_full_path(),
        "is_post": True,
        "kept": kept_fields(request, without=secret),
        "lost": any(request.POST.get(name) for name in secret),
    }
    # The act was not done, which a script has to see.
    return render(request, "accounts/confirm.html", context, status=403)


def kept_fields(
    request: HttpRequest, without: Collection[str] = ()
) -> list[tuple[str, str]]:
    """Return what was typed into the form that waits, in its order."""
    ours = {"csrfmiddlewaretoken", ADDRESS, PASSWORD, IS_POST, *without}
    return [
        (name, value)
        for name, values in request.POST.lists()
        if name not in ours
        for value in values
    ]
