"""The custom fields of a Books organisation's contacts, one of which may be unique."""

from typing import Any

from zohoportal.sandbox.books.contacts import checks
from zohoportal.sandbox.books.gate import invalid
from zohoportal.sandbox.tables import Row
from zohoportal.sandbox.world import World


def given_values(given: Row, organisation: Row, world: World) -> dict[str, str]:
    """Return the values in `custom_fields`, by the fields' API names.

    Raises:
        Refusal: a field is not there, or its value is no text.
    """
    if "custom_fields" not in given:
        return {}
    found = {}
    for each in checks.listed(given, "custom_fields"):
        field = _meant(each, organisation, world)
        if field is None or not isinstance(each.get("value"), str):
            raise invalid("custom_fields")
        found[field["api_name"]] = each["value"]
    return found


def _meant(each: Any, organisation: Row, world: World) -> Row | None:
    """Return the field that an item names, by whatever the organisation takes."""
    if not isinstance(each, dict):
        return None
    for name in world.settings["books_field_keys"]:
        if name in each:
            fitting = (
                field
                for field in organisation["custom_fields"]
                if field[name] == each[name]
            )
            return next(fitting, None)
    return None


def unique_one(organisation: Row, api_name: str) -> Row | None:
    """Return the field of this name that forbids duplicates."""
    for field in organisation["custom_fields"]:
        if field["api_name"] == api_name and field["is_unique"]:
            return dict(field)
    return None


def holder(world: World, organisation: Row, api_name: str, value: str) -> Row | None:
    """Return the contact whose unique field has this value."""
    for row in world.tables["books_contacts"].having("org_id", organisation["id"]):
        if row["custom"].get(api_name) == value:
            return row
    return None


def refuse_doubles(
    world: World, organisation: Row, values: dict[str, str], own_id: str | None
) -> None:
    """Keep a unique field's value with one contact.

    Raises:
        Refusal: another contact has it.
    """
    for api_name, value in values.items():
        if value and unique_one(organisation, api_name):
            other = holder(world, organisation, api_name, value)
            if other and other["id"] != own_id:
                # Which code Books has for this is not documented.
                raise invalid(api_name)


def shown(row: Row, organisation: Row) -> list[Row]:
    """Return a contact's custom fields that have a value."""
    return [
        {
            "customfield_id": field["customfield_id"],
            "index": field["index"],
            "label": field["label"],
            "api_name": field["api_name"],
            "data_type": "string",
            "value": row["custom"][field["api_name"]],
        }
        for field in organisation["custom_fields"]
        if row["custom"].get(field["api_name"])
    ]
