"""Strangers at the sign-in page of a real server, seen through one proxy of ours."""

import requests
from django.conf import settings
from django.utils.crypto import get_random_string

from tests.workers.web import WebServer

LOOKED_AT = "The e-mail or password is not right."


class Stranger:
    """A browser behind our proxy, which says where it is."""

    def __init__(self, server: WebServer, address: str) -> None:
        self._server = server
        self._session = requests.Session()
        self._session.headers["X-Forwarded-For"] = address
        self._session.headers["Origin"] = server.url
        self._token = self._new_mark()

    def sign_in(self, account: str, password: str) -> requests.Response:
        return self._session.post(
            f"{self._server.url}/account/sign-in/",
            data={
                "username": account,
                "password": password,
                "csrfmiddlewaretoken": self._token,
            },
            allow_redirects=False,
        )

    def sign_out(self) -> None:
        """Forget the session and the mark of its forms; the browser stays known."""
        known = self._session.cookies[settings.KNOWN_BROWSER_COOKIE_NAME]
        self._session.cookies.clear()
        self._session.cookies.set(settings.KNOWN_BROWSER_COOKIE_NAME, known)
        self._token = self._new_mark()

    def _new_mark(self) -> str:
        mark = get_random_string(32)
        self._session.cookies.set(settings.CSRF_COOKIE_NAME, mark)
        return mark
