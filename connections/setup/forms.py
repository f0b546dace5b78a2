from collections.abc import Collection
from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import MaxLengthValidator

from connections import features
from connections.models import Connection, OAuthClient
from connections.product import Product
from connections.setup import copied
from connections.zoho import datacenters
from zohoportal.accounts.models import User
from zohoportal.web.pasted import PastedField


def offer_features(field: forms.Field) -> None:
    """Fill a field with what the products can do."""
    offered = features.every()
    assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101  # for the types
    field.choices = [(item.key, item.title) for item in offered]
    field.choice_hints = {item.key: item.hint for item in offered}  # type: ignore[attr-defined]  # read by choice.html
    field.initial = [item.key for item in offered if item.preset]


class ConsoleField(PastedField):
    """A value from Zoho's console, also with its name before it or in Zoho's file."""

    def __init__(self, *, names: Collection[str], longest: int, **kwargs: Any) -> None:
        # Not `max_length`: browsers would cut what is pasted without a word.
        super().__init__(validators=[MaxLengthValidator(longest)], **kwargs)
        self._names = names

    def to_python(self, value: Any) -> str:
        return copied.value_in(super().to_python(value), self._names)


class OnceInput(forms.TextInput):
    """Never shows again what was typed: like a password it opens a door."""

    def format_value(self, value: Any) -> None:  # noqa: ARG002  # it is not shown
        return None


class CodeField(ConsoleField):
    """A Self Client's code, out of whatever it was copied with."""

    def to_python(self, value: Any) -> str:
        return copied.code_in(super().to_python(value))

    def validate(self, value: str) -> None:
        super().validate(value)
        if copied.looks_like_something_else(value):
            raise forms.ValidationError(
                "This is not a code. Press Create under Generate Code in Zoho's API "
                "console, and copy what Zoho shows then."
            )


# What is pasted into them stands on no page; swapped, the id is the secret.
SECRET_FIELDS = ("client_id", "client_secret", "code")


