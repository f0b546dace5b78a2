import csv
import io
import zipfile
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.sandbox.client import Client, Reply, connect
from tests.sandbox.packing import packed
from tests.zoho import SandboxZoho

WRITE = "/crm/bulk/v8/write"
ZGID = "827200194"
ZIP: dict[str, Any] = {"file": ("a.zip", packed("x"))}
HEADERS = {"feature": "bulk-write", "X-CRM-ORG": ZGID}


@pytest.fixture
def crm(zoho: SandboxZoho) -> Client:
    zoho.reset(crm_organizations=[{"name": "Rich Ltd", "sample": "rich"}])
    client = connect(zoho)
    client.headers |= HEADERS
    return client


def upload(client: Client, text: str) -> str:
    reply = client.upload("/crm/v8/upload", file=("rows.zip", packed(text)))
    file_id: str = reply.json["details"]["file_id"]
    return file_id


def start(client: Client, text: str, operation: str = "insert", **more: Any) -> Reply:
    resource = {
        "type": "data",
        "module": {"api_name": "Contacts"},
        "file_id": upload(client, text),
        "ignore_empty": True,
        **more,
    }
    return client.post(WRITE, {"operation": operation, "resource": [resource]})


def finished(client: Client, made: Reply) -> dict[str, Any]:
    """Ask until it is done, and return what is said then."""
    path = f"{WRITE}/{made.json['details']['id']}"
    states = [client.get(path).json for _ in range(3)]
    assert [each["status"] for each in states] == ["ADDED", "INPROGRESS", "COMPLETED"]
    assert "result" not in states[1]
    last: dict[str, Any] = states[2]
    return last


def result(client: Client, job: dict[str, Any]) -> list[dict[str, str]]:
    reply = client.get(urlsplit(job["result"]["download_url"]).path)
    with zipfile.ZipFile(io.BytesIO(reply.body)) as archive:
        (name,) = archive.namelist()
        assert name == "Contacts-rows.csv"
        return list(csv.DictReader(io.StringIO(archive.read(name).decode())))


class TestInsert:
    def test_adds_what_is_sound(self, zoho: SandboxZoho, crm: Client) -> None:
        made = start(crm, "Last_Name,Email\nOne,one@example.com\n,x\nTwo,nowhere\n")

        job = finished(crm, made)

        assert made.status == 201
        assert job["resource"][0]["file"] == {
            "status": "COMPLETED",
            "name": "rows.csv",
            "added_count": 1,
            "updated_count": 0,
            "skipped_count": 2,
            "total_count": 3,
        }
        rows = result(crm, job)
        assert [row["STATUS"] for row in rows] == ["added", "skipped", "skipped"]
        assert rows[1]["ERRORS"] == "MANDATORY_NOT_FOUND-Last_Name:INVALID_DATA-Email"
        stored = zoho.crm_records("Contacts")[-1]
        assert (rows[0]["RECORD_ID"], stored["Last_Name"]) == (stored["id"], "One")

    def test_reads_every_type(self, zoho: SandboxZoho, crm: Client) -> None:
        header = (
            "Last_Name;Interests;Is_Reseller;Visits;Distance;Customer_Since;Next_Visit"
        )
        row = "One;Garden|Bath;TRUE;7;1.5;02/28/2026;11/30/2026 10:00:00"

        start(crm, f"{header}\n{row}\n".replace(";", ",").replace("|", ";"))

        stored = zoho.crm_records("Contacts")[-1]
        assert stored["Interests"] == ["Garden", "Bath"]
        assert (stored["Is_Reseller"], stored["Visits"]) == (True, 7)
        assert (stored["Distance"], stored["Customer_Since"]) == (1.5, "2026-02-28")
        assert stored["Next_Visit"] == "2026-11-30T10:00:00+00:00"

    def test_maps_columns_and_defaults(self, zoho: SandboxZoho, crm: Client) -> None:
        mappings = [
            {"api_name": "Last_Name", "index": 1},
            {"api_name": "Customer_Since", "index": 0, "format": "yyyy-MM-dd"},
            {"api_name": "Lead_Source", "default_value": {"value": "Partner"}},
        ]

        start(crm, "Day,Name\n2026-02-28,One\n", field_mappings=mappings)

        stored = zoho.crm_records("Contacts")[-1]
        assert (stored["Last_Name"], stored["Lead_Source"]) == ("One", "Partner")
        assert stored["Customer_Since"] == "2026-02-28"

    def test_adds_unknown_values_to_the_picklist(
        self, zoho: SandboxZoho, crm: Client
    ) -> None:
        start(crm, "Last_Name,Lead_Source\nOne,Pigeon\n")

        assert zoho.crm_records("Contacts")[-1]["Lead_Source"] == "Pigeon"
        fields = crm.get("/crm/v8/settings/fields?module=Contacts").json["fields"]
        (source,) = [each for each in fields if each["api_name"] == "Lead_Source"]
        assert source["pick_list_values"][-1]["actual_value"] == "Pigeon"

    def test_skips_what_is_there_where_a_field_says_what_that_is(
        self, zoho: SandboxZoho, crm: Client
    ) -> None:
        text = "Last_Name,Email\nOne,ada.archer@example.com\n"

        job = finished(crm, start(crm, text, find_by="Email"))

        (row,) = result(crm, job)
        assert (row["STATUS"], row["ERRORS"]) == ("skipped", "")
        assert zoho.crm_records("Contacts")[0]["Last_Name"] == "Archer"


