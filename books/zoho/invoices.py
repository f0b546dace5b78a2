"""What a customer has not paid yet: read, and never written."""

from dataclasses import dataclass
from datetime import date

from books.zoho.envelope import INVOICES
from books.zoho.records import address_of
from connections.zoho import shapes
from connections.zoho.client import ZohoClient
from connections.zoho.errors import UnexpectedReply
from connections.zoho.shapes import Json

MOST = 50
# Neither paid nor cancelled, and no draft.
OPEN = {"sent", "viewed", "unpaid", "overdue", "partially_paid"}


@dataclass(frozen=True)
class Invoice:
    """An invoice with something left to pay, `balance` in `currency`."""

    number: str
    due: date | None
    balance: str
    currency: str
    is_overdue: bool
    url: str


def open_ones(client: ZohoClient, contact_id: str) -> tuple[list[Invoice], bool]:
    """Return a customer's open invoices, the longest due first, and if these are all.

    Raises:
        ZohoError: Books could not be asked, or answered strangely.
    """
    # https://www.zoho.com/books/api/v3/invoices/#list-invoices
    body = INVOICES.read(
        client,
        "invoices",
        customer_id=contact_id,
        filter_by="Status.All",
        sort_column="due_date",
        page="1",
        per_page="200",
    )
    if not isinstance(body.get("invoices"), list):
        raise UnexpectedReply("no_list")
    rows = shapes.rows(body["invoices"])
    # Whatever the filter makes of it: nobody sees another customer's invoices here.
    found = [
        _invoice(client, row)
        for row in rows
        if row.get("status") in OPEN
        and shapes.identifier(row.get("customer_id")) == contact_id
    ]
    found.sort(key=lambda each: (each.due or date.max, each.number))
    told = shapes.mapping(body.get("page_context"))
    are_all = not shapes.flag(told.get("has_more_page")) and len(found) <= MOST
    return found[:MOST], are_all


def _invoice(client: ZohoClient, row: Json) -> Invoice:
    invoice_id = shapes.identifier(row.get("invoice_id"))
    page = address_of(client, invoice_id).replace("#/contacts/", "#/invoices/")
    return Invoice(
        number=shapes.text(row.get("invoice_number"), 100),
        due=shapes.day(row.get("due_date")),
        balance=_amount(row.get("balance")),
        currency=shapes.text(row.get("currency_code"), 10),
        is_overdue=row.get("status") == "overdue",
        url=page if invoice_id else "",
    )


def _amount(value: object) -> str:
    """Return an amount as people write it, and never rounded.

    Some currencies have no decimals, and some have three.
    """
    if not isinstance(value, int | float) or isinstance(value, bool):
        return shapes.text(value)
    whole, _, decimals = f"{value:,}".partition(".")
    return f"{whole}.{decimals:0<2}" if decimals.strip("0") else whole
