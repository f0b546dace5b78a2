"""The modules of an ordinary CRM organisation."""

from zohoportal.sandbox.crm.settings.metadata import (
    Field,
    Module,
    named,
    one_layout,
    read_sample,
)

FIELDS, _ = read_sample(__file__)


def module(
    api_name: str, singular: str, check: str, fields: list[Field], name: str = ""
) -> Module:
    """Return a module with the one layout that shows all of its fields."""
    all_fields = named([*fields, *FIELDS["kept"]])
    layouts = one_layout(singular, all_fields)
    return Module(
        api_name, singular, api_name, check, all_fields, layouts, name=name or check
    )


PERSON = FIELDS["person"]
CONTACTS = module(
    "Contacts", "Contact", "Email", [*PERSON, *FIELDS["contact"]], "Full_Name"
)
LEADS = module("Leads", "Lead", "Email", [*PERSON, *FIELDS["lead"]], "Full_Name")
ACCOUNTS = module("Accounts", "Account", "Account_Name", FIELDS["account"])
DEALS = module("Deals", "Deal", "Deal_Name", FIELDS["deal"])
MODULES = [CONTACTS, LEADS, ACCOUNTS, DEALS]
