"""Run Zoho's own SDKs on a sandbox and bring back what each operation came to."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from typing import Any

from tests.sandbox.packing import packed
from tests.zoho import ROOT, SandboxZoho

NODE = Path(__file__).with_name("node")
SCOPE = (
    "ZohoCRM.modules.ALL,ZohoCRM.settings.ALL,ZohoCRM.org.READ,ZohoCRM.users.READ,"
    "ZohoCRM.bulk.ALL,ZohoFiles.files.ALL,ZohoCRM.files.ALL,ZohoCRM.coql.READ,"
    "ZohoSearch.securesearch.READ"
)
# Every type of field, and dependent values.
WORLD: dict[str, Any] = {"crm_organizations": [{"name": "Rich Ltd", "sample": "rich"}]}
# What bulk write is given: two that are sound, one without a name.
ROWS = "Contacts.zip"
TABLE = """Last_Name,Email
Bulk One,bulk.one@example.com
Bulk Two,bulk.two@example.com
,nobody@example.com
"""
PROXIES = {"http_proxy", "https_proxy", "all_proxy"}


@dataclass(frozen=True)
class Result:
    operation: str
    result: str

    @property
    def is_good(self) -> bool:
        return self.result == "ok"


def why_no_python() -> str:
    return "" if find_spec("zohocrmsdk") else "the package zohocrmsdk8-0 is missing"


def why_no_node() -> str:
    if not which("node"):
        return "node is missing"
    return "" if (NODE / "node_modules").is_dir() else "make test-sdk installs it"


def run_python(zoho: SandboxZoho, folder: Path) -> list[Result]:
    # The SDK's own source has warnings for Python's compiler.
    command = [sys.executable, "-W", "ignore", "-m", "tests.sdk.python"]
    return _run(command, ROOT, zoho, folder)


def run_node(zoho: SandboxZoho, folder: Path) -> list[Result]:
    return _run(["node", "run.mjs"], NODE, zoho, folder)


def _run(
    command: list[str], place: Path, zoho: SandboxZoho, folder: Path
) -> list[Result]:
    zoho.reset(**WORLD)
    (folder / ROWS).write_bytes(packed(TABLE, "Contacts.csv"))
    client_id, secret = zoho.new_client("self")
    given = [zoho.url, client_id, secret, zoho.new_code(client_id, SCOPE), folder]
    done = subprocess.run(
        [*command, *map(str, given)],
        cwd=place,
        env={
            name: value
            for name, value in os.environ.items()
            if name.casefold() not in PROXIES
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-2_000:])
    rows: list[dict[str, Any]] = [json.loads(each) for each in done.stdout.splitlines()]
    return [Result(**row) for row in rows]
