"""A signed-in person's browser over real HTTP, without a browser."""

import re

import requests
from django.conf import settings

from tests.support.people import signed_in
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

    def save(self, path: str, values: dict[str, str]) -> requests.Response:
        """Send a form, and agree to what a preview of it shows, if there is one."""
        answer = self.send(path, values)
        if answer.status_code != 200:
            return answer
        return self.send(path, values | _agreed(answer))

    def agreed(self, path: str, values: dict[str, str]) -> dict[str, str]:
        """Look at a form's preview and return what says so."""
        return _agreed(self.send(path, values))

    def send(self, path: str, values: dict[str, str]) -> requests.Response:
        return requests.post(
            settings.SITE_URL + path,
            data=values,
            cookies=self._cookies,
            headers={"Origin": settings.SITE_URL},
            allow_redirects=False,
        )


def _agreed(preview: requests.Response) -> dict[str, str]:
    seen = re.search(r'name="seen" value="([^"]*)"', preview.text)
    assert seen, re.sub(r"(?s)<head>.*?</head>|<[^>]+>|\s+", " ", preview.text)
    return {"seen": seen[1]}
