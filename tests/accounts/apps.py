"""An app with codes, as somebody has it on their phone."""

import re
import time
from typing import Any

from allauth.mfa.totp.internal import auth
from django.test import Client

APP = "/account/second-factor/app/"
CODES = "/account/second-factor/codes/"


def code(secret: str, steps: int = 0) -> str:
    """Return what the app shows now, or so many steps of 30 seconds later."""
    step = int(time.time()) // auth.app_settings.TOTP_PERIOD + steps
    return str(auth.format_hotp_value(auth.hotp_value(secret, step)))


def sealed(page: Any) -> str:
    found = re.search(r'name="sealed" value="([^"]+)"', page.content.decode())
    assert found
    return found[1]


def set_up(client: Client, steps: int = -1) -> str:
    """Set an app up with the code of one step before; return its secret."""
    page = client.get(APP)
    secret = str(page.context["form"].secret)
    answer: Any = client.post(
        APP, {"sealed": sealed(page), "code": code(secret, steps)}
    )
    assert answer.status_code == 302
    return secret


def recovery_codes(client: Client) -> list[str]:
    found: list[str] = client.get(CODES).context["codes"]
    return found
