"""What a person may do on one connection, as a form in plain words."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms

from connections import rights
from connections.models import Connection, Membership
from connections.product import Product, Right
from connections.zoho.errors import ZohoError
from zohoportal.accounts.models import User

EVERYWHERE, LIMITED = "every", "some"
UNTOLD = "One that Zoho does not tell any more"


class RightsForm(forms.Form):
    """Whether a person may use a connection, and what for.

    What belongs to features that are not chosen stays as it was, and so does a limit
    where Zoho does not tell what there is to choose from.

    Attributes:
        untold: what people could be limited to, if Zoho told it.
    """

    uses = forms.BooleanField(required=False)

    def __init__(self, data: Any, *, person: User, connection: Connection) -> None:
        kept = Membership.objects.filter(person=person, connection=connection).first()
        super().__init__(data, prefix=connection.slug, initial={"uses": bool(kept)})
        self.connection = connection
        self.membership = kept or Membership(person=person, connection=connection)
        self.untold: list[str] = []
        self.fields["uses"].label = f"May work with {connection}"
        self.offered = rights.of_features(connection.features)
        self._limited: list[Product] = []
        for product in connection.products:
            self._add_rights(product)
            if product.places.title:
                self._add_places(product)

    def _add_rights(self, of: Product) -> None:
        own = [right for right in self.offered if right.product == of.key]
        ticked = [right for right in own if not right.question]
        if ticked:
            self.fields[of.key] = _several(of.name, ticked, self.membership.rights)
        for right in own:
            if right.question:
                is_held = right.key in self.membership.rights
                self.fields[_named(right)] = _either(right, is_held=is_held)

    def _add_places(self, of: Product) -> None:
        kept = self.membership.places.get(of.key)
        try:
            known = [*of.places.choices(self.connection)]
        except ZohoError:
            self.untold.append(of.places.title)
            return
        gone = sorted({*(kept or ())} - {place for place, _ in known})
        field = forms.ChoiceField(
            label=of.places.title,
            choices=[(EVERYWHERE, of.places.every), (LIMITED, of.places.some)],
            widget=forms.RadioSelect,
            initial=EVERYWHERE if kept is None else LIMITED,
            error_messages={"required": f"Choose: {of.places.every.lower()} or some."},
        )
        places = forms.MultipleChoiceField(
            label="Which ones?",
            choices=[*known, *((place, UNTOLD) for place in gone)],
            widget=forms.CheckboxSelectMultiple,
            required=False,
            initial=kept or [],
        )
        places.is_asked = True  # type: ignore[attr-defined]  # asked for by the choice above
        self.fields |= {f"{of.key}_limit": field, f"{of.key}_places": places}
        self._limited.append(of)

    def clean(self) -> dict[str, Any]:
        """Refuse a limit that leaves nothing."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for of in self._limited:
            is_limited = cleaned.get(f"{of.key}_limit") == LIMITED
            if is_limited and not cleaned.get(f"{of.key}_places"):
                self.add_error(f"{of.key}_places", of.places.missing)
        return cleaned

    def chosen(self) -> list[str]:
        """Return the rights that the person is to have, with what they need."""
        offered = {right.key for right in self.offered}
        # Of features that are not chosen; they bring nothing along.
        others = [key for key in self.membership.rights if key not in offered]
        ticked: list[str] = []
        for of in self.connection.products:
            ticked += self.cleaned_data.get(of.key, [])
        asked = [right for right in self.offered if right.question]
        ticked += [self.cleaned_data[_named(each)] for each in asked]
        return [*rights.completed(filter(None, ticked)), *others]

    def places(self) -> dict[str, list[str]]:
        """Return what the person is to be limited to, by product."""
        found = dict(self.membership.places)
        for of in self._limited:
            found.pop(of.key, None)
            if self.cleaned_data[f"{of.key}_limit"] == LIMITED:
                found[of.key] = self.cleaned_data[f"{of.key}_places"]
        return found


def titles(keys: Iterable[str]) -> str:
    """Return rights as people call them."""
    known = set(keys)
    named = (right.title for right in rights.every() if right.key in known)
    return ", ".join(named) or "nothing"


def _named(right: Right) -> str:
    return right.key.replace(".", "_")


def _several(
    label: str, offered: Sequence[Right], held: Sequence[str]
) -> forms.MultipleChoiceField:
    field = forms.MultipleChoiceField(
        label=label,
        choices=[(right.key, right.title) for right in offered],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        initial=[right.key for right in offered if right.key in held],
    )
    field.choice_hints = {each.key: each.hint for each in offered if each.hint}  # type: ignore[attr-defined]  # read by choice.html
    field.is_asked = True  # type: ignore[attr-defined]  # nothing is an answer too
    return field


def _either(right: Right, *, is_held: bool) -> forms.ChoiceField:
    field = forms.ChoiceField(
        label=right.question,
        choices=[("", right.instead), (right.key, right.title)],
        widget=forms.RadioSelect,
        required=False,
        initial=right.key if is_held else "",
    )
    field.choice_hints = {right.key: right.hint}  # type: ignore[attr-defined]  # read by choice.html
    field.is_asked = True  # type: ignore[attr-defined]  # the first one is an answer too
    return field
