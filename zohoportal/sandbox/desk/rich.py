"""A richer Desk: two organisations, whose departments ask for more than the usual."""

from zohoportal.sandbox.desk.layouts.fields import (
    ALWAYS,
    STATUS_TYPES,
    depends,
    field,
    ordinary_fields,
    picklist,
    plan,
    status,
)
from zohoportal.sandbox.tables import Row

SUBJECT = field("subject", "Subject", **ALWAYS)
SUB_CATEGORIES = {
    "Hardware": ["Printer", "Screen"],
    "Software": ["Office", "Browser"],
    "Other": [],
}
MODELS = {"Printer": ["P-100", "P-200"], "Laptop": ["L-13", "L-15 (touch)"]}

# First name, last name, local part of the address, phone; of the second organisation.
PEOPLE = [
    ("Ines", "Ibarra", "ines.ibarra", "+44 20 7946 0009"),
    ("Jörg", "Jäger", "joerg.jaeger", None),
]


def _support() -> Row:
    fields = ordinary_fields(
        SUBJECT,
        status(STATUS_TYPES | {"Waiting for parts": "On Hold", "Solved": "Closed"}),
        picklist("priority", "Priority", "Urgent", "High", "Medium", "Low"),
        picklist("category", "Category", *SUB_CATEGORIES, isMandatory=True),
        picklist(
            "subCategory",
            "Sub Category",
            *(value for values in SUB_CATEGORIES.values() for value in values),
        ),
    )
    fields += [
        field("cf_serial_number", "Serial number", isMandatory=True, maxLength=40),
        field("cf_steps_to_reproduce", "Steps to reproduce", "Textarea"),
        picklist("cf_severity", "Severity", "Minor", "Major", "Critical"),
        field(
            "cf_affected_systems",
            "Affected systems",
            "Multiselect",
            allowedValues=["E-mail", "Telephone", "Web site"],
            defaultValue=None,
        ),
        field("cf_users_affected", "Users affected", "Number"),
        field("cf_has_backup", "Has a backup", "Boolean", defaultValue="false"),
    ]
    dependency = depends("subCategory", "category", SUB_CATEGORIES)
    return plan("Support layout", fields, dependency)


def _billing() -> Row:
    fields = ordinary_fields(
        SUBJECT, without=("productId", "classification", "category", "subCategory")
    )
    fields += [
        field("cf_invoice_number", "Invoice number", isMandatory=True, maxLength=20),
        field("cf_invoice_date", "Invoice date", "Date", isMandatory=True),
        field("cf_amount", "Amount", "Currency"),
        field("cf_discount", "Discount", "Percent"),
        field("cf_hours", "Hours worked", "Decimal"),
        field("cf_accounts_email", "Accounts department", "Email"),
    ]
    return plan("Billing layout", fields)


def _repairs() -> Row:
    fields = ordinary_fields(
        status({"New": "Open", "At the workshop": "On Hold", "Returned": "Closed"}),
        picklist("channel", "Channel", "Counter", "Phone", "Web"),
        without=("priority", "language"),
    )
    fields += [
        picklist("cf_device", "Device", *MODELS, isMandatory=True),
        # Desk may leave a dependent field's values to the mapping.
        picklist("cf_model", "Model"),
        field("cf_picked_up_at", "Picked up at", "DateTime"),
        field("cf_courier_phone", "Courier's phone", "Phone"),
        field("cf_manual", "Größe & Anleitung", "URL"),
    ]
    return plan("Repairs layout", fields, depends("cf_model", "cf_device", MODELS))


def organizations() -> list[Row]:
    """Return the organisations with their departments and the layouts of those."""
    return [
        {
            "name": "Example Ltd",
            "departments": [
                {"name": "Support", "layout": _support()},
                {"name": "Billing", "layout": _billing()},
                # The user who connects may not see it.
                {"name": "Legal", "isVisible": False},
            ],
        },
        {
            "name": "Example Services",
            "departments": [
                {"name": "Repairs", "layout": _repairs()},
                {"name": "Sales"},
            ],
        },
    ]


# A ticket of the first of its people, in its first department.
TICKET = {
    "subject": "The hinge of the laptop broke",
    "status": "New",
    "cf": {"cf_device": "Laptop", "cf_model": "L-13"},
}
