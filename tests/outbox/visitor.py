"""A signed-in person's browser over real HTTP, without a browser."""

import re

import requests
from django.conf import settings

from tests.conftest import signed_in
from zohoportal.accounts.models import User


class Visitor:
    """Opens and sends forms; any number of threads may use one."""

    def __init__(self, person: User) -> None:
        name = settings.SESSION_COOKIE_NAME
        self._cookies = {name: signed_in(person).cookies[name].value}
        self._cookies |= self.open("/").cookies.get_dict()

    @property
    def cookie_header(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self._cookies.items())

    def keys(self, path: str) -> dict[str, str]:
        """Open a form and return its hidden fields."""
        page = self.open(path)
        names = ("form_key", "csrfmiddlewaretoken")
        found = {
            name: re.search(f'name="{name}" value="([^"]*)"', page.text)
            for name in names
        }
        return {name: match[1] for name, match in found.items() if match}

    def open(self, path: str) -> requests.Response:
        return requests.get(settings.SITE_URL + path, cookies=self._cookies)

    def send(self, path: str, values: dict[str, str]) -> requests.Response:
        return requests.post(
            settings.SITE_URL + path,
            data=values,
            cookies=self._cookies,
            headers={"Origin": settings.SITE_URL},
            allow_redirects=False,
        )
