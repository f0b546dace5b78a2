"""The organisation that a token is for, and the people in it."""

from zohoportal.sandbox import samples
from zohoportal.sandbox.crm.gate import admit, refuse
from zohoportal.sandbox.crm.shapes import page_of, paged
from zohoportal.sandbox.messages import Answer, Request, json_answer
from zohoportal.sandbox.tables import Row
from zohoportal.sandbox.world import World

SCOPE = "ZohoCRM.users.READ"
# What else can be asked for is not among the people of the sample.
TYPES = ("AllUsers", "ActiveUsers", "CurrentUser", "ActiveConfirmedUsers", "AdminUsers")


def organisation(request: Request, world: World) -> Answer:
    # https://www.zoho.com/crm/developer/docs/api/v8/get-org-data.html
    return json_answer({"org": [admit(request, world, "ZohoCRM.org.READ").row]})


def users(request: Request, world: World) -> Answer:
    # https://www.zoho.com/crm/developer/docs/api/v8/get-users.html
    admit(request, world, SCOPE)
    found: list[Row] = [samples.USER]
    if request.query.get("type", "AllUsers") not in TYPES:
        found = []
    return paged(found, *page_of(request), "users")


def user(request: Request, world: World) -> Answer:
    # https://www.zoho.com/crm/developer/docs/api/v8/get-users.html
    admit(request, world, SCOPE)
    if request.found["id"] != samples.USER_ID:
        message = "the id given seems to be invalid"
        raise refuse(400, "INVALID_DATA", message, {"resource_path_index": 1})
    return json_answer({"users": [samples.USER]})
