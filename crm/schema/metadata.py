"""What is known of a module of Zoho CRM: its fields and its layouts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

# Lists of links, and the type of what each row of them leads to.
LINKS = {"multiselectlookup": "lookup", "multiuserlookup": "userlookup"}
ROWS = {"subform", *LINKS}
FILES = {"fileupload", "imageupload"}
PEOPLE = {"ownerlookup", "userlookup"}


@dataclass(frozen=True)
class Value:
    """One value of a picklist: `actual` is sent, `display` may be translated."""

    actual: str
    display: str


@dataclass(frozen=True)
class Field:
    """A field of a module.

    Attributes:
        target: the module that a lookup looks into, or whose records are the rows.
        linked_by: the column of a row that leads to what is linked.
        columns: what the rows of a subform, or of links, are made of.
    """

    api_name: str
    label: str
    data_type: str = "text"
    length: int = 255
    decimals: int = 0
    tooltip: str = ""
    default: str | int | float | None = None
    is_mandatory: bool = False
    is_unique: bool = False
    is_external: bool = False
    is_computed: bool = False
    can_create: bool = True
    can_update: bool = True
    values: tuple[Value, ...] = ()
    target: str = ""
    linked_by: str = ""
    columns: tuple["Field", ...] = ()

    @property
    def shown_values(self) -> dict[str, str]:
        """Return what is shown for each value that is sent."""
        return {value.actual: value.display for value in self.values}

    @property
    def tooltip_sentence(self) -> str:
        """Return the tooltip with an end, so that another sentence may follow."""
        text = self.tooltip.strip()
        return text if not text or text[-1] in ".!?" else f"{text}."


@dataclass(frozen=True)
class Section:
    """A part of a layout, with the heading that people know it by."""

    name: str
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Layout:
    """How a module's page is laid out: its fields in order, and which it demands."""

    id: str
    name: str
    sections: tuple[Section, ...] = ()
    required: frozenset[str] = frozenset()
    defaults: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, fields: Iterable[str]) -> "Layout":
        """Return a layout of one section, for fields that no layout is known of."""
        return cls("", "Standard", (Section("", tuple(fields)),))

    @cached_property
    def fields(self) -> tuple[str, ...]:
        names = (name for section in self.sections for name in section.fields)
        return tuple(dict.fromkeys(names))


@dataclass(frozen=True)
class Module:
    """A module that can be written through the API."""

    api_name: str
    singular: str
    plural: str

    @property
    def with_article(self) -> str:
        """Return what one record is called at the beginning of a sentence."""
        article = "An" if self.singular[:1].lower() in "aeiou" else "A"
        return f"{article} {self.singular.lower()}"


@dataclass(frozen=True)
class Metadata:
    """All that forms and pages need to know of one module.

    Without `has_layouts` Zoho told the fields alone; they stand in one layout then.
    Without `has_columns` it did not tell what the rows of a subform are made of.
    """

    module: Module
    fields: Mapping[str, Field]
    layouts: tuple[Layout, ...]
    has_layouts: bool = True
    has_columns: bool = True

    def layout(self, layout_id: str = "") -> Layout:
        """Return a layout; the standard one if it is not there or not named."""
        named = (each for each in self.layouts if each.id == layout_id)
        return next(named, self.layouts[0])

    @property
    def name_field(self) -> str:
        """Return the field that people know a record by."""
        name = self.module.api_name
        candidates = ("Full_Name", "Name", f"{self.module.singular}_Name", "Subject")
        found = [each for each in candidates if each in self.fields]
        mandatory = [
            each.api_name for each in self.fields.values() if each.is_mandatory
        ]
        return next(iter([*found, *mandatory]), name)
