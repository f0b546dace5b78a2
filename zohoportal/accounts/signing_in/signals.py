"""What Django and allauth tell of signing in, and who hears it."""

from functools import partial

from allauth.mfa import signals as mfa
from django.contrib.auth.signals import user_logged_in, user_logged_out

from zohoportal.accounts.signing_in import arrival, record

SECOND_FACTORS = {
    mfa.authenticator_added: "Added",
    mfa.authenticator_reset: "Made anew",
    mfa.authenticator_removed: "Removed",
}


def listen() -> None:
    """Hear who comes, who goes, and whose second factor changes."""
    user_logged_in.connect(arrival.signed_in)
    user_logged_out.connect(record.signed_out)
    for signal, what in SECOND_FACTORS.items():
        signal.connect(partial(record.second_factor_changed, what), weak=False)
