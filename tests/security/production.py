"""Answers of the portal with production settings, as JSON on standard output.

A process of its own: cookie names and https follow from SITE_URL, which is read once.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

import django
from django.core.management import call_command
from django.test import Client, override_settings
from django.test.utils import setup_test_environment

HOST = "portal.example.com"
ORIGIN = f"https://{HOST}"
EMAIL, PASSWORD = "admin@example.com", "correct horse battery"
PAGES = (
    "/healthz",
    "/account/sign-in/",
    "/account/settings/",
    "/account/password/",
    "/",
    "/connections/",
    "/connections/new/",
    "/deliveries/",
    "/oauth/callback/",
    "/nothing-here/",
    "/broken/",
    "/refusing/",
    "/static/css/site.css",
    "/static/js/portal.js",
    "/static/favicon.svg",
    "/static/nothing-here.css",
)


def main(folder: Path) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zohoportal.settings")
    django.setup()
    with override_settings(
        STATIC_ROOT=folder / "static", ROOT_URLCONF="tests.security.more_urls"
    ):
        call_command("collectstatic", interactive=False, verbosity=0)
        call_command("migrate", verbosity=0)
        setup_test_environment()
        sys.stdout.write(json.dumps(_answers()))


def _answers() -> dict[str, Any]:
    from zohoportal.accounts.models import Role, User

    User.objects.add(EMAIL, role=Role.ADMIN, password=PASSWORD, time_zone="UTC")
    browser = Client(
        enforce_csrf_checks=True, raise_request_exception=False, HTTP_HOST=HOST
    )
    found = {f"anonymous {path}": _get(browser, path) for path in PAGES}
    found["sign in"] = _post(
        browser,
        "/account/sign-in/",
        username=EMAIL,
        password=PASSWORD,
        csrfmiddlewaretoken=browser.cookies["__Host-csrf"].value,
    )
    found |= {f"admin {path}": _get(browser, path) for path in PAGES}
    found["refused form"] = _post(browser, "/account/settings/", time_zone="UTC")
    found["wrong method"] = _post(
        browser,
        "/oauth/callback/",
        csrfmiddlewaretoken=browser.cookies["__Host-csrf"].value,
    )
    found["unknown host"] = _get(browser, "/", HTTP_HOST="evil.example")
    found["unknown host over plain http"] = _seen(
        browser.get("/", HTTP_HOST="evil.example")
    )
    found["plain http"] = _seen(browser.get("/connections/?a=b"))
    return found


def _get(browser: Client, path: str, **request: Any) -> dict[str, Any]:
    return _seen(browser.get(path, secure=True, **request))


def _post(browser: Client, path: str, **form: str) -> dict[str, Any]:
    return _seen(browser.post(path, form, secure=True, HTTP_ORIGIN=ORIGIN))


def _seen(answer: Any) -> dict[str, Any]:
    body = b"".join(answer) if answer.streaming else answer.content
    answer.close()
    return {
        "status": answer.status_code,
        "headers": {name.lower(): value for name, value in answer.items()},
        "cookies": [cookie.OutputString() for cookie in answer.cookies.values()],
        "body": body.decode(),
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]))
