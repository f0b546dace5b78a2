"""Zoho Desk's conversations: what was said about a ticket, newest first."""

from zohoportal.sandbox.desk_gate import LIMIT_HEADERS, page
from zohoportal.sandbox.desk_ticket_gate import admit_to_ticket
from zohoportal.sandbox.messages import Answer, Request, json_answer, no_content
from zohoportal.sandbox.tables import Table
from zohoportal.sandbox.world import World

# The kinds of what was said, by the tables that hold it.
KINDS = {"comments": "comment"}
INNER = {"org_id", "ticketId"}


def several(request: Request, world: World) -> Answer:
    # https://desk.zoho.com/DeskAPIDocument#Threads#Threads_Listallconversations
    ticket = admit_to_ticket(request, world, "Desk.tickets.READ")
    said = [
        {name: each[name] for name in each.keys() - INNER} | {"type": kind}
        for table, kind in KINDS.items()
        for each in world.tables.get(table, Table()).having("ticketId", ticket["id"])
    ]
    data = page(request, said[::-1])
    if not data:
        return no_content()
    return json_answer({"data": data}, headers=LIMIT_HEADERS)
