from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django import forms

from crm.forms import row_inputs, sent_back
from crm.forms.inputs import to_form
from crm.forms.record import RecordForm
from crm.schema.metadata import FILES, Field
from crm.zoho import values
from crm.zoho.file_items import with_gone


class ChangeForm(RecordForm):
    """A record that is there: what a person touched is judged and sent, nothing else.

    `before` is what Zoho held when the form was opened, `shown` what its inputs send
    back as long as nobody touches them.
    """

    def __init__(
        self,
        *args: Any,
        before: Mapping[str, Any],
        shown: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, held=before, **kwargs)
        self.before = {name: before.get(name) for name in self.at_zoho}
        was = self._by_input()
        starts = {name: to_form(self.meta(name), value) for name, value in was.items()}
        for name, field in self.fields.items():
            held = [was[name], self.initial.get(name)]
            if isinstance(field, forms.ChoiceField):
                self._keep_choices(field, self.meta(name), held)
        self.shown = shown or {
            name: sent_back.untouched(field, starts[name])
            for name, field in self.fields.items()
        }
        self.initial = {**starts, **self.initial}

    def _by_input(self) -> dict[str, Any]:
        """Return what Zoho held, for each input."""
        found = {name: self.before.get(name) for name in self.fields}
        for row in self.all_rows:
            for column, value in row.held.items():
                if (name := row.name_of(column)) in self.fields:
                    found[name] = value
        return found

    def needed(self) -> set[str]:
        return self.plan.required

    def wanted(self) -> set[str]:
        return set()

    def takes(self, name: str) -> bool:
        return self.meta(name).can_update and super().takes(name)

    def hint_at_duplicates(self, field: forms.Field) -> None:
        """Say nothing: it is known which record is meant."""

    def _keep_choices(
        self, field: forms.ChoiceField, meta: Field, held: list[Any]
    ) -> None:
        """Let what a picklist had in former times stay chosen."""
        choices: Any = field.choices
        offered = dict(choices)
        gone = {
            value: f"{word} (no longer in the list)"
            for value, word in values.chosen(meta, held)
            if value not in offered
        }
        field.choices = [*choices, *gone.items()]

    @cached_property
    def touched(self) -> list[str]:
        """Return the inputs that came back other than they were shown."""
        gone = {
            row_inputs.row_of(row.mark) for row in self.all_rows if self.is_gone(row)
        }
        return [
            name
            for name in self.fields
            if self._is_touched(name) and row_inputs.row_of(name) not in gone
        ]

    @property
    def touched_at_zoho(self) -> list[str]:
        """Return Zoho's fields that were touched."""
        owners = [row_inputs.owner(name) for name in self.touched]
        gone = [
            name for name, rows in self.rows.items() if any(map(self.is_gone, rows))
        ]
        return list(dict.fromkeys([*owners, *gone]))

    def typed_again(self) -> dict[str, Any]:
        """Return what a form of the same record as it is now starts with."""
        marks = {row.mark: "on" for row in self.all_rows if self.is_gone(row)}
        return marks | {name: self[name].value() for name in self.touched}

    def _is_touched(self, name: str) -> bool:
        widget = self.fields[name].widget
        is_known = name in self.shown or row_inputs.is_new(name)
        if not is_known or widget.value_omitted_from_data(self.data, self.files, name):
            return False
        came = widget.value_from_datadict(self.data, self.files, name)
        shown = self.shown.get(name, sent_back.untouched(self.fields[name], None))
        return not sent_back.are_alike(widget, came, shown)

    def full_clean(self) -> None:
        """Judge what was touched; what Zoho holds already is not ours to judge."""
        every = self.fields
        self.fields = {name: every[name] for name in self.touched}
        super().full_clean()
        self.fields = every
        if self.is_bound:
            self.check_rows()
            self._check_dependencies()

    def clean(self) -> dict[str, Any]:
        return self.cleaned_data

    def _check_dependencies(self) -> None:
        filled_in = self.before | self.cleaned_data
        for dependency in self.plan.dependencies:
            pair = {dependency.parent, dependency.child}
            is_sound = pair <= filled_in.keys() and not pair & self.errors.keys()
            if is_sound and pair & set(self.touched):
                self.check(dependency, filled_in)

    def changes(self) -> dict[str, Any]:
        """Return what was typed and is not so yet; None clears a field."""
        typed = self.typed()
        rows = {name: typed[name] for name in self.rows if name in typed}
        changed = {}
        for name in self.cleaned_data:
            if row_inputs.is_cell(name):
                continue
            meta, value, was = self.meta(name), typed.get(name), self.before[name]
            is_kept = name not in typed and meta.data_type in values.NEVER_CLEARED
            if not (is_kept or values.same(meta, value, was)):
                # Of files it is said also which were taken out.
                is_files = meta.data_type in FILES
                changed[name] = with_gone(was, value) if is_files else value
        return rows | changed
