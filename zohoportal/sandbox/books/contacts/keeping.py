"""Contacts and their persons as they are kept."""

from typing import Any

from zohoportal.sandbox.books.contacts import checks, shapes
from zohoportal.sandbox.books.gate import invalid
from zohoportal.sandbox.tables import Row
from zohoportal.sandbox.world import World

# Of a person inside a contact; by itself it is 50.
DESIGNATION = 100


def put_contact(world: World, old: Row | None, values: Row) -> Row:
    """Keep a new contact, or an old one with new values."""
    moment = shapes.now(world.clock)
    kept = old or {"id": world.new_id(), "created_time": moment, "status": "active"}
    row = {**kept, **values, "last_modified_time": moment}
    world.tables["books_contacts"].put(row)
    return row


def remove_contact(world: World, row: Row) -> None:
    for person in shapes.persons_of(row, world):
        world.tables["books_persons"].remove(person["id"])
    world.tables["books_contacts"].remove(row["id"])


def add_person(world: World, contact_id: str, values: Row) -> Row:
    """Keep a new person; the first one of a contact is its primary one."""
    table = world.tables["books_persons"]
    is_first = not table.having("contact_id", contact_id)
    row = {"id": world.new_id(), "contact_id": contact_id, "is_primary_contact": False}
    row |= {"created_time": shapes.now(world.clock), **values}
    table.put(row)
    return make_primary(world, row) if is_first or row["is_primary_contact"] else row


def change_person(world: World, old: Row, values: Row) -> Row:
    row = {**old, **values}
    world.tables["books_persons"].put(row)
    return make_primary(world, row) if row["is_primary_contact"] else row


def make_primary(world: World, row: Row) -> Row:
    """Make a person the only primary one of the contact; return how it is then."""
    table = world.tables["books_persons"]
    for each in table.having("contact_id", row["contact_id"]):
        table.put({**each, "is_primary_contact": each["id"] == row["id"]})
    return {**row, "is_primary_contact": True}


def sound_persons(world: World, row: Row | None, given: Row) -> list[Row] | None:
    """Return the persons that come with a contact, each perhaps with its "id".

    None where nothing is said of them.

    Raises:
        Refusal: one is not sound, or no person of this contact.
    """
    if "contact_persons" not in given:
        return None
    known = {each["id"] for each in shapes.persons_of(row, world)} if row else set()
    found = []
    for each in checks.listed(given, "contact_persons"):
        values = checks.person(each, designation=DESIGNATION)
        person_id = each.get("contact_person_id")
        if person_id:
            if person_id not in known:
                raise invalid("contact_person_id")
            values["id"] = person_id
        found.append(values)
    return found


def replace_persons(world: World, row: Row, persons: list[Row]) -> None:
    """Let a contact have these persons and no others."""
    # "remove them by excluding them from the contact_persons list": the OpenAPI file.
    table = world.tables["books_persons"]
    kept = {each["id"] for each in persons if "id" in each}
    for old in shapes.persons_of(row, world):
        if old["id"] not in kept:
            table.remove(old["id"])
    for values in persons:
        if "id" in values:
            change_person(world, table.rows[values["id"]], values)
        else:
            add_person(world, row["id"], values)


def own_contact(world: World, organisation: Row, contact_id: Any) -> Row | None:
    """Return an organisation's contact."""
    row = world.tables["books_contacts"].get(str(contact_id))
    return row if row and row["org_id"] == organisation["id"] else None
