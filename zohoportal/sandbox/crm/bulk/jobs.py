"""Bulk write: a job is made, asked after, and its result brought.

https://www.zoho.com/crm/developer/docs/api/v8/bulk-write/overview.html
"""

import base64
from typing import Any
from urllib.parse import urlsplit

from zohoportal.sandbox.crm.bulk import tables
from zohoportal.sandbox.crm.bulk.work import Work
from zohoportal.sandbox.crm.gate import admit, refuse
from zohoportal.sandbox.crm.organisations import Organisation
from zohoportal.sandbox.crm.records.writes import Writer
from zohoportal.sandbox.crm.settings.metadata import Module
from zohoportal.sandbox.crm.shapes import user
from zohoportal.sandbox.messages import Answer, Request, json_answer
from zohoportal.sandbox.tables import Row
from zohoportal.sandbox.world import World, crm_now

SCOPE = "ZohoCRM.bulk.CREATE"
OPERATIONS = ("insert", "update", "upsert")
MOST_ROWS = 25_000
MOST_COLUMNS = 200
# What of a resource is told again.
TOLD = ("type", "module", "ignore_empty", "field_mappings")
# What is said when it is asked after; the work is done by then.
STATES = ("ADDED", "INPROGRESS", "COMPLETED")


def create(request: Request, world: World) -> Answer:
    # https://www.zoho.com/crm/developer/docs/api/v8/bulk-write/create-job.html
    organisation = admit(request, world, SCOPE)
    body = request.json if isinstance(request.json, dict) else {}
    resource = _resource(body)
    _check_callback(body.get("callback"))
    module = _module(organisation, resource)
    name, lines = _lines(organisation, resource)
    _check_fields(module, body["operation"], resource, lines[0])
    job, effects = _worked(world, organisation, module, body, (name, lines))
    organisation.jobs.put(job)
    return json_answer(
        {
            "status": "success",
            "code": "SUCCESS",
            "message": "success",
            "details": {"id": job["id"], "created_by": user()},
        },
        201,
        effect="; ".join([f"made job {job['id']}", *effects]),
    )


def _resource(body: Row) -> Row:
    resources = body.get("resource")
    if body.get("operation") not in OPERATIONS or not isinstance(resources, list):
        raise refuse(400, "INVALID_DATA", "invalid operation or resource")
    resource: Any = resources[0] if len(resources) == 1 else None
    if not isinstance(resource, dict) or resource.get("type") != "data":
        raise refuse(400, "INVALID_DATA", "invalid resource")
    if body["operation"] != "insert" and not resource.get("find_by"):
        message = "Required key find_by is not available"
        raise refuse(400, "MANDATORY_NOT_FOUND", message)
    return resource


def _check_callback(callback: Any) -> None:
    if callback is None:
        return
    address = str(callback.get("url")) if isinstance(callback, dict) else ""
    if urlsplit(address).scheme not in ("http", "https"):
        raise refuse(400, "INVALID_CALLBACK_URL", "invalid callback url")
    if str(callback.get("method")).casefold() != "post":
        details = {"supported_callback_methods": ["post"]}
        raise refuse(400, "INVALID_CALLBACK_METHOD", "invalid callback method", details)


def _module(organisation: Organisation, resource: Row) -> Module:
    named = resource.get("module")
    name = named.get("api_name") if isinstance(named, dict) else None
    module = organisation.modules.get(str(name))
    if module is None:
        raise refuse(400, "MODULE_NOT_AVAILABLE", "the module is not available")
    return module


def _lines(organisation: Organisation, resource: Row) -> tuple[str, list[list[str]]]:
    file = organisation.uploads.get(str(resource.get("file_id")))
    if file is None:
        raise refuse(400, "FILE_NOT_FOUND", "the file is not there")
    names = resource.get("file_names") or [None]
    try:
        name, lines = tables.read(file["content"], names[0])
    except KeyError as error:
        raise refuse(400, "FILE_NOT_FOUND", "the file is not in the ZIP") from error
    if not lines or len(lines[0]) > MOST_COLUMNS:
        raise refuse(400, "HEADER_LIMIT_EXCEEDED", "200 columns are allowed")
    return name, lines


