"""What the form of one module is made of."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from connections.schema import inputs
from connections.schema.types import Dependency
from crm.schema.metadata import (
    FILES,
    PEOPLE,
    ROWS,
    Field,
    Layout,
    Metadata,
    Module,
    Section,
    Value,
)

# The types that have an input; those of every product are known to the platform.
SUPPORTED = {"lookup", "tag", *FILES, *PEOPLE} | inputs.KINDS.keys()
REFERENCE_LENGTH = len("ZP-7F3K2M9QXR")


@dataclass(frozen=True)
class Lack:
    """What Zoho did not tell: the form does without it, and says so."""

    sentence: str
    is_permission: bool = False


@dataclass(frozen=True)
class Plan:
    """A form to be built: `first` stand on top, `more` are folded away.

    `unused` are those that an admin left out; `duplicate_field` is empty where a module
    has none that can be typed. New records carry the layout where `names_layout`, and
    our reference in the `reference_field`, if there is one.
    """

    metadata: Metadata
    layout: Layout
    first: tuple[str, ...]
    more: tuple[str, ...]
    duplicate_field: str
    runs_automation: bool = True
    may_insert: bool = False
    may_lack_duplicate: bool = False
    reference_field: str = ""
    dependencies: tuple[Dependency, ...] = ()
    users: tuple[Value, ...] = ()
    knows_people: bool = True
    takes_files: bool = True
    takes_rows: bool = True
    unused: tuple[str, ...] = ()
    names_layout: bool = False
    shows_others: bool = True
    lacks: tuple[Lack, ...] = ()

    @property
    def module(self) -> Module:
        return self.metadata.module

    @property
    def duplicate_label(self) -> str:
        found = self.metadata.fields.get(self.duplicate_field)
        return found.label if found else ""

    @property
    def reference_label(self) -> str:
        found = self.metadata.fields.get(self.reference_field)
        return found.label if found else "None"

    @property
    def fields(self) -> tuple[str, ...]:
        return (*self.first, *self.more)

    @property
    def required(self) -> set[str]:
        """Return what a new record needs, whatever Zoho thinks of layouts."""
        return set(self.fields) & self._enforced

    @property
    def wanted(self) -> set[str]:
        """Return what the layout demands, which Zoho may not insist on."""
        return set(self.fields) & self.layout.required - self._enforced

    @property
    def needed(self) -> set[str]:
        """Return what a form for a new record has to be filled in with."""
        decides = set() if self.may_lack_duplicate else {self.duplicate_field}
        return (self.required | decides) - self.defaults.keys()

    @cached_property
    def defaults(self) -> dict[str, str]:
        """Return the layout's defaults for what it demands, as far as they fit."""
        known = self.metadata.fields
        demanded = self.layout.required | self._enforced
        return {
            name: value
            for name, value in self.layout.defaults.items()
            if name in demanded and name in known and _fits(known[name], value)
        }

    # Asked for each of some 150 fields of a form.
    @cached_property
    def _enforced(self) -> set[str]:
        known = self.metadata.fields
        own = {name for name, field in known.items() if field.is_mandatory}
        # A layout's demands count where a record names it.
        # https://www.zoho.com/crm/developer/docs/api/v8/upsert-records.html
        return own | self.layout.required if self.names_layout else own

    @property
    def beyond(self) -> tuple[Field, ...]:
        """Return what is demanded of a new record and cannot be filled in here."""
        known = self.metadata.fields
        demanded = self.layout.required | self._enforced
        return tuple(
            field
            for name in self.layout.fields
            if name in demanded
            and (field := known.get(name))
            # A record without an owner gets one from Zoho.
            and not (field.is_computed or field.data_type == "ownerlookup")
            and not self.has_input(name)
        )

    @property
    def refuses_new(self) -> bool:
        """Whether Zoho will not take a new record from here."""
        return any(field.api_name in self._enforced for field in self.beyond)

    def has_input(self, name: str) -> bool:
        """Tell whether staff can fill in a field here."""
        field = self.metadata.fields[name]
        if field.data_type in FILES and not self.takes_files:
            return False
        if field.data_type in ROWS:
            is_open = self.takes_rows and field.can_create
            return is_open and bool(self.columns_of(field))
        return is_writable(field) and self._knows_whom(field)

    def columns_of(self, field: Field) -> tuple[Field, ...]:
        """Return the columns of a field's rows that staff can fill in here."""
        return tuple(
            each for each in columns_with_input(field) if self._knows_whom(each)
        )

    def _knows_whom(self, field: Field) -> bool:
        return self.knows_people or field.data_type not in PEOPLE

    @property
    def unsupported(self) -> tuple[Field, ...]:
        """Return what can be filled in at Zoho only; nothing where an admin chose."""
        known = self.metadata.fields
        return tuple(
            known[name]
            for name in self.layout.fields
            if name in known
            and self.shows_others
            and not known[name].is_computed
            and not self.has_input(name)
        )

    @property
    def more_by_section(self) -> list[Section]:
        """Return what is folded away under the headings that it has in Zoho."""
        left = dict.fromkeys(self.more)
        found = []
        for section in self.layout.sections:
            names = tuple(name for name in section.fields if name in left)
            for name in names:
                left.pop(name, None)
            if names:
                found.append(Section(section.name, names))
        return found

    @property
    def unique_fields(self) -> tuple[str, ...]:
        """Return what Zoho finds the record to update by, the first match first."""
        own = [name for name in self.fields if self.metadata.fields[name].is_unique]
        return tuple(dict.fromkeys(filter(None, [self.duplicate_field, *own])))


def is_writable(field: Field) -> bool:
    """Tell whether staff can fill in a field here."""
    has_input = field.data_type in SUPPORTED or bool(columns_with_input(field))
    return field.can_create and has_input


def columns_with_input(field: Field) -> tuple[Field, ...]:
    """Return the columns of a field's rows that can be filled in: files cannot."""
    kinds = SUPPORTED - FILES
    return tuple(
        each for each in field.columns if each.can_create and each.data_type in kinds
    )


def _fits(field: Field, value: Any) -> bool:
    if not (isinstance(value, str) and value and is_writable(field)):
        return False
    return field.data_type == "text" or value in field.shown_values


def may_hold_reference(field: Field) -> bool:
    """Tell whether Zoho takes a reference of ours there, and takes it once."""
    is_once = field.is_unique or field.is_external
    has_room = field.data_type == "text" and field.length >= REFERENCE_LENGTH
    return is_once and has_room and field.can_create and not field.is_mandatory
