"""The sample world: one CRM organisation, one Desk organisation, a few people."""

import json
from pathlib import Path
from typing import Any

FIRST_FREE_ID = 4150868000000300001
FIRST_TICKET_NUMBER = 101

SETTINGS: dict[str, Any] = {
    "no_products": [],
    "expires_in": 3600,
    # What token answers name; empty is where the sandbox is reached.
    "api_domain": "",
    # Zoho's limit for one refresh token in ten minutes; the next is refused.
    "refresh_limit": 10,
    # None is no limit; of calls at once, and of credits in 24 hours.
    "crm_concurrency": None,
    "desk_concurrency": None,
    "crm_credits": None,
    "desk_credits": None,
    "books_concurrency": None,
    "books_credits": None,
    # Books' calls a minute for each organisation; this one is always there.
    "books_minute": 100,
    # Seconds until a search finds a new record.
    "index_lag": 0,
    # "sample" may be "rich": more fields, layouts and modules than anybody needs.
    "crm_organizations": [{"name": "Example Ltd"}],
    "crm_attachment_limit": 100 * 1024 * 1024,
    "desk_organizations": [{"name": "Example Ltd"}],
    "departments": [{"name": "Support"}, {"name": "Billing"}],
    # "rich" has organisations and departments of its own instead of the two above.
    "desk": "plain",
    # Desk refuses a file of more bytes; 20 MB is the figure commonly cited.
    "attachment_limit": 20 * 1024 * 1024,
    "banned_extensions": [],
    # So many tickets fit into an organisation's licence; None for no end.
    "ticket_limit": None,
    # Of Campaigns: whether topics are on; calls and seconds by method.
    "campaigns_topics": False,
    "campaigns_limits": {},
    # One has a name, and perhaps plan_name, currency_code, is_active.
    "books_organizations": [{"name": "Example Ltd"}],
    # Of its contacts: a label, and whether is_unique, which forbids duplicates.
    "books_custom_fields": [
        {"label": "Portal reference", "is_unique": True},
        {"label": "Region"},
    ],
    # Scopes that the person who connected may not use in Books, by their role there.
    "books_forbidden": [],
    # What follows is not confirmed; the first way is what most sources say.
    "desk_scope_status": 403,
    # Whether a ticket's inline contact with a known address is that contact.
    "desk_reuses_contacts": True,
    "crm_unknown_record": 204,
    # Whether "equals" finds just that, or what contains it too, as users report.
    "crm_equals_is_exact": False,
    "crm_attachments_want_fields": True,
    # Zoho's OpenAPI file lets a ticket's new contact have lastName and email only.
    "strict_inline_contact": False,
    # Who left a list of Campaigns is taken back when somebody subscribes them again.
    "campaigns_takes_back": False,
    # With which status Campaigns says that a method is locked.
    "campaigns_lock_status": 429,
    # The code with which Books refuses plain JSON, 4 or 1038; None if it takes it.
    "books_refuses_json": None,
    # With which status Books says that something is not there.
    "books_unknown_status": 404,
    # With which status an upsert makes a contact: 201 or, as for an old one, 200.
    "books_upsert_status": 201,
    # Whether a written contact person comes as an object with 200, or in a list.
    "books_person_is_object": False,
    # By what Books takes a contact's custom fields.
    "books_field_keys": ["customfield_id", "api_name", "index", "label"],
    # Whether a contact keeps the ids of the CRM that are sent with it.
    "books_keeps_crm_ids": True,
}

DATA = json.loads(Path(__file__).with_suffix(".json").read_text("utf-8"))
USER: dict[str, Any] = DATA["user"]
USER_ID: str = USER["id"]
ZUID: str = USER["zuid"]
CRM_ORGANISATION: dict[str, Any] = DATA["organisation"]
CRM_ORGANISATION_ID: str = CRM_ORGANISATION["id"]
ZGID: str = CRM_ORGANISATION["zgid"]
# First name, last name, local part of the address at example.com, phone.
CRM_PEOPLE: list[list[Any]] = DATA["people"]
DESK_PEOPLE = CRM_PEOPLE[:6]
# Index of the person, index of the department, subject, status, priority.
TICKETS: list[list[Any]] = DATA["tickets"]


def email(local_part: str) -> str:
    return f"{local_part}@example.com"
