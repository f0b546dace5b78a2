"""What an organisation's CRM knows of a module: fields, layouts, dependencies."""

import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from zohoportal.sandbox.crm.records.former import Records

NONE = "-None-"
# The types a client may write; of the others Zoho keeps the values itself.
WRITABLE = {
    "bigint",
    "boolean",
    "currency",
    "date",
    "datetime",
    "double",
    "email",
    "fileupload",
    "imageupload",
    "integer",
    "lookup",
    "multiselectpicklist",
    "ownerlookup",
    "percent",
    "phone",
    "picklist",
    "subform",
    "tag",
    "text",
    "textarea",
    "userlookup",
    "website",
}
LINKS = {"multiselectlookup", "multiuserlookup"}


@dataclass(frozen=True)
class Value:
    """One value of a picklist; what is shown may be a translation."""

    actual: str
    display: str
    id: str = ""


@dataclass(frozen=True)
class Field:
    api_name: str
    data_type: str = "text"
    length: int = 255
    label: str = ""
    # Zoho's own name, where the organisation gave the field another one.
    display: str = ""
    values: tuple[Value, ...] = ()
    decimals: int = 0
    # The module a lookup looks into, or whose records are a subform's rows.
    module: str = ""
    # The column of the linking module that leads to what is linked.
    linked_by: str = ""
    tooltip: str = ""
    default: str | bool | None = None
    is_mandatory: bool = False
    is_unique: bool = False
    is_custom: bool = False
    is_read_only: bool = False
    id: str = ""

    @property
    def is_writable(self) -> bool:
        is_open = self.data_type in WRITABLE or bool(self.linked_by)
        return is_open and not self.is_read_only

    @property
    def actual_values(self) -> set[str]:
        return {value.actual for value in self.values}


@dataclass(frozen=True)
class Section:
    name: str
    fields: tuple[str, ...]
    id: str = ""


@dataclass(frozen=True)
class Layout:
    name: str
    sections: tuple[Section, ...]
    required: frozenset[str] = frozenset()
    id: str = ""

    @property
    def fields(self) -> set[str]:
        return {name for section in self.sections for name in section.fields}


@dataclass(frozen=True)
class Dependency:
    """Which values of the child go with a value of the parent, in one layout."""

    layout: str
    parent: str
    child: str
    maps: dict[str, list[str]]
    id: str = ""


@dataclass
class Module:
    api_name: str
    singular: str
    plural: str
    # The field Zoho itself looks for duplicates by, often the record's name too.
    check: str
    fields: dict[str, Field]
    layouts: list[Layout]
    dependencies: list[Dependency] = field(default_factory=list)
    name: str = ""
    is_custom: bool = False
    # Whose records are rows of a field of another module.
    is_subform: bool = False
    id: str = ""
    records: Records = field(default_factory=Records)
    # Answers about the metadata, built when first asked for.
    answers: dict[str, bytes] = field(default_factory=dict)

    @property
    def name_field(self) -> str:
        return self.name or self.check

    @property
    def unique_fields(self) -> list[str]:
        return [each.api_name for each in self.fields.values() if each.is_unique]

    def layout(self, layout_id: str | None) -> Layout | None:
        """Return a layout, the first one when none is named."""
        if layout_id is None:
            return self.layouts[0]
        return next((each for each in self.layouts if each.id == layout_id), None)


def values(*pairs: str | tuple[str, str]) -> tuple[Value, ...]:
    """Return picklist values from what is sent, or from that and what is shown."""
    return tuple(
        Value(pair, pair) if isinstance(pair, str) else Value(*pair) for pair in pairs
    )


def read_sample(
    module_file: str,
) -> tuple[dict[str, list[Field]], dict[str, dict[str, list[str]]]]:
    """Return the data beside a module: groups of fields, and which values go along."""
    data = tomllib.loads(Path(module_file).with_suffix(".toml").read_text("utf-8"))
    groups = {
        name: [
            Field(each, **about | {"values": values(*about.get("values", ()))})
            for each, about in rows.items()
        ]
        for name, rows in data["fields"].items()
    }
    return groups, data.get("maps", {})


def named(fields: Iterable[Field]) -> dict[str, Field]:
    return {each.api_name: each for each in fields}


def one_layout(singular: str, fields: dict[str, Field]) -> list[Layout]:
    """Return the layout every module has: all fields in one section."""
    required = frozenset(name for name, each in fields.items() if each.is_mandatory)
    section = Section(f"{singular} Information", tuple(fields))
    return [Layout("Standard", (section,), required)]


def numbered(module: Module, new_id: Callable[[], str]) -> Module:
    """Return a module in which everything has an id of its own."""
    return replace(
        module,
        id=new_id(),
        fields=named(numbered_field(each, new_id) for each in module.fields.values()),
        layouts=[_numbered_layout(each, new_id) for each in module.layouts],
        dependencies=[replace(each, id=new_id()) for each in module.dependencies],
        records=Records(),
        answers={},
    )


def numbered_field(each: Field, new_id: Callable[[], str]) -> Field:
    none = [Value(NONE, NONE)] if each.data_type == "picklist" else []
    return replace(
        each,
        id=new_id(),
        label=each.label or each.api_name.replace("_", " "),
        values=tuple(replace(value, id=new_id()) for value in (*none, *each.values)),
    )


def _numbered_layout(layout: Layout, new_id: Callable[[], str]) -> Layout:
    sections = tuple(replace(each, id=new_id()) for each in layout.sections)
    return replace(layout, id=new_id(), sections=sections)
