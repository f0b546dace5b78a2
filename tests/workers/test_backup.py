"""F65, A70: a backup holds what is needed; a restored one sends nothing twice."""

import json
import os
import re
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import connection as database

from connections.models import Connection
from desk.zoho.departments import departments_of
from tests.processes import until
from tests.sweeps.processes import database_url
from tests.workers.elsewhere import Elsewhere, elsewhere
from tests.workers.ledger import Holdings
from tests.workers.office import Desk, Office
from tests.workers.process import WorkerProcess
from tests.zoho import ROOT, SandboxZoho
from zohoportal.accounts.models import User
from zohoportal.backup import archive
from zohoportal.outbox.models import Delivery, Job

pytestmark = pytest.mark.django_db(transaction=True)

FORMS = 20


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Elsewhere]:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    with elsewhere(folder) as made:
        yield made


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    return tmp_path / "portal.backup"


def are_open() -> bool:
    return Delivery.objects.filter(state__in=["waiting", "sending"]).exists()


class TestF65RestoredBackup:
    def test_sends_nothing_twice(
        self,
        zoho: SandboxZoho,
        answering: Connection,
        staff: User,
        admin: User,
        backup: Path,
        place: Elsewhere,
    ) -> None:
        """A backup was taken while forms waited; all of them were sent after it."""
        office = Office(Desk.at(zoho, FORMS), answering, staff)
        # Known before all slots are taken.
        departments_of(answering)
        holdings = Holdings(zoho)
        office.submit_for_the_workers(range(FORMS))
        assert are_open()
        call_command("backup", str(backup))
        with WorkerProcess():
            until(lambda: not are_open())
        sent = holdings.effects()
        assert set(sent.values()) == {1}

        restored = place.manage("restore", str(backup))

        assert restored.returncode == 0, restored.stderr
        held = [row for row in place.states() if row[2] == "restored"]
        assert len(held) > FORMS / 2
        told = re.search(r"(\d+) forms may have been sent", restored.stdout)
        assert told
        with place.worker() as worker:
            worker.wait_until_ready()
            assert [row for row in place.states() if row[2] == "restored"] == held
            assert place.let_go() == int(told[1])
            until(place.are_settled)
        left = [kind for kind, state, *_ in place.states() if state != "done"]
        # Zoho has nothing to know a contact without an address by, an older change does
        # not go over a newer one, and nobody is asked by a second mail.
        assert set(left) <= {"crm.record", "crm.change", "campaigns.subscribe"}
        assert holdings.effects() == sent

    def test_lets_an_admin_see_and_decide(
        self, connection: Connection, staff: User, admin: User, client: Any
    ) -> None:
        """Its page is walked in a browser, too: the state "held after a restore"."""
        Delivery.objects.create(
            kind="crm.record",
            connection=connection,
            person=staff,
            title="Contact Ada",
            payload={"values": {}, "duplicate_field": "Email"},
            limit_key="crm:sandbox:1",
            idempotency_key="1",
            fingerprint="1",
            held_for="restored",
        )
        client.force_login(admin)

        page = client.get("/deliveries/restored/").content.decode()
        client.post("/deliveries/restored/")

        assert "1 form had not been settled" in page
        assert not Delivery.objects.filter(held_for="restored").exists()


