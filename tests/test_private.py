"""Nobody else on this machine gets to read what the portal keeps."""

import os
import sqlite3
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from tests.check import PRODUCTION
from tests.support import tree
from zohoportal.run.guards.private import keep_private

NOBODY = 65534

needs_root = pytest.mark.skipif(
    os.geteuid() != 0, reason="only root can become another user"
)


@pytest.fixture
def place() -> Iterator[Path]:
    """A portal in a folder that everybody may look into, all of it open."""
    with tempfile.TemporaryDirectory(prefix="zoho-portal-") as folder:
        home = tree.copy(Path(folder))
        kept = dict(PRODUCTION)
        del kept["DATABASE_URL"]
        lines = [f"{name}={value}\n" for name, value in kept.items()]
        (home / ".env").write_text("".join(lines))
        manage(home, "migrate", "--verbosity", "0")
        yield home


def manage(home: Path, *command: str) -> subprocess.CompletedProcess[str]:
    inherited = {"PATH": os.environ["PATH"]}
    return subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=home,
        env=inherited,
        capture_output=True,
        text=True,
        check=False,
    )


def open_up(home: Path) -> None:
    for folder, _, files in os.walk(home):
        Path(folder).chmod(0o755)
        for name in files:
            (Path(folder) / name).chmod(0o644)


def can_read(path: Path) -> bool:
    """Tell whether another local user gets a byte of it."""
    done = subprocess.run(
        ["head", "-c1", path],
        user=NOBODY,
        group=NOBODY,
        extra_groups=[],
        capture_output=True,
        check=False,
    )
    return bool(done.stdout)


@needs_root
class TestA69OtherLocalUsers:
    def test_read_nothing_once_it_has_started(self, place: Path) -> None:
        var = place / "var"
        (var / "uploads").mkdir(exist_ok=True)
        (var / "uploads" / "0123").write_text("a customer's file")
        (var / "portal.log").write_text("a line")
        with sqlite3.connect(var / "portal.sqlite3") as line:
            # Held open, so that its log and its index stay.
            line.execute("PRAGMA journal_mode=WAL")
            line.execute("CREATE TABLE sample (a)")
            line.commit()
            kept = [place / ".env", *(p for p in var.rglob("*") if p.is_file())]
            open_up(place)
            assert all(can_read(path) for path in kept)
            names = {path.name for path in kept}
            assert {"portal.sqlite3-wal", "portal.sqlite3-shm", "0123"} <= names

            done = manage(place, "doctor")

            assert done.stderr.count('"other accounts could use files"') == 1
            assert [path for path in kept if can_read(path)] == []
            assert can_read(place / "manage.py")
        line.close()

        assert "other accounts" not in manage(place, "doctor").stderr

    def test_read_no_database_that_lies_elsewhere(self, place: Path) -> None:
        data = place / "data"
        data.mkdir()
        with (place / ".env").open("a") as file:
            file.write(f"DATABASE_URL=sqlite:///{data}/portal.sqlite3\n")
            file.write(f"UPLOAD_DIR={data}/files\n")
        manage(place, "migrate", "--verbosity", "0")
        open_up(place)

        manage(place, "doctor")

        assert can_read(place / "manage.py")
        assert not can_read(data / "portal.sqlite3")
        assert not (data / "files").stat().st_mode & 0o077

    def test_read_nothing_of_what_a_first_start_writes(self, place: Path) -> None:
        place.chmod(0o755)

        made = [path for path in (place / "var").rglob("*") if path.is_file()]

        assert made
        assert not [path for path in made if path.stat().st_mode & 0o077]


@needs_root
class TestFilesOfAnotherAccount:
    def run(self, path: Path, settings: Any) -> None:
        """Start as somebody who may not change modes there."""
        settings.BASE_DIR = path
        os.seteuid(NOBODY)
        try:
            keep_private()
        finally:
            os.seteuid(0)

    @pytest.fixture
    def home(self) -> Iterator[Path]:
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder)
            home.chmod(0o755)
            (home / ".env").write_text("SECRET_KEY=")
            yield home

    def test_stop_the_start_where_everybody_may_read_them(
        self, home: Path, settings: Any
    ) -> None:
        (home / ".env").chmod(0o644)

        with pytest.raises(ImproperlyConfigured, match=r"chmod o-rwx .*\.env"):
            self.run(home, settings)

    def test_are_left_alone_where_their_group_may(
        self, home: Path, settings: Any
    ) -> None:
        (home / ".env").chmod(0o640)

        self.run(home, settings)

        assert stat.S_IMODE((home / ".env").stat().st_mode) == 0o640


def test_every_process_writes_for_itself_alone(tmp_path: Path) -> None:
    """The web server, the worker, commands, the supervisor, the demo, the sandbox."""
    write = "import pathlib, sys, zohoportal; pathlib.Path(sys.argv[1]).write_text('x')"
    made = tmp_path / "made"

    subprocess.run(
        [sys.executable, "-c", write, made], cwd=tree.ROOT, umask=0o022, check=True
    )

    assert stat.S_IMODE(made.stat().st_mode) == 0o600
