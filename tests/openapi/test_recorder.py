import json
from fnmatch import fnmatchcase
from typing import Any

import pytest

from tests.openapi import recorder
from tests.openapi.normaliser import FOLDER, folder
from tests.openapi.requests import request
from tests.openapi.table import Entry

needs_files = pytest.mark.skipif(
    folder() is None,
    reason=f"{FOLDER} does not name a folder with Zoho's OpenAPI files",
)
DOE = {"Last_Name": "Doe"}
CONTACTS = "/crm/v8/Contacts"
TICKETS = "/api/v1/tickets"
TICKET = {"subject": "Printer", "departmentId": "1892000000006907"}


def upsert(**body: object) -> Entry:
    sound = {"data": [DOE], "duplicate_check_fields": ["Email"]}
    return request("POST", f"{CONTACTS}/upsert", sound | body)


class TestRecorder:
    @needs_files
    @pytest.mark.parametrize(
        "wrong",
        [
            upsert(data=DOE),
            upsert(duplicate_check_fields="Email"),
            request("GET", f"{CONTACTS}?fields=Email&per_page=many"),
            request("GET", f"{CONTACTS}?fields=Email&sort_order=up"),
            request("GET", f"{CONTACTS}/search?phone=12"),
            request("GET", "/api/v1/contacts?limit=0"),
            request("GET", "/api/v1/organizationFields?module=cases"),
            request("GET", TICKETS, headers={"orgId": "mine"}),
            request("POST", TICKETS, TICKET | {"subject": 7}),
            request("PATCH", f"{TICKETS}/1892000000042034", {"status": 7}),
        ],
        ids=lambda entry: f"{entry['path']} {entry['query']}",
    )
    def test_finds_a_wrong_value(self, wrong: Entry) -> None:
        assert recorder.problems([wrong])

    @needs_files
    def test_finds_a_wrong_value_in_either_form_of_books(self) -> None:
        address = "/books/v3/contacts?organization_id=927270289"
        wrong = {"contact_name": "Doe Ltd", "notes": 7}

        json_body = recorder.problems([request("POST", address, wrong)])
        field = {"JSONString": json.dumps(wrong)}
        form = recorder.problems([request("POST", address, form=field)])

        assert json_body == form
        assert json_body == [
            "POST /books/v3/contacts: body /notes: 7 is not of type 'string'"
        ]

    def test_leaves_out_what_is_no_request_of_the_portal(self) -> None:
        wrong = request("GET", "/api/v1/nothing")

        assert recorder.problems([wrong])
        assert recorder.problems([wrong | {"is_whole": False}]) == []
        assert recorder.problems([wrong | {"user_agent": recorder.TESTS}]) == []


class TestExceptions:
    @needs_files
    @pytest.mark.parametrize(
        "tolerated",
        recorder.exceptions()["tolerated"],
        ids=lambda entry: f"{entry['request']} {entry['finding']}",
    )
    def test_are_needed_by_their_examples(self, tolerated: dict[str, Any]) -> None:
        method, address = tolerated["example"]["request"].split()
        entry = request(method, address)

        found = recorder.problems_of(entry, tolerant=False)

        assert any(fnmatchcase(each, tolerated["finding"]) for each in found)
        assert recorder.problems_of(entry) == []

    def test_have_a_reason(self) -> None:
        for entries in recorder.exceptions().values():
            assert all(len(entry["reason"]) > 20 for entry in entries)
