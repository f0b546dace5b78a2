"""Zoho Desk's conversations: what was said about a ticket, newest first."""

from zohoportal.sandbox.desk.comments import shown
from zohoportal.sandbox.desk.gate import LIMIT_HEADERS, page
from zohoportal.sandbox.desk.tickets.gate import admit_to_ticket
from zohoportal.sandbox.messages import Answer, Request, json_answer, no_content
from zohoportal.sandbox.world import World


def several(request: Request, world: World) -> Answer:
    # https://desk.zoho.com/DeskAPIDocument#Threads#Threads_Listallconversations
    ticket = admit_to_ticket(request, world, "Desk.tickets.READ")
    comments = world.tables["comments"].having("ticketId", ticket["id"])
    data = [
        shown(each, world) | {"type": "comment"}
        for each in page(request, comments[::-1])
    ]
    if not data:
        return no_content()
    return json_answer({"data": data}, headers=LIMIT_HEADERS)