class TestA70Backup:
    def test_is_for_its_owner_and_has_no_key_in_it(
        self, connection: Connection, staff: User, backup: Path
    ) -> None:
        before = os.umask(0)
        try:
            call_command("backup", str(backup))
        finally:
            os.umask(before)

        assert backup.stat().st_mode & 0o777 == 0o600
        keys = [*django_settings.VAULT_KEYS.values()]
        with tarfile.open(backup) as whole:
            for entry in whole:
                content = whole.extractfile(entry)
                assert content
                text = content.read()
                assert django_settings.SECRET_KEY.encode() not in text
                assert not [key for key in keys if key in text]
        assert [*backup.parent.glob("*.part")] == []

    def test_never_takes_another_files_place(self, staff: User, backup: Path) -> None:
        backup.write_text("precious")

        with pytest.raises(CommandError, match="is there already"):
            call_command("backup", str(backup))

        assert backup.read_text() == "precious"

    def test_leaves_nothing_half_on_a_full_disk(
        self, staff: User, backup: Path
    ) -> None:
        program = (
            "import resource, sys;"
            "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096));"
            "sys.argv = ['manage.py', 'backup', sys.argv[1]];"
            "import runpy; runpy.run_path('manage.py', run_name='__main__')"
        )
        done = subprocess.run(
            [sys.executable, "-B", "-c", program, str(backup)],
            cwd=ROOT,
            env=os.environ | {"DATABASE_URL": database_url()},
            capture_output=True,
            text=True,
            check=False,
        )

        assert done.returncode == 1
        assert "Traceback" not in done.stderr
        assert [*backup.parent.iterdir()] == []

    def test_of_postgresql_asks_for_a_program_that_fits(
        self, staff: User, backup: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        if database.vendor == "sqlite":
            pytest.skip("SQLite needs no program")
        programs = tmp_path / "bin"
        programs.mkdir()
        monkeypatch.setenv("PATH", str(programs))
        with pytest.raises(CommandError, match=r"pg_dump is not installed\. Install"):
            call_command("backup", str(backup))
        old = programs / "pg_dump"
        old.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6'\n")
        old.chmod(0o700)

        with pytest.raises(CommandError, match="pg_dump is older than the server"):
            call_command("backup", str(backup))

        assert not backup.exists()


class TestRestore:
    def changed(self, backup: Path, **label: Any) -> Path:
        """Return the backup with another label."""
        other = backup.with_name("other")
        with tarfile.open(backup) as old, tarfile.open(other, "w:gz") as new:
            for entry in old:
                content = old.extractfile(entry)
                assert content
                data = content.read()
                if entry.name == archive.LABEL:
                    data = json.dumps(json.loads(data) | label).encode()
                    entry.size = len(data)
                new.addfile(entry, BytesIO(data))
        return other

    @pytest.mark.parametrize(
        ("label", "words"),
        [
            ({"format": 2}, "newer version"),
            ({"migrations": ["outbox.9999_far_away"]}, "newer version"),
            ({"vendor": "oracle"}, "DATABASE_URL names one of"),
        ],
    )
    def test_refuses_what_does_not_fit(
        self,
        staff: User,
        backup: Path,
        place: Elsewhere,
        label: dict[str, Any],
        words: str,
    ) -> None:
        call_command("backup", str(backup))

        done = place.manage("restore", str(self.changed(backup, **label)))

        assert done.returncode == 1
        assert words in done.stderr
        assert "Traceback" not in done.stderr

    def test_refuses_a_database_in_use(self, staff: User, backup: Path) -> None:
        call_command("backup", str(backup))

        with pytest.raises(CommandError, match="This database is in use"):
            call_command("restore", str(backup))

        assert User.objects.get() == staff

    def test_refuses_while_the_portal_runs(self, staff: User, backup: Path) -> None:
        call_command("backup", str(backup))
        User.objects.all().delete()
        with WorkerProcess() as worker:
            worker.wait_until_ready()
            until(lambda: Job.objects.filter(ran_at__isnull=False).exists())

            with pytest.raises(CommandError, match="Stop it, then restore"):
                call_command("restore", str(backup))

    @pytest.mark.parametrize("cut", [0, 10, -40])
    def test_refuses_what_is_no_whole_backup(
        self, staff: User, backup: Path, place: Elsewhere, cut: int
    ) -> None:
        call_command("backup", str(backup))
        backup.write_bytes(backup.read_bytes()[:cut])

        done = place.manage("restore", str(backup))

        assert done.returncode == 1
        assert "is not a whole backup" in done.stderr
        assert "Traceback" not in done.stderr

    def test_refuses_a_file_that_is_not_there(self, backup: Path) -> None:
        with pytest.raises(CommandError, match="No such file"):
            call_command("restore", str(backup))
