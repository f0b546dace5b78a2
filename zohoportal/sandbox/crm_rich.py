"""The modules of a rich CRM organisation: every type of field, three layouts."""

from dataclasses import replace
from itertools import chain, cycle

from zohoportal.sandbox import crm_samples
from zohoportal.sandbox.crm_metadata import (
    Dependency,
    Field,
    Layout,
    Module,
    Section,
    named,
    values,
)

FIELDS_OF_CONTACTS = 150
REGIONS = {
    "Europe": ["France", "Germany"],
    "Asia": ["India", "Japan"],
    "America": ["Canada", "Mexico"],
}
CITIES = {
    "France": ["Lyon", "Paris"],
    "Germany": ["Berlin", "Hamburg"],
    "India": ["Chennai"],
    "Japan": ["Osaka", "Tokyo"],
    "Canada": ["Toronto"],
    "Mexico": ["Puebla"],
}
# One field of every type, as staff would name it.
SPECIAL = [
    Field("Customer_Number", length=20, is_unique=True, tooltip="As on the invoice"),
    Field("Region", "picklist", 120, values=values(*REGIONS)),
    Field("Country", "picklist", 120, values=values(*chain(*REGIONS.values()))),
    Field("City", "picklist", 120, values=values(*chain(*CITIES.values()))),
    Field(
        "Language",
        "picklist",
        120,
        display="Sprache",
        default="German",
        values=values(("German", "Deutsch"), ("French", "Französisch")),
    ),
    Field(
        "Interests",
        "multiselectpicklist",
        765,
        display="Interessen",
        values=values(("Garden", "Garten"), ("Kitchen", "Küche"), ("Bath", "Bad")),
    ),
    Field("Notes_on_Access", "textarea", 2_000),
    Field("Second_Email", "email", 100),
    Field("Door_Phone", "phone", 30),
    Field("Portfolio", "website", 450),
    Field("Is_Reseller", "boolean", 5, default=False),
    Field("Customer_Since", "date", 20),
    Field("Next_Visit", "datetime", 120, tooltip="With the visitor's time zone"),
    Field("Visits", "integer", 9),
    Field("Meter_Reading", "bigint", 18),
    Field("Distance", "double", 16, decimals=3),
    Field("Credit_Limit", "currency", 16, decimals=2),
    Field("Discount", "percent", 5, decimals=2),
    Field("Project", "lookup", 100, module="CustomModule1"),
    Field("Agent", "userlookup", 120),
    Field("Running_Number", "autonumber", 255),
    Field("Age", "formula", 9),
    Field("Open_Orders", "rollup_summary", 9),
    Field("Contracts", "fileupload", 255),
    Field("Floor_Plan", "imageupload", 255),
    Field("Suppliers", "multiselectlookup", 255),
]
# What the other fields repeat until there are enough.
ROUND = [
    Field("Text", length=100),
    Field("Choice", "picklist", 120, values=values("One", "Two", "Three")),
    Field("Count", "integer", 9),
    Field("Day", "date", 20),
    Field("Yes_or_No", "boolean", 5, default=False),
    Field("Sum", "currency", 16, decimals=2),
    Field("Page", "website", 450),
    Field("Choices", "multiselectpicklist", 765, values=values("Red", "Green")),
    Field("Remark", "textarea", 2_000),
    Field("Decimal", "double", 16, decimals=2),
]
PROJECT = [
    Field("Name", length=120, is_mandatory=True),
    Field("Project_Code", length=20, is_unique=True, is_custom=True),
    Field("Email", "email", 100, is_custom=True),
    Field(
        "Phase",
        "picklist",
        120,
        is_custom=True,
        values=values(("Planning", "Planung"), ("Building", "Bau")),
    ),
    Field("Starts_On", "date", 20, is_custom=True),
    Field("Budget", "currency", 16, decimals=2, is_custom=True),
    Field("Main_Contact", "lookup", 100, module="Contacts", is_custom=True),
]


def _contact_fields() -> list[Field]:
    fields = list(crm_samples.CONTACTS.fields.values())
    fields += [replace(each, is_custom=True) for each in SPECIAL]
    for number, each in enumerate(cycle(ROUND), start=1):
        if len(fields) == FIELDS_OF_CONTACTS:
            break
        name = f"{each.api_name}_{number}"
        fields.append(replace(each, api_name=name, is_custom=True))
    return fields


def _contact_layouts(fields: list[Field]) -> list[Layout]:
    names = [each.api_name for each in fields]
    person = tuple(crm_samples.CONTACTS.fields)
    special = tuple(each.api_name for each in SPECIAL)
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
        crm_samples.CONTACTS,
        fields=named(fields),
        layouts=_contact_layouts(fields),
        dependencies=[
            Dependency("Standard", "Region", "Country", REGIONS),
            Dependency("Standard", "Country", "City", CITIES),
            Dependency("Partner", "Region", "Country", REGIONS),
        ],
    )


def _projects() -> Module:
    # A custom module that was renamed keeps the name it had for the API.
    project = crm_samples.module("CustomModule1", "Project", "Name", PROJECT)
    return replace(project, plural="Projects", is_custom=True)


MODULES = [_contacts(), *crm_samples.MODULES[1:], _projects()]
