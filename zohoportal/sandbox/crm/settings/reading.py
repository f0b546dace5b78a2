"""The CRM's metadata: fields, layouts, dependent picklists."""

import json
from collections.abc import Callable

from zohoportal.sandbox.crm.gate import admit, refuse
from zohoportal.sandbox.crm.organisations import Organisation
from zohoportal.sandbox.crm.settings import v2
from zohoportal.sandbox.crm.settings.fields import listed
from zohoportal.sandbox.crm.settings.layouts import (
    listed_dependency,
    shown_dependency,
    shown_layout,
)
from zohoportal.sandbox.crm.settings.metadata import Layout, Module
from zohoportal.sandbox.messages import Answer, Request, json_answer, no_content
from zohoportal.sandbox.tables import Row
from zohoportal.sandbox.world import World


def fields(request: Request, world: World) -> Answer:
    # https://www.zoho.com/crm/developer/docs/api/v8/field-meta.html
    organisation = admit(request, world, "ZohoCRM.settings.fields.READ")
    module = module_asked_for(request, organisation)
    if request.query.get("type") == "unused":
        return no_content()

    def build() -> Row:
        known, shape = organisation.modules, v2.shape(request, v2.field)
        rows = [listed(each, known) for each in module.fields.values()]
        return {"fields": [shape(each) for each in rows]}

    return _kept(request, module, "fields", build)


def field(request: Request, world: World) -> Answer:
    # https://www.zoho.com/crm/developer/docs/api/v8/field-meta.html
    organisation = admit(request, world, "ZohoCRM.settings.fields.READ")
    module = module_asked_for(request, organisation)
    for each in module.fields.values():
        if each.id == request.found["id"]:
            row = listed(each, organisation.modules)
            return json_answer({"fields": [v2.shape(request, v2.field)(row)]})
    message = "the field id given seems to be invalid"
    raise refuse(400, "INVALID_DATA", message, {"resource_path_index": 2})


def layouts(request: Request, world: World) -> Answer:
    # https://www.zoho.com/crm/developer/docs/api/v8/layouts-meta.html
    organisation = admit(request, world, "ZohoCRM.settings.layouts.READ")
    module = module_asked_for(request, organisation)

    def build() -> Row:
        known, shape = organisation.modules, v2.shape(request, v2.layout)
        rows = [shown_layout(each, module, known) for each in module.layouts]
        return {"layouts": [shape(each) for each in rows]}

    return _kept(request, module, "layouts", build)


def layout(request: Request, world: World) -> Answer:
    # https://www.zoho.com/crm/developer/docs/api/v8/layouts-meta.html
    organisation = admit(request, world, "ZohoCRM.settings.layouts.READ")
    module = module_asked_for(request, organisation)
    found = module.layout(request.found["id"])
    if found is None:
        return no_content()
    shown = shown_layout(found, module, organisation.modules)
    return json_answer({"layouts": [v2.shape(request, v2.layout)(shown)]})


def dependencies(request: Request, world: World) -> Answer:
    # https://www.zoho.com/crm/developer/docs/api/v8/get-map-dependency.html
    organisation = admit(request, world, "ZohoCRM.settings.map_dependency.READ")
    module = module_asked_for(request, organisation)
    _known_layout(request, module)
    found = [
        listed_dependency(each, module)
        for each in module.dependencies
        if each.layout == request.found["id"]
    ]
    if not found:
        return no_content()
    info = {"page": 1, "per_page": 200, "count": len(found), "more_records": False}
    return json_answer({"map_dependency": found, "info": info})


def dependency(request: Request, world: World) -> Answer:
    # https://www.zoho.com/crm/developer/docs/api/v8/get-map-dependency.html
    organisation = admit(request, world, "ZohoCRM.settings.map_dependency.READ")
    module = module_asked_for(request, organisation)
    _known_layout(request, module)
    for each in module.dependencies:
        if (each.layout, each.id) == (request.found["id"], request.found["dependency"]):
            return json_answer({"map_dependency": [shown_dependency(each, module)]})
    return no_content()


def module_asked_for(request: Request, organisation: Organisation) -> Module:
    name = request.query.get("module")
    if name is None:
        raise refuse(
            400,
            "REQUIRED_PARAM_MISSING",
            "One of the expected parameter is missing",
            {"param_name": "module"},
        )
    if name not in organisation.modules:
        raise refuse(
            400,
            "INVALID_MODULE",
            "the module name given seems to be invalid",
            {"param_name": "module"},
        )
    return organisation.modules[name]


def _known_layout(request: Request, module: Module) -> Layout:
    found = module.layout(request.found["id"])
    if found is None:
        raise refuse(
            400,
            "INVALID_DATA",
            "the layout id given seems to be invalid",
            {"resource_path_index": 2},
        )
    return found


def _kept(
    request: Request, module: Module, name: str, build: Callable[[], Row]
) -> Answer:
    """Return an answer built once: the metadata of 150 fields is heavy."""
    name = f"{name} {request.found['version']}"
    if name not in module.answers:
        module.answers[name] = json.dumps(build(), ensure_ascii=False).encode()
    return Answer(200, module.answers[name])
