"""The columns of fields that hold rows: of a subform, and of what is linked.

A subform's rows are records of a module of their own, `associated_module`. A link is a
row too: its one column leads to the record, or the person, that is linked.
https://www.zoho.com/crm/developer/docs/api/v8/subforms.html
"""

from collections.abc import Mapping
from dataclasses import replace

from connections.zoho import shapes
from crm.schema import replies
from crm.schema.metadata import LINKS, Field
from crm.schema.replies import Row

# What Zoho adds to each row, and what links a row to its record.
OF_ZOHO = {
    "Created_By",
    "Created_Time",
    "Layout",
    "Modified_By",
    "Modified_Time",
    "Owner",
    "Parent_Id",
    "id",
}


def subforms(fields: Mapping[str, Field]) -> list[Field]:
    """Return the fields whose columns have to be asked for, by their `target`."""
    return [
        each for each in fields.values() if each.data_type == "subform" and each.target
    ]


def unknown(fields: Mapping[str, Field]) -> list[str]:
    """Return the labels of the subforms whose columns Zoho did not tell."""
    return [each.label for each in subforms(fields) if not each.columns]


def of_subform(reply: Row) -> tuple[Field, ...]:
    """Return the columns that people see, from the answer about a row's fields."""
    seen = [
        row
        for row in shapes.rows(reply.get("fields"))
        if row.get("visible") is not False
    ]
    return tuple(
        each
        for each in replies.fields({"fields": seen}).values()
        if each.api_name not in OF_ZOHO
    )


def with_links(fields: Mapping[str, Field]) -> dict[str, Field]:
    """Return fields, those of links with the column that leads to what is linked."""
    links = {
        name: Field(each.linked_by, each.label, LINKS[kind], target=each.target)
        for name, each in fields.items()
        if (kind := each.data_type) in LINKS and each.linked_by
    }
    return {**fields} | {
        name: replace(fields[name], columns=(link,)) for name, link in links.items()
    }
