import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.openapi import recorder, table
from tests.openapi.normaliser import FOLDER, Schema, folder
from tests.openapi.operations import Operation, find
from tests.openapi.requests import request
from tests.openapi.table import Call, Entry

DOE = {"Last_Name": "Doe", "Email": "jane@example.com"}
CONTACTS = "/crm/v8/Contacts"
TICKETS = "/api/v1/tickets"
TICKET = {"subject": "Printer", "departmentId": "1892000000006907"}
FILES = f"{TICKETS}/1892000000042034/attachments"
COMMENTS = f"{TICKETS}/1892000000042034/comments"
UPSERT = {"data": [DOE], "duplicate_check_fields": ["Email"]}
REFRESH = {
    "grant_type": "refresh_token",
    "client_id": "1000.X",
    "client_secret": "…abcd",
    "refresh_token": "…abcd",
}
BOOKS = "/books/v3/contacts"
ORGANIZATION = "organization_id=927270289"
CUSTOMER = {"contact_name": "Doe Ltd", "contact_type": "customer"}
PERSONS = f"{BOOKS}/contactpersons"
UNIQUE = {
    "X-Unique-Identifier-Key": "cf_reference",
    "X-Unique-Identifier-Value": "ZP-1",
    "X-Upsert": "true",
}
PERSON = {"contact_id": "1", "first_name": "Jane"}
OLDER = {"JSONString": json.dumps(PERSON)}
AUTH = "/oauth/v2/auth?client_id=1000.X&response_type=code&redirect_uri=x&scope=y"


def without(given: dict[str, Any], name: str) -> dict[str, Any]:
    return {each: value for each, value in given.items() if each != name}


def named(entry: Entry) -> str:
    return f"{entry['method']} {entry['path']} {entry['query']}"


class TestTable:
    @pytest.mark.parametrize(
        "sound",
        [
            request("POST", f"{CONTACTS}/upsert", UPSERT),
            request("PUT", f"{CONTACTS}/111113000000045001", {"data": [DOE]}),
            request("GET", f"{CONTACTS}?fields=Last_Name&per_page=10&page=2"),
            request("GET", "/crm/v2/Contacts?fields=Last_Name&sort_by=id"),
            request("GET", f"{CONTACTS}/search?word=ada&page=1"),
            request("GET", "/crm/v8/settings/layouts?module=Contacts"),
            request("POST", f"{CONTACTS}/1/Attachments", parts={"file": "a.txt"}),
            request("POST", TICKETS, TICKET),
            request("POST", TICKETS, TICKET | {"contact": {"lastName": "Doe"}}),
            request("PATCH", f"{TICKETS}/1892000000042034", {"status": "Closed"}),
            request("GET", f"{TICKETS}?include=contacts&limit=5"),
            request("POST", FILES, parts={"file": "a.txt"}),
            request("POST", "/crm/v8/files", parts={"file": "a.txt"}),
            request("POST", COMMENTS, {"content": "Done"}),
            request("GET", "/api/v1/organizations", headers={"orgId": ""}),
            request("POST", "/oauth/v2/token", form=REFRESH),
            request("GET", f"{AUTH}&state=z"),
            request("GET", "/books/v3/organizations"),
            request("GET", f"{BOOKS}?{ORGANIZATION}&email=a@example.com&per_page=200"),
            request("POST", f"{BOOKS}?{ORGANIZATION}", CUSTOMER),
            request("PUT", f"{BOOKS}?{ORGANIZATION}", CUSTOMER, headers=UNIQUE),
            request("POST", f"{BOOKS}/1/inactive?{ORGANIZATION}"),
            request("PUT", f"{PERSONS}/1?{ORGANIZATION}", PERSON),
            request("POST", f"{PERSONS}?{ORGANIZATION}", form=OLDER),
            request("GET", f"/books/v3/invoices?{ORGANIZATION}&customer_id=1"),
        ],
        ids=named,
    )
    def test_finds_nothing_wrong_with_a_sound_request(self, sound: Entry) -> None:
        assert recorder.problems([sound]) == []

    @pytest.mark.parametrize(
        ("wrong", "finding"),
        [
            (
                request("GET", f"{CONTACTS}?fields=Email&sort_bye=id"),
                "query sort_bye: the table does not know it",
            ),
            (
                request("POST", f"{CONTACTS}/upsert", {"data": [DOE]}),
                "body duplicate_check_fields: it is missing",
            ),
            (
                request("GET", TICKETS, headers={"orgId": ""}),
                "header orgId: it is missing",
            ),
            (
                request("POST", TICKETS, TICKET | {"contact": {"mail": "x"}}),
                "body contact.mail: the table does not know it",
            ),
            (
                request("POST", "/oauth/v2/token", form=without(REFRESH, "client_id")),
                "form client_id: it is missing",
            ),
            (
                request("GET", f"{AUTH}&promt=consent"),
                "query promt: the table does not know it",
            ),
        ],
        ids=lambda found: found if isinstance(found, str) else "",
    )
    def test_names_what_is_wrong(self, wrong: Entry, finding: str) -> None:
        assert recorder.problems([wrong]) == [
            f"{wrong['method']} {wrong['path']}: {finding}"
        ]

    @pytest.mark.parametrize(
        "wrong",
        [
            request("GET", CONTACTS),
            request("GET", f"{CONTACTS}?fields=Email&invented=1"),
            request("GET", "/crm/v8/settings/layouts"),
            request("GET", f"{CONTACTS}/1/Attachments"),
            request("DELETE", CONTACTS),
            request("GET", "/api/v1/myForm"),
            request("GET", f"{CONTACTS}?fields=Email", headers={"X-Invented": "1"}),
            request("GET", f"{CONTACTS}/1", headers={"If-Unmodified-Since": "x"}),
            request("POST", f"{CONTACTS}/upsert", UPSERT | {"invented": 1}),
            request("POST", f"{CONTACTS}/upsert", [UPSERT]),
            request("POST", f"{CONTACTS}/upsert"),
            request("POST", TICKETS, TICKET | {"invented": 1}),
            request("POST", TICKETS, TICKET | {"contact": "Doe"}),
            request("POST", TICKETS, without(TICKET, "subject")),
            request("POST", TICKETS, without(TICKET, "departmentId")),
            request("POST", TICKETS, TICKET, headers={"Content-Type": "text/plain"}),
            request("POST", COMMENTS, {"contentType": "html"}),
            request("POST", FILES, parts={"document": "a.txt"}),
            request("POST", FILES, {"file": "a.txt"}),
            request("GET", TICKETS, {"limit": 5}),
            request("GET", f"/books/v3/organizations?{ORGANIZATION}"),
            request("GET", BOOKS),
            request("GET", f"{BOOKS}?{ORGANIZATION}&mail=x"),
            request("POST", f"{BOOKS}?{ORGANIZATION}", {"name": "Doe Ltd"}),
            request("PUT", f"{BOOKS}?{ORGANIZATION}", CUSTOMER),
            request("POST", f"{PERSONS}?{ORGANIZATION}", {"first_name": "Jane"}),
            request("POST", f"{PERSONS}?{ORGANIZATION}", form={"first_name": "Jane"}),
            request("POST", f"{PERSONS}?{ORGANIZATION}", form={"JSONString": "{}"}),
            request("POST", f"{PERSONS}?{ORGANIZATION}", form={"JSONString": "{"}),
            request("POST", "/oauth/v2/token?code=x", form=REFRESH),
            request("POST", "/oauth/v2/token"),
        ],
        ids=named,
    )
    def test_finds_a_wrong_name(self, wrong: Entry) -> None:
        assert recorder.problems([wrong])

    @pytest.mark.parametrize(
        "wrong",
        [
            request("GET", "/api/v1/nothing"),
            request("GET", "/crm/v8/settings/nothing"),
            request("DELETE", "/api/v1/tickets"),
            request("GET", "/crm/v8/settings/layouts/1/nothing/more/at/all"),
            request("PATCH", CONTACTS),
            request("POST", "/oauth/v2/tokens", form=REFRESH),
        ],
        ids=named,
    )
    def test_does_not_know_every_call(self, wrong: Entry) -> None:
        (finding,) = recorder.problems([wrong])

        assert finding.endswith("the table does not know it")

    def test_says_what_it_takes_from_elsewhere(self) -> None:
        for call in table.calls():
            said = [call.facts] if isinstance(call.facts, str) else call.facts.values()
            assert call.file or said
            assert all(len(each) > 20 for each in said)

    def test_leads_into_objects_that_it_knows(self) -> None:
        for call in table.calls():
            for names in call.names.values():
                outer = {name.rpartition(".")[0] for name in names} - {""}
                assert outer <= names.keys(), call


