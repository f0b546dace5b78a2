"""The modules of an ordinary CRM organisation."""

from zohoportal.sandbox.crm_metadata import Field, Module, named, one_layout, values

SOURCES = values(
    "Advertisement",
    "Cold Call",
    "Employee Referral",
    "External Referral",
    "Online Store",
    "Partner",
    "Web Download",
    "Web Research",
    "Chat",
)
INDUSTRIES = values("Communications", "Education", "Finance", "Manufacturing")
# What Zoho writes down itself for every record.
KEPT = [
    Field("Owner", "ownerlookup", 120),
    Field("Created_By", "ownerlookup", 120, is_read_only=True),
    Field("Modified_By", "ownerlookup", 120, is_read_only=True),
    Field("Created_Time", "datetime", 120, is_read_only=True),
    Field("Modified_Time", "datetime", 120, is_read_only=True),
    Field("Tag", "tag", 2_000),
]
PERSON = [
    Field("First_Name", length=40),
    Field("Last_Name", length=80, is_mandatory=True),
    Field("Full_Name", length=80, is_read_only=True),
    Field("Email", "email", 100),
    Field("Phone", "phone", 30),
    Field("Mobile", "phone", 30),
    Field("Title", length=100),
    Field("Lead_Source", "picklist", 120, values=SOURCES),
    Field("Email_Opt_Out", "boolean", 5, default=False),
    Field("Description", "textarea", 32_000),
]
CONTACT = [
    Field("Department", length=50),
    Field("Account_Name", "lookup", 100, module="Accounts"),
    Field("Date_of_Birth", "date", 20),
    Field("Mailing_Street", length=250),
    Field("Mailing_City", length=100),
    Field("Mailing_State", length=100),
    Field("Mailing_Zip", length=30),
    Field("Mailing_Country", length=100),
]
LEAD = [
    Field("Company", length=200, is_mandatory=True),
    Field(
        "Lead_Status",
        "picklist",
        120,
        values=values("Attempted to Contact", "Contacted", "Not Contacted"),
    ),
    Field("Industry", "picklist", 120, values=INDUSTRIES),
    Field("Annual_Revenue", "currency", 16, decimals=2),
    Field("No_of_Employees", "integer", 9),
    Field("Website", "website", 450),
]
ACCOUNT = [
    Field("Account_Name", length=200, is_mandatory=True),
    Field("Phone", "phone", 30),
    Field("Website", "website", 450),
    Field("Industry", "picklist", 120, values=INDUSTRIES),
    Field("Employees", "integer", 9),
    Field("Annual_Revenue", "currency", 16, decimals=2),
    Field("Parent_Account", "lookup", 100, module="Accounts"),
    Field("Billing_City", length=100),
    Field("Billing_Country", length=100),
    Field("Description", "textarea", 32_000),
]
DEAL = [
    Field("Deal_Name", length=120, is_mandatory=True),
    Field(
        "Stage",
        "picklist",
        120,
        values=values(
            "Qualification",
            "Needs Analysis",
            "Proposal/Price Quote",
            "Closed Won",
            "Closed Lost",
        ),
    ),
    Field("Amount", "currency", 16, decimals=2),
    Field("Closing_Date", "date", 20),
    Field("Probability", "percent", 3),
    Field("Account_Name", "lookup", 100, module="Accounts"),
    Field("Contact_Name", "lookup", 100, module="Contacts"),
    Field("Lead_Source", "picklist", 120, values=SOURCES),
    Field("Next_Step", length=100),
    Field("Description", "textarea", 32_000),
]


def module(
    api_name: str, singular: str, check: str, fields: list[Field], name: str = ""
) -> Module:
    """Return a module with the one layout that shows all of its fields."""
    all_fields = named([*fields, *KEPT])
    layouts = one_layout(singular, all_fields)
    return Module(
        api_name, singular, api_name, check, all_fields, layouts, name=name or check
    )


CONTACTS = module("Contacts", "Contact", "Email", [*PERSON, *CONTACT], "Full_Name")
LEADS = module("Leads", "Lead", "Email", [*PERSON, *LEAD], "Full_Name")
ACCOUNTS = module("Accounts", "Account", "Account_Name", ACCOUNT)
DEALS = module("Deals", "Deal", "Deal_Name", DEAL)
MODULES = [CONTACTS, LEADS, ACCOUNTS, DEALS]
