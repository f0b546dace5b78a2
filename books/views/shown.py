"""Forms that change what is there: only what their person touched is sent.

What was shown comes back sealed with the form. What differs from it was touched, and
what Books has otherwise by now was changed by somebody else: that is shown first.
"""

from collections.abc import Mapping
from typing import Any

from django.core import signing
from django.http import HttpResponse

from books.forms.known import plain, worded
from books.views.base import OfContactView

_SALT = "books.shown"
MEANWHILE = (
    "Somebody changed this in Zoho Books while you had it open. What you typed is "
    "kept, and the rest is as Zoho Books has it now: look it over, and save it again."
)
NOT_SHOWN = (
    "It is not known what this form showed you. Nothing was sent: open it anew, and "
    "enter your changes there."
)


class ShownView(OfContactView):
    """A form about what Books has; `there` is that, by the form's names."""

    anew: Mapping[str, str] | None = None

    @property
    def there(self) -> Mapping[str, str]:
        """Return what Books has now; nothing where it could not be asked."""
        raise NotImplementedError  # each form says what it is about

    @property
    def is_change(self) -> bool:
        """Whether it changes what is there; else it adds something new."""
        return True

    @property
    def shown(self) -> dict[str, str] | None:
        """Return what the form that was sent had shown; None where nobody knows."""
        return self._opened(self.request.POST.get("as_of", ""))

    def _opened(self, seal: str) -> dict[str, str] | None:
        try:
            page, values = signing.loads(seal, salt=_SALT)
        except (signing.BadSignature, ValueError, TypeError):
            return None
        return dict(values) if page == self.request.path else None

    def get_initial(self) -> dict[str, Any]:
        given = super().get_initial()
        # A form that was kept has all its fields, touched or not.
        untouched = self._opened(given.pop("as_of", "")) or {}
        touched = {
            name: value
            for name, value in given.items()
            if name not in untouched or plain(str(value)) != plain(untouched[name])
        }
        return {**self.there, **touched}

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        return kwargs if self.anew is None else {**kwargs, "data": self.anew}

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        self.page.too_long = form.fit(self.there)
        return form

    def form_valid(self, form: Any) -> HttpResponse:
        if not self.is_change:
            return super().form_valid(form)
        shown = self.shown
        if shown is None:
            form.add_error(None, NOT_SHOWN)
        elif moved := self._moved(form, shown):
            form = self._anew(form, shown, moved)
        elif not form.touched(shown):
            form.add_error(None, "You changed nothing here.")
        return self.form_invalid(form) if form.errors else super().form_valid(form)

    def _moved(self, form: Any, shown: Mapping[str, str]) -> list[str]:
        """Return the fields that somebody else changed to what was not typed."""
        typed = form.typed()
        return [
            name
            for name in shown
            if name in typed
            and self._now(form, name)
            not in (plain(shown[name], form.fields[name]), typed[name])
        ]

    def _now(self, form: Any, name: str) -> str:
        return plain(self.there.get(name, ""), form.fields[name])

    def _anew(self, form: Any, shown: Mapping[str, str], moved: list[str]) -> Any:
        """Return the form with what was touched, and all else as it is by now."""
        self.anew = {**self.there, **form.touched(shown)}
        anew = self.get_form()
        anew.add_error(None, MEANWHILE)
        for name in moved:
            if name in anew.fields:
                now = worded(self._now(form, name), form.fields[name]) or "nothing"
                anew.add_error(name, f"Somebody changed this to “{now}”.")
        return anew

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        form = context["form"]
        values = {name: self.there.get(name, "") for name in form.fields}
        is_kept = form.is_bound and self.anew is None
        posted = self.request.POST.get("as_of", "")
        seal = signing.dumps([self.request.path, values], salt=_SALT, compress=True)
        return context | {"as_of": posted if is_kept else seal}
