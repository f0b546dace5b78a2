"""What is asked of people who join, and of admins about people."""

from typing import Any

from django import forms
from django.contrib.auth.forms import SetPasswordMixin

from zohoportal.accounts.models import Role, User, portal_time_zone, time_zones

EMAIL_ERRORS = {
    "required": "Enter an e-mail address.",
    "invalid": "Enter an e-mail address such as name@example.com.",
}


def _name(**options: Any) -> forms.CharField:
    return forms.CharField(
        label="Name",
        max_length=100,
        error_messages={
            "required": "Enter a name.",
            "max_length": "Enter a name of 100 characters or fewer.",
        },
        **options,
    )


class Unshown(forms.TextInput):
    """An input for a secret: what was typed does not come back with the page."""

    def format_value(self, value: Any) -> None:  # noqa: ARG002  # Django's
        return None


class LinkForm(forms.Form):
    """A link that was opened without a script, pasted as a whole."""

    link = forms.CharField(
        label="Your link",
        help_text="Paste the whole link that you were given.",
        widget=Unshown(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "Paste the whole link that you were given."},
    )


class NewPasswordForm(SetPasswordMixin, forms.Form):
    """A password, typed twice, for somebody who has none or has lost it."""

    error_messages = {
        "password_mismatch": "The two passwords differ. Type the same one twice."
    }
    password1, password2 = SetPasswordMixin.create_password_fields(
        "Password", "Password again"
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        first, second = self.fields["password1"], self.fields["password2"]
        first.error_messages["required"] = "Enter a password."
        second.error_messages["required"] = "Enter the password again."
        first.help_text = "At least 12 characters, and not one that many people use."
        second.help_text = ""

    def clean(self) -> dict[str, Any]:
        self.validate_passwords()
        self.validate_password_for_user(self.person, "password1")
        return self.cleaned_data


class JoinForm(NewPasswordForm):
    """How somebody wants to be called, and their password."""

    name = _name(widget=forms.TextInput(attrs={"autocomplete": "name"}))
    # Filled in by a script, with what the browser goes by.
    time_zone = forms.CharField(required=False, widget=forms.HiddenInput)

    field_order = ["name"]

    def clean_time_zone(self) -> str:
        given: str = self.cleaned_data["time_zone"]
        return given if given in time_zones() else portal_time_zone()


class OwnerForm(JoinForm):
    """Who runs the portal."""

    email = forms.EmailField(
        label="E-mail",
        help_text="You sign in with it.",
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
        error_messages=EMAIL_ERRORS,
    )

    field_order = ["name", "email"]

    def clean_email(self) -> str:
        # The rules for passwords look at it.
        self.person.email = self.cleaned_data["email"].strip().lower()
        return self.person.email


class InviteForm(forms.Form):
    name = _name(required=False)
    email = forms.EmailField(label="E-mail", error_messages=EMAIL_ERRORS)
    role = forms.ChoiceField(label="Role", choices=Role.choices, initial=Role.STAFF)


class PersonForm(forms.ModelForm):
    name = _name(required=False)
    role = forms.ChoiceField(
        label="Role",
        help_text="A change signs them out everywhere, and they sign in again.",
        choices=Role.choices,
    )

    class Meta:
        model = User
        fields = ["name", "role"]

    def _post_clean(self) -> None:
        """Leave the person as they are: a service changes them, under a lock."""


class HandOverForm(forms.Form):
    to = forms.ModelChoiceField(
        User.objects.none(),
        label="Hand it over to",
        empty_label="Choose a person",
        error_messages={"required": "Choose who takes it over."},
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = User.objects.filter(is_active=True).exclude(pk=person.pk)
        self.fields["to"].queryset = others.order_by("email")  # type: ignore[attr-defined]  # a choice of rows