@pytest.mark.skipif(
    folder() is None,
    reason=f"{FOLDER} does not name a folder with Zoho's OpenAPI files",
)
class TestAgreement:
    @pytest.mark.parametrize("call", table.calls(), ids=str)
    def test_with_the_files(self, call: Call) -> None:
        found = find(call.method, call.example)
        if call.file is None:
            assert found is None
            return
        assert found is not None
        assert found.spec == call.file

        differing = set(differences(call, found))

        assert isinstance(call.facts, dict)
        excused = {each for each in differing if each in call.facts}
        excused |= {each for each in differing if each.split()[0] in call.facts}
        assert differing - excused == set()
        needed = excused | {each.split()[0] for each in excused}
        assert call.facts.keys() - needed == set()


def differences(call: Call, operation: Operation) -> Iterator[str]:
    """Yield the names that a row and a file say different things about."""
    described = described_names(call, operation)
    for place in call.names.keys() | described.keys():
        own, theirs = call.names.get(place, {}), described.get(place, {})
        for name in own.keys() | theirs.keys():
            if own.get(name) != theirs.get(name):
                yield f"{place} {name}"


def described_names(call: Call, operation: Operation) -> dict[str, dict[str, bool]]:
    """Return a file's names as a row has them, as deep as the row goes."""
    found: dict[str, dict[str, bool]] = {}
    for each in operation.parameters:
        known = recorder.in_its_place(operation, each)
        if known.place != "path":
            found.setdefault(known.place, {})[known.name] = known.is_required
    for kind, schema in operation.bodies.items():
        (place,) = [each for each in table.CONTENTS if table.CONTENTS[each] == kind]
        found[place] = names_of(schema)
        for name in call.names.get(place, {}):
            outer = name.rpartition(".")[0]
            if outer:
                inner = names_of(schema["properties"][outer])
                found[place] |= {f"{outer}.{each}": inner[each] for each in inner}
    return found


def names_of(schema: Schema) -> dict[str, bool]:
    """Return an object's names; those of one choice of several need not be sent."""
    names = {
        name: name in schema.get("required", ())
        for name in schema.get("properties", {})
    }
    for choice in [*schema.get("oneOf", ()), *schema.get("anyOf", ())]:
        names |= dict.fromkeys(choice.get("properties", {}), False)
    return names
