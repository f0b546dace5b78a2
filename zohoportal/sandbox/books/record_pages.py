"""What a person sees at Books: the contacts, and an invoice by its link."""

from html import escape

from zohoportal.sandbox import pages
from zohoportal.sandbox.books import invoices
from zohoportal.sandbox.books.contacts import shapes
from zohoportal.sandbox.messages import Answer, Request, Route, html_answer, route
from zohoportal.sandbox.world import World


def contacts(request: Request, world: World) -> Answer:
    """Show an organisation's contacts; its own pages are told apart after a #."""
    own = world.tables["books_contacts"].having("org_id", request.found["id"])
    rows = []
    for row in reversed(own):
        persons = shapes.persons_of(row, world)
        names = (f"{each.get('first_name', '')} {each['email']}" for each in persons)
        cells = (row["contact_name"], row["contact_type"], row["status"])
        rows.append([*map(escape, cells), escape(", ".join(names))])
    shown = pages.table(["Name", "Kind", "Status", "Persons"], rows)
    return html_answer(pages.page("Zoho Books: Contacts", shown))


def invoice(request: Request, world: World) -> Answer:
    row = world.tables["books_invoices"].get(request.found["id"])
    if row is None:
        sentence = "There is no such invoice."
        return html_answer(pages.error_page("Not found", sentence), 404)
    pairs = [
        ("Status", invoices.status_of(row, world)),
        ("Due", row["due_date"]),
        ("Balance", str(row["balance"])),
    ]
    title = f"Zoho Books: {row['invoice_number']}"
    return html_answer(pages.page(title, pages.details(pairs)))


ROUTES: list[Route] = [
    route("GET", r"/app/(?P<id>\d+)", contacts),
    route("GET", r"/books/invoices/(?P<id>\d+)", invoice),
]
