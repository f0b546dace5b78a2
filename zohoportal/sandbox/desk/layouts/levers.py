"""The control room's levers on Desk: what an administrator changes over there."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from zohoportal.sandbox.control.wishes import done, fault, wish_of
from zohoportal.sandbox.desk.layouts.fields import LONGEST, field, fields_of
from zohoportal.sandbox.messages import Answer, Request, Route, route
from zohoportal.sandbox.tables import Row
from zohoportal.sandbox.world import World, desk_now

# Types whose values have no length of their own.
UNSIZED = {"Boolean", "Date", "DateTime", "LookUp", "AutoNumber"}


def change_layout(request: Request, world: World) -> Answer:
    wish = wish_of(request)
    known = world.tables["layouts"].get(str(wish.pop("layout", "")))
    if known is None:
        raise fault("There is no such layout.")
    if not wish or wish.keys() - LEVERS.keys():
        raise fault(f"A layout takes {', '.join(sorted(LEVERS))}.")
    layout = deepcopy(known)
    for name, value in wish.items():
        LEVERS[name](layout, value, world)
    world.tables["layouts"].put(layout | {"modifiedTime": desk_now(world.clock)})
    return done("layout changed")


def change_department(request: Request, world: World) -> Answer:
    wish = wish_of(request)
    for each in world.departments:
        if each["id"] == wish.get("department"):
            if type(wish.get("visible")) is not bool:
                raise fault("visible is true or false.")
            each["is_visible"] = wish["visible"]
            return done("department changed")
    raise fault("There is no such department.")


def _found(layout: Row, name: Any) -> Row:
    for each in fields_of(layout):
        if each["apiName"] == name:
            return each
    raise fault(f"The layout has no field {name!r}.")


def _add_field(layout: Row, wish: Any, world: World) -> None:
    """Add `{"apiName", "displayLabel", "type"}` with what else a field may have."""
    if not isinstance(wish, dict):
        raise fault("add_field takes an object.")
    own = dict(wish)
    name, label, kind = (
        own.pop(key, None) for key in ("apiName", "displayLabel", "type")
    )
    if kind not in {*LONGEST, *UNSIZED}:
        raise fault("add_field takes apiName, displayLabel and type.")
    if not str(name).startswith("cf_") or not isinstance(label, str):
        raise fault("A custom field's apiName starts with cf_, and it has a label.")
    if kind in ("Picklist", "Multiselect", "Boolean"):
        own = {"defaultValue": None} | own
    if kind in ("Picklist", "Multiselect"):
        own = {"allowedValues": []} | own
    added = field(str(name), label, kind, id=world.new_id(), **own)
    layout["sections"][-1]["fields"].append(added)


def _remove_field(layout: Row, name: Any, _world: World) -> None:
    gone = _found(layout, name)
    for section in layout["sections"]:
        section["fields"] = [each for each in section["fields"] if each is not gone]
    layout["dependencies"] = [
        each
        for each in layout["dependencies"]
        if name not in (each["parent"], each["child"])
    ]


def _require_field(layout: Row, name: Any, _world: World) -> None:
    _found(layout, name)["isMandatory"] = True


def _free_field(layout: Row, name: Any, _world: World) -> None:
    _found(layout, name)["isMandatory"] = False


def _values(layout: Row, wish: Any) -> tuple[list[str], str]:
    """Return the values of the wish's field, to be changed, and the wish's value."""
    if not isinstance(wish, dict) or not isinstance(wish.get("value"), str):
        raise fault("A value goes by field and value.")
    values: list[str] | None = _found(layout, wish.get("field")).get("allowedValues")
    if values is None:
        raise fault("The field has no values of its own.")
    return values, wish["value"]


def _add_value(layout: Row, wish: Any, _world: World) -> None:
    values, value = _values(layout, wish)
    values.append(value)
    types = _found(layout, wish["field"]).get("statusTypes")
    if types is not None:
        types[value] = wish.get("statusType", "Open")


def _remove_value(layout: Row, wish: Any, _world: World) -> None:
    values, value = _values(layout, wish)
    if value not in values:
        raise fault(f"The field has no value {value!r}.")
    values.remove(value)


LEVERS: dict[str, Callable[[Row, Any, World], None]] = {
    "add_field": _add_field,
    "remove_field": _remove_field,
    "require_field": _require_field,
    "free_field": _free_field,
    "add_value": _add_value,
    "remove_value": _remove_value,
}
ROUTES: list[Route] = [
    route("POST", r"/_sandbox/desk/layout", change_layout),
    route("POST", r"/_sandbox/desk/department", change_department),
]
