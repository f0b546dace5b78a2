from typing import Any

from django import forms
from django.forms import BoundField

from crm import values
from crm.input_fields import LookupField, QuickRenderer
from crm.inputs import input_for
from crm.metadata import Dependency, Field
from crm.plans import Plan


class RecordForm(forms.Form):
    """A record of one module, as the module's plan has it."""

    default_renderer = QuickRenderer

    def __init__(
        self, *args: Any, plan: Plan, is_change: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.plan = plan
        # Names typed into lookups -> the records found by them, to choose from.
        self.found: dict[str, list[tuple[str, str]]] = {}
        needed = plan.required if is_change else {*plan.required, plan.duplicate_field}
        for name in plan.fields:
            field = self.meta(name)
            if field.data_type in values.PEOPLE and not plan.users:
                continue
            if field.can_update or not is_change:
                self.fields[name] = input_for(field, plan.users)
                self.fields[name].required = name in needed
                if field.data_type == "textarea" or name == plan.duplicate_field:
                    self.fields[name].is_wide = True  # type: ignore[attr-defined]  # read by field.html
        if not is_change and plan.duplicate_field in self.fields:
            self._hint_at_duplicates(plan)
        for dependency in plan.dependencies:
            self._narrow(dependency)

    def meta(self, name: str) -> Field:
        return self.plan.metadata.fields[name]

    def _hint_at_duplicates(self, plan: Plan) -> None:
        field = self.fields[plan.duplicate_field]
        field.has_status = True  # type: ignore[attr-defined]  # read by field.html
        what = plan.module.singular.lower()
        words = f"If there is a {what} with the same, it is updated."
        field.help_text = f"{field.help_text} {words}".strip()

    def _narrow(self, dependency: Dependency) -> None:
        """Tell the page which values go together; the server checks in any case."""
        child = self.fields.get(dependency.child)
        if child and dependency.parent in self.fields:
            child.follows = dependency  # type: ignore[attr-defined]  # read by fields.html

    @property
    def names(self) -> str:
        """Return the fields' names, for the page to say later what it had."""
        return ",".join(self.fields)

    def first_fields(self) -> list[BoundField]:
        return [self[name] for name in self.plan.first if name in self.fields]

    def more_fields(self) -> list[BoundField]:
        return [self[name] for name in self.plan.more if name in self.fields]

    @property
    def more_is_open(self) -> bool:
        """Whether a field that is folded away has an error or was filled in."""
        more = self.more_fields()
        return any(field.errors or (self.is_bound and field.value()) for field in more)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for dependency in self.plan.dependencies:
            if dependency.child in cleaned and dependency.parent in cleaned:
                self._check(dependency, cleaned)
        return cleaned

    def _check(self, dependency: Dependency, cleaned: dict[str, Any]) -> None:
        parent, child = self.meta(dependency.parent), self.meta(dependency.child)
        chosen, value = cleaned[dependency.parent], cleaned[dependency.child]
        allowed = dependency.choices.get(chosen, ())
        if not value or value in allowed:
            return
        if not chosen:
            self.add_error(dependency.parent, f"Choose {parent.label} too.")
            return
        words = ", ".join(child.shown_values.get(each, each) for each in allowed)
        shown = parent.shown_values.get(chosen, chosen)
        self.add_error(
            dependency.child,
            f"With {parent.label} “{shown}”, {child.label} can be: {words or 'empty'}.",
        )

    def lookups_to_find(self) -> dict[str, str]:
        """Return the names typed into lookups whose records were not found yet."""
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if isinstance(self.fields[name], LookupField)
            and isinstance(value, str)
            and value
        }

    def choose(self, name: str, record_id: str, record_name: str) -> None:
        """Settle a lookup on a record."""
        self.cleaned_data[name] = {"id": record_id, "name": record_name}
        typed = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict
        typed[name] = record_name
        typed[f"{name}-chosen"] = f"{record_id}:{record_name}"
        self.data = typed

    def offer(self, name: str, found: list[tuple[str, str]]) -> None:
        """Ask which of the records that were found is meant."""
        typed = self.cleaned_data[name]
        label = self.meta(name).label
        if found:
            self.found[name] = found
            self.add_error(name, f"Choose the {label} that is meant by “{typed}”.")
        else:
            self.add_error(
                name,
                f"Zoho knows no {label} called “{typed}”. Change the name, or leave "
                "it empty.",
            )

    def typed(self) -> dict[str, Any]:
        """Return what was filled in, as Zoho takes it."""
        found = {
            name: values.to_zoho(self.meta(name), value)
            for name, value in self.cleaned_data.items()
        }
        people = {each.actual: each.display for each in self.plan.users}
        for name, value in found.items():
            if value and self.meta(name).data_type in values.PEOPLE:
                found[name] = value | {"name": people.get(value["id"], "")}
        return {name: value for name, value in found.items() if value is not None}
