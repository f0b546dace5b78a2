"""Books' contact persons: list, read, make, change, mark and remove them.

https://www.zoho.com/books/api/v3/contact-persons/
"""

from zohoportal.sandbox.books.bodies import body_of
from zohoportal.sandbox.books.contacts import checks, keeping, shapes
from zohoportal.sandbox.books.gate import (
    admit_to_organisation,
    invalid,
    not_there,
    page,
    succeed,
)
from zohoportal.sandbox.messages import Answer, Request
from zohoportal.sandbox.tables import Row
from zohoportal.sandbox.world import World


def several(request: Request, world: World) -> Answer:
    organisation = admit_to_organisation(request, world, "contacts.READ")
    contact = _contact(request.found["id"], organisation, world)
    rows, context = page(request, shapes.persons_of(contact, world))
    context |= {"sort_column": "contact_person_id", "sort_order": "A"}
    found = [shapes.in_contact(each) for each in rows]
    return succeed(contact_persons=found, page_context=context)


def one(request: Request, world: World) -> Answer:
    organisation = admit_to_organisation(request, world, "contacts.READ")
    person = _asked(request, organisation, world)
    if person["contact_id"] != request.found["id"]:
        raise not_there(world)
    return succeed(contact_person=shapes.person(person))


def create(request: Request, world: World) -> Answer:
    organisation = admit_to_organisation(request, world, "contacts.CREATE")
    body = body_of(request, world)
    contact = _contact(body.get("contact_id"), organisation, world)
    row = keeping.add_person(world, contact["id"], _values(body))
    effect = f"created Books person {row['id']} of {contact['id']}"
    return _answer("The contact person has been Created", effect, row, world, 201)


def change(request: Request, world: World) -> Answer:
    organisation = admit_to_organisation(request, world, "contacts.UPDATE")
    old = _asked(request, organisation, world)
    body = body_of(request, world)
    if body.get("contact_id") != old["contact_id"]:
        raise invalid("contact_id")
    row = keeping.change_person(world, old, _values(body))
    words = "The contactperson details has been updated."
    return _answer(words, f"updated Books person {row['id']}", row, world, 200)


def mark_primary(request: Request, world: World) -> Answer:
    """Make a person the primary one; the right follows the verb."""
    organisation = admit_to_organisation(request, world, "contacts.CREATE")
    row = keeping.make_primary(world, _asked(request, organisation, world))
    words = "This contact person has been marked as your primary contact person."
    return succeed(words, effect=f"marked Books person {row['id']} primary")


def remove(request: Request, world: World) -> Answer:
    organisation = admit_to_organisation(request, world, "contacts.DELETE")
    row = _asked(request, organisation, world)
    world.tables["books_persons"].remove(row["id"])
    effect = f"deleted Books person {row['id']}"
    return succeed("The contact person has been deleted.", effect=effect)


def _values(body: Row) -> Row:
    if not body.get("first_name"):
        raise invalid("first_name")
    return checks.person(body)


def _answer(words: str, effect: str, row: Row, world: World, status: int) -> Answer:
    """Return what is said of a person that was written.

    Two of Zoho's files disagree: a list and 201 for a new one, or an object and 200.
    """
    if world.settings["books_person_is_object"]:
        return succeed(words, 200, effect, contact_person=shapes.person(row))
    return succeed(words, status, effect, contact_person=[shapes.person(row)])


def _contact(contact_id: object, organisation: Row, world: World) -> Row:
    row = keeping.own_contact(world, organisation, contact_id)
    if row is None:
        raise not_there(world)
    return row


def _asked(request: Request, organisation: Row, world: World) -> Row:
    row = world.tables["books_persons"].get(request.found["person_id"])
    if row is None:
        raise not_there(world)
    _contact(row["contact_id"], organisation, world)
    return row
