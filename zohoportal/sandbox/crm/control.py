"""The control room's CRM: metadata, records and files, organisation by organisation."""

from typing import Any

from zohoportal.sandbox.control.wishes import done, fault, wish_of
from zohoportal.sandbox.crm import changes
from zohoportal.sandbox.crm.organisations import Organisation, is_sound
from zohoportal.sandbox.crm.records.writes import later
from zohoportal.sandbox.messages import Answer, Request, Route, json_answer, route
from zohoportal.sandbox.tables import Row
from zohoportal.sandbox.world import World


def check(overrides: Row) -> None:
    """Raise a refusal unless the CRM's settings can be built."""
    wishes: Any = overrides.get("crm_organizations", [{"name": "Default"}])
    if not isinstance(wishes, list) or not wishes or not all(map(is_sound, wishes)):
        raise fault('A CRM organisation has a name and a sample, perhaps "rich".')
    if type(overrides.get("crm_attachment_limit", 0)) is not int:
        raise fault("crm_attachment_limit is a number of bytes.")


def zgid_of(wish: Row, world: World) -> str:
    return _named(wish.get("crm_organization"), world).zgid


def _named(name: object, world: World) -> Organisation:
    if name is None:
        return world.crm[0]
    for each in world.crm:
        if each.name == name:
            return each
    raise fault("There is no such CRM organisation.")


def change_metadata(request: Request, world: World) -> Answer:
    wish = dict(wish_of(request))
    organisation = _named(wish.pop("organization", None), world)
    try:
        changes.apply(organisation, wish)
    except (ValueError, TypeError) as error:
        raise fault(str(error)) from error
    organisation.changes.append(wish)
    return done("metadata changed")


def records(request: Request, world: World) -> Answer:
    organisation = _named(request.query.get("organization"), world)
    module = organisation.modules.get(request.query.get("module", ""))
    if module is None:
        raise fault("There is no such module.")
    return json_answer({"records": [*module.records.rows.values()]})


def put_record(request: Request, world: World) -> Answer:
    """Keep a record as it is given, sound or not; with an id, change that one.

    So a test comes by what organisations have from former times, and by a second
    client that changes a record meanwhile.
    """
    wish = wish_of(request)
    organisation = _named(wish.get("organization"), world)
    module = organisation.modules.get(str(wish.get("module")))
    values = wish.get("record")
    if module is None or not isinstance(values, dict):
        raise fault("Name a module, and give its record as an object.")
    old = module.records.get(str(values.get("id")))
    if old is None:
        record = world.add_crm_record(module, values)
    else:
        record = {**old, "Modified_Time": later(old), **values}
        module.records.put(record)
    return json_answer({"record": record})


def remove_record(request: Request, world: World) -> Answer:
    organisation = _named(request.query.get("organization"), world)
    module = organisation.modules.get(request.query.get("module", ""))
    record_id = request.query.get("id", "")
    if module is None or module.records.get(record_id) is None:
        raise fault("There is no such record.")
    module.records.remove(record_id)
    return done("record removed")


def attachments(request: Request, world: World) -> Answer:
    organisation = _named(request.query.get("organization"), world)
    return json_answer({"attachments": [*organisation.attachments.rows.values()]})


ROUTES: list[Route] = [
    route("POST", r"/_sandbox/crm/metadata", change_metadata),
    route("GET", r"/_sandbox/crm/records", records),
    route("POST", r"/_sandbox/crm/records", put_record),
    route("DELETE", r"/_sandbox/crm/records", remove_record),
    route("GET", r"/_sandbox/crm/attachments", attachments),
]
