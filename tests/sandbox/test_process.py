import json
import stat
import subprocess
import sys
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.sandbox.client import Client, connect
from tests.zoho import ROOT, SandboxZoho


def start(*options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "zohoportal.sandbox", *options],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


class TestProcess:
    def test_remembers_records_and_tokens_in_its_state_file(
        self, tmp_path: Path
    ) -> None:
        state = tmp_path / "state.json"
        new = {"Last_Name": "Doe", "Email": "doe@example.com"}
        with SandboxZoho("--state", str(state)) as zoho:
            headers = connect(zoho).headers
            app = Client(zoho)
            app.headers = headers
            app.post("/crm/v8/Contacts/upsert", {"data": [new]})

        with SandboxZoho("--state", str(state)) as zoho:
            app = Client(zoho)
            app.headers = headers
            reply = app.post("/crm/v8/Contacts/upsert", {"data": [new]})

        assert reply.json["data"][0]["action"] == "update"

    def test_reads_a_state_file_older_than_a_setting_and_a_table(
        self, tmp_path: Path
    ) -> None:
        state = tmp_path / "state.json"
        with SandboxZoho("--state", str(state)) as zoho:
            zoho.new_client("self")
        known = json.loads(state.read_text("utf-8"))
        del known["settings"]["crm_credits"], known["tables"]["comments"]
        for name in ("organizations", "contacts", "persons", "invoices"):
            del known["tables"][f"books_{name}"]
        state.write_text(json.dumps(known), "utf-8")

        with SandboxZoho("--state", str(state)) as zoho:
            assert zoho.limits()["crm_credits"] is None
            assert zoho.records()["comments"] == []
            assert len(zoho.books()["contacts"]) == 6

    def test_keeps_its_state_file_to_itself(self, tmp_path: Path) -> None:
        state = tmp_path / "state.json"

        with SandboxZoho("--state", str(state)) as zoho:
            zoho.new_client("self")

        assert stat.S_IMODE(state.stat().st_mode) == 0o600
        assert list(tmp_path.iterdir()) == [state]

    def test_ends_quietly(self) -> None:
        assert SandboxZoho().stop() == 0

    def test_names_a_taken_port(self, zoho: SandboxZoho) -> None:
        port = str(urlsplit(zoho.url).port)

        ended = start("--port", port)

        assert ended.returncode == 1
        assert port in ended.stderr
        assert len(ended.stderr.splitlines()) == 1

    @pytest.mark.parametrize("host", ["0.0.0.0", "example.com"])
    def test_refuses_to_listen_to_the_world(self, host: str) -> None:
        ended = start("--host", host, "--port", "0")

        assert ended.returncode == 1
        assert "loopback" in ended.stderr

    def test_says_when_its_state_file_is_broken(self, tmp_path: Path) -> None:
        state = tmp_path / "state.json"
        state.write_text("{", "utf-8")

        ended = start("--state", str(state), "--port", "0")

        assert ended.returncode == 1
        assert "cannot be read" in ended.stderr

    def test_calls_itself_by_its_public_url(self) -> None:
        options = ("--public-url", "https://zoho.example.com/", "--location", "eu")

        with SandboxZoho(*options) as zoho:
            organisation = connect(zoho).get("/api/v1/organizations").json["data"][0]

        assert organisation["portalURL"].startswith("https://zoho.example.com/desk/")

    def test_keeps_a_connection_open_for_the_next_request(
        self, zoho: SandboxZoho
    ) -> None:
        connection = HTTPConnection(urlsplit(zoho.url).netloc, timeout=30)
        connection.request("GET", "/desk/tickets")
        connection.getresponse().read()
        socket = connection.sock
        connection.request("GET", "/desk/tickets")
        status = connection.getresponse().status
        is_same = connection.sock is socket
        connection.close()

        assert status == 200
        assert is_same
