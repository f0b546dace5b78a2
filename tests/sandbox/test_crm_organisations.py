"""Several CRM organisations at once, and metadata that changes under the client."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.client import REDIRECT_URI, SCOPE, Client, connect, exchange
from tests.zoho import SandboxZoho

CONTACTS = "/crm/v8/Contacts"
TWO = [{"name": "Example Ltd"}, {"name": "Rich Ltd", "sample": "rich"}]


def fields_of(client: Client, module: str = "Contacts") -> dict[str, Any]:
    found = client.get(f"/crm/v8/settings/fields?module={module}").json["fields"]
    return {each["api_name"]: each for each in found}


def outcome(client: Client, **values: Any) -> tuple[str, str | None]:
    """Return the code for a new contact, and the field it names."""
    data = [{"Last_Name": "Doe", **values}]
    (item,) = client.post(CONTACTS, {"data": data}).json["data"]
    return item["code"], item["details"].get("api_name")


class TestOrganisations:
    def test_have_records_and_metadata_of_their_own(self, zoho: SandboxZoho) -> None:
        zoho.reset(crm_organizations=TWO)
        plain, rich = connect(zoho), connect(zoho, organization="Rich Ltd")

        rich.post(CONTACTS, {"data": [{"Last_Name": "Doe"}]})

        assert len(zoho.crm_records("Contacts")) == 8
        assert len(zoho.crm_records("Contacts", "Rich Ltd")) == 9
        assert (len(fields_of(plain)), len(fields_of(rich))) == (24, 150)
        ids = [
            client.get("/crm/v8/org").json["org"][0]["zgid"] for client in (plain, rich)
        ]
        assert len(set(ids)) == 2
        assert plain.get("/crm/v8/CustomModule1?fields=id").status == 400

    def test_are_chosen_at_consent(self, zoho: SandboxZoho) -> None:
        zoho.reset(crm_organizations=TWO)
        client = zoho.new_client("server", [REDIRECT_URI])
        asked = {
            "client_id": client[0],
            "response_type": "code",
            "redirect_uri": REDIRECT_URI,
            "scope": SCOPE,
        }
        page = Client(zoho).get(f"/oauth/v2/auth?{_query(asked)}").text
        zgid = page.partition('">Rich Ltd<')[0].rpartition('value="')[2]

        decided = {**asked, "decision": "accept", "crm_organization": zgid}
        code = Client(zoho).submit("/oauth/v2/auth", **decided).callback["code"]
        tokens = exchange(zoho, client, code, redirect_uri=REDIRECT_URI)

        app = Client(zoho, tokens["access_token"])
        assert app.get("/crm/v8/org").json["org"][0]["company_name"] == "Rich Ltd"

    def test_stay_chosen_when_a_token_is_refreshed(self, zoho: SandboxZoho) -> None:
        zoho.reset(crm_organizations=TWO)
        client = zoho.new_client("self")
        code = zoho.new_code(client[0], SCOPE, crm_organization="Rich Ltd")
        refresh_token = exchange(zoho, client, code)["refresh_token"]

        form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        tokens = exchange(zoho, client, "", **form)

        app = Client(zoho, tokens["access_token"])
        assert app.get("/crm/v8/org").json["org"][0]["company_name"] == "Rich Ltd"

    def test_are_no_choice_when_there_is_one(self, zoho: SandboxZoho) -> None:
        client_id, _ = zoho.new_client("self")

        page = Client(zoho).get(f"/console?client={client_id}").text

        assert "CRM organization" not in page

    def test_have_pages_of_their_own(self, zoho: SandboxZoho) -> None:
        zoho.reset(crm_organizations=TWO)
        rich = connect(zoho, organization="Rich Ltd")
        zgid = rich.get("/crm/v8/org").json["org"][0]["zgid"]
        made = rich.post("/crm/v8/CustomModule1", {"data": [{"Name": "Roof <1>"}]})
        record = made.json["data"][0]["details"]["id"]

        page = rich.get(f"/crm/org{zgid}/tab/CustomModule1").text

        assert "Zoho CRM: Projects" in page
        assert "Roof &lt;1&gt;" in page
        path = f"/crm/org{zgid}/tab/CustomModule1/{record}"
        assert "Roof &lt;1&gt;" in rich.get(path).text

    @pytest.mark.parametrize(
        "wishes", [[], "Rich Ltd", [{}], [{"name": "A", "sample": "huge"}]]
    )
    def test_are_described_properly(self, zoho: SandboxZoho, wishes: Any) -> None:
        with pytest.raises(RuntimeError, match="CRM organisation"):
            zoho.reset(crm_organizations=wishes)


class TestMetadataChanges:
    def test_remove_a_field(self, zoho: SandboxZoho, client: Client) -> None:
        zoho.change_crm_metadata("Contacts", remove_field="Department")

        assert "Department" not in fields_of(client)
        assert outcome(client, Department="Sales")[0] == "SUCCESS"
        assert "Department" not in zoho.crm_records("Contacts")[-1]

    def test_rename_a_field_and_keep_its_values(
        self, zoho: SandboxZoho, client: Client
    ) -> None:
        phone = zoho.crm_records("Contacts")[0]["Phone"]
        change = {"from": "Phone", "to": "Phone_1"}

        zoho.change_crm_metadata("Contacts", rename_field=change)

        assert "Phone" not in fields_of(client)
        assert zoho.crm_records("Contacts")[0]["Phone_1"] == phone
        outcome(client, Phone="1", Phone_1="2")
        assert zoho.crm_records("Contacts")[-1]["Phone_1"] == "2"

    def test_require_a_field(self, zoho: SandboxZoho, client: Client) -> None:
        zoho.change_crm_metadata("Contacts", require_field="Title")

        assert outcome(client) == ("MANDATORY_NOT_FOUND", "Title")
        assert outcome(client, Title="Ms")[0] == "SUCCESS"
        reply = client.get("/crm/v8/settings/layouts?module=Contacts")
        (section,) = reply.json["layouts"][0]["sections"]
        required = [each["api_name"] for each in section["fields"] if each["required"]]
        assert required == ["Last_Name", "Title"]

    def test_add_a_field(self, zoho: SandboxZoho, client: Client) -> None:
        fields_of(client)
        field = {
            "api_name": "Rank",
            "data_type": "picklist",
            "values": ["Gold", ["Silver", "Silber"]],
            "required": True,
        }

        zoho.change_crm_metadata("Contacts", add_field=field)

        shown = [
            each["display_value"]
            for each in fields_of(client)["Rank"]["pick_list_values"]
        ]
        assert shown == ["-None-", "Gold", "Silber"]
        assert outcome(client) == ("MANDATORY_NOT_FOUND", "Rank")
        assert outcome(client, Rank="Silver")[0] == "SUCCESS"

    def test_remove_and_add_a_value(self, zoho: SandboxZoho, client: Client) -> None:
        assert outcome(client, Lead_Source="Partner")[0] == "SUCCESS"
        partner = {"field": "Lead_Source", "value": "Partner"}

        zoho.change_crm_metadata("Contacts", remove_value=partner)
        refused = outcome(client, Lead_Source="Partner")
        zoho.change_crm_metadata("Contacts", add_value=partner)

        assert refused == ("INVALID_DATA", "Lead_Source")
        assert outcome(client, Lead_Source="Partner")[0] == "SUCCESS"

    def test_remove_a_parent_with_its_dependencies(self, zoho: SandboxZoho) -> None:
        zoho.reset(crm_organizations=[{"name": "Rich Ltd", "sample": "rich"}])
        client = connect(zoho)

        zoho.change_crm_metadata("Contacts", remove_field="Region")

        assert outcome(client, Country="France")[0] == "SUCCESS"

    def test_reach_one_organisation(self, zoho: SandboxZoho) -> None:
        zoho.reset(crm_organizations=TWO)
        plain, rich = connect(zoho), connect(zoho, organization="Rich Ltd")

        zoho.change_crm_metadata("Contacts", "Rich Ltd", require_field="Title")

        assert outcome(plain)[0] == "SUCCESS"
        assert outcome(rich) == ("MANDATORY_NOT_FOUND", "Title")

    def test_are_gone_after_a_reset(self, zoho: SandboxZoho) -> None:
        zoho.change_crm_metadata("Contacts", require_field="Title")

        zoho.reset()

        assert outcome(connect(zoho))[0] == "SUCCESS"

    @pytest.mark.parametrize(
        "change",
        [
            {},
            {"remove_field": "Nothing"},
            {"remove_field": "Title", "require_field": "Title"},
            {"rename_field": "Title"},
            {"add_field": {"data_type": "text"}},
            {"add_field": {"api_name": "A", "invented": 1}},
            {"remove_value": {"field": "Lead_Source", "value": "Nothing"}},
            {"add_value": "Nothing"},
        ],
    )
    def test_are_described_properly(
        self, zoho: SandboxZoho, change: dict[str, Any]
    ) -> None:
        with pytest.raises(RuntimeError, match="error"):
            zoho.change_crm_metadata("Contacts", **change)


class TestStateFile:
    def test_keeps_records_files_and_changes(self, tmp_path: Path) -> None:
        options = ("--state", str(tmp_path / "state.json"))
        with SandboxZoho(*options) as zoho:
            zoho.reset(crm_organizations=TWO)
            client = connect(zoho, organization="Rich Ltd")
            zoho.change_crm_metadata("Contacts", "Rich Ltd", require_field="Title")
            outcome(client, Title="Ms")
            contact = zoho.crm_records("Contacts", "Rich Ltd")[-1]
            path = f"{CONTACTS}/{contact['id']}/Attachments"
            client.upload(path, file=("a.bin", b"\x00\xff"))
            fields = fields_of(client)

        with SandboxZoho(*options) as zoho:
            token = client.headers["Authorization"].partition(" ")[2]
            client = Client(zoho, token)
            assert zoho.crm_records("Contacts", "Rich Ltd")[-1] == contact
            assert zoho.attachments("Rich Ltd")[0]["content"] == b"\x00\xff"
            assert fields_of(client) == fields
            assert outcome(client) == ("MANDATORY_NOT_FOUND", "Title")

    def test_of_an_older_version_is_understood(self, tmp_path: Path) -> None:
        file = tmp_path / "state.json"
        with SandboxZoho("--state", str(file)) as zoho:
            authorization = connect(zoho).headers["Authorization"]
            contacts = zoho.crm_records("Contacts")
        state = json.loads(file.read_text("utf-8"))
        state["tables"] |= state.pop("crm")[0]["records"]
        del state["settings"]["crm_organizations"]
        for token in state["access_tokens"].values():
            del token["zgid"]
        file.write_text(json.dumps(state), "utf-8")

        with SandboxZoho("--state", str(file)) as zoho:
            client = Client(zoho, authorization.partition(" ")[2])
            assert zoho.crm_records("Contacts") == contacts
            assert client.get("/crm/v8/Contacts?fields=id").status == 200


def _query(asked: dict[str, str]) -> str:
    return "&".join(f"{name}={value}" for name, value in asked.items())
