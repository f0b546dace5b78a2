"""A77: what the portal is built from is known by checksums, listed, and asked about."""

import json
import re
import subprocess
import sys
import tomllib
from typing import Any

import pytest

from tests.security.servers import Listener, answer
from tests.zoho import ROOT
from zohoportal.run.audit import UNANSWERED, judged

AUDIT = [sys.executable, "-m", "zohoportal.run.audit"]
PLANTED = f"django==3.2.1 --hash=sha256:{'0' * 64}\n"
# As https://google.github.io/osv.dev/post-v1-query/ answers.
ADVISORY = {
    "vulns": [
        {
            "id": "GHSA-planted",
            "published": "2021-06-02T00:00:00Z",
            "modified": "2021-06-02T00:00:00Z",
            "summary": "A planted advisory",
            "affected": [
                {
                    "package": {"ecosystem": "PyPI", "name": "django"},
                    "ranges": [
                        {
                            "type": "ECOSYSTEM",
                            "events": [{"introduced": "0"}, {"fixed": "3.2.4"}],
                        }
                    ],
                    "versions": ["3.2.1"],
                }
            ],
        }
    ]
}


def exported(*options: str) -> str:
    command = ["uv", "export", "--frozen", "--no-default-groups", "--quiet", *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout


def audited(database: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*AUDIT, "--vulnerability-service", "osv", "--osv-url", database],
        cwd=ROOT,
        input=PLANTED,
        capture_output=True,
        text=True,
        check=False,
    )


class TestA77Audit:
    def test_fails_at_an_old_version_of_which_something_is_known(self) -> None:
        with Listener(answer(body=json.dumps(ADVISORY).encode())) as database:
            done = audited(database.url)

        assert done.returncode == 1
        assert "django 3.2.1: GHSA-planted; fixed in 3.2.4" in done.stdout

    def test_is_content_where_nothing_is_known(self) -> None:
        with Listener(answer(body=b"{}")) as database:
            done = audited(database.url)

        assert (done.returncode, done.stdout) == (
            0,
            "Nothing is known of 1 packages.\n",
        )

    def test_says_that_nobody_could_be_asked(self) -> None:
        with Listener(b"") as database:
            done = audited(database.url)

        assert done.returncode == UNANSWERED
        assert "Not audited: everything." in done.stdout

    @pytest.mark.parametrize("said", ["", "[]", "{}", '{"dependencies": []}'])
    def test_takes_no_silence_for_good_news(self, said: str) -> None:
        assert judged(said)[0] == UNANSWERED

    def test_takes_no_skipped_package_for_a_good_one(self) -> None:
        """As pip-audit answers where an index knows of no vulnerabilities at all."""
        packages: list[dict[str, Any]] = [
            {"name": "django", "skip_reason": "not found on PyPI"},
            {"name": "msgspec", "version": "1.0", "vulns": []},
        ]

        code, words = judged(json.dumps({"dependencies": packages}))

        assert code == UNANSWERED
        assert words.startswith("Not audited: django.")


class TestA77Environment:
    def test_is_made_by_a_uv_that_is_known_by_its_checksum(self) -> None:
        lines = [
            line.strip(" \\")
            for line in (ROOT / "uv.txt").read_text().splitlines()
            if not line.startswith("#")
        ]

        assert re.fullmatch(r"uv==[\d.]+", lines[0])
        assert len(lines) > 1
        assert all(
            re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", each) for each in lines[1:]
        )
        assert "--require-hashes -r uv.txt" in (ROOT / "Makefile").read_text()

    @pytest.mark.parametrize("target", ["run", "demo", "env"])
    def test_of_production_has_no_tools_of_developers(self, target: str) -> None:
        made = subprocess.run(
            ["make", "--dry-run", "--always-make", target],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout

        synced = [line for line in made.splitlines() if "uv sync" in line]
        assert synced
        assert all("--no-default-groups" in line for line in synced)
        names = re.findall(r"^([\w.-]+)==", exported(), re.MULTILINE)
        assert "django" in names
        assert not {"pytest", "mypy", "ruff", "playwright", "pip-audit"} & set(names)


class TestA77Sbom:
    def test_lists_what_is_installed(self) -> None:
        bom = json.loads(exported("--format", "cyclonedx1.5"))

        assert (bom["bomFormat"], bom["specVersion"]) == ("CycloneDX", "1.5")
        listed = {part["name"]: part["version"] for part in bom["components"]}
        lock = tomllib.loads((ROOT / "uv.lock").read_text())["package"]
        locked = {each["name"]: each["version"] for each in lock}
        assert listed.items() <= locked.items()
        project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
        needed = {re.split(r"[\[><=]", each)[0] for each in project["dependencies"]}
        assert needed <= listed.keys()
