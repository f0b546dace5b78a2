from typing import Any

from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.totp.internal.auth import generate_totp_secret
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.core import signing
from fido2.webauthn import AuthenticationResponse, RegistrationResponse

from zohoportal.accounts import ports
from zohoportal.accounts.forms import AsksForPassword
from zohoportal.accounts.models import User
from zohoportal.accounts.second_factor import codes
from zohoportal.accounts.second_factor.adapter import WRONG_CODE
from zohoportal.accounts.signing_in import passwords

_PURPOSE = "second factor to be"
_GOOD_FOR = 60 * 60
_LONGEST_CREDENTIAL = 10_000
_NO_PASSKEY = "The passkey did not fit this page. Start again from its button."


class CodeInput(forms.TextInput):
    """An input that is empty again after a mistake: a code is never shown."""

    def format_value(self, value: Any) -> None:  # noqa: ARG002  # Django's
        return None


def code_field(help_text: str) -> forms.CharField:
    return forms.CharField(
        label="Code",
        help_text=help_text,
        max_length=20,
        widget=CodeInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}
        ),
        error_messages={"required": "Enter the code."},
    )


class CodeForm(AsksForPassword, AuthenticateForm):
    """A code at sign-in: of the app, or a recovery code."""

    code = code_field("Six digits of your app, or one of your recovery codes.")

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        with self.refusals_told():
            is_right = passwords.takes_code(
                context.request, self.user, lambda: self._use(code)
            )
        if not is_right:
            self._tell_that_it_failed()
            raise get_adapter().validation_error("incorrect_code")
        return code

    def _use(self, code: str) -> bool:
        found = codes.use(self.user, code)
        if found is not None:
            found.user = self.user
            self.authenticator = found
        return found is not None

    def _tell_that_it_failed(self) -> None:
        main = self.user.authenticator_set.order_by("-type").first()
        if main:
            self._emit_authentication_failed(main)


class AppForm(forms.Form):
    """Sets an app up; its secret travels sealed, so that no session has to keep it."""

    code = code_field("The six digits that your app shows now.")
    sealed = forms.CharField(widget=forms.HiddenInput, max_length=1000)

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._person = person
        self.step = 0
        self.secret = self._opened() or generate_totp_secret()
        self.is_too_old = self.is_bound and not self._opened()

    @property
    def sealed_secret(self) -> str:
        """Return the secret for the next form of this page."""
        note = signing.dumps([str(self._person.pk), self.secret], salt=_PURPOSE)
        return ports.seal(_PURPOSE, note)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if self.is_too_old:
            raise forms.ValidationError(
                "This page was open for too long. Scan the new code below."
            )
        self.step = codes.step_of(self.secret, values.get("code", ""))
        if values.get("code") and not self.step:
            self.add_error("code", WRONG_CODE)
        return values

    def _opened(self) -> str:
        try:
            note = ports.unseal(_PURPOSE, str(self.data.get("sealed", "")))
            owner, secret = signing.loads(note, salt=_PURPOSE, max_age=_GOOD_FOR)
        except (ports.CannotOpen, signing.BadSignature):
            return ""
        return str(secret) if owner == str(self._person.pk) else ""


class Credential(forms.JSONField):
    """What a browser says of a passkey, of the kind that is expected here."""

    widget = forms.HiddenInput

    def __init__(self, kind: type) -> None:
        super().__init__(error_messages={"required": _NO_PASSKEY})
        self._kind = kind

    def to_python(self, value: Any) -> Any:
        """Read it; the library behind it stumbles over forged ones in many ways."""
        try:
            is_too_long = len(value or "") > _LONGEST_CREDENTIAL
            found = super().to_python("" if is_too_long else value)
            if found is not None:
                self._kind.from_dict(found)  # type: ignore[attr-defined]  # both have it
        except (ValueError, TypeError, LookupError, AttributeError):
            raise forms.ValidationError(_NO_PASSKEY) from None
        return found


class PasskeyName(forms.Form):
    name = forms.CharField(
        label="Name",
        max_length=60,
        help_text="So that you know it again, such as “Phone” or “Laptop”.",
        error_messages={"required": "Enter a name for this passkey."},
    )


class AddPasskey(webauthn.AddWebAuthnForm):
    """A passkey that a browser has just made."""

    name = forms.CharField(
        label="Name",
        required=False,
        max_length=60,
        help_text="So that you know it again, such as “Phone” or “Laptop”.",
    )
    passwordless = None  # all of them are
    credential = Credential(RegistrationResponse)


class UsePasskey(webauthn.AuthenticateWebAuthnForm):
    """A passkey of whoever has just typed a password."""

    credential = Credential(AuthenticationResponse)


class SignInWithPasskey(webauthn.LoginWebAuthnForm):
    """A passkey that says itself whose it is."""

    credential = Credential(AuthenticationResponse)
