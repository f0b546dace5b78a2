from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm

from zohoportal.accounts.models import User, time_zones


class SignInForm(AuthenticationForm):
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


class OwnSettingsForm(forms.ModelForm):
    time_zone = forms.ChoiceField(
        label="Time zone",
        help_text="Times are shown, and due dates are read, in this zone.",
        choices=lambda: [(name, name) for name in sorted(time_zones())],
    )

    class Meta:
        model = User
        fields = ["time_zone"]


class OwnPasswordForm(PasswordChangeForm):
    error_messages = {
        **PasswordChangeForm.error_messages,
        "password_incorrect": "This is not your current password. Type it once more.",
        "password_mismatch": "The two new passwords differ. Type the new one twice.",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = {
            "old_password": ("Current password", "Enter your current password."),
            "new_password1": ("New password", "Enter a new password."),
            "new_password2": ("New password again", "Enter the new password again."),
        }
        for name, (label, missing) in words.items():
            self.fields[name].label = label
            self.fields[name].help_text = ""
            self.fields[name].error_messages["required"] = missing
