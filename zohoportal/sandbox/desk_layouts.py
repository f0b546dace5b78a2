"""Zoho Desk's layouts: which fields a department's tickets have, and their values."""

from zohoportal.sandbox import samples
from zohoportal.sandbox.desk_departments import find, hidden_ids
from zohoportal.sandbox.desk_fields import fields_of, is_custom
from zohoportal.sandbox.desk_gate import (
    LIMIT_HEADERS,
    admit_to_organisation,
    forbidden,
    invalid,
    not_found,
)
from zohoportal.sandbox.desk_plan import SINCE
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


PROFILE = {
    "id": "4150868000000022011",
    "profileName": "Support Administrator",
    "isDefault": True,
    "type": "Administrator",
}


def layout_of(world: World, department_id: str) -> Row:
    """Return the layout that a department's tickets follow."""
    return world.tables["layouts"].having("departmentId", department_id)[0]


def several(request: Request, world: World) -> Answer:
    # https://desk.zoho.com/DeskAPIDocument#Layouts#Layouts_Listlayouts
    org_id = admit_to_organisation(request, world, "Desk.basic.READ")
    rows = _wanted(request, world, org_id)
    if not rows:
        return no_content()
    data = [_listed(each) for each in rows]
    return json_answer({"data": data}, headers=LIMIT_HEADERS)


def one(request: Request, world: World) -> Answer:
    # https://desk.zoho.com/DeskAPIDocument#Layouts#Layouts_Getlayout
    layout = _known(request, world, request.found["id"])
    if layout is None:
        raise not_found()
    return json_answer(_whole(layout, for_form=False), headers=LIMIT_HEADERS)


def form(request: Request, world: World) -> Answer:
    # https://desk.zoho.com/DeskAPIDocument#Layouts#Layouts_Getmyform
    layout = _asked(request, world)
    return json_answer(_whole(layout, for_form=True), headers=LIMIT_HEADERS)


def dependencies(request: Request, world: World) -> Answer:
    # https://desk.zoho.com/DeskAPIDocument#DependencyMappings
    layout = _asked(request, world)
    if not layout["dependencies"]:
        return no_content()
    data = [_dependency(each, layout) for each in layout["dependencies"]]
    return json_answer({"data": data}, headers=LIMIT_HEADERS)


def fields(request: Request, world: World) -> Answer:
    # https://desk.zoho.com/DeskAPIDocument#Fields#Fields_Getfields
    org_id = admit_to_organisation(request, world, "Desk.settings.READ")
    found: dict[str, Row] = {}
    for layout in _wanted(request, world, org_id):
        for each in fields_of(layout):
            known = found.setdefault(each["apiName"], each)
            found[each["apiName"]] = _together(known, each)
    data = [_of_organisation(each) for each in found.values()]
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


def _head(layout: Row) -> Row:
    return {
        "id": layout["id"],
        "layoutName": layout["name"],
        "layoutDisplayName": layout["name"],
        "layoutDesc": None,
        "departmentId": layout["departmentId"],
        "module": "Cases",
        "status": "active",
        "isDefaultLayout": True,
        "isStandardLayout": True,
        "hasLogo": False,
        "photoURL": None,
        "skipDeptAccessValidation": False,
        "createdBy": samples.USER_ID,
        "createdTime": SINCE,
        "modifiedBy": samples.USER_ID,
        "modifiedTime": layout["modifiedTime"],
    }


def _listed(layout: Row) -> Row:
    return _head(layout) | {"layoutProfiles": [PROFILE]}


def _whole(layout: Row, *, for_form: bool) -> Row:
    sections = [
        {
            "id": str(number),
            "name": section["name"],
            "isCustomSection": False,
            "fields": [
                _of_layout(each, for_form=for_form) for each in section["fields"]
            ],
        }
        for number, section in enumerate(layout["sections"])
    ]
    return _head(layout) | {"sections": sections}


def _field(field: Row) -> Row:
    """Return what every list of fields tells about one."""
    return {
        "id": field["id"],
        "apiName": field["apiName"],
        "name": field["apiName"],
        "displayLabel": field["displayLabel"],
        "i18NLabel": field["displayLabel"],
        "type": field["type"],
        "isCustomField": is_custom(field),
        "isEncryptedField": False,
        "isMandatory": field["isMandatory"],
        "isTrackLastActivityTime": False,
        "maxLength": field["maxLength"],
    }


def _of_layout(field: Row, *, for_form: bool) -> Row:
    shown = _field(field) | {
        "isRemovable": not field["isSystemMandatory"],
        "isSystemMandatory": field["isSystemMandatory"],
    }
    for name in ("defaultValue", "allowedValues", "decimalPlaces"):
        if name in field:
            shown[name] = field[name]
    if "allowedValues" in field:
        shown["sortBy"] = "userDefined"
    if "statusTypes" in field:
        shown["restoreOnReplyValues"] = []
    if field["type"] == "Currency":
        shown |= {"roundingOption": "normal", "roundingPrecision": 0}
    if for_form:
        shown["isReadOnly"] = field.get("isReadOnly", False)
    return shown


def _of_organisation(field: Row) -> Row:
    shown = _field(field) | {"showToHelpCenter": True}
    if "decimalPlaces" in field:
        shown["decimalPlaces"] = field["decimalPlaces"]
    if field["type"] == "Currency":
        shown |= {"roundingOption": "normal", "roundingPrecision": 0}
    if field["type"] == "Boolean":
        shown["defaultValue"] = field["defaultValue"]
    if "allowedValues" in field:
        types = field.get("statusTypes", {})
        shown["allowedValues"] = [
            {"value": each} | ({"statusType": types[each]} if each in types else {})
            for each in field["allowedValues"]
        ]
    return shown


def _together(one: Row, other: Row) -> Row:
    """Return a field with the values that it has in either layout."""
    if "allowedValues" not in one:
        return one
    values = dict.fromkeys([*one["allowedValues"], *other["allowedValues"]])
    whole = one | {"allowedValues": list(values)}
    if "statusTypes" in one:
        whole["statusTypes"] = one["statusTypes"] | other["statusTypes"]
    return whole


def _dependency(dependency: Row, layout: Row) -> Row:
    known = {each["apiName"]: each for each in fields_of(layout)}
    parent, child = known[dependency["parent"]], known[dependency["child"]]
    values = [each for own in dependency["mappings"].values() for each in own]
    return {
        "id": dependency["id"],
        "layoutId": layout["id"],
        "parentId": parent["id"],
        "childId": child["id"],
        "parent": _end(parent, parent["allowedValues"]),
        "child": _end(child, values),
        "mappings": dependency["mappings"],
    }


def _end(field: Row, values: list[str]) -> Row:
    return {
        "id": field["id"],
        "displayLabel": field["displayLabel"],
        "allowedValues": values,
    }
