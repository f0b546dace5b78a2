"""Who and what there is: organisation, people, modules, fields, layouts."""

from zohocrmsdk.src.com.zoho.crm.api import (
    HeaderMap,
    field_map_dependency,
    fields,
    layouts,
    modules,
    org,
    related_lists,
    users,
)

from tests.sdk.python.session import Session, asked, good


def get_organisation(_session: Session) -> None:
    (found,) = good(org.OrgOperations().get_organization()).get_org()
    assert found.get_company_name() == "Rich Ltd"
    assert found.get_license_details().get_paid_type() == "enterprise"


def get_current_user(session: Session) -> None:
    wanted = asked((users.GetUsersParam.type, "CurrentUser"))
    reply = users.UsersOperations().get_users(wanted, HeaderMap())
    (found,) = good(reply).get_users()
    assert found.get_email() == "admin@example.com"
    session.ids["user"] = found.get_id()


def get_all_users(session: Session) -> None:
    wanted = asked((users.GetUsersParam.type, "AllUsers"))
    reply = users.UsersOperations().get_users(wanted, HeaderMap())
    found = [each.get_id() for each in good(reply).get_users()]
    assert session.ids["user"] in found


def get_user(session: Session) -> None:
    own = session.ids["user"]
    (found,) = good(users.UsersOperations().get_user(own, HeaderMap())).get_users()
    assert found.get_id() == own


def get_modules(session: Session) -> None:
    found = good(modules.ModulesOperations().get_modules()).get_modules()
    named = {each.get_api_name(): each.get_id() for each in found}
    assert named.keys() >= {"Contacts", "Leads", "Accounts", "Deals"}
    session.ids["module"] = named["Contacts"]


def get_module_by_api_name(_session: Session) -> None:
    reply = modules.ModulesOperations().get_module_by_api_name("Contacts")
    (found,) = good(reply).get_modules()
    assert found.get_api_name() == "Contacts"


def get_module(session: Session) -> None:
    reply = modules.ModulesOperations().get_module(session.ids["module"])
    (found,) = good(reply).get_modules()
    assert found.get_api_name() == "Contacts"


def get_fields(session: Session) -> None:
    wanted = asked((fields.GetFieldsParam.module, "Contacts"))
    found = good(fields.FieldsOperations().get_fields(wanted)).get_fields()
    named = {each.get_api_name(): each for each in found}
    assert named["Last_Name"].get_system_mandatory()
    session.ids["field"] = named["Last_Name"].get_id()


def get_field(session: Session) -> None:
    wanted = asked((fields.GetFieldParam.module, "Contacts"))
    reply = fields.FieldsOperations().get_field(session.ids["field"], wanted)
    (found,) = good(reply).get_fields()
    assert found.get_api_name() == "Last_Name"


def get_layouts(session: Session) -> None:
    wanted = asked((layouts.GetLayoutsParam.module, "Contacts"))
    found = good(layouts.LayoutsOperations().get_layouts(wanted)).get_layouts()
    assert found[0].get_sections()[0].get_fields()
    session.ids["layout"] = found[0].get_id()


def get_layout(session: Session) -> None:
    wanted = asked((layouts.GetLayoutParam.module, "Contacts"))
    reply = layouts.LayoutsOperations().get_layout(session.ids["layout"], wanted)
    (found,) = good(reply).get_layouts()
    assert found.get_id() == session.ids["layout"]


def get_dependencies(session: Session) -> None:
    reply = _dependencies(session).get_map_dependencies()
    found = good(reply).get_map_dependency()
    session.ids["dependency"] = found[0].get_id()


def get_dependency(session: Session) -> None:
    reply = _dependencies(session).get_map_dependency(session.ids["dependency"])
    (found,) = good(reply).get_map_dependency()
    assert found.get_pick_list_values()[0].get_maps()


def _dependencies(
    session: Session,
) -> field_map_dependency.FieldMapDependencyOperations:
    layout = session.ids["layout"]
    return field_map_dependency.FieldMapDependencyOperations(layout, "Contacts")


def get_related_lists(session: Session) -> None:
    wanted = asked((related_lists.GetRelatedListsParam.module, "Contacts"))
    reply = related_lists.RelatedListsOperations().get_related_lists(wanted)
    found = {each.get_api_name(): each for each in good(reply).get_related_lists()}
    assert found.keys() >= {"Attachments", "Notes", "Deals"}
    session.ids["related list"] = found["Deals"].get_id()


def get_related_list(session: Session) -> None:
    wanted = asked((related_lists.GetRelatedListParam.module, "Contacts"))
    own = session.ids["related list"]
    reply = related_lists.RelatedListsOperations().get_related_list(own, wanted)
    (found,) = good(reply).get_related_lists()
    assert found.get_api_name() == "Deals"


OPERATIONS = [
    get_organisation,
    get_current_user,
    get_all_users,
    get_user,
    get_modules,
    get_module_by_api_name,
    get_module,
    get_fields,
    get_field,
    get_layouts,
    get_layout,
    get_dependencies,
    get_dependency,
    get_related_lists,
    get_related_list,
]
