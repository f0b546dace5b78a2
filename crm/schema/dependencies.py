"""Which values of a picklist go with which of another, from Zoho's answers. Pure.

https://www.zoho.com/crm/developer/docs/api/v8/get-map-dependency.html
"""

from connections.schema.types import NONE, Dependency
from connections.zoho import shapes
from crm.schema.replies import Row


def dependency(reply: Row) -> Dependency | None:
    """Return a dependency of two picklists, from the answer about it alone."""
    for row in shapes.rows(reply.get("map_dependency")):
        parent, child = (
            shapes.name(shapes.mapping(row.get(side)).get("api_name"))
            for side in ("parent", "child")
        )
        choices = {
            _chosen(value): tuple(map(_chosen, shapes.rows(value.get("maps"))))
            for value in shapes.rows(row.get("pick_list_values"))
        }
        if parent and child:
            return Dependency(parent, child, choices)
    return None


def _chosen(row: Row) -> str:
    """Return what a form has for a value; "-None-" stands for an empty picklist."""
    value = shapes.text(row.get("actual_value"))
    return "" if value == NONE else value


def ids(reply: Row) -> list[str]:
    """Return the ids of a layout's dependencies that are in force."""
    rows = shapes.rows(reply.get("map_dependency"))
    found = (
        shapes.identifier(row.get("id")) for row in rows if row.get("active", True)
    )
    return list(filter(None, found))
