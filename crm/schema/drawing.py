"""Draws the plan of a form, from an admin's choices and a preset for the rest."""

from connections.models import Connection
from crm.models import ModuleSettings
from crm.schema.metadata import Field, Metadata
from crm.schema.plans import Plan, is_writable, may_hold_reference
from crm.schema.preset import DUPLICATE_FIELDS, USUAL

# Many people have no e-mail address.
OF_PEOPLE = ("Contacts", "Leads")
STANDARD = ("Contacts", "Leads", "Accounts", "Deals")
# So many fields of a custom module's layout come first.
FIRST_OF_CUSTOM = 7


def settings_of(connection: Connection, module: str) -> ModuleSettings:
    """Return what an admin chose for a module, or the preset, which is not stored."""
    kept = ModuleSettings.objects.filter(connection=connection, module=module).first()
    return kept or preset(connection, module)


def preset(connection: Connection, module: str) -> ModuleSettings:
    """Return what counts where no admin chose: the four standard modules are used."""
    return ModuleSettings(
        connection=connection,
        module=module,
        is_used=module in STANDARD,
        may_lack_duplicate=module in OF_PEOPLE,
    )


def plan(chosen: ModuleSettings, metadata: Metadata) -> Plan:
    """Return the form that the settings ask for, as far as the metadata has it."""
    layout = metadata.layout(chosen.layout)
    known = [metadata.fields[name] for name in layout.fields if name in metadata.fields]
    reference = _reference_field(chosen, known)
    writable = [
        each.api_name
        for each in known
        if is_writable(each) and each.api_name != reference
    ]
    duplicate = _duplicate_field(chosen, metadata, writable)
    needed = [
        name
        for name in writable
        if metadata.fields[name].is_mandatory or name in layout.required
    ]
    usual = chosen.fields or USUAL.get(chosen.module) or writable[:FIRST_OF_CUSTOM]
    # The order of an admin's choice holds; otherwise what is needed leads.
    leading = [] if chosen.fields else [duplicate, *needed]
    wanted = dict.fromkeys([*leading, *usual, duplicate, *needed])
    first = tuple(name for name in wanted if name in writable)
    others = tuple(name for name in writable if name not in first)
    return Plan(
        metadata=metadata,
        layout=layout,
        first=first,
        more=others if chosen.shows_others else (),
        shows_others=chosen.shows_others,
        duplicate_field=duplicate,
        # Only an admin who had a choice made one.
        names_layout=len(metadata.layouts) > 1 and layout.id == chosen.layout,
        runs_automation=chosen.runs_automation,
        may_insert=chosen.may_insert or not duplicate,
        may_lack_duplicate=chosen.may_lack_duplicate or not duplicate,
        reference_field=reference,
        unused=() if chosen.shows_others else others,
    )


def _reference_field(chosen: ModuleSettings, known: list[Field]) -> str:
    name = chosen.reference_field
    if not name or name == chosen.duplicate_field:
        return ""
    named = [each for each in known if each.api_name == name]
    return name if any(map(may_hold_reference, named)) else ""


def _duplicate_field(
    chosen: ModuleSettings, metadata: Metadata, writable: list[str]
) -> str:
    system = DUPLICATE_FIELDS.get(chosen.module, "Name")
    candidates = (chosen.duplicate_field, system, metadata.name_field)
    return next((name for name in candidates if name in writable), "")
