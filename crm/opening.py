"""Which modules staff use on a connection, and the plan for the form of one."""

from dataclasses import replace

from django.db import models
from django.urls import reverse

from connections.models import Connection
from connections.product import Notice
from connections.schema.types import Dependency
from connections.zoho.errors import PermissionMissing, ZohoError
from crm.envelope import CRM
from crm.forms import row_inputs
from crm.models import Change, ModuleSettings
from crm.schema import columns, store
from crm.schema.drawing import plan, preset, settings_of
from crm.schema.metadata import FILES, PEOPLE, Field, Layout, Metadata, Module, Value
from crm.schema.plans import Lack, Plan
from crm.schema.preset import FIXED_CONTACTS
from crm.services import feature_for
from crm.zoho import field_files

NO_LAYOUTS = Lack(
    "How your layout orders the fields, and which it demands: so all fields of the "
    "module are here."
)
NO_COLUMNS = "What the rows of these are made of, so they cannot be filled in here:"
UNKNOWN_DEPENDENCIES = (
    "Which values of lists go together: choose what fits. Zoho says at saving what "
    "does not."
)


def modules_in_use(connection: Connection) -> list[Module]:
    """Return the modules that are open to staff, in Zoho's order.

    Raises:
        ZohoError: they are not remembered and Zoho could not be asked.
    """
    kept = {
        row.module: row for row in ModuleSettings.objects.filter(connection=connection)
    }
    return [
        module
        for module in store.modules_of(connection)
        if (kept.get(module.api_name) or preset(connection, module.api_name)).is_used
    ]


def plan_of(
    connection: Connection, module: str, chosen: ModuleSettings | None = None
) -> Plan | None:
    """Return the plan for a module's form; None for a module that is not there.

    `chosen` are its settings, where they are known already.

    Raises:
        ZohoError: its metadata is not remembered and Zoho could not be asked.
    """
    found = store.metadata_of(connection, module)
    if found is None:
        return None
    chosen = chosen or settings_of(connection, module)
    return complete(connection, plan(chosen, found))


def complete(connection: Connection, drawn: Plan) -> Plan:
    """Add what a form needs beside fields and layouts, as far as Zoho tells it."""
    lacks = [] if drawn.metadata.has_layouts else [NO_LAYOUTS]
    fields = [drawn.metadata.fields[name] for name in drawn.fields]
    if unknown := columns.unknown(drawn.metadata.fields):
        lacks.append(Lack(f"{NO_COLUMNS} {', '.join(unknown)}."))
    users: tuple[Value, ...] = ()
    dependencies: list[Dependency] = []
    of_people = [
        field.label
        for field in fields
        if PEOPLE & {field.data_type, *(each.data_type for each in field.columns)}
    ]
    try:
        if of_people:
            users = store.users_of(connection)
    except ZohoError as error:
        words = (
            "Which people there are, so these cannot be chosen here: "
            f"{', '.join(of_people)}. New records get what Zoho gives them."
        )
        lacks.append(_lack(words, error))
    try:
        # Without its layouts nothing is known of a module's dependent values.
        if drawn.layout.id:
            dependencies = store.dependencies_of(
                connection, drawn.module.api_name, drawn.layout.id
            )
    except ZohoError as error:
        lacks.append(_lack(UNKNOWN_DEPENDENCIES, error))
    return replace(
        drawn,
        users=users,
        knows_people=bool(users),
        takes_files=any(each.data_type in FILES for each in fields)
        and field_files.may_be_sent(connection),
        # Older versions take out the rows that are not named.
        takes_rows=CRM.version_of(connection.versions) == CRM.version,
        dependencies=tuple(dependencies),
        lacks=tuple(lacks),
    )


def _lack(sentence: str, error: ZohoError) -> Lack:
    return Lack(sentence, isinstance(error, PermissionMissing))


def fixed_plan(connection: Connection) -> Plan:
    """Return the plan for contacts that needs no permission to read metadata."""
    return plan(preset(connection, "Contacts"), FIXED_CONTACTS)


def makeshift_plan(connection: Connection, module: str, names: list[str]) -> Plan:
    """Return a plan that keeps what was typed while no metadata can be had."""
    fields = {
        name: Field(name, row_inputs.words_for({}, name), "textarea") for name in names
    }
    found = Metadata(Module(module, module, module), fields, (Layout.of(names),))
    return replace(plan(preset(connection, module), found), first=tuple(names), more=())


def others(connection: Connection) -> list[Module]:
    """Return the modules that an admin may still open to staff.

    Raises:
        ZohoError: they are not remembered and Zoho could not be asked.
    """
    used = {module.api_name for module in modules_in_use(connection)}
    return [
        module for module in store.modules_of(connection) if module.api_name not in used
    ]


def notices_of(connection: Connection) -> list[Notice]:
    """Return a notice for each module that changed at Zoho and no admin has seen."""
    by_module: dict[str, list[str]] = {}
    for change in Change.objects.filter(connection=connection):
        if feature_for(connection, change.module).key not in connection.features:
            continue
        by_module.setdefault(change.module, []).append(change.words)
    labels = store.known_labels(connection) if by_module else {}
    return [
        Notice(
            f"{labels.get(module, module)} changed in Zoho CRM",
            tuple(words),
            reverse("crm:settings", args=[connection.slug, module]),
            f"Look at the form of {labels.get(module, module)}",
        )
        for module, words in sorted(by_module.items())
    ]


def changed_modules(connection: Connection) -> dict[str, int]:
    """Return how many changes at Zoho somebody ran into, by module."""
    rows = Change.objects.filter(connection=connection).values_list("module")
    return dict(rows.annotate(models.Count("pk")).order_by())
