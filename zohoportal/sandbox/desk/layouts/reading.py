"""Zoho Desk's layouts: which fields a department's tickets have, and their values."""

from zohoportal.sandbox.desk.departments import find, hidden_ids
from zohoportal.sandbox.desk.gate import (
    LIMIT_HEADERS,
    admit_to_organisation,
    forbidden,
    invalid,
    not_found,
)
from zohoportal.sandbox.desk.layouts.fields import fields_of
from zohoportal.sandbox.desk.layouts.shapes import (
    dependency_of,
    listed,
    of_organisation,
    together,
    whole,
)
from zohoportal.sandbox.messages import Answer, Request, json_answer, no_content
from zohoportal.sandbox.tables import Row
from zohoportal.sandbox.world import World

MODULES = (
    "tickets",
    "contacts",
    "contracts",
    "accounts",
    "products",
    "calls",
    "tasks",
    "events",
    "timeEntry",
)


def layout_of(world: World, department_id: str) -> Row:
    """Return the layout that a department's tickets follow."""
    return world.tables["layouts"].having("departmentId", department_id)[0]


def several(request: Request, world: World) -> Answer:
    # https://desk.zoho.com/DeskAPIDocument#Layouts#Layouts_Listlayouts
    org_id = admit_to_organisation(request, world, "Desk.basic.READ")
    rows = _wanted(request, world, org_id)
    if not rows:
        return no_content()
    data = [listed(each) for each in rows]
    return json_answer({"data": data}, headers=LIMIT_HEADERS)


def one(request: Request, world: World) -> Answer:
    # https://desk.zoho.com/DeskAPIDocument#Layouts#Layouts_Getlayout
    layout = _known(request, world, request.found["id"])
    if layout is None:
        raise not_found()
    return json_answer(whole(layout, for_form=False), headers=LIMIT_HEADERS)


def form(request: Request, world: World) -> Answer:
    # https://desk.zoho.com/DeskAPIDocument#Layouts#Layouts_Getmyform
    layout = _asked(request, world)
    return json_answer(whole(layout, for_form=True), headers=LIMIT_HEADERS)


def dependencies(request: Request, world: World) -> Answer:
    # https://desk.zoho.com/DeskAPIDocument#DependencyMappings
    layout = _asked(request, world)
    if not layout["dependencies"]:
        return no_content()
    data = [dependency_of(each, layout) for each in layout["dependencies"]]
    return json_answer({"data": data}, headers=LIMIT_HEADERS)


def fields(request: Request, world: World) -> Answer:
    # https://desk.zoho.com/DeskAPIDocument#Fields#Fields_Getfields
    org_id = admit_to_organisation(request, world, "Desk.settings.READ")
    found: dict[str, Row] = {}
    for layout in _wanted(request, world, org_id):
        for each in fields_of(layout):
            known = found.setdefault(each["apiName"], each)
            found[each["apiName"]] = together(known, each)
    data = [of_organisation(each) for each in found.values()]
    return json_answer({"data": data}, headers=LIMIT_HEADERS)


def _wanted(request: Request, world: World, org_id: str) -> list[Row]:
    """Return the layouts that the query asks for.

    Raises:
        Refusal: The module or the department is not one.
    """
    module = request.query.get("module")
    if module not in MODULES:
        raise invalid(("/module", "invalid" if module else "missing"))
    department_id = request.query.get("departmentId")
    if department_id and find(world, org_id, department_id) is None:
        raise invalid(("/departmentId", "invalid"))
    hidden = hidden_ids(world)
    return [
        each
        for each in world.tables["layouts"].rows.values()
        if each["org_id"] == org_id
        and each["departmentId"] not in hidden
        and department_id in (None, each["departmentId"])
        and module == "tickets"
    ]


def _known(request: Request, world: World, layout_id: str) -> Row | None:
    org_id = admit_to_organisation(request, world, "Desk.basic.READ")
    layout = world.tables["layouts"].get(layout_id)
    if layout is None or layout["org_id"] != org_id:
        return None
    if layout["departmentId"] in hidden_ids(world):
        raise forbidden()
    return layout


def _asked(request: Request, world: World) -> Row:
    layout = _known(request, world, request.query.get("layoutId", ""))
    if layout is None:
        raise invalid(("/layoutId", "invalid"))
    return layout
