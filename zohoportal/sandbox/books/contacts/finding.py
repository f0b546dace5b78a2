"""Which contacts and invoices a list has: filters, search, order.

https://www.zoho.com/books/api/v3/contacts/#list-contacts
"""

from collections.abc import Callable
from datetime import datetime

from zohoportal.sandbox.books.contacts import checks, shapes
from zohoportal.sandbox.books.gate import invalid
from zohoportal.sandbox.messages import Request
from zohoportal.sandbox.tables import Row
from zohoportal.sandbox.world import World

# How a text is compared, by the end of the parameter's name.
COMPARED: dict[str, Callable[[str, str], bool]] = {
    "": lambda text, wanted: text == wanted,
    "_startswith": lambda text, wanted: text.startswith(wanted),
    "_contains": lambda text, wanted: wanted in text,
}
LONGEST = 100
SORTS = (
    "contact_name",
    "first_name",
    "last_name",
    "email",
    "outstanding_receivable_amount",
    "created_time",
    "last_modified_time",
)
OF_CONTACT = ("contact_name", "company_name")
# Persons are found by their primary one only.
OF_PERSON = ("first_name", "last_name", "email", "phone")


def contacts(request: Request, organisation: Row, world: World) -> list[Row]:
    rows = world.tables["books_contacts"].having("org_id", organisation["id"])
    found = [row for row in rows if _fits(row, request, world)]
    sort = request.query.get("sort_column", "contact_name")
    if sort not in SORTS:
        raise invalid("sort_column")

    def key(row: Row) -> tuple[float, str]:
        value = shapes.listed(row, organisation, world)[sort]
        is_text = isinstance(value, str)
        return (0, value.casefold()) if is_text else (value, "")

    return sorted(found, key=key, reverse=order(sort) == "D")


def order(sort: str) -> str:
    """Return "D" for times, newest first, and "A" for the rest.

    Which way Books goes is not documented, and no parameter says it; the example of
    its OpenAPI file has "D" beside a time.
    """
    return "D" if sort.endswith("_time") else "A"


def _fits(row: Row, request: Request, world: World) -> bool:
    query = request.query
    person = shapes.primary_of(row, world)
    texts = [
        *((name, row.get(name, "")) for name in OF_CONTACT),
        *((name, person.get(name, "")) for name in OF_PERSON),
    ]
    ids = ("contact_type", *checks.CRM_IDS)
    return (
        all(_compares(query, name, [text]) for name, text in texts)
        and _compares(query, "address", _addresses(row))
        and all(row.get(each) == query[each] for each in ids if query.get(each))
        and _has_text(row, query.get("search_text", ""))
        and _has_status(row, query.get("filter_by") or "Status.All", world)
        and (not _is_search(query) or _is_indexed(row, world))
    )


def _compares(query: dict[str, str], name: str, texts: list[str]) -> bool:
    for ending, compare in COMPARED.items():
        wanted = query.get(f"{name}{ending}", "")
        if len(wanted) > LONGEST:
            raise invalid(f"{name}{ending}")
        if wanted and not any(
            compare(text.casefold(), wanted.casefold()) for text in texts
        ):
            return False
    return True


def _addresses(row: Row) -> list[str]:
    return [text for name in checks.ADDRESSES for text in row.get(name, {}).values()]


def _has_text(row: Row, wanted: str) -> bool:
    # "Search contacts by contact name or notes."
    text = f"{row['contact_name']}\n{row.get('notes', '')}"
    return wanted.casefold() in text.casefold()


def _has_status(row: Row, wanted: str, world: World) -> bool:
    owing = shapes.open_invoices_of(row, world)
    known: dict[str, bool] = {
        "Status.All": True,
        "Status.Active": row["status"] == "active",
        "Status.Inactive": row["status"] == "inactive",
        "Status.Crm": any(row.get(name) for name in checks.CRM_IDS),
        "Invoice.OverDue": any(is_overdue(each, world) for each in owing),
        "Invoice.Unpaid": bool(owing),
    }
    if wanted not in known:
        raise invalid("filter_by")
    return known[wanted]


def _is_search(query: dict[str, str]) -> bool:
    return bool(query.keys() - {"organization_id", "page", "per_page", "sort_column"})


def _is_indexed(row: Row, world: World) -> bool:
    """Tell whether a search finds the row already; that Books lags is not known."""
    since = datetime.fromisoformat(row["created_time"]).timestamp()
    lag: float = world.settings["index_lag"]
    return not lag or since <= world.clock.now() - lag


def is_overdue(invoice: Row, world: World) -> bool:
    return invoice["status"] in shapes.OPEN and invoice["due_date"] < shapes.today(
        world.clock
    )
