"""How allauth keeps second factors here: sealed, named after SITE_URL, not removed."""

from urllib.parse import urlsplit

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings

from zohoportal.accounts import ports
from zohoportal.accounts.models import User
from zohoportal.accounts.second_factor import rule, sealed

WRONG_CODE = (
    "This code is not right, or was used before. Type the one that your app shows now."
)


class SecondFactor(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": WRONG_CODE,
        "cannot_delete_authenticator": (
            "Your role needs a second factor, and this is the last one. "
            "Add another first."
        ),
    }

    def encrypt(self, text: str) -> str:
        """Seal the secret of an app, or the seed of recovery codes."""
        return ports.seal(sealed.PURPOSE, text)

    def decrypt(self, encrypted_text: str) -> str:
        return ports.unseal(sealed.PURPOSE, encrypted_text)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Bind passkeys to SITE_URL's host, whatever a request says of itself."""
        return {"id": urlsplit(settings.SITE_URL).hostname or "", "name": "Zoho Portal"}

    def generate_authenticator_name(
        self,
        user: User,
        type: Authenticator.Type,  # noqa: A002  # allauth's
    ) -> str:
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return f"Passkey {count + 1}"

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        others = rule.factors(authenticator.user).exclude(pk=authenticator.pk)
        return not rule.applies_to(authenticator.user) or others.exists()
