"""Which fields come first, and the few that every organisation's contacts have."""

from crm.schema.metadata import Field, Layout, Metadata, Module

# Shown first, after the field that decides duplicates and the required ones.
USUAL = {
    "Contacts": (
        "Email",
        "Last_Name",
        "First_Name",
        "Phone",
        "Mobile",
        "Title",
        "Account_Name",
        "Description",
    ),
    "Leads": (
        "Email",
        "Last_Name",
        "First_Name",
        "Company",
        "Phone",
        "Mobile",
        "Lead_Status",
        "Description",
    ),
    "Accounts": ("Account_Name", "Phone", "Website", "Industry", "Description"),
    "Deals": (
        "Deal_Name",
        "Stage",
        "Amount",
        "Closing_Date",
        "Account_Name",
        "Contact_Name",
        "Description",
    ),
}

# What Zoho itself looks for duplicates by; custom modules have Name.
# https://www.zoho.com/crm/developer/docs/api/v8/upsert-records.html
DUPLICATE_FIELDS = {
    "Contacts": "Email",
    "Leads": "Email",
    "Accounts": "Account_Name",
    "Deals": "Deal_Name",
    "Campaigns": "Campaign_Name",
    "Cases": "Subject",
    "Solutions": "Solution_Title",
    "Products": "Product_Name",
    "Vendors": "Vendor_Name",
    "Price_Books": "Price_Book_Name",
    "Quotes": "Subject",
    "Sales_Orders": "Subject",
    "Purchase_Orders": "Subject",
    "Invoices": "Subject",
}

_FIXED = (
    Field("Email", "Email", "email", 100),
    Field("Last_Name", "Last Name", length=80, is_mandatory=True),
    Field("First_Name", "First Name", length=40),
    Field("Phone", "Phone", "phone", 30),
    Field("Mobile", "Mobile", "phone", 30),
    Field("Title", "Title", length=100, tooltip="Their job, such as Office manager"),
    Field("Description", "Description", "textarea", 32_000),
)

# For connections that may not read metadata.
FIXED_CONTACTS = Metadata(
    Module("Contacts", "Contact", "Contacts"),
    {field.api_name: field for field in _FIXED},
    (Layout.of(field.api_name for field in _FIXED),),
)
