import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.processes import children_of, listens
from tests.zoho import ROOT
from zohoportal.run.supervisor import WORKER

PATIENCE = 60


@dataclass
class Demo:
    """A running demo and everything that it said until it was ready."""

    process: subprocess.Popen[str]
    ports: tuple[int, int]
    words: str

    @property
    def people(self) -> dict[str, str]:
        """Return the printed accounts: e-mail addresses and passwords."""
        return dict(re.findall(r"(?:Admin|Staff) +(\S+@\S+) +(\S+)", self.words))

    def status_of(self, path: str) -> int:
        connection = HTTPConnection("localhost", self.ports[0], timeout=30)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        finally:
            connection.close()

    def stop(self, number: int) -> int:
        """Send a signal to the demo alone; return its exit code once it has ended."""
        self.process.send_signal(number)
        self.words += self.process.communicate(timeout=PATIENCE)[0]
        return self.process.returncode


def free_ports() -> tuple[int, int]:
    with socket.socket() as first, socket.socket() as second:
        for probe in (first, second):
            probe.bind(("127.0.0.1", 0))
        return first.getsockname()[1], second.getsockname()[1]


def command(home: Path) -> list[str]:
    return [sys.executable, "-m", "zohoportal.run.demo", "--home", str(home)]


def environment(port: object, sandbox_port: object) -> dict[str, str]:
    """Return what a person's shell has: nothing of the suite's own settings."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return kept | {"PORT": str(port), "SANDBOX_PORT": str(sandbox_port)}


def start(home: Path, ports: tuple[int, int]) -> Demo:
    process = subprocess.Popen(
        command(home),
        cwd=ROOT,
        env=environment(*ports),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout
    words = ""
    for line in process.stdout:
        words += line
        if "Ctrl-C" in line:
            return Demo(process, ports, words)
    raise AssertionError(f"The demo did not start: {words}")


def refused(home: Path, port: object, sandbox_port: object) -> str:
    """Return what the demo says when it cannot start."""
    ended = subprocess.run(
        command(home),
        cwd=ROOT,
        env=environment(port, sandbox_port),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert ended.returncode == 1
    assert ended.stdout == ""
    (sentence,) = ended.stderr.splitlines()
    return sentence


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def first(home: Path) -> Iterator[Demo]:
    demo = start(home, free_ports())
    yield demo
    if demo.process.poll() is None:
        demo.stop(signal.SIGTERM)


class TestDemo:
    """In the order of a day: each test goes on where the one before stopped."""

    def test_prints_its_address_and_two_accounts(self, first: Demo) -> None:
        port, sandbox_port = first.ports

        assert f"http://localhost:{port}\n" in first.words
        assert f"http://127.0.0.1:{sandbox_port}/console" in first.words
        assert first.people.keys() == {"admin@example.com", "staff@example.com"}
        assert min(map(len, first.people.values())) >= 12

    def test_answers(self, first: Demo) -> None:
        assert first.status_of("/healthz") == 200
        assert first.status_of("/") == 302
        assert first.status_of("/account/sign-in/") == 200

    def test_keeps_its_keys_to_itself(self, first: Demo, home: Path) -> None:
        assert (home / "keys.json").stat().st_mode & 0o077 == 0

    def test_names_a_port_that_it_has_taken_itself(
        self, first: Demo, tmp_path: Path
    ) -> None:
        port, sandbox_port = first.ports
        free, other = free_ports()

        assert "PORT=" in refused(tmp_path, port, other)
        assert "SANDBOX_PORT=" in refused(tmp_path, free, sandbox_port)
        assert list(tmp_path.iterdir()) == []

    def test_has_a_worker(self, first: Demo) -> None:
        assert len(children_of(first.process.pid, " ".join(WORKER))) == 1

    def test_ends_everything_on_ctrl_c(self, first: Demo) -> None:
        children = children_of(first.process.pid, "")

        code = first.stop(signal.SIGINT)

        assert code == 0
        assert "Its data stays for the next start." in first.words
        assert "Traceback" not in first.words
        assert [port for port in first.ports if listens(port)] == []
        assert len(children) == 3
        assert [pid for pid in children if Path(f"/proc/{pid}").exists()] == []

    def test_finds_data_and_passwords_again(self, first: Demo, home: Path) -> None:
        kept = (home / "portal.sqlite3").stat().st_ino

        second = start(home, first.ports)
        status = second.status_of("/account/sign-in/")
        code = second.stop(signal.SIGTERM)

        assert (status, code) == (200, 0)
        assert second.people == first.people
        assert (home / "portal.sqlite3").stat().st_ino == kept


class TestPorts:
    @pytest.mark.parametrize("value", ["0", "65536", "http", "-1"])
    def test_must_be_ports(self, tmp_path: Path, value: str) -> None:
        free, other = free_ports()

        assert refused(tmp_path, value, other).startswith(f"PORT={value} is not a port")
        assert refused(tmp_path, free, value).startswith(f"SANDBOX_PORT={value} is not")

    def test_must_be_two(self, tmp_path: Path) -> None:
        port, _ = free_ports()

        assert "SANDBOX_PORT" in refused(tmp_path, port, port)
