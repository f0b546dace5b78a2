"""Browsers in which somebody signed in before: a signed cookie that lasts.

It opens nothing. It only spares its owners the limits that strangers run into.
"""

import secrets
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from zohoportal.accounts.signing_in.limits import account_key

SALT = "known browser"
# As long as browsers keep a cookie at most.
SECONDS = 400 * 24 * 60 * 60
MOST_ACCOUNTS = 10
_MARK = "_signed_in_account"


def known(request: HttpRequest, account: str) -> str:
    """Return the browser's id if somebody signed in to `account` there, or nothing."""
    browser, accounts = _read(request)
    return browser if account_key(account) in accounts else ""


def note(request: HttpRequest, account: str) -> None:
    """Have the answer to this request make its browser a known one."""
    setattr(request, _MARK, account)


def remembered(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Give the cookie to browsers that somebody has just signed in with."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        account = getattr(request, _MARK, None)
        if account:
            _write(request, response, account)
        return response

    return answer


def _read(request: HttpRequest) -> tuple[str, list[str]]:
    try:
        content: Any = signing.loads(
            request.COOKIES.get(settings.KNOWN_BROWSER_COOKIE_NAME, ""),
            salt=SALT,
            max_age=SECONDS,
        )
    except signing.BadSignature:
        return "", []
    browser, accounts = content
    return browser, accounts


def _write(request: HttpRequest, response: HttpResponse, account: str) -> None:
    browser, accounts = _read(request)
    name = account_key(account)
    others = [each for each in accounts if each != name]
    response.set_cookie(
        settings.KNOWN_BROWSER_COOKIE_NAME,
        signing.dumps(
            (
                browser or secrets.token_urlsafe(12),
                [name, *others][:MOST_ACCOUNTS],
            ),
            salt=SALT,
            compress=True,
        ),
        max_age=SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
