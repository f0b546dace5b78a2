"""Where a delivery stands for people: its state, and whether it moves by itself."""

from zohoportal.outbox import turns
from zohoportal.outbox.models import Delivery

State = Delivery.State


def standing(delivery: Delivery, *, is_anyone_working: bool) -> str:
    """Return what the page is to say.

    The delivery's state, or "held" (an admin is needed), "looked for" (workers search
    Zoho for it) or "stopped" (it waits and there are no workers to go on).
    """
    state = str(delivery.state)
    if delivery.is_abandoned:
        # The next sweep settles it, or the button does.
        state = "waiting" if turns.repeatable(delivery) else "unknown"
    if state == "unknown" and delivery.is_looked_for and is_anyone_working:
        return "looked for"
    if state != "waiting":
        return state
    if delivery.held_for:
        return "held"
    return "waiting" if is_anyone_working else "stopped"
