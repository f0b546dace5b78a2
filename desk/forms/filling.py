"""Filling a ticket's form from a template: only what is empty, and saying the rest."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import Truncator, get_text_list

from desk.forms import placeholders
from desk.forms.layout import LayoutForm
from desk.models import TicketTemplate
from desk.zoho.fields import form_name
from zohoportal.accounts.models import User

CONTACT_LATER = "{contact name} becomes the contact's name when you open the ticket."


@dataclass
class Filling:
    """What a template does to a form.

    Attributes:
        values: what to put into the form, by its fields' names.
        filled: the labels of these fields.
        typed: the labels of texts that were there and say something else.
        chosen: the labels of other fields that were answered in another way.
        waiting: the labels of what needs a department first.
        unfit: sentences about what of the template does not fit any more.
    """

    template: TicketTemplate
    values: dict[str, Any] = field(default_factory=dict)
    filled: dict[str, str] = field(default_factory=dict)
    typed: list[str] = field(default_factory=list)
    chosen: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    unfit: list[str] = field(default_factory=list)

    @property
    def headline(self) -> str:
        """Return in one line what was filled in."""
        if self.filled:
            labels = ", ".join(self.filled.values())
            return f"Filled in from “{self.template}”: {labels}"
        return f"“{self.template}” filled in nothing"

    def sentences(self) -> Iterator[str]:
        """Yield what was not filled in, and why."""
        yield from self.unfit
        for labels, act in ((self.typed, "typed"), (self.chosen, "chose")):
            if labels:
                were, them = ("was", "it") if len(labels) == 1 else ("were", "them")
                yield f"{_all(labels)} {were} left as you {act} {them}."
        if self.waiting:
            waiting = _all(self.waiting)
            yield f"For {waiting} choose a department, then use the template again."
        texts = (each for each in self.values.values() if isinstance(each, str))
        if any(placeholders.names_contact(each) for each in texts):
            yield CONTACT_LATER


def fill(template: TicketTemplate, form: LayoutForm, person: User) -> Filling:
    """Return what a template brings to a form that holds what was typed so far.

    `form` has the fields of the department that the ticket is for.
    """
    done = Filling(template)
    words = {
        "my e-mail": person.email,
        "today": date_format(timezone.localdate(), "j F Y"),
    }
    if template.department and form.offers(template.department):
        _offer(done, form, "department", template.department)
    elif template.department:
        done.unfit.append(
            f"Its department “{template.department_name}” is not there any more, or "
            "the connected Zoho user may not see it. Choose another."
        )
    _offer(done, form, "subject", placeholders.filled(template.subject, words))
    _offer(done, form, "description", placeholders.filled(template.description, words))
    _fill_layout(done, form, words)
    return done


def outgrown(template: TicketTemplate, form: LayoutForm) -> list[str]:
    """Return what of a template has no place any more on a form for its department."""
    found = []
    if template.department and not form.offers(template.department):
        found.append(f"Department {_said(template.department_name)}")
    for name, label in template.labels.items():
        if form_name(name) not in form.fields:
            found.append(label)
    for name, value in form.typed_values(template.values):
        if not form.takes(name, value):
            found.append(f"{form[name].label} {_said(value)}")
    return found


def _offer(done: Filling, form: LayoutForm, name: str, value: Any) -> None:
    """Fill in a field if it is there and empty, else note that it was left."""
    if not value or name not in form.fields:
        return
    there, label = form[name].value(), str(form[name].label)
    if not (there.strip() if isinstance(there, str) else there):
        done.values[name] = value
        done.filled[name] = label
    elif there != value:
        (done.typed if name in form.texts() else done.chosen).append(label)


def _fill_layout(done: Filling, form: LayoutForm, words: Mapping[str, str]) -> None:
    values, labels = done.template.values, done.template.labels
    for name, value in form.typed_values(values):
        if not form.takes(name, value):
            done.unfit.append(
                f"{form[name].label} does not take {_said(value)} any more."
            )
        elif name in form.texts():
            _offer(done, form, name, placeholders.filled(value, words))
        else:
            _offer(done, form, name, value)
    there = {name: form[name].value() for name in form.fields} | done.values
    for child, parent in form.misfits(there):
        if child in done.values:
            value = _said(done.values.pop(child))
            del done.filled[child]
            done.unfit.append(
                f"{form[child].label} was left empty: {value} does not go with what "
                f"{form[parent].label} has."
            )
    missing = [labels[name] for name in values if form_name(name) not in form.fields]
    if missing and form.layout.fields:
        done.unfit.append(f"This department has no place for {_all(missing)}.")
    else:
        done.waiting = missing


def _all(labels: list[str]) -> str:
    return get_text_list(labels, "and")


def _said(value: Any) -> str:
    text = ", ".join(value) if isinstance(value, list) else str(value)
    return f"“{Truncator(text).chars(50)}”"
