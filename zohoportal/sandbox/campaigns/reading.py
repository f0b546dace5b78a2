"""What Campaigns says of its lists, fields, topics, and of who is on a list."""

import json

from zohoportal.sandbox.campaigns import plan
from zohoportal.sandbox.campaigns.gate import admit, refuse, succeed
from zohoportal.sandbox.messages import Answer, Request, json_answer
from zohoportal.sandbox.tables import Row
from zohoportal.sandbox.world import World

READ = "ZohoCampaigns.contact.READ"
MOST = 500


def lists(request: Request, world: World) -> Answer:
    # https://www.zoho.com/campaigns/help/developers/get-mailing-lists.html
    admit(request, world, READ)
    rows = list(world.tables["mailing_lists"].rows.values())
    if not rows:
        raise refuse(request, "2401", "No mailing list has been created.")
    found = [_list(row, world) for row in _page(request, rows)]
    return succeed(request, "", list_of_details=found)


def _list(row: Row, world: World) -> Row:
    counts = dict.fromkeys(plan.STATES, 0)
    for each in world.tables["subscribers"].having("listkey", row["listkey"]):
        if each["state"] in counts:
            counts[each["state"]] += 1
    return {
        "listkey": row["listkey"],
        "listname": row["listname"],
        "listunino": row["listunino"],
        "is_public": row["is_public"],
        "noofcontacts": str(counts["active"]),
        "noofunsubcnt": str(counts["unsub"]),
        "noofbouncecnt": str(counts["bounce"]),
        "lockstatus": "unlocked",
        "owner": "Robin Sample",
        "zuid": "229788",
        "created_date": "1316108278000",
    }


def subscribers(request: Request, world: World) -> Answer:
    # https://www.zoho.com/campaigns/help/developers/get-list-subscribers.html
    admit(request, world, READ)
    list_key = request.parameters.get("listkey", "")
    if world.tables["mailing_lists"].get(list_key) is None:
        raise refuse(request, "2501", "Listkey is empty or invalid.")
    state = request.parameters.get("status", "active")
    rows = [
        row
        for row in world.tables["subscribers"].having("listkey", list_key)
        if row["state"] == state
    ]
    found = [_subscriber(row) for row in _page(request, rows)]
    return succeed(request, "", list_of_details=found)


def _subscriber(row: Row) -> Row:
    by_label = {each["label"]: each["name"] for each in plan.FIELDS}
    values = {by_label[label]: value for label, value in row["values"].items()}
    return {"firstname": "", "lastname": "", **values, "contact_email": row["email"]}


def _page(request: Request, rows: list[Row]) -> list[Row]:
    first = int(request.parameters.get("fromindex", "1")) - 1
    size = min(int(request.parameters.get("range", "20")), MOST)
    return rows[first : first + size]


def fields(request: Request, world: World) -> Answer:
    # https://www.zoho.com/campaigns/help/developers/get-contact-fields.html
    admit(request, world, READ)
    rows = [
        {
            "DISPLAY_NAME": each["label"],
            "FIELD_NAME": each["name"],
            "FIELD_ID": str(4_000_000_000_015 + 2 * number),
            "no": str(number + 1),
        }
        for number, each in enumerate(plan.FIELDS)
    ]
    return json_answer({"response": {"code": "0", "fieldname": rows}})


def topics(request: Request, world: World) -> Answer:
    # https://www.zoho.com/campaigns/help/developers/get-topics.html
    admit(request, world, READ)
    if not world.settings["campaigns_topics"]:
        raise refuse(request, "4016", "Topic management is not enabled.")
    wanted = json.loads(request.parameters.get("details", "{}"))
    first = int(wanted.get("from_index", 0))
    rows = plan.TOPICS[first : first + int(wanted.get("range", 20))]
    body = {
        "topicDetails": rows,
        "code": "200",
        "message": "Success",
        "uri": request.path,
    }
    return json_answer(body)
