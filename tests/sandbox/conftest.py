import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.sandbox.client import Client, connect
from tests.sandbox.desk_world import Department
from tests.zoho import SandboxZoho


@pytest.fixture(scope="session")
def running_zoho() -> Iterator[SandboxZoho]:
    with SandboxZoho() as zoho:
        yield zoho


@pytest.fixture
def zoho(running_zoho: SandboxZoho) -> SandboxZoho:
    running_zoho.reset()
    running_zoho.clear_script()
    running_zoho.clear_chaos()
    running_zoho.clear_journal()
    return running_zoho


@pytest.fixture
def client(zoho: SandboxZoho) -> Client:
    return connect(zoho)


@pytest.fixture
def rich(zoho: SandboxZoho) -> SandboxZoho:
    zoho.reset(desk="rich")
    return zoho


@pytest.fixture
def support(rich: SandboxZoho) -> Department:
    return Department(rich, connect(rich), "Support")


@pytest.fixture
def repairs(rich: SandboxZoho) -> Department:
    return Department(rich, connect(rich), "Repairs")


@pytest.fixture
def victim() -> Iterator[subprocess.Popen[bytes]]:
    """A process to kill; it ends by itself with the test."""
    command = [sys.executable, "-c", "input()"]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        yield process
