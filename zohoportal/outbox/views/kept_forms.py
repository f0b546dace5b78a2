"""Keeps what was typed when the session ended meanwhile, until the person is back.

The values wait in the browser's new session. The form's key is signed and names its
person, so nobody else who signs in at the same browser gets to see them.
"""

import time
from typing import Any

from django.http import HttpRequest

from zohoportal.accounts.models import User
from zohoportal.outbox import idempotency

SESSION_KEY = "kept_form"
# A working day: whoever comes back later does not expect it.
_GOOD_FOR_SECONDS = 12 * 60 * 60


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
    owner = idempotency.owner(request.POST.get("form_key", ""))
    if not owner:
        return False
    request.session[SESSION_KEY] = [request.path, owner, values, time.time()]
    return True


def find(request: HttpRequest, person: User) -> dict[str, Any]:
    """Return what this person had typed into the form at this address, or nothing."""
    path, owner, values, *kept_at = request.session.get(SESSION_KEY, ("", "", {}))
    # The version before noted no time.
    is_old = bool(kept_at) and time.time() - kept_at[0] > _GOOD_FOR_SECONDS
    is_theirs = path == request.path and owner == str(person.pk)
    return values if is_theirs and not is_old else {}


def drop(request: HttpRequest) -> None:
    """Forget the kept form: it was sent."""
    request.session.pop(SESSION_KEY, None)
