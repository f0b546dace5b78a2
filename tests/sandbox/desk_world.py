"""The richer Desk of the sandbox, and how its tests speak to it."""

from typing import Any

from tests.sandbox.client import Client, Reply
from tests.zoho import SandboxZoho

JANE = {"lastName": "Doe", "email": "jane@example.com"}
# What each department with custom fields asks for at least.
REQUIRED: dict[str, dict[str, Any]] = {
    "Support": {"category": "Hardware", "cf": {"cf_serial_number": "S-1"}},
    "Billing": {"cf": {"cf_invoice_number": "7", "cf_invoice_date": "2026-11-20"}},
    "Repairs": {"cf": {"cf_device": "Printer"}},
    "Sales": {},
    "Legal": {},
}


class Department:
    """A department by its name, with a client that names its organisation."""

    def __init__(self, zoho: SandboxZoho, client: Client, name: str) -> None:
        self._client = client
        records = zoho.records()
        row = next(each for each in records["departments"] if each["name"] == name)
        self.name = name
        self.id: str = row["id"]
        self.headers = {"orgId": row["org_id"]}
        self.layout_id: str = next(
            each["id"] for each in records["layouts"] if each["departmentId"] == self.id
        )

    def get(self, path: str) -> Reply:
        return self._client.get(f"/api/v1/{path}", **self.headers)

    def post(self, path: str, body: object) -> Reply:
        return self._client.post(f"/api/v1/{path}", body, **self.headers)

    def patch(self, path: str, body: object) -> Reply:
        return self._client.patch(f"/api/v1/{path}", body, **self.headers)

    def open(self, *, cf: dict[str, Any] | None = None, **changes: Any) -> Reply:
        """Open a ticket with what the department asks for at least, and changes."""
        least = REQUIRED[self.name]
        body = {"subject": "Broken", "departmentId": self.id, "contact": JANE} | least
        if cf is not None:
            changes["cf"] = least.get("cf", {}) | cf
        return self.post("tickets", body | changes)

    def fields(self) -> dict[str, dict[str, Any]]:
        """Return the fields of the layout by their API names."""
        layout = self.get(f"layouts/{self.layout_id}").json
        return {
            each["apiName"]: each
            for section in layout["sections"]
            for each in section["fields"]
        }


def errors(reply: Reply) -> list[tuple[str, str]]:
    """Return the fields that Desk names in a refusal, each with what is wrong."""
    assert (reply.status, reply.json["errorCode"]) == (422, "INVALID_DATA")
    return [(each["fieldName"], each["errorType"]) for each in reply.json["errors"]]
