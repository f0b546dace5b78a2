"""The sample world: one CRM organisation, one Desk organisation, a few people."""

from typing import Any

ZGID = "827200194"
CRM_ORGANISATION_ID = "4150868000000225001"
ZUID = "827199003"
USER_ID = "4150868000000225013"
FIRST_FREE_ID = 4150868000000300001
FIRST_TICKET_NUMBER = 101

SETTINGS: dict[str, Any] = {
    "no_products": [],
    "expires_in": 3600,
    # Zoho's limit for one refresh token in ten minutes; the next is refused.
    "refresh_limit": 10,
    # None is no limit; of calls at once, and of credits in 24 hours.
    "crm_concurrency": None,
    "desk_concurrency": None,
    "crm_credits": None,
    "desk_credits": None,
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
    # Zoho's OpenAPI file lets a ticket's new contact have lastName and email only.
    "strict_inline_contact": False,
}

USER: dict[str, Any] = {
    "id": USER_ID,
    "zuid": ZUID,
    "email": "admin@example.com",
    "first_name": "Alex",
    "last_name": "Admin",
    "full_name": "Alex Admin",
    "status": "active",
    "confirm": True,
    "type__s": "Regular User",
    "time_zone": "Europe/London",
    "locale": "en_GB",
    "language": "en_GB",
    "profile": {"name": "Administrator", "id": "4150868000000026011"},
    "role": {"name": "CEO", "id": "4150868000000026005"},
}

CRM_ORGANISATION = {
    "id": CRM_ORGANISATION_ID,
    "zgid": ZGID,
    "company_name": "Example Ltd",
    "type": "production",
    "domain_name": "exampleltd",
    "primary_email": "admin@example.com",
    "primary_zuid": ZUID,
    "time_zone": "Europe/London",
    "country_code": "GB",
    "country": "United Kingdom",
    "currency": "British Pound",
    "currency_symbol": "£",
    "currency_locale": "en_GB",
    "iso_code": "GBP",
    "created_time": "2026-01-05T09:00:00+00:00",
    "license_details": {
        "paid_expiry": None,
        "users_license_purchased": 5,
        "trial_type": "enterprise",
        "trial_expiry": None,
        "paid": True,
        "paid_type": "enterprise",
        "portal_users_license_purchased": 0,
    },
}

# First name, last name, local part of the address at example.com, phone.
CRM_PEOPLE = [
    ("Ada", "Archer", "ada.archer", "+44 20 7946 0001"),
    ("Ben", "Baker", "ben.baker", "+44 20 7946 0002"),
    ("Cleo", "Carter", "cleo.carter", "+44 20 7946 0003"),
    ("Dan", "Dyer", "dan.dyer", "+44 20 7946 0004"),
    ("Eve", "Ellis", "eve.ellis", None),
    ("Finn", "Fisher", "finn.fisher", "+44 20 7946 0006"),
    ("Grace", "Glover", "grace.glover", None),
    ("Hugo", "Hunter", "hugo.hunter", "+44 20 7946 0008"),
]
DESK_PEOPLE = CRM_PEOPLE[:6]
# Index of the person, index of the department, subject, status, priority.
TICKETS = [
    (0, 0, "The printer on the second floor jams", "Open", "High"),
    (1, 0, "Cannot sign in since Monday", "On Hold", "Medium"),
    (2, 1, "Invoice shows the old address", "Open", "Low"),
    (3, 1, "Refund for a cancelled order", "Closed", None),
]


def email(local_part: str) -> str:
    return f"{local_part}@example.com"
