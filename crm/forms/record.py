from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django import forms
from django.forms import BoundField
from django.forms.utils import ErrorDict

from connections.schema.types import Dependency
from crm.forms import row_inputs
from crm.forms.bound_rows import BoundRows
from crm.forms.form_rows import FormRows
from crm.forms.input_fields import LookupField, QuickRenderer
from crm.forms.inputs import input_for
from crm.schema.metadata import PEOPLE, ROWS
from crm.schema.plans import Plan
from crm.zoho import values
from crm.zoho.telling import Match

Shown = BoundField | BoundRows


class RecordForm(FormRows):
    """A new record of one module, as the module's plan has it."""

    default_renderer = QuickRenderer

    def __init__(
        self,
        *args: Any,
        plan: Plan,
        held: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.plan = plan
        self.rows, self.cut = {}, set()
        # Names typed into lookups -> the records found by them, to choose from.
        self.matches: dict[str, list[Match]] = {}
        needed, wanted = self.needed(), self.wanted()
        for name in filter(self.takes, plan.fields):
            field = self.meta(name)
            if field.data_type in ROWS:
                self.add_rows(field, (held or {}).get(name))
                continue
            made: Any = input_for(field, plan.users)
            made.required = name in needed
            # Read by the templates.
            made.is_wanted = name in wanted
            made.is_wide = field.data_type == "textarea" or name == plan.duplicate_field
            self.fields[name] = made
        if plan.duplicate_field in self.fields:
            self.hint_at_duplicates(self.fields[plan.duplicate_field])
        for each in plan.dependencies:
            if each.child in self.fields and each.parent in self.fields:
                # Tells the page what goes together; the server checks in any case.
                self.fields[each.child].follows = each  # type: ignore[attr-defined]  # read by fields.html

    @property
    def at_zoho(self) -> list[str]:
        """Return Zoho's fields that are on the form."""
        own = [name for name in self.fields if not row_inputs.is_cell(name)]
        return [*own, *self.rows]

    def needed(self) -> set[str]:
        return self.plan.needed

    def wanted(self) -> set[str]:
        return self.plan.wanted

    def takes(self, name: str) -> bool:
        return self.plan.has_input(name)

    def hint_at_duplicates(self, field: forms.Field) -> None:
        field.has_status = True  # type: ignore[attr-defined]  # read by field.html
        what = self.plan.module.singular.lower()
        words = f"If there is a {what} with the same, it is updated."
        field.help_text = f"{field.help_text} {words}".strip()

    @property
    def names(self) -> str:
        """Return the inputs' names, for the page to say later what it had."""
        marks = [row.mark for row in self.all_rows if not row.is_new]
        return ",".join([*self.fields, *marks])

    def first_fields(self) -> list[Shown]:
        return self._shown(self.plan.first)

    def more_fields(self) -> list[Shown]:
        return self._shown(self.plan.more)

    def more_sections(self) -> Iterator[tuple[str, list[Shown]]]:
        """Yield what is folded away under the headings that it has in Zoho."""
        for section in self.plan.more_by_section:
            if found := self._shown(section.fields):
                yield section.name, found

    def _shown(self, names: Iterable[str]) -> list[Shown]:
        return [
            self.bound_rows(name) if name in self.rows else self[name]
            for name in names
            if name in self.rows or name in self.fields
        ]

    @property
    def unanswered(self) -> list[str]:
        """Return the labels of what the layout demands and nobody filled in."""
        typed = self.typed()
        return [
            self.meta(name).label
            for name in self.plan.fields
            if name in self.plan.wanted
            and name in self.at_zoho
            and name not in self.plan.defaults
            and name not in typed
        ]

    @property
    def more_is_open(self) -> bool:
        """Whether a field that is folded away has an error or was filled in."""
        more = self.more_fields()
        return any(field.errors or (self.is_bound and field.value()) for field in more)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        self.check_rows()
        for name in self.needed() & self.rows.keys() - self.typed().keys():
            self.add_error(None, f"Add a row to {self.meta(name).label}.")
        for dependency in self.plan.dependencies:
            if dependency.child in cleaned and dependency.parent in cleaned:
                self.check(dependency, cleaned)
        return cleaned

    def check(self, dependency: Dependency, filled_in: Mapping[str, Any]) -> None:
        """Object to a value that does not go with its parent's."""
        parent, child = self.meta(dependency.parent), self.meta(dependency.child)
        chosen, value = filled_in[dependency.parent] or "", filled_in[dependency.child]
        # Some values may go with an empty parent.
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

    def leave_unjudged(self) -> None:
        """Show what came without a word about it: nobody is done with it yet."""
        self._errors = ErrorDict()
        self.cleaned_data = {}

    def lookups_to_find(self) -> dict[str, str]:
        """Return the names typed into lookups whose records were not found yet."""
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if isinstance(self.fields[name], LookupField)
            and isinstance(value, str)
            and value
        }

    def choose(self, name: str, record: Match) -> None:
        """Settle a lookup on a record."""
        self.cleaned_data[name] = {"id": record.id, "name": record.name}
        typed = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict
        typed[name] = record.name
        typed[f"{name}-chosen"] = f"{record.id}:{record.name}"
        self.data = typed

    def offer(self, name: str, matches: list[Match]) -> None:
        """Ask which of the records that were found is meant."""
        typed = self.cleaned_data[name]
        label = self.meta(name).label
        if matches:
            self.matches[name] = matches
            self.add_error(name, f"Choose the {label} that is meant by “{typed}”.")
        else:
            self.add_error(
                name,
                f"Zoho knows no {label} called “{typed}”. Change the name, or leave "
                "it empty.",
            )

    def typed(self) -> dict[str, Any]:
        """Return what was filled in, as Zoho takes it; of rows what was touched."""
        inputs = {
            name: values.to_zoho(self.meta(name), value)
            for name, value in self.cleaned_data.items()
        }
        people = {each.actual: each.display for each in self.plan.users}
        for name, value in inputs.items():
            if value and self.meta(name).data_type in PEOPLE:
                inputs[name] = value | {"name": people.get(value["id"], "")}
        own = {
            name: value
            for name, value in inputs.items()
            if value is not None and not row_inputs.is_cell(name)
        }
        return own | self.typed_rows(inputs)
