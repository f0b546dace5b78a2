"""Builds Desk's organisations, their departments and the departments' layouts."""

from typing import TYPE_CHECKING, Any

from zohoportal.sandbox.desk import rich
from zohoportal.sandbox.desk.layouts.fields import is_custom, ordinary_fields, plan
from zohoportal.sandbox.tables import Row

if TYPE_CHECKING:
    from zohoportal.sandbox.world import World

# Ranges of their own.
FIRST_ORGANIZATION_ID = 60001280952
FIRST_LAYOUT_ID = 4150868000000074011
FIRST_DEPENDENCY_ID = 4150868000000078001
FIRST_FIELD_ID = 4150868000000001001
SINCE = "2026-01-05T09:00:00.000Z"
# From here on a layout shows its fields under "Additional Information".
FIRST_ADDITIONAL = "dueDate"


def build(world: "World") -> None:
    """Give every Desk organisation departments with layouts of their own."""
    wishes = _wishes(world.settings)
    world.organizations = [
        {"id": str(FIRST_ORGANIZATION_ID + position), "name": wish["name"]}
        for position, wish in enumerate(wishes)
    ]
    world.departments = []
    plans = []
    for organization, wish in zip(world.organizations, wishes, strict=True):
        for position, each in enumerate(wish["departments"]):
            department = {
                "id": world.new_id(),
                "org_id": organization["id"],
                "name": each["name"],
                "is_enabled": each.get("isEnabled", True),
                "is_visible": each.get("isVisible", True),
                "is_default": position == 0,
            }
            world.departments.append(department)
            plans.append(each.get("layout"))
    _add_layouts(world, plans)


def add_missing_layouts(world: "World") -> None:
    """Give every department a layout, where none was remembered."""
    if not world.tables["layouts"].rows:
        _add_layouts(world, [None] * len(world.departments))


def _wishes(settings: dict[str, Any]) -> list[Row]:
    if settings["desk"] == "rich":
        return rich.organizations()
    departments = settings["departments"]
    return [
        each | {"departments": departments} for each in settings["desk_organizations"]
    ]


def _add_layouts(world: "World", plans: list[Row | None]) -> None:
    field_ids: dict[tuple[str, str], str] = {}
    pairs = zip(world.departments, plans, strict=True)
    for position, (department, own) in enumerate(pairs):
        wanted = own or plan("Default Ticket Layout", ordinary_fields())
        for field in wanted["fields"]:
            # A field has one id in all layouts of its organisation.
            key = (department["org_id"], field["apiName"])
            free = str(FIRST_FIELD_ID + 2 * len(field_ids))
            field["id"] = field_ids.setdefault(key, free)
        world.tables["layouts"].put(_layout(department, wanted, position))


def _layout(department: Row, wanted: Row, position: int) -> Row:
    usual = [each for each in wanted["fields"] if not is_custom(each)]
    custom = [each for each in wanted["fields"] if is_custom(each)]
    split = [each["apiName"] for each in usual].index(FIRST_ADDITIONAL)
    first_dependency = FIRST_DEPENDENCY_ID + 100 * position
    return {
        "id": str(FIRST_LAYOUT_ID + 1_000 * position),
        "org_id": department["org_id"],
        "departmentId": department["id"],
        "name": wanted["name"],
        "modifiedTime": SINCE,
        "sections": [
            {"name": "Ticket Information", "fields": usual[:split]},
            {"name": "Additional Information", "fields": usual[split:] + custom},
        ],
        "dependencies": [
            {"id": str(first_dependency + number), **each}
            for number, each in enumerate(wanted["dependencies"])
        ],
    }