def _check_fields(
    module: Module, operation: str, resource: Row, header: list[str]
) -> None:
    mappings = tables.mappings_of(resource, header)
    names = [each["api_name"].partition(".")[0] for each in mappings]
    for name in names:
        if name not in module.fields and name not in ("id", "Layout"):
            raise refuse(400, "INVALID_FIELD", "invalid field", {"api_name": name})
    if any((each.get("index") or 0) >= len(header) for each in mappings):
        raise refuse(400, "COLUMN_INDEX_NOT_FOUND", "there is no such column")
    mandatory = {each.api_name for each in module.fields.values() if each.is_mandatory}
    if operation != "update" and not mandatory.issubset(names):
        raise refuse(400, "MANDATORY_FIELDS_NOT_MAPPED", "mandatory fields not mapped")


def _worked(
    world: World,
    organisation: Organisation,
    module: Module,
    body: Row,
    table: tuple[str, list[list[str]]],
) -> tuple[Row, list[str]]:
    """Return a job with its work done, and what that changed."""
    (resource,) = body["resource"]
    name, lines = table
    is_too_long = len(lines) - 1 > MOST_ROWS
    work = Work(Writer(world, organisation, module, "8"), body["operation"], resource)
    rows = [] if is_too_long else work.done(lines)
    columns = [each["api_name"] for each in tables.mappings_of(resource, lines[0])]
    job = {
        "id": world.new_id(),
        "operation": body["operation"],
        "created_time": crm_now(),
        "callback": body.get("callback"),
        "resource": {**resource, "module": {"api_name": module.api_name}},
        "file": name,
        "counts": work.counts,
        "is_skipped": is_too_long,
        "asked": 0,
        "result": tables.packed(f"{module.api_name}-{name}", columns, rows),
    }
    return job, work.effects


def show(request: Request, world: World) -> Answer:
    # https://www.zoho.com/crm/developer/docs/api/v8/bulk-write/get-job-details.html
    organisation = admit(request, world, SCOPE)
    job = _job(request, organisation)
    state = STATES[min(job["asked"], len(STATES) - 1)]
    organisation.jobs.put({**job, "asked": job["asked"] + 1})
    shown = {
        "status": state,
        "character_encoding": "UTF-8",
        "resource": [_shown_resource(job, state)],
        "id": job["id"],
        "created_by": user(),
        "operation": job["operation"],
        "created_time": job["created_time"],
    }
    if job["callback"]:
        shown["callback"] = job["callback"]
    if state == STATES[-1]:
        shown["result"] = {"download_url": _address(world, organisation, job)}
    return json_answer(shown)


def _shown_resource(job: Row, state: str) -> Row:
    is_done = state == STATES[-1]
    told = "SKIPPED" if is_done and job["is_skipped"] else state
    counts = job["counts"] if is_done else dict.fromkeys(job["counts"], 0)
    return {
        **{name: job["resource"][name] for name in TOLD if name in job["resource"]},
        "status": told,
        "code": "SUCCESS" if told == "COMPLETED" else told,
        "file": {
            "status": told,
            "name": job["file"],
            **{f"{name}_count": number for name, number in counts.items()},
            "total_count": sum(counts.values()),
        },
    }


def _job(request: Request, organisation: Organisation) -> Row:
    job = organisation.jobs.get(request.found["id"])
    if job is None:
        raise refuse(404, "RESOURCE_NOT_FOUND", "The requested resource doesn't exist.")
    return job


def _address(world: World, organisation: Organisation, job: Row) -> str:
    path = f"/v2/crm/{organisation.zgid}/bulk-write/{job['id']}/{job['id']}.zip"
    return world.public_url + path


def download(request: Request, world: World) -> Answer:
    # https://www.zoho.com/crm/developer/docs/api/v8/bulk-write/download-result.html
    organisation = admit(request, world, SCOPE)
    job = _job(request, organisation)
    name = f"{job['id']}.zip"
    headers = {"Content-Disposition": f"attachment;filename*=UTF-8''{name}"}
    content = base64.b64decode(job["result"])
    return Answer(200, content, "application/octet-stream", headers)
