"""The store of files, and the fields of records that take files and rows."""

from typing import Any

import pytest

from tests.sandbox.client import Client, connect
from tests.zoho import SandboxZoho

FILES = "/crm/v8/files"
DEALS = "/crm/v8/Deals"
NEEDED = {"Deal_Name": "New kitchen", "Stage": "Qualification"}
PDF = ("contract.pdf", b"%PDF", "application/pdf")
GROWN = {"name": "Grown Ltd", "sample": "grown"}


@pytest.fixture
def grown(zoho: SandboxZoho) -> Client:
    zoho.reset(crm_organizations=[GROWN])
    return connect(zoho)


def stored(client: Client, file: Any = PDF) -> str:
    file_id: str = client.upload(FILES, file=file).json["data"][0]["details"]["id"]
    return file_id


def made(client: Client, **values: Any) -> str:
    reply = client.post(DEALS, {"data": [NEEDED | values]})
    record_id: str = reply.json["data"][0]["details"]["id"]
    return record_id


def read(client: Client, record_id: str) -> dict[str, Any]:
    record: dict[str, Any] = client.get(f"{DEALS}/{record_id}").json["data"][0]
    return record


def change(client: Client, record_id: str, **values: Any) -> Any:
    return client.put(f"{DEALS}/{record_id}", {"data": [values]}).json["data"][0]


class TestStore:
    def test_takes_a_file_and_brings_it_back(self, grown: Client) -> None:
        file_id = stored(grown)

        assert grown.get(f"{FILES}?id={file_id}").body == b"%PDF"
        assert grown.get(f"{FILES}?id=0").status == 204
        assert grown.get(FILES).json["code"] == "REQUIRED_PARAM_MISSING"

    def test_refuses_what_is_no_file(self, grown: Client) -> None:
        reply = grown.upload(FILES, file=("empty.txt", b"", "text/plain"))

        assert (reply.status, reply.json["code"]) == (
            400,
            "failure_in_attachment_handling",
        )


class TestFilesOfFields:
    def test_are_added_to_those_that_are_there(self, grown: Client) -> None:
        deal = made(grown, Contracts=[{"File_Id__s": stored(grown)}])
        (first,) = read(grown, deal)["Contracts"]
        assert (first["File_Name__s"], first["Size__s"]) == ("contract.pdf", 4)

        other = ("plan.pdf", b"%PDF-2", "application/pdf")
        change(grown, deal, Contracts=[{"File_Id__s": stored(grown, other)}])

        names = [each["File_Name__s"] for each in read(grown, deal)["Contracts"]]
        assert names == ["contract.pdf", "plan.pdf"]
        change(grown, deal, Contracts=[{"id": first["id"], "_delete": None}])
        names = [each["File_Name__s"] for each in read(grown, deal)["Contracts"]]
        assert names == ["plan.pdf"]

    def test_may_take_the_place_of_those_that_are_there(
        self, zoho: SandboxZoho
    ) -> None:
        zoho.reset(crm_organizations=[GROWN | {"rows_replace": True}])
        grown = connect(zoho)
        deal = made(grown, Contracts=[{"File_Id__s": stored(grown)}])

        change(grown, deal, Contracts=[{"File_Id__s": stored(grown)}])

        assert len(read(grown, deal)["Contracts"]) == 1

    @pytest.mark.parametrize(
        "value", ["contract.pdf", [1], [{}], [{"File_Id__s": "0"}], [{"id": "1"}]]
    )
    def test_are_known_to_the_store(self, value: Any, grown: Client) -> None:
        reply = grown.post(DEALS, {"data": [NEEDED | {"Contracts": value}]})

        assert reply.json["data"][0]["code"] == "INVALID_DATA"


class TestRows:
    def test_are_added_changed_and_taken_away(self, grown: Client) -> None:
        rows = [{"Language": "French", "Level": "Fluent"}, {"Language": "Welsh"}]
        deal = made(grown, Languages_Known=rows)
        french, welsh = read(grown, deal)["Languages_Known"]

        changes: list[dict[str, Any]] = [
            {"id": french["id"], "Level": "Native"},
            {"id": welsh["id"], "_delete": None},
            {"Language": "Irish"},
        ]
        change(grown, deal, Languages_Known=changes)

        found = read(grown, deal)["Languages_Known"]
        assert [(each["Language"], each.get("Level")) for each in found] == [
            ("French", "Native"),
            ("Irish", None),
        ]

    def test_lack_nothing(self, grown: Client) -> None:
        rows = [{"Level": "Fluent"}]
        reply = grown.post(DEALS, {"data": [NEEDED | {"Languages_Known": rows}]})

        (item,) = reply.json["data"]
        assert item["code"] == "MANDATORY_NOT_FOUND"
        place = "$.data[0].Languages_Known[0].Language"
        assert item["details"] == {"api_name": "Language", "json_path": place}

    def test_have_columns_of_their_own(self, grown: Client) -> None:
        fields = grown.get("/crm/v8/settings/fields?module=Deals").json["fields"]
        (subform,) = [each for each in fields if each["data_type"] == "subform"]

        assert len(fields) == 130
        rows = subform["associated_module"]["module"]
        path = f"/crm/v8/settings/fields?module={rows}"
        columns = grown.get(path).json["fields"]
        assert [each["api_name"] for each in columns][:2] == ["Language", "Level"]