class TestUpdate:
    TEXT = "Last_Name,Email,Title\n,ada.archer@example.com,Dr\nTwo,two@example.com,\n"

    def test_changes_what_is_there(self, zoho: SandboxZoho, crm: Client) -> None:
        job = finished(crm, start(crm, self.TEXT, "update", find_by="Email"))

        first, second = result(crm, job)
        assert (first["STATUS"], second["ERRORS"]) == (
            "updated",
            "RESOURCE_NOT_FOUND-Email",
        )
        ada = zoho.crm_records("Contacts")[0]
        assert (ada["Last_Name"], ada["Title"]) == ("Archer", "Dr")

    def test_adds_the_rest_on_wish(self, zoho: SandboxZoho, crm: Client) -> None:
        job = finished(crm, start(crm, self.TEXT, "upsert", find_by="Email"))

        assert [row["STATUS"] for row in result(crm, job)] == ["updated", "added"]

    def test_empties_fields_unless_told_otherwise(
        self, zoho: SandboxZoho, crm: Client
    ) -> None:
        text = "Last_Name,Email,Phone\nArcher,ada.archer@example.com,\n"

        start(crm, text, "update", find_by="Email", ignore_empty=False)

        assert zoho.crm_records("Contacts")[0]["Phone"] is None


class TestRefusals:
    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"operation": "update"}, "MANDATORY_NOT_FOUND"),
            ({"operation": "delete"}, "INVALID_DATA"),
            ({"file_id": "1"}, "FILE_NOT_FOUND"),
            ({"file_names": ["other.csv"]}, "FILE_NOT_FOUND"),
            ({"module": {"api_name": "Nothing"}}, "MODULE_NOT_AVAILABLE"),
            ({"type": "file"}, "INVALID_DATA"),
            ({"field_mappings": [{"api_name": "X", "index": 0}]}, "INVALID_FIELD"),
            (
                {"field_mappings": [{"api_name": "Email", "index": 0}]},
                "MANDATORY_FIELDS_NOT_MAPPED",
            ),
            (
                {"field_mappings": [{"api_name": "Last_Name", "index": 9}]},
                "COLUMN_INDEX_NOT_FOUND",
            ),
        ],
    )
    def test_name_what_is_wrong(
        self, crm: Client, change: dict[str, Any], code: str
    ) -> None:
        reply = start(crm, "Last_Name\nOne\n", **change)

        assert (reply.status, reply.json["code"]) == (400, code)

    @pytest.mark.parametrize(
        ("callback", "code"),
        [
            ({"url": "nowhere", "method": "post"}, "INVALID_CALLBACK_URL"),
            (
                {"url": "https://example.com", "method": "get"},
                "INVALID_CALLBACK_METHOD",
            ),
        ],
    )
    def test_judge_the_callback(
        self, crm: Client, callback: dict[str, str], code: str
    ) -> None:
        resource = {"type": "data", "module": {"api_name": "Contacts"}, "file_id": "1"}
        body = {"operation": "insert", "resource": [resource], "callback": callback}

        assert crm.post(WRITE, body).json["code"] == code

    def test_know_no_such_job(self, crm: Client) -> None:
        reply = crm.get(f"{WRITE}/1")

        assert (reply.status, reply.json["code"]) == (404, "RESOURCE_NOT_FOUND")

    @pytest.mark.parametrize(
        ("headers", "parts", "code"),
        [
            (
                {"feature": ""},
                ZIP,
                "NOT_SUPPORTED_FEATURE",
            ),
            ({"X-CRM-ORG": "1"}, ZIP, "INVALID_DATA"),
            ({}, {"other": "x"}, "MANDATORY_NOT_FOUND"),
            ({}, {"file": ("a.csv", b"Last_Name")}, "INVALID_FILE_FORMAT"),
        ],
    )
    def test_judge_the_upload(
        self, crm: Client, headers: dict[str, str], parts: dict[str, Any], code: str
    ) -> None:
        crm.headers |= headers

        reply = crm.upload("/crm/v8/upload", **parts)

        assert (reply.status, reply.json["code"]) == (400, code)

    def test_want_the_scopes(self, zoho: SandboxZoho) -> None:
        other = connect(zoho, "ZohoCRM.modules.ALL")

        assert other.post(WRITE, {}).json["code"] == "OAUTH_SCOPE_MISMATCH"
