"""Zoho Desk's departments: which there are, and which the user may see."""

from zohoportal.sandbox import samples
from zohoportal.sandbox.desk.gate import (
    LIMIT_HEADERS,
    admit_to_organisation,
    forbidden,
    page,
)
from zohoportal.sandbox.desk.plan import SINCE
from zohoportal.sandbox.messages import Answer, Request, json_answer, no_content
from zohoportal.sandbox.tables import Row
from zohoportal.sandbox.world import World


def departments(request: Request, world: World) -> Answer:
    # https://desk.zoho.com/DeskAPIDocument#Departments#Departments_Listalldepartments
    org_id = admit_to_organisation(request, world, "Desk.basic.READ")
    wanted = request.query.get("isEnabled", "")
    hidden = hidden_ids(world)
    rows = [
        each
        for each in world.departments
        if each["org_id"] == org_id
        and each["id"] not in hidden
        and wanted in ("", str(each["is_enabled"]).casefold())
    ]
    data = [_department(each) for each in page(request, rows, 200)]
    if not data:
        return no_content()
    return json_answer({"data": data}, headers=LIMIT_HEADERS)


def find(world: World, org_id: str, department_id: str) -> Row | None:
    """Return an organisation's department.

    Raises:
        Refusal: The user may not see it.
    """
    for each in world.departments:
        if each["id"] == department_id and each["org_id"] == org_id:
            if department_id in hidden_ids(world):
                raise forbidden()
            return each
    return None


def hidden_ids(world: World) -> set[str]:
    """Return the departments that the user may not see."""
    return {
        each["id"] for each in world.departments if not each.get("is_visible", True)
    }


def _department(department: Row) -> Row:
    return {
        "id": department["id"],
        "name": department["name"],
        "nameInCustomerPortal": department["name"],
        "sanitizedName": department["name"].casefold().replace(" ", "-"),
        "description": None,
        "isEnabled": department["is_enabled"],
        "isDefault": department["is_default"],
        "isVisibleInCustomerPortal": True,
        "isAssignToTeamEnabled": True,
        "chatStatus": "NOT_CREATED",
        "hasLogo": False,
        "creatorId": samples.USER_ID,
        "createdTime": SINCE,
    }
