"""Zoho CRM: organisation, current user, and where everything else is.

https://www.zoho.com/crm/developer/docs/api/v8/
"""

from zohoportal.sandbox import crm_settings as settings
from zohoportal.sandbox import samples
from zohoportal.sandbox.crm_attachments import download, remove, several, upload
from zohoportal.sandbox.crm_gate import admit, unknown_url
from zohoportal.sandbox.crm_records import record, records
from zohoportal.sandbox.crm_search import search
from zohoportal.sandbox.crm_writes import delete, insert, update, upsert
from zohoportal.sandbox.messages import Answer, Request, json_answer, route
from zohoportal.sandbox.world import World


def organisation(request: Request, world: World) -> Answer:
    # https://www.zoho.com/crm/developer/docs/api/v8/get-org-data.html
    return json_answer({"org": [admit(request, world, "ZohoCRM.org.READ").row]})


def users(request: Request, world: World) -> Answer:
    # https://www.zoho.com/crm/developer/docs/api/v8/get-users.html
    admit(request, world, "ZohoCRM.users.READ")
    info = {"per_page": 200, "count": 1, "page": 1, "more_records": False}
    return json_answer({"users": [samples.USER], "info": info})


BASE = r"/crm/v(?P<version>[28])"
# The metadata of v2 has other shapes, which nobody reads here; its dependent values
# came with v4: https://www.zoho.com/crm/developer/docs/api/v4/change-log.html
SETTINGS = r"/crm/v8/settings"
LAYOUT = rf"{SETTINGS}/layouts/(?P<id>\d+)"
MODULE = rf"{BASE}/(?P<module>\w+)"
RECORD = rf"{MODULE}/(?P<id>\d+)"
ATTACHMENT = rf"{RECORD}/Attachments/(?P<attachment>\d+)"
ROUTES = [
    route("GET", rf"{BASE}/org", organisation),
    route("GET", rf"{BASE}/users", users),
    route("GET", rf"{SETTINGS}/modules", settings.modules),
    route("GET", rf"{SETTINGS}/fields", settings.fields),
    route("GET", rf"{SETTINGS}/layouts", settings.layouts),
    route("GET", LAYOUT, settings.layout),
    route("GET", rf"{LAYOUT}/map_dependency", settings.dependencies),
    route("GET", rf"{LAYOUT}/map_dependency/(?P<dependency>\d+)", settings.dependency),
    route("POST", rf"{MODULE}/upsert", upsert),
    route("GET", rf"{MODULE}/search", search),
    route("GET", MODULE, records),
    route("POST", MODULE, insert),
    route("GET", RECORD, record),
    route("PUT", RECORD, update),
    route("DELETE", RECORD, delete),
    route("GET", rf"{RECORD}/Attachments", several),
    route("POST", rf"{RECORD}/Attachments", upload),
    route("GET", ATTACHMENT, download),
    route("DELETE", ATTACHMENT, remove),
    route("*", r"/crm/v.*", unknown_url),
]
