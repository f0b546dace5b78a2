"""What the CRM finds wrong with a record, by the module's metadata."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from zohoportal.sandbox import samples
from zohoportal.sandbox.crm.gate import error_item
from zohoportal.sandbox.crm.organisations import Organisation
from zohoportal.sandbox.crm.records.rows import FILES
from zohoportal.sandbox.crm.records.values import CHECKS, Details, id_of
from zohoportal.sandbox.crm.settings.metadata import (
    LINKS,
    NONE,
    Field,
    Layout,
    Module,
)
from zohoportal.sandbox.crm.shapes import owner
from zohoportal.sandbox.tables import Row

INVALID_ID = "the id given seems to be invalid"
USER_LOOKUPS = ("ownerlookup", "userlookup")


def is_blank(field: Field, value: Any) -> bool:
    return value in (None, "", []) or (field.data_type == "picklist" and value == NONE)


@dataclass(frozen=True)
class Draft:
    """A record as a client sends it, with everything it is judged by."""

    organisation: Organisation
    module: Module
    values: Row
    position: int
    # The record as it is, when it is changed and not made.
    old: Row | None = None

    @cached_property
    def layout(self) -> Layout | None:
        """Return the layout the record wishes for or has, None for an unknown one."""
        wish = self.values.get("Layout") or (self.old or {}).get("Layout")
        return self.module.layout(id_of(wish))

    def has_place_for(self, name: str) -> bool:
        """Tell whether a value counts: a layout that is named takes its own alone."""
        named = self.layout if "Layout" in self.values else None
        return named is None or name in named.fields

    def problems(self, *, is_whole: bool) -> list[Row]:
        """Return an error item for everything wrong; a whole record lacks nothing."""
        if self.layout is None:
            where = {"api_name": "Layout", "json_path": self._path("Layout")}
            return [error_item("INVALID_DATA", INVALID_ID, where)]
        found = [
            item
            for field in self.module.fields.values()
            if field.is_writable
            for item in self._problems_of(field, is_whole=is_whole)
        ]
        return found or [*self._duplicates(), *self._mismatches(self.layout)]

    def _problems_of(self, field: Field, *, is_whole: bool) -> Iterator[Row]:
        value = self.values.get(field.api_name)
        if is_blank(field, value):
            is_sent = field.api_name in self.values
            if (is_whole or is_sent) and self._needs(field):
                yield self._item(
                    field, "MANDATORY_NOT_FOUND", "required field not found"
                )
        elif details := CHECKS[field.data_type](field, value):
            yield self._item(field, "INVALID_DATA", "invalid data", details)
        elif self._leads_nowhere(field, value):
            yield self._item(field, "INVALID_DATA", INVALID_ID)
        elif field.data_type == "subform":
            yield from self._problems_of_rows(field, value)

    def _problems_of_rows(self, subform: Field, rows: Any) -> Iterator[Row]:
        """Yield what is wrong with a subform's rows; a new one lacks nothing."""
        columns = self.organisation.modules[subform.module].fields
        for number, row in enumerate(rows):
            place = f"{subform.api_name}[{number}]"
            for name, column in columns.items():
                where = {"api_name": name, "json_path": self._path(f"{place}.{name}")}
                value = row.get(name)
                if is_blank(column, value):
                    if column.is_mandatory and (name in row or "id" not in row):
                        message = "required field not found"
                        yield error_item("MANDATORY_NOT_FOUND", message, where)
                elif column.is_writable and (
                    details := CHECKS[column.data_type](column, value)
                ):
                    yield error_item("INVALID_DATA", "invalid data", where | details)

    def _needs(self, field: Field) -> bool:
        # https://www.zoho.com/crm/developer/docs/api/v8/upsert-records.html: the
        # layout's demands count where the record names it.
        counts = "Layout" in self.values or self.organisation.demands_always
        return field.is_mandatory or (
            counts
            and self.layout is not None
            and field.api_name in self.layout.required
        )

    def _leads_nowhere(self, field: Field, value: Any) -> bool:
        if field.data_type in USER_LOOKUPS:
            return id_of(value) != samples.USER_ID
        if field.data_type in {"subform", *LINKS, *FILES}:
            return not all(self._is_known(field, row) for row in value)
        if field.data_type != "lookup":
            return False
        target = self.organisation.modules.get(field.module)
        return target is None or target.records.get(id_of(value) or "") is None

    def _is_known(self, field: Field, row: Row) -> bool:
        """Tell whether a row is there already, or is made of a file that is here."""
        if "id" in row:
            there = (self.old or {}).get(field.api_name) or []
            return any(row["id"] == each["id"] for each in there)
        if field.data_type in FILES:
            return self.organisation.files.get(str(row.get("File_Id__s"))) is not None
        if field.data_type in LINKS:
            return self._is_linkable(field, id_of(row.get(field.linked_by)))
        return True

    def _is_linkable(self, field: Field, linked: str | None) -> bool:
        target = self.organisation.modules.get(field.module)
        if target is None:
            return linked == samples.USER_ID
        return target.records.get(linked or "") is not None

    def _duplicates(self) -> Iterator[Row]:
        own = self.old["id"] if self.old else None
        for name in self.module.unique_fields:
            value = self.values.get(name)
            if value in (None, ""):
                continue
            others = self.module.records.having(name, str(value))
            for other in [each for each in others if each["id"] != own][:1]:
                known = {
                    "id": other["id"],
                    "duplicate_record": {
                        "id": other["id"],
                        "Owner": owner(),
                        "module": {
                            "api_name": self.module.api_name,
                            "id": self.module.id,
                        },
                    },
                }
                field = self.module.fields[name]
                yield self._item(field, "DUPLICATE_DATA", "duplicate data", known)

    def _mismatches(self, layout: Layout) -> Iterator[Row]:
        """Yield values of dependent picklists that do not go with the parent's."""
        merged = {**(self.old or {}), **self.values}
        for each in self.module.dependencies:
            sent = {each.parent, each.child} & self.values.keys()
            child = self.module.fields[each.child]
            value = merged.get(each.child)
            if each.layout != layout.id or not sent or is_blank(child, value):
                continue
            if value not in each.maps.get(merged.get(each.parent) or NONE, []):
                dependee = {
                    "api_name": each.parent,
                    "json_path": self._path(each.parent),
                }
                message = "the given value is not mapped to the value of its parent"
                details = {"dependee": dependee}
                yield self._item(child, "DEPENDENT_MISMATCH", message, details)

    def _item(
        self, field: Field, code: str, message: str, details: Details | None = None
    ) -> Row:
        where = {"api_name": field.api_name, "json_path": self._path(field.api_name)}
        return error_item(code, message, {**where, **(details or {})})

    def _path(self, name: str) -> str:
        return f"$.data[{self.position}].{name}"
