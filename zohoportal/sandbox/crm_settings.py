"""The CRM's metadata: modules, fields, layouts, dependent picklists."""

import json
from collections.abc import Callable

from zohoportal.sandbox import samples
from zohoportal.sandbox.crm_fields import listed
from zohoportal.sandbox.crm_gate import admit, refuse
from zohoportal.sandbox.crm_layouts import (
    listed_dependency,
    shown_dependency,
    shown_layout,
)
from zohoportal.sandbox.crm_metadata import Layout, Module
from zohoportal.sandbox.crm_organisations import Organisation
from zohoportal.sandbox.messages import Answer, Request, json_answer, no_content
from zohoportal.sandbox.tables import Row
from zohoportal.sandbox.world import World

SUPPORTED = (
    "api_supported",
    "creatable",
    "deletable",
    "editable",
    "email_parser_supported",
    "emailTemplate_support",
    "feeds_required",
    "filter_supported",
    "global_search_supported",
    "isBlueprintSupported",
    "lookupable",
    "presence_sub_menu",
    "quick_create",
    "recycle_bin_on_delete",
    "scoring_supported",
    "show_as_tab",
    "triggers_supported",
    "viewable",
    "webform_supported",
)
UNSUPPORTED = (
    "cc_enabled",
    "convertable",
    "has_more_profiles",
    "inventory_template_supported",
    "public_fields_configured",
    "sub_menu_available",
    "track_current_data",
)
ABSENT = (
    "arguments",
    "description",
    "modified_by",
    "modified_time",
    "parent_module",
    "private_profile",
    "static_subform_properties",
    "web_link",
)


def modules(request: Request, world: World) -> Answer:
    # https://www.zoho.com/crm/developer/docs/api/v8/modules-api.html
    organisation = admit(request, world, "ZohoCRM.settings.modules.READ")
    return json_answer(
        {
            "modules": [
                _module(each, position)
                for position, each in enumerate(organisation.modules.values(), 1)
            ]
        }
    )


def _module(module: Module, position: int) -> Row:
    return {
        **dict.fromkeys(SUPPORTED, True),
        **dict.fromkeys(UNSUPPORTED, False),
        **dict.fromkeys(ABSENT),
        "id": module.id,
        "api_name": module.api_name,
        "module_name": module.api_name,
        "singular_label": module.singular,
        "plural_label": module.plural,
        "actual_singular_label": module.singular,
        "actual_plural_label": module.plural,
        "generated_type": "custom" if module.is_custom else "default",
        "module_type": "ENTITIES",
        "access_type": "org_based",
        "business_card_field_limit": 5,
        "visibility": 1,
        "status": "visible",
        "sequence_number": position,
        "profile_count": 1,
        "profiles": [samples.USER["profile"]],
    }


def fields(request: Request, world: World) -> Answer:
    # https://www.zoho.com/crm/developer/docs/api/v8/field-meta.html
    organisation = admit(request, world, "ZohoCRM.settings.fields.READ")
    module = _module_asked_for(request, organisation)
    if request.query.get("type") == "unused":
        return no_content()

    def build() -> Row:
        known = organisation.modules
        return {"fields": [listed(each, known) for each in module.fields.values()]}

    return _kept(module, "fields", build)


def layouts(request: Request, world: World) -> Answer:
    # https://www.zoho.com/crm/developer/docs/api/v8/layouts-meta.html
    organisation = admit(request, world, "ZohoCRM.settings.layouts.READ")
    module = _module_asked_for(request, organisation)

    def build() -> Row:
        known = organisation.modules
        return {
            "layouts": [shown_layout(each, module, known) for each in module.layouts]
        }

    return _kept(module, "layouts", build)


def layout(request: Request, world: World) -> Answer:
    # https://www.zoho.com/crm/developer/docs/api/v8/layouts-meta.html
    organisation = admit(request, world, "ZohoCRM.settings.layouts.READ")
    module = _module_asked_for(request, organisation)
    found = module.layout(request.found["id"])
    if found is None:
        return no_content()
    shown = shown_layout(found, module, organisation.modules)
    return json_answer({"layouts": [shown]})


def dependencies(request: Request, world: World) -> Answer:
    # https://www.zoho.com/crm/developer/docs/api/v8/get-map-dependency.html
    organisation = admit(request, world, "ZohoCRM.settings.map_dependency.READ")
    module = _module_asked_for(request, organisation)
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
    module = _module_asked_for(request, organisation)
    _known_layout(request, module)
    for each in module.dependencies:
        if (each.layout, each.id) == (request.found["id"], request.found["dependency"]):
            return json_answer({"map_dependency": [shown_dependency(each, module)]})
    return no_content()


def _module_asked_for(request: Request, organisation: Organisation) -> Module:
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


def _kept(module: Module, name: str, build: Callable[[], Row]) -> Answer:
    """Return an answer built once: the metadata of 150 fields is heavy."""
    if name not in module.answers:
        module.answers[name] = json.dumps(build(), ensure_ascii=False).encode()
    return Answer(200, module.answers[name])
