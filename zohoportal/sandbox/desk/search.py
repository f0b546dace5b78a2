"""Zoho Desk's search for contacts and tickets.

https://desk.zoho.com/DeskAPIDocument#Search
"""

from collections.abc import Callable
from fnmatch import fnmatchcase

from zohoportal.sandbox.desk import contacts as desk_contacts
from zohoportal.sandbox.desk.departments import hidden_ids
from zohoportal.sandbox.desk.gate import (
    LIMIT_HEADERS,
    admit_to_organisation,
    extra,
    page,
    refuse,
)
from zohoportal.sandbox.desk.search_index import indexed
from zohoportal.sandbox.desk.tickets import shapes as ticket_shapes
from zohoportal.sandbox.messages import Answer, Request, json_answer, no_content
from zohoportal.sandbox.tables import Row, Table
from zohoportal.sandbox.world import World

CONTACT_TEXTS = ("firstName", "lastName", "email", "secondaryEmail", "phone", "mobile")
TICKET_TEXTS = ("subject", "description", "ticketNumber", "email", "phone")
TICKET_KEYS = (
    "ticketNumber",
    "subject",
    "description",
    "departmentId",
    "contactId",
    "status",
    "priority",
    "channel",
    "category",
    "email",
    "phone",
)
PAGING = {"from", "limit", "sortBy"}


def contacts(request: Request, world: World) -> Answer:
    # https://desk.zoho.com/DeskAPIDocument#Search#Search_SearchContacts
    org_id = admit_to_organisation(
        request, world, "Desk.contacts.READ", "Desk.search.READ"
    )
    wanted = _wanted(request, {*CONTACT_TEXTS, "id", "fullName", "_all"})
    rows = [
        each
        for each in _candidates(world.tables["desk_contacts"], wanted, "email")
        if each["org_id"] == org_id
        and _fits(each | {"fullName": _full_name(each)}, wanted, CONTACT_TEXTS)
    ]
    rows = indexed(rows, world)
    return _answer(request, rows, lambda each: desk_contacts.found(each, world))


def tickets(request: Request, world: World) -> Answer:
    # https://desk.zoho.com/DeskAPIDocument#Search#Search_SearchTickets
    org_id = admit_to_organisation(
        request, world, "Desk.tickets.READ", "Desk.search.READ"
    )
    wanted = _wanted(request, {*TICKET_KEYS, "id", "contactName", "_all"})
    people = world.tables["desk_contacts"]
    hidden = hidden_ids(world)
    rows = [
        each
        for each in _candidates(world.tables["tickets"], wanted, "contactId")
        if each["org_id"] == org_id
        and each["departmentId"] not in hidden
        and _fits(
            each | {"contactName": _full_name(people.rows[each["contactId"]])},
            wanted,
            TICKET_TEXTS,
        )
    ]
    rows = indexed(rows[::-1], world)
    return _answer(request, rows, lambda each: ticket_shapes.found(each, world))


def _full_name(contact: Row) -> str:
    return " ".join(filter(None, [contact["firstName"], contact["lastName"]]))


def _wanted(request: Request, known: set[str]) -> dict[str, str]:
    """Return what is searched for.

    Raises:
        Refusal: Nothing, or something that cannot be searched.
    """
    wanted = {
        name: value for name, value in request.query.items() if name not in PAGING
    }
    for name in wanted:
        if name not in known:
            raise extra(name)
    if not wanted:
        raise refuse(422, "UNPROCESSABLE_ENTITY", "There is nothing to search for.")
    return wanted


def _candidates(table: Table, wanted: dict[str, str], indexed: str) -> list[Row]:
    """Return the rows to look through; few when a whole value is searched for."""
    value = wanted.get(indexed, "*")
    return [*table.rows.values()] if "*" in value else table.having(indexed, value)


def _fits(row: Row, wanted: dict[str, str], texts: tuple[str, ...]) -> bool:
    return all(
        _has_words(row, value, texts) if name == "_all" else _is(row.get(name), value)
        for name, value in wanted.items()
    )


def _is(value: object, wanted: str) -> bool:
    """Tell whether a value is the wanted one; * stands for anything."""
    text = "" if value is None else str(value).casefold()
    # A bracket is no wildcard here.
    return fnmatchcase(text, wanted.casefold().replace("[", "[[]"))


def _has_words(row: Row, wanted: str, texts: tuple[str, ...]) -> bool:
    """Tell whether every word wanted is a word, or a whole text, of the row."""
    whole = [str(row.get(name) or "") for name in texts]
    words = [*whole, *(word for text in whole for word in text.split())]
    return all(any(_is(word, each) for word in words) for each in wanted.split())


def _answer(request: Request, rows: list[Row], shape: Callable[[Row], Row]) -> Answer:
    data = [shape(each) for each in page(request, rows)]
    if not data:
        return no_content()
    return json_answer({"data": data, "count": len(rows)}, headers=LIMIT_HEADERS)
