"""Rows of a field as a page shows them: inputs, and what can only be read."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.forms import BoundField

from crm.forms.row_inputs import NEW, Row
from crm.schema.metadata import LINKS, Field
from crm.zoho import values


@dataclass(frozen=True)
class ShownRow:
    """One row of a page: `title` is what people know it by."""

    row: Row
    title: str
    cells: Sequence[BoundField]
    read_only: Sequence[tuple[str, str]]
    is_gone: bool


class BoundRows:
    """The rows of a field on a form; templates tell it from an input by `has_rows`."""

    has_rows = True

    def __init__(
        self,
        form: Any,
        meta: Field,
        rows: Sequence[Row],
        pattern: Mapping[str, forms.Field],
    ) -> None:
        self._form = form
        self._rows = rows
        self._pattern = pattern
        self.meta = meta
        self.name = meta.api_name
        self.label = meta.label

    @property
    def is_links(self) -> bool:
        return self.meta.data_type in LINKS

    @property
    def has_more(self) -> bool:
        """Whether there are rows that are too many to be changed here."""
        return self.name in self._form.cut

    @cached_property
    def rows(self) -> list[ShownRow]:
        return [self._shown(number, row) for number, row in enumerate(self._rows, 1)]

    def _shown(self, number: int, row: Row) -> ShownRow:
        names = [row.name_of(column.api_name) for column in self.meta.columns]
        cells = [self._form[name] for name in names if name in self._form.fields]
        title = f"Row {number}"
        if self.is_links and not row.is_new:
            title = values.shown(self.meta, [row.held]) or title
        return ShownRow(
            row, title, cells, list(self._read_only(row)), self._form.is_gone(row)
        )

    def _read_only(self, row: Row) -> Iterator[tuple[str, str]]:
        for column in () if self.is_links else self.meta.columns:
            if row.name_of(column.api_name) not in self._form.fields:
                text = values.shown(column, row.held.get(column.api_name))
                if text:
                    yield column.label, text

    @property
    def pattern_mark(self) -> str:
        return Row(self.meta, NEW, {}).mark

    @property
    def pattern(self) -> list[BoundField]:
        """Return the inputs of a new row, for a script to copy."""
        return [
            field.get_bound_field(self._form, name)
            for name, field in self._pattern.items()
        ]

    @property
    def errors(self) -> list[str]:
        """Return what is wrong with any cell."""
        cells = (cell for row in self.rows for cell in row.cells)
        return [str(error) for cell in cells for error in cell.errors]

    def value(self) -> list[Row]:
        """Return the rows: where there is one, it is looked at."""
        return list(self._rows)
