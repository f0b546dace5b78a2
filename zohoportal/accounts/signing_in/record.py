"""What the trail keeps of signing in and out."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.http import HttpRequest

from zohoportal.accounts.models import User
from zohoportal.activity import services as activity
from zohoportal.activity.models import AuditEvent

Act = AuditEvent.Act
HOUR = 60 * 60
MOST_REFUSED = 50


def signed_in(person: User) -> None:
    activity.record(Act.SIGNED_IN, person, "Sign-in")


def signed_out(
    request: HttpRequest | None,  # noqa: ARG001  # Django's signal
    user: User | None,
    **_signal: Any,
) -> None:
    """Note who signed out; nobody did whose session was over."""
    if user is not None:
        activity.record(Act.LEFT, user, "Sign-out")


def failed(email: str, what: str, *, is_last: bool) -> None:
    """Note what was wrong for an account, whether there is one or not."""
    facts: dict[str, Any] = {"then": "stopped for a while"} if is_last else {}
    person = User.objects.filter(email=email.strip().lower()).first()
    if person:
        activity.record(Act.SIGN_IN_FAILED, person, what, **facts)
    else:
        # The name stays out: people type passwords into the wrong field.
        nobody, why = AnonymousUser(), "There is no such account"
        activity.record(Act.SIGN_IN_FAILED, nobody, why, **facts)


def password_changed(person: User) -> None:
    activity.record(Act.NEW_PASSWORD, person, "Own password")


def second_factor_changed(
    what: str, *, user: User, authenticator: Authenticator, **_signal: Any
) -> None:
    """Note that somebody added or removed an app, a passkey or codes."""
    kind = Authenticator.Type(authenticator.type).label
    activity.record(Act.SECOND_FACTOR, user, f"{what}: {kind}")


def refused(person: User, path: str) -> None:
    """Note that a page did not open for somebody who is signed in.

    So many an hour in each process: whoever counts addresses must not bury the rest.
    """
    key = f"refused-{person.pk}"
    cache.add(key, 0, HOUR)
    number = cache.incr(key)
    if number < MOST_REFUSED:
        activity.record(Act.REFUSED, person, path)
    elif number == MOST_REFUSED:
        activity.record(Act.REFUSED, person, path, then="further ones are not listed")
