"""Values that are rows of their own: files of a field, and the rows of a subform.

https://www.zoho.com/crm/developer/docs/api/v8/update-subforms.html
"""

from collections.abc import Callable

from zohoportal.sandbox.tables import Row

FILES = {"fileupload", "imageupload"}
DELETE = "_delete"


def merged(
    old: list[Row], given: list[Row], make: Callable[[Row], Row], *, replaces: bool
) -> list[Row]:
    """Return the rows as a change leaves them: new ones are added to those there.

    A row that is named by its id is changed, or taken away. With `replaces`, rows that
    are not named go, too.
    """
    named = {row["id"] for row in given if "id" in row}
    kept = {row["id"]: row for row in old if row["id"] in named or not replaces}
    for row in given:
        if "id" not in row:
            continue
        if DELETE in row:
            kept.pop(row["id"], None)
        else:
            kept[row["id"]] = kept[row["id"]] | row
    return [*kept.values(), *(make(row) for row in given if "id" not in row)]
