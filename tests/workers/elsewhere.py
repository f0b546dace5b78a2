"""A second place for the portal: an empty database, an empty folder for files."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.db import connection as database

from tests.sweeps.processes import database_url
from tests.workers.process import WorkerProcess
from tests.zoho import ROOT

STATES = """
import json, django
django.setup()
from zohoportal.outbox.models import Delivery
rows = Delivery.objects.values_list("kind", "state", "held_for", "retry_at")
print(json.dumps([[*row[:3], row[3] is not None] for row in rows]))
"""
LET_GO = """
import django
django.setup()
from zohoportal.outbox import restored
print(restored.let_go())
"""


class Elsewhere:
    """The other place; whatever runs there works with it alone."""

    def __init__(self, folder: Path, url: str) -> None:
        self._own = {"DATABASE_URL": url, "UPLOAD_DIR": str(folder / "uploads")}

    def worker(self) -> WorkerProcess:
        """Start a worker there, which looks for what was lost within two seconds."""
        return WorkerProcess(
            LOOK_AFTER="1,2",
            DATABASE_URL=self._own["DATABASE_URL"],
            UPLOAD_DIR=self._own["UPLOAD_DIR"],
        )

    @property
    def uploads(self) -> Path:
        return Path(self._own["UPLOAD_DIR"])

    def script(self, code: str, *arguments: str) -> str:
        """Run Python there, with the portal's settings; return what it prints."""
        done = self._run("-c", code, *arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def manage(self, *command: str) -> subprocess.CompletedProcess[str]:
        return self._run("manage.py", *command)

    def states(self) -> list[list[Any]]:
        """Return kind, state, reason to be held, and whether it is tried again."""
        rows: list[list[Any]] = json.loads(self._run("-c", STATES).stdout)
        return rows

    def are_settled(self) -> bool:
        """Tell whether nothing happens any more by itself."""
        return not any(is_tried_again for *_, is_tried_again in self.states())

    def let_go(self) -> int:
        return int(self._run("-c", LET_GO).stdout)

    def _run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *command],
            cwd=ROOT,
            env=os.environ | self._own,
            capture_output=True,
            text=True,
            check=False,
        )


@contextmanager
def elsewhere(folder: Path) -> Iterator[Elsewhere]:
    """Make an empty place on the same kind of database, and remove it again."""
    if database.vendor == "sqlite":
        yield Elsewhere(folder, f"sqlite:///{folder / 'portal.sqlite3'}")
        return
    name = f"elsewhere_{uuid4().hex}"
    with database.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    try:
        yield Elsewhere(folder, f"{database_url().rpartition('/')[0]}/{name}")
    finally:
        with database.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
