"""The forms about people and lists."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone

from campaigns.zoho.lists import Field, MailingList, Topic
from campaigns.zoho.subscribing import FIRST_NAME, LAST_NAME
from zohoportal.web.pasted import PastedEmailField

# More lists than this are a select.
MOST_RADIOS = 8
FIELD = "field_"
USUAL = (Field("firstname", FIRST_NAME), Field("lastname", LAST_NAME))
LONGEST = 500
ADDRESS_WORDS = {
    "required": "Enter the e-mail address.",
    "invalid": "E-mail must be an address such as name@example.com.",
}


class ListField(forms.ChoiceField):
    """A mailing list: its name, how many are on it, and whether it asks them."""

    def __init__(self) -> None:
        super().__init__(
            label="Mailing list",
            error_messages={
                "required": "Choose the mailing list.",
                "invalid_choice": "This list is not in Zoho Campaigns any more. "
                "Choose another one.",
            },
        )
        self.choice_hints: dict[str, str] = {}

    def offer(self, lists: Sequence[MailingList]) -> None:
        """Have these lists to choose from, as radio buttons while they are few."""
        if len(lists) <= MOST_RADIOS:
            self.widget = forms.RadioSelect()
            self.choices = [(each.key, each.name) for each in lists]
            self.choice_hints = {each.key: about(each) for each in lists}
        else:
            named = [(each.key, f"{each.name} ({about(each)})") for each in lists]
            self.choices = [("", "Choose…"), *named]


def about(mailing_list: MailingList) -> str:
    """Return what people had better know of a list, in one line."""
    people = mailing_list.people
    parts = (
        [] if people is None else [f"{people:,} contact{'' if people == 1 else 's'}"]
    )
    if mailing_list.confirms:
        parts.append("asks for confirmation")
    return ", ".join(parts)


class ListForm(forms.Form):
    """A person and a list; `lists` are those to choose from."""

    mailing_list = ListField()
    email = PastedEmailField(
        label="E-mail",
        max_length=255,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages=ADDRESS_WORDS,
    )

    def __init__(self, *args: Any, lists: Sequence[MailingList], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._lists = {each.key: each for each in lists}
        chosen: Any = self.fields["mailing_list"]
        chosen.offer(lists)
        if len(lists) == 1:
            chosen.initial = lists[0].key

    def clean_mailing_list(self) -> MailingList:
        return self._lists[self.cleaned_data["mailing_list"]]


class SubscribeForm(ListForm):
    """A person for a list: what Campaigns keeps of people, and who said yes."""

    is_back = forms.BooleanField(
        label="They asked to be on the list again", required=False
    )
    topic = forms.ChoiceField(label="Topic", required=False)
    source = forms.CharField(
        label="Where the person comes from",
        max_length=100,
        required=False,
        help_text="Zoho Campaigns keeps it as the contact's source.",
    )
    consent_by = forms.CharField(
        label="Who said yes to the mail",
        max_length=200,
        error_messages={"required": "Enter who said yes."},
    )
    consent_on = forms.DateField(
        label="When",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": "Enter the day on which they said yes.",
            "invalid": "Enter a date such as 31/12/2026.",
        },
    )
    consent_how = forms.CharField(
        label="How",
        max_length=300,
        help_text="For example: on the phone, or on the form at the fair.",
        error_messages={"required": "Enter how they said yes."},
    )

    def __init__(
        self,
        *args: Any,
        fields: Sequence[Field],
        topics: Sequence[Topic],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._known = {f"{FIELD}{each.name}": each.label for each in fields}
        for name, label in self._known.items():
            self.fields[name] = forms.CharField(
                label=label, max_length=LONGEST, required=False
            )
        self._topics = {each.id: each for each in topics}
        choice: Any = self.fields["topic"]
        choice.choices = [("", "None"), *((each.id, each.name) for each in topics)]
        if not topics:
            del self.fields["topic"]
        self.fields["consent_on"].initial = timezone.localdate

    @property
    def asks_whether_back(self) -> bool:
        """Whether somebody left the list, or it was said that they want to be back."""
        return bool(self["is_back"].value() or self["is_back"].errors)

    def usual(self) -> list[forms.BoundField]:
        names = [f"{FIELD}{each.name}" for each in USUAL]
        return [self[name] for name in names if name in self.fields]

    def more(self) -> list[forms.BoundField]:
        usual = {field.name for field in self.usual()}
        return [self[name] for name in self._known if name not in usual]

    @property
    def has_more(self) -> bool:
        """Whether one of the further fields has something to show."""
        return any(field.value() or field.errors for field in self.more())

    def clean_consent_on(self) -> Any:
        day = self.cleaned_data["consent_on"]
        if day > timezone.localdate():
            raise forms.ValidationError("This day is still to come. Enter when it was.")
        return day

    def clean_topic(self) -> Topic | None:
        return self._topics.get(self.cleaned_data["topic"])

    def values(self) -> dict[str, str]:
        """Return what was typed, by the labels of Campaigns' fields."""
        return {label: self.cleaned_data[name] for name, label in self._known.items()}


class NeverMailForm(forms.Form):
    """A person to whom the whole organisation sends no campaign any more."""

    email = PastedEmailField(
        label="E-mail",
        max_length=255,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages=ADDRESS_WORDS,
    )
    is_meant = forms.BooleanField(
        label="Nobody here may mail them with Zoho Campaigns again",
        error_messages={"required": "Tick this if it is what you want."},
    )
