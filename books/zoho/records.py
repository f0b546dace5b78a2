"""Customers, vendors and contact persons: from rows of Books, and back to bodies."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from books.zoho.names import ADDRESSES, CUSTOM, OF_ADDRESS, OF_CONTACT, OF_PERSON
from connections.zoho import shapes
from connections.zoho.client import ZohoClient
from connections.zoho.shapes import Json

# What is cut is longer than any form here takes, so it is never written back.
LONGEST = 5_000


@dataclass(frozen=True)
class Person:
    """A contact person; `values` go by Books' names."""

    id: str
    values: Mapping[str, str]
    is_primary: bool = False
    made_at: datetime | None = None

    @property
    def name(self) -> str:
        return person_name(self.values)

    @property
    def details(self) -> str:
        """Return in one line how to reach them, and as what."""
        names = ("designation", "email", "phone", "mobile")
        return " · ".join(filter(None, (self.values[each] for each in names)))

    def is_like(self, values: Mapping[str, str]) -> bool:
        """Tell whether this is who has these values: by e-mail, else by name."""
        email = values.get("email", "")
        if email:
            return self.values["email"].casefold() == email.casefold()
        return self.name.casefold() == person_name(values).casefold()


@dataclass(frozen=True)
class Contact:
    """A customer or vendor as a list of Books has it, or whole.

    Attributes:
        stamp: when it was changed last, as Books writes it.
        values: what it has in fields that can be written, by their names here.
        labels: of its custom fields.
        by_api_name: values of its custom fields.
        crm_id: of the person in Zoho CRM that it is linked with.
    """

    id: str
    name: str
    kind: str
    email: str
    is_active: bool
    made_at: datetime | None
    stamp: str
    url: str
    values: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    by_api_name: Mapping[str, str] = field(default_factory=dict)
    persons: tuple[Person, ...] = ()
    crm_id: str = ""

    @property
    def kind_label(self) -> str:
        return "Vendor" if self.kind == "vendor" else "Customer"

    @property
    def details(self) -> str:
        """Return what tells two of one name apart."""
        state = "" if self.is_active else "inactive"
        company = self.values.get("company_name", "")
        own = (self.kind_label, company if company != self.name else "", self.email)
        return " · ".join(filter(None, (*own, state)))


def person_name(values: Mapping[str, str]) -> str:
    """Return what people call a contact person."""
    names = (values.get(each, "") for each in ("first_name", "last_name"))
    return " ".join(filter(None, names)) or values.get("email", "")


def address_of(client: ZohoClient, contact_id: str) -> str:
    """Return where people open a contact. Known from links only: unconfirmed."""
    host = client.data_center.hosts["books"]
    organisation = client.organisations.get("books", "")
    return f"{host}/app/{organisation}#/contacts/{contact_id}" if host else ""


def contact_of(client: ZohoClient, row: Json) -> Contact:
    """Return a contact from a row of Books."""
    contact_id = shapes.identifier(row.get("contact_id"))
    custom = shapes.rows(row.get("custom_fields"))
    return Contact(
        id=contact_id,
        name=shapes.text(row.get("contact_name")),
        kind=shapes.one_of(row.get("contact_type"), {"customer", "vendor"}, "customer"),
        email=shapes.text(row.get("email")),
        is_active=row.get("status") != "inactive",
        made_at=shapes.moment(row.get("created_time")),
        stamp=shapes.text(row.get("last_modified_time")),
        url=address_of(client, contact_id),
        values=_values(row, custom),
        labels={_custom_name(each): shapes.text(each.get("label")) for each in custom},
        by_api_name={
            shapes.name(each.get("api_name")): shapes.text(each.get("value"))
            for each in custom
        },
        persons=tuple(map(person_of, shapes.rows(row.get("contact_persons")))),
        crm_id=shapes.identifier(row.get("zcrm_contact_id")),
    )


def _values(row: Json, custom: list[Json]) -> dict[str, str]:
    found = {name: shapes.text(row.get(name), LONGEST) for name in OF_CONTACT}
    for address in ADDRESSES:
        parts = shapes.mapping(row.get(address))
        found |= {
            f"{address}__{part}": shapes.text(parts.get(part), LONGEST)
            for part in OF_ADDRESS
        }
    return found | {
        name: shapes.word(each.get("value"), LONGEST)
        for each in custom
        if (name := _custom_name(each))
    }


def _custom_name(row: Json) -> str:
    known = shapes.identifier(row.get("customfield_id"))
    return f"{CUSTOM}{known}" if known else ""


def person_of(row: Json) -> Person:
    """Return a contact person from a row of Books."""
    return Person(
        id=shapes.identifier(row.get("contact_person_id")),
        values={name: shapes.text(row.get(name), LONGEST) for name in OF_PERSON},
        is_primary=shapes.flag(row.get("is_primary_contact")),
        made_at=shapes.moment(row.get("created_time")),
    )


def body_of(values: Mapping[str, str], known: Contact | None = None) -> dict[str, Any]:
    """Return values as Books takes them; an address whole, with what it had."""
    body: dict[str, Any] = {}
    had = known.values if known else {}
    for name, value in values.items():
        outer, _, inner = name.partition("__")
        if name.startswith(CUSTOM):
            row = {"customfield_id": name.removeprefix(CUSTOM), "value": value}
            body.setdefault("custom_fields", []).append(row)
        elif inner:
            has = {part: had.get(f"{outer}__{part}") for part in OF_ADDRESS}
            whole = {part: value for part, value in has.items() if value}
            body.setdefault(outer, whole)[inner] = value
        else:
            body[name] = value
    return body
