"""What the forms about somebody whom Books has know of what was typed."""

import re
from collections.abc import Mapping
from contextlib import suppress

from django import forms

_LINE_END = re.compile(r"\r\n?")


def plain(value: str, field: forms.Field | None = None) -> str:
    """Return a value as it comes back from a form where nobody touched it."""
    if field:
        with suppress(forms.ValidationError):
            value = field.clean(value)
    return _LINE_END.sub("\n", value).strip()


def worded(value: str, field: forms.Field) -> str:
    """Return a value as people read it."""
    named: dict[str, str] = dict(getattr(field, "choices", ()))
    return named.get(value, value)


class KnownForm(forms.Form):
    """A form about what Books has already, or about somebody new."""

    def typed(self) -> dict[str, str]:
        """Return what can be written, blank values as well."""
        return {name: plain(value) for name, value in self.cleaned_data.items()}

    def touched(self, shown: Mapping[str, str]) -> dict[str, str]:
        """Return what differs from what was shown; nothing else was typed."""
        return {
            name: value
            for name, value in self.typed().items()
            if name in shown
            and value != plain(shown[name], self.fields[name])
            # A choice that is left open is left as it is.
            and (value or name != "currency_id")
        }

    def fit(self, known: Mapping[str, str]) -> list[str]:
        """Have the fields fit what Books has; return labels of what does not fit.

        Browsers take the ends of lines out of inputs with one line.
        """
        too_long = []
        for name, field in [*self.fields.items()]:
            value = str(self[name].value() or "")
            longest = getattr(field, "max_length", None)
            if longest and len(known.get(name, "")) > longest:
                too_long.append(str(field.label))
                del self.fields[name]
            elif isinstance(field.widget, forms.TextInput) and "\n" in plain(value):
                field.widget = forms.Textarea(attrs={"rows": 3})
        return too_long
