from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.account.adapter import get_adapter
from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from zohoportal.accounts.models import User, time_zones
from zohoportal.accounts.signing_in import passwords
from zohoportal.accounts.signing_in.refused import Refused


class AsksForPassword:
    """A form with a password that may not be looked at just now.

    Attributes:
        refused: why it was not; none if it was.
    """

    refused: Refused | None = None

    @contextmanager
    def refusals_told(self) -> Iterator[None]:
        """Make a refusal in here an error of the form."""
        try:
            yield
        except Refused as refused:
            self.refused = refused
            raise ValidationError(str(refused), code="refused") from None


class SignInForm(AsksForPassword, AuthenticationForm):
    error_messages = {
        "invalid_login": "The e-mail or password is not right. Type both once more.",
        "inactive": "The e-mail or password is not right. Type both once more.",
    }
    username = forms.EmailField(
        label="E-mail",
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
        error_messages={
            "required": "Enter your e-mail address.",
            "invalid": "Enter an e-mail address such as name@example.com.",
        },
    )
    password = forms.CharField(
        label="Password",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": "Enter your password."},
    )

    def clean(self) -> dict[str, Any]:
        """Ask through allauth's door, where attempts are counted and noted."""
        values = self.cleaned_data
        email, password = values.get("username"), values.get("password")
        if email and password:
            with self.refusals_told():
                self.user_cache = get_adapter().authenticate(
                    self.request, email=email, password=password
                )
            if self.user_cache is None:
                raise self.get_invalid_login_error()
            self.confirm_login_allowed(self.user_cache)
        return values


class OwnSettingsForm(forms.ModelForm):
    name = forms.CharField(
        label="Name",
        help_text="Admins see it in the list of people.",
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"max_length": "Enter a name of 100 characters or fewer."},
    )
    time_zone = forms.ChoiceField(
        label="Time zone",
        help_text="Times are shown, and due dates are read, in this zone.",
        choices=lambda: [(name, name) for name in sorted(time_zones())],
    )

    class Meta:
        model = User
        fields = ["name", "time_zone"]


class OwnPasswordForm(AsksForPassword, PasswordChangeForm):
    error_messages = {
        **PasswordChangeForm.error_messages,
        "password_incorrect": "This is not your current password. Type it once more.",
        "password_mismatch": "The two new passwords differ. Type the new one twice.",
    }

    def __init__(self, user: User, *args: Any, request: HttpRequest, **kwargs: Any):
        super().__init__(user, *args, **kwargs)
        self._request = request
        words = {
            "old_password": ("Current password", "Enter your current password."),
            "new_password1": ("New password", "Enter a new password."),
            "new_password2": ("New password again", "Enter the new password again."),
        }
        for name, (label, missing) in words.items():
            self.fields[name].label = label
            self.fields[name].help_text = ""
            self.fields[name].error_messages["required"] = missing

    def clean_old_password(self) -> str:
        typed = str(self.cleaned_data["old_password"])
        with self.refusals_told():
            is_right = passwords.proves(self._request, self.user, typed)
        if not is_right:
            raise ValidationError(
                self.error_messages["password_incorrect"], code="password_incorrect"
            )
        return typed