class AccountForm(forms.Form):
    """The wizard's first step: where the account lives and what it is for."""

    data_center = forms.ChoiceField(
        label="Where do you sign in to Zoho?",
        widget=forms.RadioSelect,
        required=False,
    )
    address = forms.CharField(
        label="Not sure? Paste the address of any Zoho page",
        help_text="For example https://crm.zoho.eu/crm/org123/tab/Home.",
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
    )
    features = forms.MultipleChoiceField(
        label="What will people do here?",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Tick at least one thing that people will do."},
    )
    kind = forms.ChoiceField(
        label="How do you want to connect?",
        widget=forms.RadioSelect,
        choices=OAuthClient.Kind.choices,
        initial=OAuthClient.Kind.SERVER,
        error_messages={"required": "Choose how you want to connect."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = settings.DATA_CENTERS.values()
        regions = self.fields["data_center"]
        assert isinstance(regions, forms.ChoiceField)  # noqa: S101  # for the types
        regions.choices = [(row.code, row.name) for row in rows]
        regions.choice_hints = {row.code: row.sign_in for row in rows}  # type: ignore[attr-defined]  # read by choice.html
        regions.is_asked = True  # type: ignore[attr-defined]  # an address answers it too
        offer_features(self.fields["features"])
        self.fields["kind"].choice_hints = {  # type: ignore[attr-defined]  # read by choice.html
            OAuthClient.Kind.SERVER: "You approve the portal on a page of Zoho.",
            OAuthClient.Kind.SELF: "For portals that Zoho cannot send you back to.",
        }

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not cleaned.get("data_center") and "data_center" not in self.errors:
            self._find_region(cleaned)
        return cleaned

    def _find_region(self, cleaned: dict[str, Any]) -> None:
        pasted = cleaned.get("address", "")
        row = datacenters.by_any_address(settings.DATA_CENTERS, pasted)
        if row:
            cleaned["data_center"] = row.code
        elif pasted:
            self.add_error(
                "address",
                "This is not an address of Zoho that we know. Paste the one that you "
                "see while you work in Zoho, or choose the region above.",
            )
        else:
            self.add_error("data_center", "Choose the address that you sign in at.")


class ClientForm(forms.Form):
    """The wizard's second step: the client that was made in Zoho's API console."""

    client_id = ConsoleField(
        label="Client ID",
        names=copied.ID_NAMES,
        longest=100,
        help_text="Starts with 1000. as a rule.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "Paste the Client ID from Zoho's API console."},
    )
    client_secret = ConsoleField(
        label="Client secret",
        names=copied.SECRET_NAMES,
        longest=200,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )

    def __init__(
        self, *args: Any, connection: Connection, region: str = "", **kwargs: Any
    ) -> None:
        """Ask for the secret of another `region` than the connection's, if given."""
        super().__init__(*args, **kwargs)
        stored = connection.client.secrets_for(region or connection.data_center)
        secret = next((each for each in stored if not region), None)
        self.fields["client_id"].initial = connection.client.client_id
        field = self.fields["client_secret"]
        if region:
            field.label = f"Client secret for {settings.DATA_CENTERS[region].name}"
        field.required = secret is None
        field.error_messages["required"] = "Paste the Client Secret from Zoho."
        if secret:
            field.label = f"Client secret: saved, ends in {secret.ending}"
            field.help_text = "Leave it empty to keep it."

    def clean_client_id(self) -> str:
        value: str = self.cleaned_data["client_id"]
        if " " in value:
            raise forms.ValidationError(
                "A Client ID has no spaces. Copy it from Zoho once more."
            )
        return value

    def clean(self) -> dict[str, Any]:
        """Put a swapped id and secret right; an id looks like 1000.ABC, as a rule."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        client_id = cleaned.get("client_id", "")
        secret = cleaned.get("client_secret", "")
        self.were_swapped = secret.startswith("1000.") and not client_id.startswith(
            "1000."
        )
        if self.were_swapped:
            cleaned["client_id"], cleaned["client_secret"] = secret, client_id
        return cleaned


class SelfClientForm(ClientForm):
    """The same for a Self Client, with its short-lived code as the last thing."""

    code = CodeField(
        label="Code",
        names=copied.CODE_NAMES,
        longest=300,
        help_text="It lives 3 minutes unless you chose longer, so paste it last.",
        widget=OnceInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "Paste the code that Zoho generated."},
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        code = cleaned.get("code")
        others = {"client_id": "Client ID", "client_secret": "Client Secret"}
        for name, label in others.items():
            if code and code == cleaned.get(name):
                self.add_error(
                    "code",
                    f"This is the {label} once more. The code stands under Generate "
                    "Code in Zoho's API console.",
                )
        return cleaned


class SecretForm(forms.Form):
    client_secret = ConsoleField(
        label="New client secret",
        names=copied.SECRET_NAMES,
        longest=200,
        help_text="From the Client Secret tab of your client in Zoho's API console.",
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Paste the Client Secret from Zoho."},
    )


class FeaturesForm(forms.Form):
    """What people do with a connection that exists."""

    features = forms.MultipleChoiceField(
        label="What will people do here?",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Tick at least one thing that people will do."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_features(self.fields["features"])


class VersionForm(forms.Form):
    """By which version of its API a product is asked."""

    version = forms.ChoiceField(
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a version."},
    )

    def __init__(self, *args: Any, product: Product, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["version"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # for the types
        api = f"Zoho's {product.short_name} API"
        field.label = f"Which version of {api} shall the portal use?"
        field.choices = [(each.key, each.label) for each in product.versions]
        field.choice_hints = {each.key: each.hint for each in product.versions}  # type: ignore[attr-defined]  # read by choice.html


class PeopleForm(forms.Form):
    members = forms.ModelMultipleChoiceField(
        label="Who may work with this connection?",
        help_text="Admins and managers always may.",
        queryset=User.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["members"]
        assert isinstance(field, forms.ModelMultipleChoiceField)  # noqa: S101
        field.queryset = User.objects.staff()
        field.is_asked = True  # type: ignore[attr-defined]  # nobody is an answer too


class NameForm(forms.Form):
    name = forms.CharField(
        label="Name",
        max_length=200,
        error_messages={"required": "Enter a name for this connection."},
    )


class DisconnectForm(forms.Form):
    """Asks for the name, so that nobody disconnects by a slip."""

    name = forms.CharField(
        label="Name of the connection",
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Type the name to confirm."},
    )

    def __init__(self, *args: Any, connection: Connection, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._name = connection.name
        self.fields["name"].help_text = f"Type {connection.name} to confirm."

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if name != self._name:
            raise forms.ValidationError(f"Type the name as it is: {self._name}.")
        return name
