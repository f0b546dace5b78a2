"""What every call about one of Desk's tickets passes first."""

from zohoportal.sandbox.desk.departments import hidden_ids
from zohoportal.sandbox.desk.gate import admit_to_organisation, forbidden, not_found
from zohoportal.sandbox.messages import Request
from zohoportal.sandbox.tables import Row
from zohoportal.sandbox.world import World


def admit_to_ticket(request: Request, world: World, *needed: str) -> Row:
    """Let the request pass and return the ticket of its path.

    Raises:
        Refusal: As admit_to_organisation, or the ticket is not there to be seen.
    """
    org_id = admit_to_organisation(request, world, *needed)
    ticket = world.tables["tickets"].get(request.found["id"])
    if ticket is None or ticket["org_id"] != org_id:
        raise not_found()
    if ticket["departmentId"] in hidden_ids(world):
        raise forbidden()
    return ticket
