"""Zoho CRM: what is asked where.

https://www.zoho.com/crm/developer/docs/api/v8/
"""

from zohoportal.sandbox.crm import people
from zohoportal.sandbox.crm.bulk import jobs, uploads
from zohoportal.sandbox.crm.gate import unknown_url
from zohoportal.sandbox.crm.query import answer
from zohoportal.sandbox.crm.records import removals, search, writes
from zohoportal.sandbox.crm.records.reading import record, records
from zohoportal.sandbox.crm.related import attachments, files, notes
from zohoportal.sandbox.crm.related import records as related
from zohoportal.sandbox.crm.settings import modules, reading, related_lists, tags
from zohoportal.sandbox.messages import route

BASE = r"/crm/v(?P<version>[28])"
SETTINGS = rf"{BASE}/settings"
LAYOUT = rf"{SETTINGS}/layouts/(?P<id>\d+)"
# They came with v4: https://www.zoho.com/crm/developer/docs/api/v4/change-log.html
DEPENDENCIES = r"/crm/v8/settings/layouts/(?P<id>\d+)/map_dependency"
MODULE = rf"{BASE}/(?P<module>\w+)"
RECORD = rf"{MODULE}/(?P<id>\d+)"
ATTACHMENT = rf"{RECORD}/Attachments/(?P<attachment>\d+)"
NOTE = rf"{BASE}/Notes/(?P<id>\d+)"
TAG = rf"{SETTINGS}/tags/(?P<id>\d+)"
LIST = rf"{RECORD}/(?P<list>\w+)"
RELATED = rf"{LIST}/(?P<related>\d+)"
BULK = r"/crm/bulk/v8/write"
ROUTES = [
    route("GET", rf"{BASE}/org", people.organisation),
    route("GET", rf"{BASE}/users", people.users),
    route("GET", rf"{BASE}/users/(?P<id>\d+)", people.user),
    route("GET", rf"{SETTINGS}/modules", modules.modules),
    route("GET", rf"{SETTINGS}/modules/(?P<name>\w+)", modules.module),
    route("GET", rf"{SETTINGS}/fields", reading.fields),
    route("GET", rf"{SETTINGS}/fields/(?P<id>\d+)", reading.field),
    route("GET", rf"{SETTINGS}/layouts", reading.layouts),
    route("GET", LAYOUT, reading.layout),
    route("GET", DEPENDENCIES, reading.dependencies),
    route("GET", rf"{DEPENDENCIES}/(?P<dependency>\d+)", reading.dependency),
    route("POST", rf"{BASE}/upload", uploads.upload),
    route("POST", BULK, jobs.create),
    route("GET", rf"{BULK}/(?P<id>\d+)", jobs.show),
    route("GET", r"/v2/crm/\d+/bulk-write/(?P<id>\d+)/\d+\.zip", jobs.download),
    route("POST", rf"{BASE}/coql", answer.query),
    route("GET", rf"{BASE}/files", files.download),
    route("POST", rf"{BASE}/files", files.upload),
    route("GET", rf"{SETTINGS}/related_lists", related_lists.several),
    route("GET", rf"{SETTINGS}/related_lists/(?P<id>\d+)", related_lists.one),
    route("GET", rf"{SETTINGS}/tags", tags.several),
    route("POST", rf"{SETTINGS}/tags", tags.create),
    route("PUT", rf"{SETTINGS}/tags", tags.change),
    route("PUT", TAG, tags.change),
    route("DELETE", TAG, tags.remove),
    route("POST", rf"{TAG}/actions/merge", tags.merge),
    route("GET", rf"{TAG}/actions/records_count", tags.count),
    route("GET", rf"{BASE}/Notes", notes.several),
    route("POST", rf"{BASE}/Notes", notes.create),
    route("PUT", rf"{BASE}/Notes", notes.change),
    route("DELETE", rf"{BASE}/Notes", notes.remove),
    route("GET", NOTE, notes.one),
    route("PUT", NOTE, notes.change),
    route("DELETE", NOTE, notes.remove),
    route("POST", rf"{MODULE}/upsert", writes.upsert),
    route("GET", rf"{MODULE}/search", search.search),
    route("GET", rf"{MODULE}/deleted", removals.deleted),
    route("GET", rf"{MODULE}/actions/count", search.count),
    route("POST", rf"{MODULE}/actions/add_tags", tags.add),
    route("POST", rf"{MODULE}/actions/remove_tags", tags.take_away),
    route("GET", MODULE, records),
    route("POST", MODULE, writes.insert),
    route("PUT", MODULE, writes.update_many),
    route("DELETE", MODULE, removals.delete_many),
    route("GET", RECORD, record),
    route("PUT", RECORD, writes.update),
    route("DELETE", RECORD, removals.delete),
    route("GET", rf"{RECORD}/Attachments", attachments.several),
    route("POST", rf"{RECORD}/Attachments", attachments.upload),
    route("DELETE", rf"{RECORD}/Attachments", attachments.remove_many),
    route("GET", ATTACHMENT, attachments.download),
    route("DELETE", ATTACHMENT, attachments.remove),
    route("POST", rf"{RECORD}/actions/add_tags", tags.add),
    route("POST", rf"{RECORD}/actions/remove_tags", tags.take_away),
    route("POST", rf"{RECORD}/Notes", notes.create_on_record),
    route("GET", LIST, related.several),
    route("PUT", LIST, related.link),
    route("DELETE", LIST, related.unlink),
    route("GET", RELATED, related.one),
    route("PUT", RELATED, related.link),
    route("DELETE", RELATED, related.unlink),
    route("*", r"/crm/(?:v\d|bulk).*", unknown_url),
]
