"""Is this password, or code, right? Asked within the limits, and on the record."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.contrib import auth
from django.http import HttpRequest

from zohoportal.accounts.models import User
from zohoportal.accounts.second_factor import rule
from zohoportal.accounts.signing_in import hashing, known_browsers, limits, record
from zohoportal.accounts.signing_in.refused import Refused


def authenticate(request: HttpRequest, email: str, password: str) -> User | None:
    """Return whom these let in, or nobody.

    Raises:
        Refused: the password was not looked at.
    """
    hashing.look_for_a_place()
    with _attempt(request, email, more=rule.opens_with_more(email)) as attempt:
        person = auth.authenticate(request, username=email, password=password)
        found = person if isinstance(person, User) else None
        _judge(attempt, email, "Wrong password", is_right=found is not None)
    return found


def proves(request: HttpRequest, person: User, password: str) -> bool:
    """Tell whether this is the password of somebody who is signed in.

    Raises:
        Refused: the password was not looked at.
    """
    with _attempt(request, person.email) as attempt:
        is_right = person.check_password(password)
        _judge(attempt, person.email, "Wrong password", is_right=is_right)
    return is_right


def takes_code(request: HttpRequest, person: User, use: Callable[[], bool]) -> bool:
    """Tell whether `use` took a second factor's code; codes have counts of their own.

    Raises:
        Refused: the code was not looked at.
    """
    with _attempt(request, person.email, kind="code of ") as attempt:
        is_right = use()
        _judge(attempt, person.email, "Wrong code", is_right=is_right)
    return is_right


@contextmanager
def _attempt(
    request: HttpRequest, email: str, *, kind: str = "", more: bool = False
) -> Iterator[limits.Attempt]:
    attempt = limits.check(
        f"{kind}{email.strip()}",
        request.META.get("REMOTE_ADDR", ""),
        known_browser=known_browsers.known(request, email),
        second_factor=more,
    )
    try:
        yield attempt
    except Refused:
        limits.withdrawn(attempt)
        raise


def _judge(attempt: limits.Attempt, email: str, what: str, *, is_right: bool) -> None:
    if is_right:
        limits.succeeded(attempt)
    else:
        record.failed(email, what, is_last=attempt.is_last)
