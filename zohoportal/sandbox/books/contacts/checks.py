"""What Books takes as a value: kinds, lengths, and what has to be one of a few.

https://www.zoho.com/books/api/v3/contacts/#create-a-contact
"""

import re
from collections.abc import Mapping
from typing import Any

from zohoportal.sandbox.books.gate import invalid
from zohoportal.sandbox.tables import Row

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]{2,}")
# Name and the most characters it may have; None where none are documented.
CONTACT: dict[str, int | None] = {
    "contact_name": 200,
    "company_name": 200,
    "contact_number": 200,
    "payment_terms_label": 200,
    "website": None,
    "notes": None,
    "facebook": 100,
    "twitter": 100,
    "vat_reg_no": None,
    "tax_reg_no": None,
    "country_code": None,
    "contact_type": None,
    "customer_sub_type": None,
    "language_code": None,
    "currency_id": None,
    "zcrm_contact_id": None,
    "zcrm_account_id": None,
    "zcrm_vendor_id": None,
}
# Of a contact person; `designation` is 100 inside a contact.
PERSON: dict[str, int | None] = {
    "salutation": 25,
    "first_name": 100,
    "last_name": 100,
    "email": 100,
    "phone": 50,
    "mobile": 50,
    "designation": 50,
    "department": 50,
    "skype": 50,
}
ADDRESS: dict[str, int | None] = {
    "attention": 100,
    "address": 500,
    "street2": 255,
    "state_code": 100,
    "city": 100,
    "state": 100,
    "zip": 50,
    "country": 100,
    "fax": 50,
    "phone": 50,
}
ADDRESSES = ("billing_address", "shipping_address")
CHOICES = {
    "contact_type": ("customer", "vendor"),
    "customer_sub_type": ("individual", "business"),
    "language_code": (
        "de",
        "en",
        "es",
        "fr",
        "it",
        "ja",
        "nl",
        "pt",
        "pt_br",
        "sv",
        "zh",
        "en_gb",
    ),
}
CRM_IDS = ("zcrm_contact_id", "zcrm_account_id", "zcrm_vendor_id")


def texts(given: Row, known: Mapping[str, int | None]) -> Row:
    """Return the texts that are known; what else was sent is not looked at.

    Raises:
        Refusal: one is no text, or too long.
    """
    found = {name: given[name] for name in known if name in given}
    for name, value in found.items():
        most = known[name]
        if not isinstance(value, str) or (most is not None and len(value) > most):
            raise invalid(name)
    return found


def contact(given: Row) -> Row:
    """Return what Books keeps of a contact's own values."""
    found = texts(given, CONTACT)
    _check_meaning(found)
    for name, kind in (("payment_terms", int), ("credit_limit", (int, float))):
        if name in given:
            found[name] = _of_kind(given, name, kind)
    for name in ADDRESSES:
        if name in given:
            found[name] = texts(_of_kind(given, name, dict), ADDRESS)
    return found


def _check_meaning(found: Row) -> None:
    for name, choices in CHOICES.items():
        if found.get(name) and found[name] not in choices:
            raise invalid(name)
    for name in CRM_IDS:
        if found.get(name) and not found[name].isdecimal():
            raise invalid(name)


def person(given: Any, *, designation: int = 50) -> Row:
    """Return what Books keeps of a contact person."""
    if not isinstance(given, dict):
        raise invalid("contact_persons")
    found = texts(given, {**PERSON, "designation": designation})
    if found.get("email") and not EMAIL.fullmatch(found["email"]):
        raise invalid("email")
    if "is_primary_contact" in given:
        # It may only be sent as true.
        if given["is_primary_contact"] is not True:
            raise invalid("is_primary_contact")
        found["is_primary_contact"] = True
    if "enable_portal" in given:
        found["is_added_in_portal"] = _of_kind(given, "enable_portal", bool)
    if "communication_preference" in given:
        name = "communication_preference"
        found[name] = _of_kind(given, name, dict)
    return found


def listed(given: Row, name: str) -> list[Any]:
    found: list[Any] = _of_kind(given, name, list)
    return found


def _of_kind(given: Row, name: str, kind: Any) -> Any:
    value = given[name]
    if not isinstance(value, kind) or (kind is not bool and isinstance(value, bool)):
        raise invalid(name)
    return value
