"""What people do at Books itself: close an organisation, make a field, an invoice."""

from zohoportal.sandbox.books import plan
from zohoportal.sandbox.books.contacts import keeping
from zohoportal.sandbox.control.wishes import done, fault, wish_of
from zohoportal.sandbox.messages import Answer, Request, Route, json_answer, route
from zohoportal.sandbox.tables import Row
from zohoportal.sandbox.world import World

TABLES = ("organizations", "contacts", "persons", "invoices")


def show(_request: Request, world: World) -> Answer:
    found = {name: list(world.tables[f"books_{name}"].rows.values()) for name in TABLES}
    return json_answer(found)


def change(request: Request, world: World) -> Answer:
    wish = wish_of(request)
    known = (_change_organisation, _change_contact, _change_all)
    if not any(each(wish, world) for each in known):
        raise fault(
            "organization with is_active or custom_fields, contact with values or "
            "invoice, person with values, delete_contact, forbidden with scopes, "
            "or refuses_json with 4, 1038 or null."
        )
    return done("books changed")


def _change_organisation(wish: Row, world: World) -> bool:
    match wish:
        case {"organization": str(key), "is_active": bool(is_active)}:
            _put(world, "organizations", key, is_active=is_active)
        case {"organization": str(key), "custom_fields": [*wishes]}:
            fields = plan.custom_fields(world, wishes)
            _put(world, "organizations", key, custom_fields=fields)
        case _:
            return False
    return True


def _change_contact(wish: Row, world: World) -> bool:
    match wish:
        case {"contact": str(key), "values": dict(values)}:
            _put(world, "contacts", key, **values)
        case {"person": str(key), "values": dict(values)}:
            _put(world, "persons", key, **values)
        case {"contact": str(key), "invoice": dict(invoice)}:
            plan.add_invoice(world, _row(world, "contacts", key), **invoice)
        case {"delete_contact": str(key)}:
            keeping.remove_contact(world, _row(world, "contacts", key))
        case _:
            return False
    return True


def _change_all(wish: Row, world: World) -> bool:
    match wish:
        case {"forbidden": [*scopes]}:
            world.settings["books_forbidden"] = scopes
        case {"refuses_json": 4 | 1038 | None as code}:
            world.settings["books_refuses_json"] = code
        case _:
            return False
    return True


def _row(world: World, name: str, key: str) -> Row:
    row = world.tables[f"books_{name}"].get(key)
    if row is None:
        raise fault(f"There is no {key} among the {name}.")
    return row


def _put(world: World, name: str, key: str, **values: object) -> None:
    world.tables[f"books_{name}"].put({**_row(world, name, key), **values})


ROUTES: list[Route] = [
    route("GET", r"/_sandbox/books", show),
    route("POST", r"/_sandbox/books", change),
]
