"""What a person sees at Zoho: CRM records and Desk tickets as pages."""

from html import escape

from zohoportal.sandbox import pages
from zohoportal.sandbox.crm.settings.metadata import Module
from zohoportal.sandbox.crm.shapes import name_of
from zohoportal.sandbox.messages import Answer, Refusal, Request, html_answer, route
from zohoportal.sandbox.tables import Row
from zohoportal.sandbox.world import World


def _nothing_here() -> Refusal:
    return Refusal(
        html_answer(pages.error_page("Not found", "There is no such record."), 404)
    )


def _module(request: Request, world: World) -> Module:
    organisation = world.crm_organisation(request.found["zgid"])
    module = organisation.modules.get(request.found["module"])
    if module is None:
        raise _nothing_here()
    return module


def crm_records(request: Request, world: World) -> Answer:
    module = _module(request, world)
    rows = [
        [
            pages.link(f"{request.path}/{record['id']}", name_of(module, record)),
            escape(record.get("Email") or ""),
            escape(record["Modified_Time"]),
        ]
        for record in module.records.newest_first()
    ]
    shown = pages.table(["Name", "Email", "Modified"], rows)
    return html_answer(pages.page(f"Zoho CRM: {module.plural}", shown))


def crm_record(request: Request, world: World) -> Answer:
    module = _module(request, world)
    record = module.records.get(request.found["id"])
    if record is None:
        raise _nothing_here()
    pairs = [(name.replace("_", " "), _text(value)) for name, value in record.items()]
    title = f"Zoho CRM: {name_of(module, record)}"
    return html_answer(pages.page(title, pages.details(pairs)))


def _text(value: object) -> str:
    """Return a value as a person reads it."""
    if isinstance(value, list):
        return ", ".join(_text(each) for each in value)
    if isinstance(value, dict):
        return str(value.get("name") or value.get("id"))
    return "" if value is None else str(value)


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
    route("GET", r"/crm/org(?P<zgid>\d+)/tab/(?P<module>\w+)", crm_records),
    route("GET", r"/crm/org(?P<zgid>\d+)/tab/(?P<module>\w+)/(?P<id>\d+)", crm_record),
    route("GET", r"/desk/tickets", desk_tickets),
    route("GET", r"/desk/tickets/(?P<id>\d+)", desk_ticket),
]
