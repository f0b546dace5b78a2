"""People who sign in, from wherever they are."""

from typing import Any

from django.test import Client

from tests.environment import PORTAL_PORT
from tests.support.people import PASSWORD

SIGN_IN = "/account/sign-in/"
WRONG = "not the password"


def browser() -> Client:
    """Return a browser that has never been here."""
    return Client(HTTP_HOST=f"localhost:{PORTAL_PORT}")


def sign_in(
    account: str,
    password: str = PASSWORD,
    *,
    address: str = "192.0.2.1",
    client: Client | None = None,
) -> Any:
    """Sign in from an address behind our proxy, with a new browser if none is given."""
    return (client or browser()).post(
        SIGN_IN,
        {"username": account, "password": password},
        headers={"X-Forwarded-For": address},
    )


def fail(account: str, times: int = 1, *, address: str = "192.0.2.1") -> list[int]:
    """Sign in with a wrong password; return how the pages ended."""
    return [sign_in(account, WRONG, address=address).status_code for _ in range(times)]
