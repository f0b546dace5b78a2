"""People of the portal, and their browsers."""

import time
from typing import Any

from django.conf import settings
from django.contrib.auth import (
    BACKEND_SESSION_KEY,
    HASH_SESSION_KEY,
    SESSION_KEY,
)
from django.test import Client

from tests.environment import PORTAL_PORT
from zohoportal.accounts import proof
from zohoportal.accounts.models import User
from zohoportal.accounts.sessions import SessionStore

PASSWORD = "correct horse battery"
SIGN_IN = "/account/sign-in/"


def add_person(email: str, role: str) -> User:
    return User.objects.add(
        email, role=role, password=PASSWORD, time_zone="Europe/Berlin"
    )


def signed_in(person: User) -> Client:
    """Return the browser of somebody who signed in a moment ago.

    It leaves nothing in the trail: tests look there for what they do themselves.
    """
    client = Client(HTTP_HOST=f"localhost:{PORTAL_PORT}")
    session = SessionStore()
    session.update(
        {
            SESSION_KEY: str(person.pk),
            BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
            HASH_SESSION_KEY: person.get_session_auth_hash(),
            proof.PROVED_AT: time.time(),
        }
    )
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key or ""
    return client


def sign_in(client: Client, email: str, password: str = PASSWORD) -> Any:
    """Fill in the sign-in page; return where it leads."""
    return client.post(SIGN_IN, {"username": email, "password": password})
