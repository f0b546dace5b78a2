"""`make run`: the web server and a worker, as one command."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from connections.tokens.vault import new_key
from tests.check import PRODUCTION
from tests.processes import children_of, free_port, listens, until
from tests.zoho import ROOT
from zohoportal.run.supervisor import WORKER

PATIENCE = 60

ASKED_WHILE_STARTING = """
import os, signal, subprocess
from zohoportal.run import supervisor

class Popen(subprocess.Popen):
    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        os.kill(os.getpid(), signal.SIGTERM)

subprocess.Popen = Popen
supervisor.end_when_asked()
children = supervisor.Children()
try:
    children.keep("-c", "import time; time.sleep(600)")
except supervisor.Asked:
    children.end()
"""


def environment(folder: Path, port: int) -> dict[str, str]:
    return (
        os.environ
        | PRODUCTION
        | {
            "DEMO": "0",
            "ZOHO_SANDBOX_URL": "",
            "BIND": f"127.0.0.1:{port}",
            "WEB_WORKERS": "1",
            "DATABASE_URL": f"sqlite:///{folder / 'portal.sqlite3'}",
        }
    )


def start(env: dict[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "zohoportal.run.supervisor"],
        cwd=ROOT,
        env=env,
        stderr=subprocess.PIPE,
        text=True,
    )


def workers_of(process: subprocess.Popen[str]) -> list[int]:
    return children_of(process.pid, " ".join(WORKER))


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def env(tmp_path_factory: pytest.TempPathFactory, port: int) -> dict[str, str]:
    values = environment(tmp_path_factory.mktemp("run"), port)
    migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(migrate, cwd=ROOT, env=values, check=True)
    return values


@pytest.fixture
def run(env: dict[str, str], port: int) -> Iterator[subprocess.Popen[str]]:
    with start(env) as process:
        until(lambda: listens(port) and bool(workers_of(process)))
        yield process
        if process.poll() is None:
            process.terminate()


class TestRun:
    def test_starts_a_dead_worker_again(self, run: subprocess.Popen[str]) -> None:
        (first,) = workers_of(run)

        os.kill(first, signal.SIGKILL)

        until(lambda: workers_of(run) not in ([], [first]))
        run.terminate()
        assert "`manage.py worker` ended with -9; starting it again." in said(run)

    def test_ends_a_child_that_was_just_being_started(self) -> None:
        """The asking comes from the child itself, before `Popen` has returned."""
        with subprocess.Popen(
            [sys.executable, "-c", ASKED_WHILE_STARTING],
            cwd=ROOT,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            # Its child has the other end of this pipe for as long as it lives.
            assert said(process) == ""
            assert process.returncode == 0

    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
    def test_ends_both_together(
        self, run: subprocess.Popen[str], port: int, number: signal.Signals
    ) -> None:
        everyone = children_of(run.pid, "")

        run.send_signal(number)

        assert "Traceback" not in said(run)
        assert run.returncode == 0
        assert len(everyone) == 2
        assert not [pid for pid in everyone if Path(f"/proc/{pid}").exists()]
        assert not listens(port)

    def test_ends_with_the_web_server(self, run: subprocess.Popen[str]) -> None:
        (worker,) = workers_of(run)
        (web,) = [pid for pid in children_of(run.pid, "") if pid != worker]

        os.kill(web, signal.SIGKILL)

        assert run.wait(PATIENCE) != 0
        assert not Path(f"/proc/{worker}").exists()

    def test_does_not_start_with_other_keys_a68(self, env: dict[str, str]) -> None:
        proof = [sys.executable, "-c", "import zohoportal.wsgi"]
        subprocess.run(proof, cwd=ROOT, env=env, check=True)
        other = env | {"VAULT_KEYS": f"other:{new_key()}"}

        worker = subprocess.run(
            [sys.executable, *WORKER],
            cwd=ROOT,
            env=other,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

        assert worker.returncode == 1
        assert worker.stderr.startswith(
            "Zoho Portal cannot start. VAULT_KEYS do not fit"
        )
        assert "Traceback" not in worker.stderr
        with start(other) as process:
            assert "VAULT_KEYS do not fit" in said(process)
            assert process.returncode != 0


def said(process: subprocess.Popen[str]) -> str:
    """Return what it said until it ended."""
    return process.communicate(timeout=PATIENCE)[1]
