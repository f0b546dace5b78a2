"""What the form of one module is: an admin's choices, and the preset for the rest."""

from dataclasses import dataclass

from connections.models import Connection
from crm.fields import DUPLICATE_FIELDS, USUAL
from crm.inputs import SUPPORTED
from crm.metadata import Dependency, Field, Layout, Metadata, Module, Value
from crm.models import ModuleSettings

STANDARD = ("Contacts", "Leads", "Accounts", "Deals")
# So many fields of a custom module's layout come first.
FIRST_OF_CUSTOM = 7


@dataclass(frozen=True)
class Plan:
    """A form to be built: `first` stand on top, `more` are folded away.

    `unused` are those that an admin left out; `unsupported` are fields that the portal
    has no input for; `duplicate_field` is empty where a module has none that can be
    typed.
    """

    metadata: Metadata
    layout: Layout
    first: tuple[str, ...]
    more: tuple[str, ...]
    unsupported: tuple[Field, ...]
    duplicate_field: str
    runs_automation: bool = True
    may_insert: bool = False
    dependencies: tuple[Dependency, ...] = ()
    users: tuple[Value, ...] = ()
    unused: tuple[str, ...] = ()

    @property
    def module(self) -> Module:
        return self.metadata.module

    @property
    def duplicate_label(self) -> str:
        found = self.metadata.fields.get(self.duplicate_field)
        return found.label if found else ""

    @property
    def has_own_layout(self) -> bool:
        """Whether an admin chose another layout than the one Zoho takes anyway."""
        return self.layout.id != self.metadata.layouts[0].id

    @property
    def fields(self) -> tuple[str, ...]:
        return (*self.first, *self.more)

    @property
    def required(self) -> set[str]:
        """Return what a new record needs, by the system's or the layout's rule."""
        known = self.metadata.fields
        own = {name for name in self.fields if known[name].is_mandatory}
        return own | (self.layout.required & set(self.fields))

    @property
    def unique_fields(self) -> tuple[str, ...]:
        """Return what Zoho finds the record to update by, the first match first."""
        own = [name for name in self.fields if self.metadata.fields[name].is_unique]
        return tuple(dict.fromkeys(filter(None, [self.duplicate_field, *own])))


def settings_of(connection: Connection, module: str) -> ModuleSettings:
    """Return what an admin chose for a module, or the preset, which is not stored."""
    kept = ModuleSettings.objects.filter(connection=connection, module=module).first()
    return kept or preset(connection, module)


def preset(connection: Connection, module: str) -> ModuleSettings:
    """Return what counts where no admin chose: the four standard modules are used."""
    return ModuleSettings(
        connection=connection, module=module, is_used=module in STANDARD
    )


def plan(chosen: ModuleSettings, metadata: Metadata) -> Plan:
    """Return the form that the settings ask for, as far as the metadata has it."""
    layout = metadata.layout(chosen.layout)
    known = [metadata.fields[name] for name in layout.fields if name in metadata.fields]
    writable = [each.api_name for each in known if is_writable(each)]
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
    unsupported = tuple(each for each in known if _is_unsupported(each))
    return Plan(
        metadata=metadata,
        layout=layout,
        first=first,
        more=others if chosen.shows_others else (),
        unsupported=unsupported if chosen.shows_others else (),
        duplicate_field=duplicate,
        runs_automation=chosen.runs_automation,
        may_insert=chosen.may_insert or not duplicate,
        unused=() if chosen.shows_others else others,
    )


def is_writable(field: Field) -> bool:
    """Tell whether staff can fill in a field here."""
    return field.can_create and field.data_type in SUPPORTED


def _is_unsupported(field: Field) -> bool:
    return not field.is_computed and field.data_type not in SUPPORTED


def _duplicate_field(
    chosen: ModuleSettings, metadata: Metadata, writable: list[str]
) -> str:
    system = DUPLICATE_FIELDS.get(chosen.module, "Name")
    candidates = (chosen.duplicate_field, system, metadata.name_field)
    return next((name for name in candidates if name in writable), "")
