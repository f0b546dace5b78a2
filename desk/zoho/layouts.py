"""The layout of a department's tickets: fields, required marks, dependent values."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from connections.models import Connection
from connections.schema import store
from connections.schema.sources import Kind, Source
from connections.schema.types import NONE, Dependency
from connections.zoho import shapes
from connections.zoho.client import ZohoClient
from connections.zoho.errors import ReconnectRequired, UnexpectedReply, ZohoError
from desk.envelope import DESK
from desk.zoho.departments import departments_of
from desk.zoho.tickets import rows_of

UNKNOWN_DEPENDENCIES = (
    "Zoho Desk does not tell which values go together, so all of them are offered."
)
UNKNOWN_RIGHTS = (
    "Zoho Desk does not tell which fields may be filled in, so all of them are shown."
)
MOST_FIELDS = 500
MOST_VALUES = 2_000
LONGEST = 100_000
LONGEST_LABEL = 200
Json = dict[str, Any]
Found = TypeVar("Found")
_OTHER_SHAPE = (AttributeError, KeyError, TypeError, ValueError)


@dataclass(frozen=True)
class Field:
    """A field as the layout describes it; names, kinds and values are Desk's."""

    name: str
    label: str
    kind: str = "Text"
    is_mandatory: bool = False
    is_read_only: bool = False
    longest: int | None = None
    values: tuple[str, ...] = ()
    default: str = ""
    section: str = ""

    @property
    def is_demanded(self) -> bool:
        """Whether Desk refuses a ticket on which it is left out."""
        return self.is_mandatory and not self.default


@dataclass(frozen=True)
class Layout:
    """What a department's form consists of.

    Attributes:
        gaps: sentences about what Desk did not tell of it.
    """

    fields: tuple[Field, ...] = ()
    dependencies: tuple[Dependency, ...] = ()
    gaps: tuple[str, ...] = ()

    def dependency_of(self, child: str) -> Dependency | None:
        """Return what the values of this field depend on."""
        found = (each for each in self.dependencies if each.child == child)
        return next(found, None)

    def field(self, name: str) -> Field | None:
        """Return the field with this name, if the layout has it."""
        return next((each for each in self.fields if each.name == name), None)


def layout_of(connection: Connection, department: str) -> Layout:
    """Return the layout of a department's tickets.

    Raises:
        ZohoError: it is not known and Desk could not be asked.
    """
    return store.read(connection, _source(department))


def forget_layout(connection: Connection, department: str) -> None:
    """Have the layout read anew: Desk refused a ticket that was made by it."""
    store.forget(connection, "desk", department)


def known_labels(connection: Connection, department: str) -> dict[str, str]:
    """Return what a department's fields are called, as far as is known unasked."""
    layout = store.known(connection, _source(department)) or Layout()
    return {field.name: field.label for field in layout.fields}


def _source(department: str) -> Source[Layout]:
    ask = partial(read_layout, department=department)
    return Source("desk", "layout", department, Layout, ask)


def _renewed(connection: Connection, department: str) -> Source[Layout] | None:
    """Return the source of a layout; None where the department is gone."""
    is_there = any(each.id == department for each in departments_of(connection))
    return _source(department) if is_there else None


KIND = Kind("desk", "layout", _renewed)


