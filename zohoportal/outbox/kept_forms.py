"""Keeps what was typed when the session ended meanwhile, until the person is back.

The values wait in the browser's new session. The form's key is signed and names its
person, so nobody else who signs in at the same browser gets to see them.
"""

from typing import Any

from django.http import HttpRequest

from zohoportal.accounts.models import User
from zohoportal.outbox import form_keys

_SESSION_KEY = "kept_form"
_MOST_CHARACTERS = 100_000


def keep(request: HttpRequest) -> bool:
    """Keep a product form sent by somebody who is not signed in any more.

    Returns whether there was one to keep.
    """
    # Several ticks of one question stay several.
    values = {
        name: several[0] if len(several) == 1 else several
        for name, several in request.POST.lists()
        if name not in ("form_key", "csrfmiddlewaretoken")
    }
    owner = form_keys.owner(request.POST.get("form_key", ""))
    size = sum(len(text) for _, several in request.POST.lists() for text in several)
    if not owner or size > _MOST_CHARACTERS:
        return False
    request.session[_SESSION_KEY] = [request.path, owner, values]
    return True


def find(request: HttpRequest, person: User) -> dict[str, Any]:
    """Return what this person had typed into the form at this address, or nothing."""
    path, owner, values = request.session.get(_SESSION_KEY, ("", "", {}))
    return values if path == request.path and owner == str(person.pk) else {}


def drop(request: HttpRequest) -> None:
    """Forget the kept form: it was sent."""
    request.session.pop(_SESSION_KEY, None)
