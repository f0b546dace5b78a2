"""People who come to a list, leave it, or are never mailed again."""

import json
import re

from zohoportal.sandbox.campaigns import plan
from zohoportal.sandbox.campaigns.gate import admit, refuse, succeed
from zohoportal.sandbox.messages import Answer, Request
from zohoportal.sandbox.tables import Row
from zohoportal.sandbox.world import World

UPDATE = "ZohoCampaigns.contact.UPDATE"
ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]{2,}")
GROUPS = {"info", "sales", "support", "team", "all"}
EMAIL = "Contact Email"
CONFIRM = (
    "A confirmation email is sent to the user. User needs to confirm to successfully "
    "subscribe."
)


def subscribe(request: Request, world: World) -> Answer:
    # https://www.zoho.com/campaigns/help/developers/contact-subscribe.html
    admit(request, world, UPDATE)
    row = _list(request, world)
    info = _contact(request)
    email = _address(request, info)
    known = plan.find(world, row["listkey"], email)
    has_left = _is_barred(world, email) or (known and known["state"] == "unsub")
    if has_left and not world.settings["campaigns_takes_back"]:
        # What Campaigns says then is not documented.
        raise refuse(request, "2008", "User has unsubscribed from the list.")
    labels = {each["label"] for each in plan.FIELDS} - {EMAIL}
    values = {label: str(info[label]) for label in info if label in labels}
    if known and known["state"] == "active":
        plan.put(world, row["listkey"], email, "active", values)
        words = "Contact details updated successfully."
        return succeed(request, words, f"campaigns updated {email}")
    confirms = row["is_public"] == "true"
    state = "pending" if confirms else "active"
    plan.put(world, row["listkey"], email, state, values, mails=int(confirms))
    if confirms:
        return succeed(request, CONFIRM, f"campaigns mailed {email}")
    words = "User successfully subscribed."
    return succeed(request, words, f"campaigns subscribed {email}")


def unsubscribe(request: Request, world: World) -> Answer:
    # https://www.zoho.com/campaigns/help/developers/contact-unsubscribe.html
    admit(request, world, UPDATE)
    row = _list(request, world)
    email = _address(request, _contact(request))
    plan.put(world, row["listkey"], email, "unsub", {})
    words = "User successfully unsubscribed."
    return succeed(request, words, f"campaigns unsubscribed {email}")


def never_mail(request: Request, world: World) -> Answer:
    # https://www.zoho.com/campaigns/help/developers/do-not-mail.html
    admit(request, world, UPDATE)
    email = _address(request, _contact(request))
    if _is_barred(world, email):
        return succeed(request, "User already in Do-Not-Mail.")
    world.tables["do_not_mail"].put({"id": email.casefold()})
    words = "User successfully moved to Do-Not-Mail."
    return succeed(request, words, f"campaigns barred {email}")


def _is_barred(world: World, email: str) -> bool:
    return world.tables["do_not_mail"].get(email.casefold()) is not None


def _list(request: Request, world: World) -> Row:
    row = world.tables["mailing_lists"].get(request.parameters.get("listkey", ""))
    if row is None:
        raise refuse(request, "2501", "Listkey is empty or invalid.")
    return row


def _contact(request: Request) -> Row:
    try:
        info = json.loads(request.parameters.get("contactinfo", ""))
    except ValueError:
        info = None
    if not isinstance(info, dict):
        raise refuse(request, "2001", "Please enter correct XML(or)JSON format.")
    return info


def _address(request: Request, info: Row) -> str:
    email = str(info.get(EMAIL, "")).strip()
    if not ADDRESS.fullmatch(email):
        raise refuse(request, "2004", "Invalid contact email address.")
    if email.partition("@")[0].casefold() in GROUPS:
        raise refuse(request, "2005", "Group email address added.")
    return email
