"""What follows from signing in, by whatever way."""

from typing import Any

from django.http import HttpRequest

from zohoportal.accounts import proof, sessions
from zohoportal.accounts.models import User
from zohoportal.accounts.signing_in import known_browsers, record


def signed_in(request: HttpRequest, user: User, **_signal: Any) -> None:
    """Begin the session's time, and know the browser from now on."""
    sessions.begin(request)
    proof.proved(request)
    known_browsers.note(request, user.email)
    record.signed_in(user)
