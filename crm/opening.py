"""Which modules staff use on a connection, and the plan for the form of one."""

from dataclasses import replace

from django.db import models
from django.urls import reverse

from connections.models import Connection
from connections.notices import Notice
from connections.zoho.errors import PermissionMissing
from crm import reading
from crm.fields import FIXED_CONTACTS
from crm.metadata import Field, Layout, Metadata, Module
from crm.models import Change, ModuleSettings
from crm.plans import Plan, plan, preset, settings_of
from crm.services import feature_for
from crm.values import PEOPLE


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
        for module in reading.modules_of(connection)
        if (kept.get(module.api_name) or preset(connection, module.api_name)).is_used
    ]


def plan_of(connection: Connection, module: str) -> Plan | None:
    """Return the plan for a module's form; None for a module that is not there.

    Raises:
        ZohoError: its metadata is not remembered and Zoho could not be asked.
    """
    found = reading.metadata_of(connection, module)
    if found is None:
        return None
    return complete(connection, plan(settings_of(connection, module), found))


def complete(connection: Connection, drawn: Plan) -> Plan:
    """Add what a form needs beside fields and layouts, as far as it may be read."""
    kinds = {drawn.metadata.fields[name].data_type for name in drawn.fields}
    try:
        users = reading.users_of(connection) if kinds & PEOPLE else ()
    except PermissionMissing:
        users = ()
    try:
        dependencies = reading.dependencies_of(
            connection, drawn.module.api_name, drawn.layout.id
        )
    except PermissionMissing:
        # Zoho judges them all the same.
        dependencies = []
    return replace(drawn, users=users, dependencies=tuple(dependencies))


def fixed_plan(connection: Connection) -> Plan:
    """Return the plan for contacts that needs no permission to read metadata."""
    return plan(preset(connection, "Contacts"), FIXED_CONTACTS)


def makeshift_plan(connection: Connection, module: str, names: list[str]) -> Plan:
    """Return a plan that keeps what was typed while no metadata can be had."""
    fields = {name: Field(name, name.replace("_", " "), "textarea") for name in names}
    layout = Layout("", "", tuple(names))
    found = Metadata(Module(module, module, module), fields, (layout,))
    return replace(plan(preset(connection, module), found), first=tuple(names), more=())


def others(connection: Connection) -> list[Module]:
    """Return the modules that an admin may still open to staff.

    Raises:
        ZohoError: they are not remembered and Zoho could not be asked.
    """
    used = {module.api_name for module in modules_in_use(connection)}
    return [
        module
        for module in reading.modules_of(connection)
        if module.api_name not in used
    ]


def notices_of(connection: Connection) -> list[Notice]:
    """Return a notice for each module that changed at Zoho and no admin has seen."""
    by_module: dict[str, list[str]] = {}
    for change in Change.objects.filter(connection=connection):
        if feature_for(connection, change.module).key not in connection.features:
            continue
        by_module.setdefault(change.module, []).append(change.words)
    labels = reading.known_labels(connection) if by_module else {}
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
