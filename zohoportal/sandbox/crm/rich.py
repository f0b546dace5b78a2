"""The modules of a rich CRM organisation: every type of field, three layouts."""

from dataclasses import replace
from itertools import cycle

from zohoportal.sandbox.crm import samples
from zohoportal.sandbox.crm.settings.metadata import (
    Dependency,
    Field,
    Layout,
    Module,
    Section,
    named,
    read_sample,
)

FIELDS_OF_CONTACTS = 150
FIELDS, MAPS = read_sample(__file__)


def _contact_fields() -> list[Field]:
    fields = list(samples.CONTACTS.fields.values())
    fields += [replace(each, is_custom=True) for each in FIELDS["special"]]
    for number, each in enumerate(cycle(FIELDS["round"]), start=1):
        if len(fields) == FIELDS_OF_CONTACTS:
            break
        name = f"{each.api_name}_{number}"
        fields.append(replace(each, api_name=name, is_custom=True))
    return fields


def _contact_layouts(fields: list[Field]) -> list[Layout]:
    names = [each.api_name for each in fields]
    person = tuple(samples.CONTACTS.fields)
    special = tuple(each.api_name for each in FIELDS["special"])
    rest = tuple(names[len(person) + len(special) :])
    everything = (
        Section("Contact Information", person),
        Section("Customer", special),
        Section("More", rest),
    )
    partner = (
        Section("Partner", (*person, "Customer_Number", "Region", "Country")),
        Section("Terms", ("Credit_Limit", "Discount", "Next_Visit")),
    )
    supplier = (Section("Supplier", (*person[:10], "Owner", "Portfolio", "Interests")),)
    return [
        Layout("Standard", everything, frozenset({"Last_Name"})),
        Layout("Partner", partner, frozenset({"Last_Name", "Email", "Discount"})),
        Layout("Supplier", supplier, frozenset({"Last_Name", "Portfolio"})),
    ]


def _contacts() -> Module:
    fields = _contact_fields()
    return replace(
        samples.CONTACTS,
        fields=named(fields),
        layouts=_contact_layouts(fields),
        dependencies=[
            Dependency("Standard", "Region", "Country", MAPS["regions"]),
            Dependency("Standard", "Country", "City", MAPS["cities"]),
            Dependency("Partner", "Region", "Country", MAPS["regions"]),
        ],
    )


def _projects() -> Module:
    # A custom module that was renamed keeps the name it had for the API.
    project = samples.module("CustomModule1", "Project", "Name", FIELDS["project"])
    return replace(project, plural="Projects", is_custom=True)


MODULES = [_contacts(), *samples.MODULES[1:], _projects()]
