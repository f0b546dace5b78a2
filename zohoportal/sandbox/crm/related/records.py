"""The records that look up another one: read, linked, unlinked.

https://www.zoho.com/crm/developer/docs/api/v8/get-related-records.html
"""

from dataclasses import dataclass

from zohoportal.sandbox.crm.gate import admit_to_module, error_item, refuse
from zohoportal.sandbox.crm.organisations import Organisation
from zohoportal.sandbox.crm.records.batches import Outcome, answered, done, rows_of
from zohoportal.sandbox.crm.records.checks import INVALID_ID
from zohoportal.sandbox.crm.records.reading import changed_since
from zohoportal.sandbox.crm.records.removals import ids_of
from zohoportal.sandbox.crm.records.values import id_of
from zohoportal.sandbox.crm.records.writes import Writer
from zohoportal.sandbox.crm.related import notes
from zohoportal.sandbox.crm.settings.metadata import Module
from zohoportal.sandbox.crm.settings.related_lists import lists_of
from zohoportal.sandbox.crm.shapes import (
    chosen,
    page_of,
    paged,
    required_fields_of,
    when,
)
from zohoportal.sandbox.messages import (
    Answer,
    Request,
    json_answer,
    no_content,
    not_modified,
)
from zohoportal.sandbox.tables import Row
from zohoportal.sandbox.world import World


@dataclass(frozen=True)
class Place:
    """A list of a record."""

    organisation: Organisation
    record: Row
    # Whose records it lists, and the field that they look the record up by; none for
    # what is no record.
    module: Module | None
    field: str

    @property
    def rows(self) -> list[Row]:
        rows = self.module.records.newest_first() if self.module else []
        return [row for row in rows if self.holds(row)]

    def holds(self, row: Row) -> bool:
        own: str = self.record["id"]
        return id_of(row.get(self.field)) == own


def _place(request: Request, world: World, operation: str) -> Place:
    organisation, module = admit_to_module(request, world, operation)
    record = module.records.get(request.found["id"])
    if record is None:
        raise refuse(400, "INVALID_DATA", INVALID_ID, {"resource_path_index": 1})
    for each in lists_of(organisation, module):
        if each.api_name == request.found["list"]:
            field = each.field.api_name if each.field else ""
            return Place(organisation, record, each.module, field)
    message = "the relation name given seems to be invalid"
    raise refuse(400, "INVALID_DATA", message, {"resource_path_index": 2})


def several(request: Request, world: World) -> Answer:
    # https://www.zoho.com/crm/developer/docs/api/v8/get-related-records.html
    place = _place(request, world, "READ")
    if place.module is None:
        own = place.organisation.notes.having("parent_id", place.record["id"])
        return notes.listed(request, place.organisation, own[::-1])
    fields = required_fields_of(request)
    rows = place.rows
    if since := when(request, "If-Modified-Since"):
        rows = changed_since(since, rows)
        if not rows:
            return not_modified()
    found = [chosen(place.module, row, fields) for row in rows]
    return paged(found, *page_of(request))


def one(request: Request, world: World) -> Answer:
    # https://www.zoho.com/crm/developer/docs/api/v8/get-related-records.html
    place = _place(request, world, "READ")
    fields = required_fields_of(request)
    if place.module is None:
        raise _not_supported()
    row = place.module.records.get(request.found["related"])
    if row is None or not place.holds(row):
        return no_content()
    return json_answer({"data": [chosen(place.module, row, fields)]})


def link(request: Request, world: World) -> Answer:
    """Link one record or several to the record, with what else is to change."""
    # https://www.zoho.com/crm/developer/docs/api/v8/update-related-records.html
    place = _place(request, world, "UPDATE")
    rows = rows_of(request.json)
    if own := request.found.get("related"):
        rows = [{**rows[0], "id": own}]

    def write(values: Row, position: int) -> Outcome:
        wanted = {**values, place.field: {"id": place.record["id"]}}
        return _changed(place, world, wanted, position, "relation added")

    return answered(rows, write, 200)


def unlink(request: Request, world: World) -> Answer:
    # https://www.zoho.com/crm/developer/docs/api/v8/delink-related-records.html
    place = _place(request, world, "DELETE")
    own = request.found.get("related")

    def write(row: Row, position: int) -> Outcome:
        wanted = {**row, place.field: None}
        return _changed(place, world, wanted, position, "relation removed")

    wanted = [own] if own else ids_of(request, "MANDATORY_NOT_FOUND")
    return answered([{"id": each} for each in wanted], write, 200)


def _changed(
    place: Place, world: World, values: Row, position: int, message: str
) -> Outcome:
    if place.module is None:
        raise _not_supported()
    own = id_of(values) or ""
    old = place.module.records.get(own)
    if old is None:
        return error_item("INVALID_DATA", INVALID_ID, {"id": own}), None
    writer = Writer(world, place.organisation, place.module, "8")
    item, effect = writer.change(old, values, position)
    return (item, None) if effect is None else (done(own, message), effect)


def _not_supported() -> Exception:
    message = "the relation name given is not supported in this API"
    return refuse(400, "NOT_SUPPORTED", message, {"resource_path_index": 2})
