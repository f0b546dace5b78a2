"""What a person sees at Zoho: CRM records and Desk tickets as pages."""

from html import escape

from zohoportal.sandbox import pages
from zohoportal.sandbox.messages import Answer, Refusal, Request, html_answer, route
from zohoportal.sandbox.tables import Row, Table
from zohoportal.sandbox.world import CRM_MODULES, World


def _nothing_here() -> Refusal:
    return Refusal(
        html_answer(pages.error_page("Not found", "There is no such record."), 404)
    )


def _module(request: Request, world: World) -> Table:
    if request.found["module"] not in CRM_MODULES:
        raise _nothing_here()
    return world.tables[request.found["module"]]


def crm_records(request: Request, world: World) -> Answer:
    rows = [
        [
            pages.link(f"{request.path}/{record['id']}", _crm_name(record)),
            escape(record.get("Email") or ""),
            escape(record["Modified_Time"]),
        ]
        for record in _module(request, world).newest_first()
    ]
    title = f"Zoho CRM: {request.found['module']}"
    shown = pages.table(["Name", "Email", "Modified"], rows)
    return html_answer(pages.page(title, shown))


def crm_record(request: Request, world: World) -> Answer:
    record = _module(request, world).get(request.found["id"])
    if record is None:
        raise _nothing_here()
    pairs = [
        (name.replace("_", " "), str(value or "")) for name, value in record.items()
    ]
    title = f"Zoho CRM: {_crm_name(record)}"
    return html_answer(pages.page(title, pages.details(pairs)))


def _crm_name(record: Row) -> str:
    person = [record.get("First_Name"), record.get("Last_Name")]
    thing = [record.get("Account_Name"), record.get("Deal_Name")]
    return " ".join(name for name in person + thing if name)


def desk_tickets(_request: Request, world: World) -> Answer:
    rows = [
        [
            pages.link(f"/desk/tickets/{ticket['id']}", f"#{ticket['ticketNumber']}"),
            escape(ticket["subject"]),
            escape(ticket.get("status") or "Open"),
            escape(_contact_name(ticket, world)),
        ]
        for ticket in world.tables["tickets"].newest_first()
    ]
    shown = pages.table(["Ticket", "Subject", "Status", "Contact"], rows)
    return html_answer(pages.page("Zoho Desk: Tickets", shown))


def desk_ticket(request: Request, world: World) -> Answer:
    ticket = world.tables["tickets"].get(request.found["id"])
    if ticket is None:
        raise _nothing_here()
    contact = world.tables["desk_contacts"].rows[ticket["contactId"]]
    names = {each["id"]: each["name"] for each in world.departments}
    pairs = [
        ("Subject", ticket["subject"]),
        ("Status", ticket.get("status") or "Open"),
        ("Priority", ticket.get("priority") or ""),
        ("Department", names[ticket["departmentId"]]),
        ("Contact", _contact_name(ticket, world)),
        ("Email", contact["email"]),
        ("Due", ticket.get("dueDate") or ""),
        ("Created", ticket["createdTime"]),
        # Shown as text: what a customer wrote is not ours to run.
        ("Description", ticket.get("description") or ""),
    ]
    title = f"Zoho Desk: Ticket #{ticket['ticketNumber']}"
    return html_answer(pages.page(title, pages.details(pairs)))


def _contact_name(ticket: Row, world: World) -> str:
    contact = world.tables["desk_contacts"].rows[ticket["contactId"]]
    return " ".join(filter(None, [contact["firstName"], contact["lastName"]]))


ROUTES = [
    route("GET", r"/crm/org\d+/tab/(?P<module>\w+)", crm_records),
    route("GET", r"/crm/org\d+/tab/(?P<module>\w+)/(?P<id>\d+)", crm_record),
    route("GET", r"/desk/tickets", desk_tickets),
    route("GET", r"/desk/tickets/(?P<id>\d+)", desk_ticket),
]
