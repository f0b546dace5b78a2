"""Which lists hang on a module's records: files, notes, and who looks them up.

https://www.zoho.com/crm/developer/docs/api/v8/related-list-meta.html
"""

from dataclasses import dataclass

from zohoportal.sandbox.crm.gate import admit, refuse
from zohoportal.sandbox.crm.organisations import Organisation
from zohoportal.sandbox.crm.settings.metadata import Field, Module
from zohoportal.sandbox.crm.settings.reading import module_asked_for
from zohoportal.sandbox.messages import Answer, Request, json_answer
from zohoportal.sandbox.tables import Row
from zohoportal.sandbox.world import World

SCOPE = "ZohoCRM.settings.related_lists.READ"
# Above the ids of a module's fields, below the next organisation's.
BEHIND = 5_000_000_000


@dataclass(frozen=True)
class RelatedList:
    api_name: str
    id: str
    # The records that look up the record it hangs on, by this field.
    module: Module | None = None
    field: Field | None = None


def lists_of(organisation: Organisation, module: Module) -> list[RelatedList]:
    lookups = [
        (other, field)
        for other in organisation.modules.values()
        for field in other.fields.values()
        if field.data_type == "lookup" and field.module == module.api_name
    ]
    numbers = (str(int(module.id) + BEHIND + at) for at in range(len(lookups) + 2))
    found = [RelatedList(name, next(numbers)) for name in ("Attachments", "Notes")]
    for other, field in lookups:
        is_first = all(each.module is not other for each in found)
        name = other.api_name if is_first else f"{other.api_name}_{field.api_name}"
        found.append(RelatedList(name, next(numbers), other, field))
    return found


def several(request: Request, world: World) -> Answer:
    organisation = admit(request, world, SCOPE)
    module = module_asked_for(request, organisation)
    return json_answer({"related_lists": _shown(organisation, module)})


def one(request: Request, world: World) -> Answer:
    organisation = admit(request, world, SCOPE)
    module = module_asked_for(request, organisation)
    for each in _shown(organisation, module):
        if each["id"] == request.found["id"]:
            return json_answer({"related_lists": [each]})
    message = "the related list id given seems to be invalid"
    raise refuse(400, "INVALID_DATA", message, {"resource_path_index": 2})


def _shown(organisation: Organisation, module: Module) -> list[Row]:
    return [
        _row(each, position, module)
        for position, each in enumerate(lists_of(organisation, module), start=1)
    ]


def _row(found: RelatedList, position: int, module: Module) -> Row:
    target = found.module
    label = target.plural if target else found.api_name
    return {
        "id": found.id,
        "sequence_number": str(position),
        "display_label": label,
        "api_name": found.api_name,
        "module": {"api_name": target.api_name, "id": target.id} if target else None,
        "name": label,
        "action": None,
        "href": f"{module.api_name}/{{ENTITYID}}/{found.api_name}",
        "type": "default",
        "connectedmodule": target.api_name if target else None,
        "linkingmodule": None,
        "customize_sort": True,
        "customize_fields": True,
        "customize_display_label": True,
        "status": "visible",
    }
