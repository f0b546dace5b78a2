import re
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

LOCK = (Path(__file__).resolve().parent.parent / "uv.lock").read_text()
HOSTS = {"pypi.org", "files.pythonhosted.org"}
ADDRESS = re.compile(r"[A-Za-z][\w+.-]*:/[^\s\"']*")


def foreign(lock: str) -> list[str]:
    """Return every address in a lock file that leads anywhere else, or to a file."""
    strange = [
        address
        for address in ADDRESS.findall(lock)
        if urlsplit(address).scheme != "https" or urlsplit(address).netloc not in HOSTS
    ]
    packages: list[dict[str, Any]] = tomllib.loads(lock)["package"]
    return strange + [
        str(package["source"])
        for package in packages
        if package["source"].keys() - {"registry"} and package["name"] != "zoho-portal"
    ]


class TestLockFile:
    def test_leads_to_the_public_package_index_only(self) -> None:
        assert len(ADDRESS.findall(LOCK)) > 100
        assert foreign(LOCK) == []

    def test_has_a_checksum_for_every_file(self) -> None:
        files = [
            file
            for package in tomllib.loads(LOCK)["package"]
            for file in [*package.get("wheels", []), package.get("sdist")]
            if file
        ]

        assert files
        assert all(file["hash"].startswith("sha256:") for file in files)

    @pytest.mark.parametrize(
        "source",
        [
            '{ registry = "https://pypi.example.com/simple" }',
            '{ registry = "https://pypi.org.example.com/simple" }',
            '{ registry = "https://user@pypi.org/simple" }',
            '{ registry = "http://pypi.org/simple" }',
            '{ url = "https://files.pythonhosted.org/packages/planted.tar.gz" }',
            '{ git = "https://github.com/someone/planted" }',
            '{ registry = "file:///srv/wheels" }',
            '{ directory = "../planted" }',
            '{ path = "planted.whl" }',
        ],
    )
    def test_with_another_source_is_noticed(self, source: str) -> None:
        planted = f'\n[[package]]\nname = "planted"\nversion = "1"\nsource = {source}\n'

        assert foreign(LOCK + planted)
