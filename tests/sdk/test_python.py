import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.sdk.runs import Result, run_python, why_no_python
from tests.zoho import ROOT, SandboxZoho

pytestmark = pytest.mark.skipif(bool(why_no_python()), reason=why_no_python())


@pytest.fixture(scope="module")
def zoho() -> Iterator[SandboxZoho]:
    with SandboxZoho() as zoho:
        yield zoho


@pytest.fixture(scope="module")
def results(
    zoho: SandboxZoho, tmp_path_factory: pytest.TempPathFactory
) -> list[Result]:
    folder: Path = tmp_path_factory.mktemp("python")
    return run_python(zoho, folder)


@pytest.fixture(scope="module")
def requests(zoho: SandboxZoho, results: list[Result]) -> list[dict[str, Any]]:
    return zoho.journal()


class TestPythonSdk:
    def test_finds_everything_it_asks_for(self, results: list[Result]) -> None:
        assert [each for each in results if not each.is_good] == []
        assert len(results) >= 68

    def test_writes_ids_of_lookups_as_numbers_replies_s9(
        self, requests: list[dict[str, Any]]
    ) -> None:
        ids = [
            row["Account_Name"]["id"]
            for each in requests
            if each["path"] == "/crm/v8/Contacts" and each["method"] == "POST"
            for row in each["body"]["data"]
            if "Account_Name" in row
        ]

        assert [type(each) for each in ids] == [int]


class TestStayOnLoopback:
    def test_refuses_every_other_address(self) -> None:
        leaving = (
            "import socket; from tests.sdk.python.session import stay_on_loopback;"
            "stay_on_loopback(); socket.create_connection(('192.0.2.1', 443), 5)"
        )

        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", leaving],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )

        assert "192.0.2.1 is not this machine." in done.stderr
