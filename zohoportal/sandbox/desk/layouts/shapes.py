"""How Zoho Desk shows layouts, their fields and the values that depend on others."""

from zohoportal.sandbox import samples
from zohoportal.sandbox.desk.layouts.fields import fields_of, is_custom
from zohoportal.sandbox.desk.plan import SINCE
from zohoportal.sandbox.tables import Row

PROFILE = {
    "id": "4150868000000022011",
    "profileName": "Support Administrator",
    "isDefault": True,
    "type": "Administrator",
}


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


def listed(layout: Row) -> Row:
    return _head(layout) | {"layoutProfiles": [PROFILE]}


def whole(layout: Row, *, for_form: bool) -> Row:
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


def of_organisation(field: Row) -> Row:
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


def together(one: Row, other: Row) -> Row:
    """Return a field with the values that it has in either layout."""
    if "allowedValues" not in one:
        return one
    values = dict.fromkeys([*one["allowedValues"], *other["allowedValues"]])
    whole = one | {"allowedValues": list(values)}
    if "statusTypes" in one:
        whole["statusTypes"] = one["statusTypes"] | other["statusTypes"]
    return whole


def dependency_of(mapping: Row, layout: Row) -> Row:
    known = {each["apiName"]: each for each in fields_of(layout)}
    parent, child = known[mapping["parent"]], known[mapping["child"]]
    values = [each for own in mapping["mappings"].values() for each in own]
    return {
        "id": mapping["id"],
        "layoutId": layout["id"],
        "parentId": parent["id"],
        "childId": child["id"],
        "parent": _end(parent, parent["allowedValues"]),
        "child": _end(child, values),
        "mappings": mapping["mappings"],
    }


def _end(field: Row, values: list[str]) -> Row:
    return {
        "id": field["id"],
        "displayLabel": field["displayLabel"],
        "allowedValues": values,
    }
