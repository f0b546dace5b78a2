"""The layout of a department's tickets: fields, required marks, dependent values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from connections.models import Connection
from connections.zoho.client import ZohoClient
from connections.zoho.errors import Rejected, UnexpectedReply
from desk import remembered
from desk.fields import form_name


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

    @property
    def is_demanded(self) -> bool:
        """Whether Desk refuses a ticket on which it is left out."""
        return self.is_mandatory and not self.default


@dataclass(frozen=True)
class Dependency:
    """Which values of one field go with each value of another."""

    parent: str
    child: str
    values: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Layout:
    fields: tuple[Field, ...] = ()
    dependencies: tuple[Dependency, ...] = ()

    def dependency_of(self, child: str) -> Dependency | None:
        """Return what the values of this field depend on."""
        found = (each for each in self.dependencies if each.child == child)
        return next(found, None)

    def field(self, name: str) -> Field | None:
        """Return the field with this name, if the layout has it."""
        return next((each for each in self.fields if each.name == name), None)


def layout_of(connection: Connection, department: str) -> Layout:
    """Return the layout of a department's tickets; remembered for ten minutes.

    Raises:
        ZohoError: it is not remembered and Desk could not be asked.
    """
    return remembered.remembered(
        connection, _what(department), lambda client: read_layout(client, department)
    )


def forget_layout(connection: Connection, department: str) -> None:
    """Have the layout read anew: Desk refused a ticket that was made by it."""
    remembered.forget(connection, _what(department))


# What Desk has in every layout, with its kind.
COMMON = {
    "status": "Text",
    "priority": "Text",
    "channel": "Text",
    "language": "Text",
    "classification": "Text",
    "category": "Text",
    "subCategory": "Text",
    "dueDate": "DateTime",
}


def guessed_layout(names: Iterable[str]) -> Layout:
    """Return a layout of these fields, so that what was typed is kept and sent.

    For the time when Desk cannot be asked: it judges the values when it gets them.
    """
    wanted = set(names)
    custom = sorted(name for name in wanted if name.startswith("cf_"))
    kinds = dict.fromkeys(custom, "Text") | {
        name: kind for name, kind in COMMON.items() if form_name(name) in wanted
    }
    return Layout(tuple(Field(name, name, kind) for name, kind in kinds.items()))


def _what(department: str) -> str:
    return f"layout-{department}"


def read_layout(client: ZohoClient, department: str) -> Layout:
    """Ask Desk for the layout of a department.

    Raises:
        ZohoError: Desk could not be asked, or answered strangely.
    """
    # https://desk.zoho.com/DeskAPIDocument#Layouts#Layouts_Listlayouts
    wanted = {"module": "tickets", "departmentId": department}
    rows = client.desk("GET", "layouts", params=wanted).get("data", [])
    if not rows:
        return Layout()
    try:
        layout = max(rows, key=lambda row: bool(row.get("isDefaultLayout")))["id"]
        sections = _form(client, str(layout))["sections"]
        found = [each for section in sections for each in section["fields"]]
        return Layout(
            tuple(_field(each) for each in found),
            tuple(_dependencies(client, str(layout), found)),
        )
    except (AttributeError, KeyError, TypeError, ValueError):
        raise UnexpectedReply("no_layout") from None


def _form(client: ZohoClient, layout: str) -> dict[str, Any]:
    try:
        # Tells what this user may write.
        # https://desk.zoho.com/DeskAPIDocument#Layouts#Layouts_Getmyform
        return client.desk("GET", "myForm", params={"layoutId": layout})
    except Rejected:
        # Some organisations refuse it with a 422.
        # https://desk.zoho.com/DeskAPIDocument#Layouts#Layouts_Getlayout
        return client.desk("GET", f"layouts/{layout}")


def _field(row: Mapping[str, Any]) -> Field:
    default = row.get("defaultValue")
    return Field(
        name=str(row["apiName"]),
        label=str(row["displayLabel"]),
        kind=str(row["type"]),
        is_mandatory=bool(row.get("isMandatory")),
        is_read_only=bool(row.get("isReadOnly")),
        longest=int(row["maxLength"]) if row.get("maxLength") else None,
        values=tuple(_values(row.get("allowedValues") or [])),
        default="" if default is None else str(default),
    )


def _values(rows: Iterable[Any]) -> Iterable[str]:
    """Return values that come as texts in one place and as objects in another."""
    return (str(row["value"] if isinstance(row, dict) else row) for row in rows)


def _dependencies(
    client: ZohoClient, layout: str, fields: list[Mapping[str, Any]]
) -> Iterable[Dependency]:
    # https://desk.zoho.com/DeskAPIDocument#DependencyMappings
    reply = client.desk("GET", "dependencyMappings", params={"layoutId": layout})
    names = {str(each["id"]): str(each["apiName"]) for each in fields}
    for row in reply.get("data", []):
        parent, child = names.get(str(row["parentId"])), names.get(str(row["childId"]))
        if parent and child:
            values = row["mappings"].items()
            yield Dependency(parent, child, {key: tuple(own) for key, own in values})
