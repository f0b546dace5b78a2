"""Requests to the sandbox's CRM that other applications than the portal send."""

from typing import Any

from tests.openapi.case import Case
from tests.sandbox.packing import packed

USER = "crm-v8/users.json GET /users/{user}"
MODULE = "crm-v8/modules.json GET /settings/modules/{moduleIdentifier}"
FIELD = "crm-v8/fields.json GET /settings/fields/{fieldId}"
UPDATE_MANY = "crm-v8/record.json PUT /{module}"
DELETE_MANY = "crm-v8/record.json DELETE /{module}"
DELETED = "crm-v8/record.json GET /{module}/deleted"

NOTES = "crm-v8/notes.json GET /Notes"
NOTE = f"{NOTES}/{{id}}"
RELATED_NOTES = (
    "crm-v8/related_notes.json GET /{parentRecordModule}/{parentRecordId}/Notes"
)
RELATED = (
    "crm-v8/related_records.json GET /{parentRecordModule}/{parentRecord}/{relatedList}"
)
ONE_RELATED = f"{RELATED}/{{record}}"

UPLOAD = "crm-v8/upload.json POST /upload"
WRITE = "crm-v8/bulk_write.json POST /write"
JOB = "crm-v8/bulk_write.json GET /write/{jobId}"

CONTACTS = "/crm/v8/Contacts"
BULK = "/crm/bulk/v8/write"
PARENT = {"module": {"api_name": "Contacts", "id": "{module}"}, "id": "{contact}"}
TEXT = {"Note_Title": "Call", "Note_Content": "Said yes"}
NOTE_FIELDS = "fields=id,Note_Title,Note_Content,Parent_Id"
DEALS = f"{CONTACTS}/{{contact}}/Deals"


def many(status: int, *records: dict[str, Any]) -> Case:
    return Case(UPDATE_MANY, status, CONTACTS, {"data": list(records)})


RESOURCE = {
    "type": "data",
    "module": {"api_name": "Contacts"},
    "file_id": "{rows}",
    "file_names": ["rows.csv"],
    "find_by": "id",
    "field_mappings": [{"api_name": "Last_Name", "index": 0}],
}
INSERT: dict[str, Any] = {
    "operation": "insert",
    "resource": [RESOURCE],
    "callback": {"url": "http://requestbin.fullcontact.com/1fcimk51", "method": "post"},
}
ROWS = packed("Last_Name\nDoe\n")
FOR_ROWS = {"feature": "bulk-write", "X-CRM-ORG": "827200194"}


def noted(operation: str, status: int, path: str, *rows: dict[str, Any]) -> Case:
    return Case(NOTES.replace("GET", operation), status, path, {"data": list(rows)})


CASES = [
    Case(USER, 200, "/crm/v8/users/{user}"),
    Case(MODULE, 200, "/crm/v8/settings/modules/Contacts"),
    Case(FIELD, 200, "/crm/v8/settings/fields/{field}?module=Contacts"),
    Case(FIELD, 400, "/crm/v8/settings/fields/1?module=Contacts"),
    many(200, {"id": "{contact}", "Title": "Ms"}),
    many(400, {"id": "1", "Title": "Ms"}),
    many(400, {"Title": "Ms"}),
    Case(DELETE_MANY, 200, f"{CONTACTS}?ids={{fresh contact}},{{fresh contact}}"),
    Case(DELETE_MANY, 207, f"{CONTACTS}?ids={{fresh contact}},1"),
    Case(DELETE_MANY, 400, CONTACTS),
    Case(DELETED, 200, f"{CONTACTS}/deleted?type=all"),
    Case(DELETED, 204, "/crm/v8/Leads/deleted?type=all"),
    Case(DELETED, 400, f"{CONTACTS}/deleted?type=any"),
    noted("POST", 201, "/crm/v8/Notes", TEXT | {"Parent_Id": PARENT}),
    noted("POST", 207, "/crm/v8/Notes", TEXT | {"Parent_Id": PARENT}, TEXT),
    noted("POST", 400, "/crm/v8/Notes", {"Parent_Id": PARENT}),
    noted("PUT", 200, "/crm/v8/Notes", TEXT | {"id": "{note}"}),
    noted("PUT", 400, "/crm/v8/Notes", TEXT | {"id": "1"}),
    Case(NOTES, 200, f"/crm/v8/Notes?{NOTE_FIELDS}"),
    Case(NOTES, 400, "/crm/v8/Notes"),
    Case(NOTE, 200, f"/crm/v8/Notes/{{note}}?{NOTE_FIELDS}"),
    Case(NOTE, 204, f"/crm/v8/Notes/1?{NOTE_FIELDS}"),
    Case(NOTE.replace("GET", "PUT"), 200, "/crm/v8/Notes/{note}", {"data": [TEXT]}),
    Case(NOTE.replace("GET", "DELETE"), 400, "/crm/v8/Notes/1"),
    Case(NOTES.replace("GET", "DELETE"), 400, "/crm/v8/Notes"),
    Case(RELATED_NOTES, 200, f"{CONTACTS}/{{contact}}/Notes?{NOTE_FIELDS}"),
    Case(RELATED, 200, f"{DEALS}?fields=Deal_Name"),
    Case(RELATED, 204, f"{CONTACTS}/{{other contact}}/Deals?fields=Deal_Name"),
    Case(RELATED, 400, f"{CONTACTS}/{{contact}}/Nothing?fields=id"),
    Case(ONE_RELATED, 200, f"{DEALS}/{{deal}}?fields=Deal_Name"),
    Case(ONE_RELATED, 204, f"{DEALS}/1?fields=Deal_Name"),
    Case(RELATED.replace("GET", "PUT"), 200, DEALS, {"data": [{"id": "{deal}"}]}),
    Case(RELATED.replace("GET", "PUT"), 400, DEALS, {"data": [{"id": "1"}]}),
    Case(RELATED.replace("GET", "DELETE"), 400, DEALS),
    Case(ONE_RELATED.replace("GET", "DELETE"), 200, f"{DEALS}/{{deal}}"),
    Case(UPLOAD, 200, "/crm/v8/upload", ROWS, headers=FOR_ROWS),
    Case(UPLOAD, 400, "/crm/v8/upload", b"no ZIP", headers=FOR_ROWS),
    Case(UPLOAD, 400, "/crm/v8/upload", ROWS),
    Case(WRITE, 201, BULK, INSERT),
    Case(WRITE, 400, BULK, INSERT | {"operation": "delete"}),
    Case(WRITE, 400, BULK, INSERT | {"resource": [RESOURCE | {"file_id": "1"}]}),
    # Asked three times: it is added, then in progress, then completed.
    *[Case(JOB, 200, f"{BULK}/{{job}}")] * 3,
]
