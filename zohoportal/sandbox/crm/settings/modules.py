"""The modules of a CRM organisation.

https://www.zoho.com/crm/developer/docs/api/v8/modules-api.html
"""

from zohoportal.sandbox import samples
from zohoportal.sandbox.crm.gate import admit, refuse
from zohoportal.sandbox.crm.organisations import Organisation
from zohoportal.sandbox.crm.settings import v2
from zohoportal.sandbox.crm.settings.metadata import Module
from zohoportal.sandbox.messages import Answer, Request, json_answer
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
    "description",
    "modified_by",
    "modified_time",
    "private_profile",
    "web_link",
)


def modules(request: Request, world: World) -> Answer:
    # https://www.zoho.com/crm/developer/docs/api/v8/modules-api.html
    organisation = admit(request, world, "ZohoCRM.settings.modules.READ")
    return json_answer({"modules": _shown(request, organisation)})


def module(request: Request, world: World) -> Answer:
    """Return one module, by its id or its API name."""
    # https://www.zoho.com/crm/developer/docs/api/v8/modules-api.html
    organisation = admit(request, world, "ZohoCRM.settings.modules.READ")
    wanted = request.found["name"]
    for each in _shown(request, organisation):
        if wanted in (each["id"], each["api_name"]):
            return json_answer({"modules": [each]})
    message = "the module name given seems to be invalid"
    raise refuse(400, "INVALID_MODULE", message, {"resource_path_index": 2})


def _shown(request: Request, organisation: Organisation) -> list[Row]:
    shape = v2.shape(request, v2.module)
    return [
        shape(_module(each, position))
        for position, each in enumerate(organisation.modules.values(), 1)
    ]


def _generated(module: Module) -> str:
    if module.is_subform:
        return "subform"
    return "custom" if module.is_custom else "default"


def _module(module: Module, position: int) -> Row:
    return {
        **dict.fromkeys(SUPPORTED, True),
        **dict.fromkeys(UNSUPPORTED, False),
        **dict.fromkeys(ABSENT),
        "arguments": [],
        # Empty unless it is a child of another one.
        "parent_module": {},
        "id": module.id,
        "api_name": module.api_name,
        "module_name": module.api_name,
        "singular_label": module.singular,
        "plural_label": module.plural,
        "actual_singular_label": module.singular,
        "actual_plural_label": module.plural,
        "generated_type": _generated(module),
        "module_type": "ENTITIES",
        "access_type": "org_based",
        "business_card_field_limit": 5,
        "visibility": 1,
        "status": "visible",
        "sequence_number": position,
        "profile_count": 1,
        "profiles": [samples.USER["profile"]],
    }
