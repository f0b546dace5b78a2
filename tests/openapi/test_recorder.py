import json
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import parse_qsl

import pytest

from tests.openapi import recorder
from tests.openapi.normaliser import FOLDER, folder

pytestmark = pytest.mark.skipif(
    folder() is None,
    reason=f"{FOLDER} does not name a folder with Zoho's OpenAPI files",
)
JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "multipart/form-data; boundary=x"}
DESK = {"orgId": "60001280952"}
DOE = {"Last_Name": "Doe"}
CONTACTS = "/crm/v8/Contacts"
TICKETS = "/api/v1/tickets"
TICKET = {"subject": "Printer", "departmentId": "1892000000006907"}
FILES = f"{TICKETS}/1892000000042034/attachments"


def request(
    method: str,
    address: str,
    body: Any = None,
    parts: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
) -> recorder.Entry:
    """Return a request as the sandbox's journal has it."""
    path, _, query = address.partition("?")
    kind = FORM if parts else JSON if body is not None else {}
    desk = DESK if path.startswith("/api/v1/") else {}
    every = (
        {"Host": "127.0.0.1", "User-Agent": "Zoho-Portal"}
        | kind
        | desk
        | (headers or {})
    )
    return {
        "method": method,
        "path": path,
        "query": dict(parse_qsl(query, keep_blank_values=True)),
        "headers": {name: value for name, value in every.items() if value},
        "user_agent": every["User-Agent"],
        "is_whole": True,
        "body": body,
        "parts": parts,
    }


class TestRecorder:
    @pytest.mark.parametrize(
        "sound",
        [
            request(
                "POST",
                f"{CONTACTS}/upsert",
                {"data": [DOE], "duplicate_check_fields": ["Email"]},
            ),
            request("PUT", f"{CONTACTS}/111113000000045001", {"data": [DOE]}),
            request("GET", f"{CONTACTS}?fields=Last_Name&per_page=10&page=2"),
            request("GET", f"{CONTACTS}/search?word=ada&page=1"),
            request("GET", "/crm/v8/settings/layouts?module=Contacts"),
            request("POST", f"{CONTACTS}/1/Attachments", parts={"file": "a.txt"}),
            request("POST", TICKETS, TICKET),
            request("PATCH", f"{TICKETS}/1892000000042034", {"status": "Closed"}),
            request("GET", f"{TICKETS}?include=contacts&limit=5"),
            request("POST", FILES, parts={"file": "a.txt"}),
        ],
        ids=lambda entry: f"{entry['method']} {entry['path']}",
    )
    def test_finds_nothing_wrong_with_a_sound_request(
        self, sound: recorder.Entry
    ) -> None:
        assert recorder.problems([sound]) == []

    @pytest.mark.parametrize(
        "body",
        [
            {"data": DOE},
            {"data": [DOE], "duplicate_check_fields": "Email"},
            {"data": [DOE], "invented": 1},
            None,
        ],
    )
    def test_finds_a_wrong_body(self, body: object) -> None:
        assert recorder.problems([request("POST", f"{CONTACTS}/upsert", body)])

    @pytest.mark.parametrize(
        "wrong",
        [
            request("GET", f"{CONTACTS}?invented=1"),
            request("GET", f"{CONTACTS}?per_page=many"),
            request("GET", f"{CONTACTS}?sort_order=up"),
            request("GET", f"{CONTACTS}/search?phone=12"),
            request("GET", "/crm/v8/settings/layouts"),
            request("GET", "/api/v1/contacts?limit=0"),
            request("GET", "/api/v1/myForm"),
            request("GET", "/api/v1/organizationFields?module=cases"),
        ],
        ids=lambda entry: f"{entry['path']} {entry['query']}",
    )
    def test_finds_a_wrong_parameter(self, wrong: recorder.Entry) -> None:
        assert recorder.problems([wrong])

    @pytest.mark.parametrize(
        "wrong",
        [
            request("GET", TICKETS, headers={"orgId": ""}),
            request("GET", TICKETS, headers={"orgId": "mine"}),
            request("GET", CONTACTS, headers={"X-Invented": "1"}),
            request("POST", TICKETS, TICKET, headers={"Content-Type": "text/plain"}),
        ],
    )
    def test_finds_a_wrong_header(self, wrong: recorder.Entry) -> None:
        assert recorder.problems([wrong])

    @pytest.mark.parametrize(
        "wrong",
        [
            request("POST", TICKETS, TICKET | {"invented": 1}),
            request("POST", TICKETS, TICKET | {"subject": 7}),
            request("PATCH", f"{TICKETS}/1892000000042034", {"status": 7}),
            request("POST", f"{FILES[:-11]}comments", {"contentType": "html"}),
            request("POST", FILES, parts={"document": "a.txt"}),
            request("POST", FILES, {"file": "a.txt"}),
            request("GET", TICKETS, {"limit": 5}),
        ],
    )
    def test_finds_a_wrong_body_of_desk(self, wrong: recorder.Entry) -> None:
        assert recorder.problems([wrong])

    @pytest.mark.parametrize(
        "wrong",
        [
            request("GET", "/api/v1/nothing"),
            request("GET", "/crm/v8/settings/nothing"),
            request("DELETE", "/api/v1/tickets"),
            request("GET", "/crm/v8/settings/layouts/1/nothing/more/at/all"),
            request("PATCH", CONTACTS),
        ],
    )
    def test_finds_a_request_that_no_file_knows(self, wrong: recorder.Entry) -> None:
        assert recorder.problems([wrong])

    def test_leaves_out_what_is_no_request_of_the_portal(self) -> None:
        wrong = request("GET", "/api/v1/nothing")

        assert recorder.problems([wrong | {"is_whole": False}]) == []
        assert recorder.problems([wrong | {"user_agent": recorder.TESTS}]) == []


class TestExceptions:
    @pytest.mark.parametrize(
        "tolerated",
        recorder.exceptions()["tolerated"],
        ids=lambda entry: f"{entry['request']} {entry['finding']}",
    )
    def test_are_needed_by_their_examples(self, tolerated: dict[str, Any]) -> None:
        example = tolerated["example"]
        method, address = example["request"].split()
        body = json.loads(example["body"]) if "body" in example else None
        entry = request(method, address, body, headers=example.get("headers"))

        found = recorder.problems_of(entry, tolerant=False)

        assert any(fnmatchcase(each, tolerated["finding"]) for each in found)
        assert recorder.problems_of(entry) == []

    @pytest.mark.parametrize("missing", ["subject", "departmentId"])
    def test_do_not_hide_what_desk_needs(self, missing: str) -> None:
        ticket = {name: value for name, value in TICKET.items() if name != missing}

        assert recorder.problems([request("POST", TICKETS, ticket)])

    def test_have_a_reason(self) -> None:
        for entries in recorder.exceptions().values():
            assert all(len(entry["reason"]) > 20 for entry in entries)
