"""Books' invoices, to read: what is open, in which currency, and where it is shown.

https://www.zoho.com/books/api/v3/invoices/#list-invoices
"""

from zohoportal.sandbox.books.contacts import finding, shapes
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

STATUSES = ("sent", "draft", "overdue", "paid", "void", "unpaid", "partially_paid")
SORTS = (
    "customer_name",
    "invoice_number",
    "date",
    "due_date",
    "total",
    "balance",
    "created_time",
)
# What `filter_by` may say besides one status.
FILTERS = {
    f"Status.{''.join(part.capitalize() for part in each.split('_'))}": each
    for each in (*STATUSES, "viewed")
}


def several(request: Request, world: World) -> Answer:
    organisation = admit_to_organisation(request, world, "invoices.READ")
    query = request.query
    sort = query.get("sort_column", "created_time")
    filter_by = query.get("filter_by") or "Status.All"
    if sort not in SORTS:
        raise invalid("sort_column")
    if filter_by not in ("Status.All", *FILTERS):
        raise invalid("filter_by")
    wanted = query.get("status") or FILTERS.get(filter_by, "")
    if wanted and wanted not in FILTERS.values():
        raise invalid("status")
    rows = world.tables["books_invoices"].having("org_id", organisation["id"])
    found = [row for row in rows if _fits(row, query, wanted, world)]
    told = [_told(row, organisation, world) for row in found]
    # Numbers among themselves, and texts.
    told.sort(key=lambda each: each[sort], reverse=finding.order(sort) == "D")
    shown, context = page(request, told)
    context |= {
        "report_name": "Invoices",
        "applied_filter": filter_by,
        "sort_column": sort,
        "sort_order": finding.order(sort),
    }
    return succeed(invoices=shown, page_context=context)


def one(request: Request, world: World) -> Answer:
    organisation = admit_to_organisation(request, world, "invoices.READ")
    row = world.tables["books_invoices"].get(request.found["id"])
    if row is None or row["org_id"] != organisation["id"]:
        raise not_there(world)
    return succeed(invoice=_told(row, organisation, world))


def status_of(row: Row, world: World) -> str:
    """Return the status; what is due and open is overdue from the next day on."""
    return "overdue" if finding.is_overdue(row, world) else str(row["status"])


def _fits(row: Row, query: dict[str, str], wanted: str, world: World) -> bool:
    status = status_of(row, world)
    is_open = row["status"] in shapes.OPEN
    return all(
        row[name] == query[name]
        for name in ("customer_id", "invoice_number")
        if query.get(name)
    ) and (not wanted or wanted == status or (wanted == "unpaid" and is_open))


def _told(row: Row, organisation: Row, world: World) -> Row:
    money = shapes.currency(organisation, row["currency_id"])
    customer = world.tables["books_contacts"].get(row["customer_id"]) or {}
    return {
        "invoice_id": row["id"],
        "invoice_number": row["invoice_number"],
        "reference_number": "",
        "customer_id": row["customer_id"],
        "customer_name": customer.get("contact_name", ""),
        "status": status_of(row, world),
        "date": row["date"],
        "due_date": row["due_date"],
        "currency_id": row["currency_id"],
        "currency_code": money["currency_code"],
        "total": row["total"],
        "balance": row["balance"],
        # The OpenAPI file has the address of one invoice; the list is thought to, too.
        "invoice_url": f"{world.public_url}/books/invoices/{row['id']}",
        "created_time": row["created_time"],
        "last_modified_time": row["created_time"],
    }
