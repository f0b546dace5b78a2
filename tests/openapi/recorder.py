"""Judge every CRM request that the suite makes by Zoho's files.

Exceptions: none are needed so far.
"""

import re
from functools import cache
from typing import Any

from tests.openapi.normaliser import Schema, errors, folder, request_schema

SPEC = "crm-v8/record.json"
# What is written, and where Zoho's file describes it.
WRITES = {
    r"POST /crm/v\d/\w+/upsert": ("/{module}/upsert", "POST"),
    r"POST /crm/v\d/\w+": ("/{module}", "POST"),
    r"PUT /crm/v\d/\w+/\d+": ("/{module}/{recordID}", "PUT"),
}


@cache
def _schema(path: str, method: str) -> Schema:
    return request_schema(SPEC, path, method)


def problems(journal: list[dict[str, Any]]) -> list[str]:
    """Return what is wrong with the requests, if there are files to judge them by.

    What never arrived whole, because a worker was killed, is no request.
    """
    if folder() is None:
        return []
    return [
        f"{entry['method']} {entry['path']}: {error.message}"
        for entry in journal
        if entry["body"] is not None
        for pattern, where in WRITES.items()
        if re.fullmatch(pattern, f"{entry['method']} {entry['path']}")
        for error in errors(_schema(*where), entry["body"])
    ]
