"""The rows of a form: their inputs, what new ones lack, and what was done to them."""

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

from django import forms

from crm.forms import row_inputs
from crm.forms.bound_rows import BoundRows
from crm.forms.inputs import input_for
from crm.forms.row_inputs import NEW, Row
from crm.schema.metadata import LINKS, Field
from crm.schema.plans import Plan

# A page of more inputs than that is slow. What is beyond is shown.
MOST_CELLS = 200


class FormRows(forms.Form):
    """A form that has rows among its fields, by the field that holds them."""

    plan: Plan
    rows: dict[str, list[Row]]
    # The fields that have more rows than can be changed here.
    cut: set[str]

    def meta(self, name: str) -> Field:
        """Return what Zoho tells of the field, or the column, that an input is for."""
        found = row_inputs.meta(self.plan.metadata.fields, name)
        assert found  # noqa: S101  # inputs are made of it
        return found

    @property
    def all_rows(self) -> Iterator[Row]:
        return itertools.chain(*self.rows.values())

    def add_rows(self, field: Field, held: Any) -> None:
        name = field.api_name
        given = self.data if self.is_bound else self.initial
        self.rows[name] = row_inputs.rows_of(field, held, given)
        for row in self.rows[name]:
            cells = self._cells(row)
            known = sum(map(row_inputs.is_cell, self.fields))
            if row.is_new or known + len(cells) <= MOST_CELLS:
                self.fields |= cells
            else:
                self.cut.add(name)

    def _cells(self, row: Row) -> dict[str, forms.Field]:
        """Return the inputs of a row; which record a link leads to never changes."""
        if not row.is_new and row.field.data_type in LINKS:
            return {}
        found = {}
        for column in self.plan.columns_of(row.field):
            if row.is_new or column.can_update:
                made = input_for(column, self.plan.users)
                made.required = column.is_mandatory
                found[row.name_of(column.api_name)] = made
        return found

    def bound_rows(self, name: str) -> BoundRows:
        blank = Row(self.meta(name), NEW, {})
        return BoundRows(self, blank.field, self.rows[name], self._cells(blank))

    def check_rows(self) -> None:
        """Object to what a new row lacks; one that nobody filled in is none."""
        for row in self.all_rows:
            names = [row.name_of(each.api_name) for each in row.field.columns]
            inputs = [name for name in names if name in self.fields]
            is_blank = row.is_new and not any(map(self._is_filled_in, inputs))
            if is_blank or self.is_gone(row):
                for name in inputs:
                    self.cleaned_data.pop(name, None)
                    self.errors.pop(name, None)
            elif row.is_new:
                self._require(inputs)

    def _require(self, names: list[str]) -> None:
        for name in names:
            is_empty = not (self._is_filled_in(name) or name in self.errors)
            if is_empty and self.meta(name).is_mandatory:
                words = self.fields[name].error_messages["required"]
                self.add_error(name, forms.ValidationError(words, code="required"))

    def _is_filled_in(self, name: str) -> bool:
        return self[name].value() not in (None, "", [])

    def is_gone(self, row: Row) -> bool:
        """Tell whether a row is to be taken out."""
        given = self.data if self.is_bound else self.initial
        return bool(given.get(row.mark))

    def typed_rows(self, cells: Mapping[str, Any]) -> dict[str, Any]:
        found = {}
        for name, rows in self.rows.items():
            gone = {row.mark for row in rows if self.is_gone(row)}
            if typed := row_inputs.typed(rows, cells, gone):
                found[name] = typed
        return found
