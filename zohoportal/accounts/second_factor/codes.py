"""Codes of an app, and recovery codes: each is good once, whatever process sees it."""

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.utils import decrypt
from django.db import transaction

from zohoportal.accounts.models import User

# The time step of the newest code that was used.
_LAST = "last_step"


def use(person: User, code: str) -> Authenticator | None:
    """Use up a code of the person's; return what it belongs to, None if it is wrong."""
    with transaction.atomic():
        for row in Authenticator.objects.select_for_update().filter(user=person):
            if row.type == Authenticator.Type.TOTP and _use_app(row, code):
                return row
            is_recovery = row.type == Authenticator.Type.RECOVERY_CODES
            if is_recovery and row.wrap().validate_code(code):
                return row
    return None


def step_of(secret: str, code: str) -> int:
    """Return the time step whose code this is, of those that count now; 0 if none."""
    for step in totp.yield_hotp_counters_from_time():
        expected = totp.format_hotp_value(totp.hotp_value(secret, step))
        if compare_user_code(actual=code, expected=expected):
            return step
    return 0


def spend(row: Authenticator, step: int) -> None:
    """Refuse from now on the code of this step, and older ones."""
    row.data[_LAST] = step
    row.save(update_fields=["data"])


def _use_app(row: Authenticator, code: str) -> bool:
    step = step_of(decrypt(row.data["secret"]), code)
    if step <= row.data.get(_LAST, 0):
        return False
    spend(row, step)
    return True
