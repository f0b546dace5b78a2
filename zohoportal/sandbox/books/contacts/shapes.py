"""How Books tells of a contact and of its persons."""

from datetime import UTC, datetime

from zohoportal.sandbox.books.contacts import checks, fields
from zohoportal.sandbox.clock import Clock
from zohoportal.sandbox.tables import Row
from zohoportal.sandbox.world import World

# What is owed of an invoice that was neither paid nor cancelled.
OPEN = ("sent", "viewed", "unpaid", "overdue", "partially_paid")


def now(clock: Clock) -> str:
    """Return the time as Books writes it: its offset has no colon."""
    moment = datetime.fromtimestamp(clock.now(), UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S%z")


def today(clock: Clock) -> str:
    return datetime.fromtimestamp(clock.now(), UTC).date().isoformat()


def persons_of(row: Row, world: World) -> list[Row]:
    return world.tables["books_persons"].having("contact_id", row["id"])


def primary_of(row: Row, world: World) -> Row:
    """Return the primary person; {} where a contact has none."""
    persons = persons_of(row, world)
    return next((each for each in persons if each["is_primary_contact"]), {})


def invoices_of(row: Row, world: World) -> list[Row]:
    return world.tables["books_invoices"].having("customer_id", row["id"])


def open_invoices_of(row: Row, world: World) -> list[Row]:
    return [each for each in invoices_of(row, world) if each["status"] in OPEN]


def currency(organisation: Row, currency_id: str) -> Row:
    fitting = (
        each
        for each in organisation["currencies"]
        if each["currency_id"] == currency_id
    )
    return next(fitting, {})


def listed(row: Row, organisation: Row, world: World) -> Row:
    """Return a contact as the list has it, with its primary person's values."""
    person = primary_of(row, world)
    money = currency(organisation, row["currency_id"])
    owed = sum(each["balance"] for each in open_invoices_of(row, world))
    return {
        "contact_id": row["id"],
        **{name: row.get(name, "") for name in ("contact_name", "company_name")},
        "contact_type": row["contact_type"],
        "status": row["status"],
        "payment_terms": row.get("payment_terms", 0),
        "payment_terms_label": row.get("payment_terms_label", "Due on Receipt"),
        "currency_id": row["currency_id"],
        "currency_code": money.get("currency_code", ""),
        "outstanding_receivable_amount": owed,
        "unused_credits_receivable_amount": 0,
        **{
            name: person.get(name, "")
            for name in ("first_name", "last_name", "email", "phone", "mobile")
        },
        "created_time": row["created_time"],
        "last_modified_time": row["last_modified_time"],
    }


def whole(row: Row, organisation: Row, world: World) -> Row:
    """Return a contact with all that is known of it."""
    custom = fields.shown(row, organisation)
    is_linked = any(row.get(name) for name in checks.CRM_IDS)
    texts = (*checks.CONTACT, *checks.ADDRESSES)
    money = currency(organisation, row["currency_id"])
    return {
        **{name: row.get(name, "") for name in texts if name not in checks.ADDRESSES},
        **listed(row, organisation, world),
        "has_transaction": bool(invoices_of(row, world)),
        "is_linked_with_zohocrm": is_linked,
        "primary_contact_id": primary_of(row, world).get("id", ""),
        "currency_symbol": money.get("currency_symbol", ""),
        "source": "api",
        "custom_fields": custom,
        "custom_field_hash": {each["api_name"]: each["value"] for each in custom},
        **{name: _address(row.get(name, {})) for name in checks.ADDRESSES},
        "contact_persons": [in_contact(each) for each in persons_of(row, world)],
    }


def _address(given: Row) -> Row:
    return {name: given.get(name, "") for name in checks.ADDRESS}


def in_contact(row: Row) -> Row:
    """Return a person as its contact has it."""
    return {
        "contact_person_id": row["id"],
        **{name: row.get(name, "") for name in checks.PERSON},
        "is_primary_contact": row["is_primary_contact"],
        "is_added_in_portal": row.get("is_added_in_portal", False),
        "communication_preference": {
            "is_sms_enabled": False,
            "is_whatsapp_enabled": False,
            **row.get("communication_preference", {}),
        },
    }


def person(row: Row) -> Row:
    return {"contact_id": row["contact_id"], **in_contact(row)}