def read_layout(client: ZohoClient, department: str) -> Layout:
    """Ask Desk for the layout of a department.

    Raises:
        ZohoError: Desk could not be asked, or answered strangely.
    """
    # https://desk.zoho.com/DeskAPIDocument#Layouts#Layouts_Listlayouts
    wanted = {"module": "tickets", "departmentId": department}
    reply = client.call(DESK, "GET", "layouts", params=wanted)
    rows = rows_of(reply, "no_layout")
    if not reply.get("data"):
        return Layout()
    if not rows:
        raise UnexpectedReply("no_layout")
    layout = max(rows, key=lambda row: shapes.flag(row.get("isDefaultLayout")))["id"]
    try:
        form = _aside(client, "myForm", _read_form, layoutId=layout)
        # https://desk.zoho.com/DeskAPIDocument#Layouts#Layouts_Getlayout
        fields, names = form or _read_form(
            client.call(DESK, "GET", f"layouts/{layout}")
        )
    except _OTHER_SHAPE:
        raise UnexpectedReply("no_layout") from None
    read = partial(_read_dependencies, names=names)
    # https://desk.zoho.com/DeskAPIDocument#DependencyMappings
    dependencies = _aside(client, "dependencyMappings", read, layoutId=layout)
    gaps = [
        "" if form else UNKNOWN_RIGHTS,
        UNKNOWN_DEPENDENCIES if dependencies is None else "",
    ]
    return Layout(fields, dependencies or (), tuple(filter(None, gaps)))


def _aside(
    client: ZohoClient, path: str, read: Callable[[Json], Found], **params: str
) -> Found | None:
    """Return what a side question brings; None where Desk does not tell.

    Some organisations refuse `myForm`, which tells what this user may write, with 422.
    https://desk.zoho.com/DeskAPIDocument#Layouts#Layouts_Getmyform
    """
    try:
        return read(client.call(DESK, "GET", path, params=params))
    except ReconnectRequired:
        raise
    except (ZohoError, *_OTHER_SHAPE):
        return None


def _read_form(reply: Json) -> tuple[tuple[Field, ...], dict[str, str]]:
    """Return the fields of a layout, and their names by their ids."""
    rows = [
        (shapes.text(section.get("i18NLabel") or section.get("name")), row)
        for section in shapes.rows(reply["sections"], MOST_FIELDS)
        for row in shapes.rows(section.get("fields"), MOST_FIELDS)
        if shapes.name(row.get("apiName"))
        and all(isinstance(row.get(key), str) for key in ("displayLabel", "type"))
    ][:MOST_FIELDS]
    if not rows:
        raise UnexpectedReply("no_layout")
    names = {shapes.identifier(row.get("id")): row["apiName"] for _, row in rows}
    return tuple(_field(row, section) for section, row in rows), names


def _field(row: Mapping[str, Any], section: str) -> Field:
    return Field(
        name=row["apiName"],
        label=row["displayLabel"][:LONGEST_LABEL],
        kind=row["type"],
        is_mandatory=shapes.flag(row.get("isMandatory")),
        is_read_only=shapes.flag(row.get("isReadOnly")),
        longest=shapes.count(row.get("maxLength"), LONGEST) or None,
        values=tuple(_values(row.get("allowedValues"))),
        default=shapes.word(row.get("defaultValue")),
        section=section,
    )


def _read_dependencies(reply: Json, names: Mapping[str, str]) -> tuple[Dependency, ...]:
    rows = reply.get("data", [])
    if rows != [] and not shapes.rows(rows):
        raise UnexpectedReply("no_dependencies")
    found = [_dependency(row, names) for row in shapes.rows(rows, MOST_FIELDS)]
    return tuple(each for each in found if each.parent and each.child)


def _dependency(row: Mapping[str, Any], names: Mapping[str, str]) -> Dependency:
    values = {
        "" if parent == NONE else parent[: shapes.LONGEST_LINE]: tuple(_values(own))
        for parent, own in shapes.mapping(row.get("mappings")).items()
    }
    ids = (shapes.identifier(row.get(key)) for key in ("parentId", "childId"))
    parent, child = (names.get(each, "") for each in ids)
    return Dependency(parent, child, values)


def _values(rows: object) -> Iterator[str]:
    """Yield values that come as texts in one place and as objects in another."""
    for row in rows[:MOST_VALUES] if isinstance(rows, list) else ():
        value = shapes.word(row.get("value") if isinstance(row, dict) else row)
        # The empty choice, which the form has of its own.
        if value not in ("", NONE):
            yield value
