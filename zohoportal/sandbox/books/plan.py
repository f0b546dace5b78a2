"""The organisations of Books with their contacts and invoices, as a new world has them.

The first organisation has the people and the invoices.
"""

import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zohoportal.sandbox.tables import Row

if TYPE_CHECKING:
    from zohoportal.sandbox.world import World

PLAN = tomllib.loads(Path(__file__).with_name("plan.toml").read_text("utf-8"))
FIRST_ORGANISATION_ID = 927270289


def build(world: "World") -> None:
    for position, wish in enumerate(world.settings["books_organizations"]):
        organisation = _organisation(world, position, wish)
        world.tables["books_organizations"].put(organisation)
        if position == 0:
            for planned in PLAN["contacts"]:
                _add_contact(world, organisation, planned)


def _organisation(world: "World", position: int, wish: Row) -> Row:
    """Return an organisation; its own currency is the first one of its currencies."""
    own = wish.get("currency_code", "GBP")
    ordered = sorted(PLAN["currencies"], key=lambda each: each["currency_code"] != own)
    return {
        "id": str(FIRST_ORGANISATION_ID + position),
        "name": wish["name"],
        "plan_name": wish.get("plan_name", "PROFESSIONAL"),
        "is_active": wish.get("is_active", True),
        "custom_fields": custom_fields(world, world.settings["books_custom_fields"]),
        "currencies": [
            {
                "currency_id": world.new_id(),
                **each,
                "is_base_currency": each["currency_code"] == own,
                "exchange_rate": 1 if each["currency_code"] == own else 1.25,
                "effective_date": "2026-01-05",
            }
            for each in ordered
        ],
    }


def custom_fields(world: "World", wishes: list[Row]) -> list[Row]:
    """Return the custom fields that are wished for, by label and perhaps is_unique."""
    return [
        {
            "customfield_id": world.new_id(),
            "index": number + 1,
            "label": wish["label"],
            "api_name": f"cf_{wish['label'].casefold().replace(' ', '_')}",
            "is_unique": wish.get("is_unique", False),
        }
        for number, wish in enumerate(wishes)
    ]


def _add_contact(world: "World", organisation: Row, planned: Row) -> None:
    moment = "2026-01-05T09:00:00+0000"
    codes = {
        each["currency_code"]: each["currency_id"]
        for each in organisation["currencies"]
    }
    own: dict[str, Any] = dict(planned)
    persons, invoices = own.pop("persons", []), own.pop("invoices", [])
    row = {
        "id": world.new_id(),
        "org_id": organisation["id"],
        "currency_id": codes[own.pop("currency_code")],
        "status": "active",
        "custom": {},
        "created_time": moment,
        "last_modified_time": moment,
        **own,
    }
    world.tables["books_contacts"].put(row)
    for number, person in enumerate(persons):
        is_primary = {"is_primary_contact": number == 0}
        one = {"id": world.new_id(), "contact_id": row["id"], **is_primary, **person}
        world.tables["books_persons"].put(one)
    for invoice in invoices:
        add_invoice(world, row, **invoice)


def add_invoice(
    world: "World",
    contact: Row,
    *,
    number: str,
    due_in: int,
    total: float,
    balance: float,
    status: str = "sent",
) -> Row:
    """Give a customer an invoice in their currency, due in so many days."""
    today = datetime.fromtimestamp(world.clock.now(), UTC).date()
    row = {
        "id": world.new_id(),
        "org_id": contact["org_id"],
        "customer_id": contact["id"],
        "currency_id": contact["currency_id"],
        "invoice_number": number,
        "date": (today + timedelta(days=due_in - 30)).isoformat(),
        "due_date": (today + timedelta(days=due_in)).isoformat(),
        "total": total,
        "balance": balance,
        "status": status,
        "created_time": contact["created_time"],
    }
    world.tables["books_invoices"].put(row)
    return row
