"""Books' contacts, customers and vendors: list, read, make, change and remove them.

https://www.zoho.com/books/api/v3/contacts/
"""

from zohoportal.sandbox.books.bodies import body_of
from zohoportal.sandbox.books.contacts import (
    checks,
    fields,
    finding,
    keeping,
    shapes,
)
from zohoportal.sandbox.books.gate import (
    admit_to_organisation,
    invalid,
    not_there,
    page,
    refuse,
    succeed,
)
from zohoportal.sandbox.messages import Answer, Request
from zohoportal.sandbox.tables import Row
from zohoportal.sandbox.world import World

KEY, VALUE, UPSERT = (
    "X-Unique-Identifier-Key",
    "X-Unique-Identifier-Value",
    "X-Upsert",
)
UPDATED = "Contact has been updated successfully"


def several(request: Request, world: World) -> Answer:
    organisation = admit_to_organisation(request, world, "contacts.READ")
    rows, context = page(request, finding.contacts(request, organisation, world))
    found = [shapes.listed(each, organisation, world) for each in rows]
    sort = request.query.get("sort_column", "contact_name")
    context |= {
        "applied_filter": request.query.get("filter_by", "Status.All"),
        "sort_column": sort,
        "sort_order": finding.order(sort),
    }
    return succeed(contacts=found, page_context=context)


def one(request: Request, world: World) -> Answer:
    organisation = admit_to_organisation(request, world, "contacts.READ")
    row = _asked(request, organisation, world)
    return succeed(contact=shapes.whole(row, organisation, world))


def create(request: Request, world: World) -> Answer:
    organisation = admit_to_organisation(request, world, "contacts.CREATE")
    return _create(body_of(request, world), organisation, world, 201)


def change(request: Request, world: World) -> Answer:
    organisation = admit_to_organisation(request, world, "contacts.UPDATE")
    row = _asked(request, organisation, world)
    return _change(body_of(request, world), row, organisation, world)


def change_by_field(request: Request, world: World) -> Answer:
    """Change the contact that a unique custom field finds, or make it with X-Upsert.

    What the new one has in that field is what its body says: that the header's value
    is kept by itself is not documented.
    """
    organisation = admit_to_organisation(request, world, "contacts.UPDATE")
    api_name = request.headers.get(KEY, "")
    value = request.headers.get(VALUE, "")
    # Which code Books has for a wrong key is not documented.
    if fields.unique_one(organisation, api_name) is None:
        raise invalid(KEY)
    if not value:
        raise invalid(VALUE)
    body = body_of(request, world)
    _require(body, "contact_name", "contact_type")
    row = fields.holder(world, organisation, api_name, value)
    if row is not None:
        return _change(body, row, organisation, world)
    if request.headers.get(UPSERT, "").casefold() != "true":
        raise not_there(world)
    # 201 is what one client reads; the OpenAPI file knows 200 only.
    status = world.settings["books_upsert_status"]
    return _create(body, organisation, world, status)


def remove(request: Request, world: World) -> Answer:
    organisation = admit_to_organisation(request, world, "contacts.DELETE")
    row = _asked(request, organisation, world)
    keeping.remove_contact(world, row)
    effect = f"deleted Books contact {row['id']}"
    return succeed("The contact has been deleted.", effect=effect)


def remove_several(request: Request, world: World) -> Answer:
    organisation = admit_to_organisation(request, world, "contacts.DELETE")
    wanted = request.query.get("contact_ids", "").split(",")
    rows = [keeping.own_contact(world, organisation, each) for each in wanted]
    found = [row for row in rows if row]
    if len(found) < len(wanted):
        raise not_there(world)
    for row in found:
        keeping.remove_contact(world, row)
    effect = "; ".join(f"deleted Books contact {row['id']}" for row in found)
    return succeed("The contacts have been deleted.", effect=effect)


def mark(request: Request, world: World) -> Answer:
    """Make a contact active or inactive; the right follows the verb."""
    organisation = admit_to_organisation(request, world, "contacts.CREATE")
    row = _asked(request, organisation, world)
    status = request.found["status"]
    keeping.put_contact(world, row, {"status": status})
    words = f"The contact has been marked as {status}."
    return succeed(words, effect=f"marked Books contact {row['id']} {status}")


def _asked(request: Request, organisation: Row, world: World) -> Row:
    row = keeping.own_contact(world, organisation, request.found["id"])
    if row is None:
        raise not_there(world)
    return row


def _create(body: Row, organisation: Row, world: World, status: int) -> Answer:
    values = _values(body, organisation, world, None)
    persons = keeping.sound_persons(world, None, body) or []
    row = keeping.put_contact(world, None, values)
    keeping.replace_persons(world, row, persons)
    return succeed(
        "The contact has been added.",
        status,
        f"created Books contact {row['id']}",
        contact=shapes.whole(row, organisation, world),
    )


def _change(body: Row, row: Row, organisation: Row, world: World) -> Answer:
    _require(body, "contact_name", "contact_type")
    values = _values(body, organisation, world, row)
    persons = keeping.sound_persons(world, row, body)
    row = keeping.put_contact(world, row, values)
    if persons is not None:
        keeping.replace_persons(world, row, persons)
    return succeed(
        UPDATED,
        effect=f"updated Books contact {row['id']}",
        contact=shapes.whole(row, organisation, world),
    )


def _values(body: Row, organisation: Row, world: World, old: Row | None) -> Row:
    """Return what a body says of a contact, with what Books fills in."""
    _require(body, "contact_name")
    values = checks.contact(body)
    values["contact_name"] = values["contact_name"].strip()
    own_id = old["id"] if old else None
    _refuse_double_name(world, organisation, values["contact_name"], own_id)
    given = fields.given_values(body, organisation, world)
    fields.refuse_doubles(world, organisation, given, own_id)
    custom = {**(old["custom"] if old else {}), **given}
    if not world.settings["books_keeps_crm_ids"]:
        values = {name: values[name] for name in values if name not in checks.CRM_IDS}
    if values.get("currency_id"):
        if not shapes.currency(organisation, values["currency_id"]):
            raise invalid("currency_id")
    else:
        own = old or {"currency_id": organisation["currencies"][0]["currency_id"]}
        values["currency_id"] = own["currency_id"]
    kind = {} if old else {"contact_type": "customer"}
    return {**kind, **values, "org_id": organisation["id"], "custom": custom}


def _require(body: Row, *names: str) -> None:
    for name in names:
        if not isinstance(body.get(name), str) or not body[name].strip():
            raise invalid(name)


def _refuse_double_name(
    world: World, organisation: Row, name: str, own_id: str | None
) -> None:
    for row in world.tables["books_contacts"].having("contact_name", name):
        if row["org_id"] == organisation["id"] and row["id"] != own_id:
            words = f'The customer "{name}" already exists. Please specify a '
            raise refuse(400, 3062, f"{words}different name.")
