"""A field of every type."""

from fnmatch import fnmatch
from typing import Any

from tests.zoho import SandboxZoho

# Of whatever version.
UPSERT = "/crm/v*/Contacts/upsert"
# A field of every type: what is typed, and what arrives at Zoho.
TYPES: dict[str, tuple[str, Any, Any]] = {
    "text": ("First_Name", "Kim & <b>", "Kim & <b>"),
    "textarea": ("Notes_on_Access", "One\r\nTwo", "One\r\nTwo"),
    "email": ("Second_Email", "kim@example.com", "kim@example.com"),
    "phone": ("Door_Phone", "+49 30 123", "+49 30 123"),
    "website": ("Portfolio", "https://example.com/a", "https://example.com/a"),
    "picklist": ("Language", "French", "French"),
    "multiselectpicklist": ("Interests", ["Garden", "Bath"], ["Garden", "Bath"]),
    "boolean": ("Is_Reseller", "true", True),
    "date": ("Customer_Since", "2024-02-29", "2024-02-29"),
    "datetime": ("Next_Visit", "2026-12-01T17:30", "2026-12-01T17:30:00+01:00"),
    "integer": ("Visits", "12", 12),
    "bigint": ("Meter_Reading", "123456789012345678", "123456789012345678"),
    "double": ("Distance", "1234.567", 1234.567),
    "currency": ("Credit_Limit", "90071992547.91", 90071992547.91),
    "percent": ("Discount", "12.5", 12.5),
    "tag": ("Tag", "fair, web , fair", [{"name": "fair"}, {"name": "web"}]),
}


def sent(zoho: SandboxZoho) -> dict[str, Any]:
    """Return the only record that was written."""
    (entry,) = [each for each in zoho.journal() if fnmatch(each["path"], UPSERT)]
    record: dict[str, Any] = entry["body"]["data"][0]
    return record
