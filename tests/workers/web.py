"""The web server on the test database, as a process of its own."""

import os
import signal
import subprocess
import sys
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import requests
from django.conf import settings
from django.utils.crypto import get_random_string

from tests.processes import children_of, free_port, listens, until
from tests.support.people import signed_in
from tests.sweeps.processes import database_url
from tests.zoho import ROOT
from zohoportal.accounts.models import User
from zohoportal.run.supervisor import WEB_SERVER

PATIENCE = 60


@cache
def collect_static() -> None:
    """Make what pages need to be shown by a server: its table of static files."""
    command = [sys.executable, "manage.py", "collectstatic", "--noinput"]
    subprocess.run([*command, "--verbosity", "0"], cwd=ROOT, check=True)


class WebServer:
    """Gunicorn as `make run` starts it, with one process that serves, or more."""

    def __init__(self, *, processes: int = 1) -> None:
        collect_static()
        self.port = port = free_port()
        self.url = f"http://localhost:{port}"
        self._process = subprocess.Popen(
            [sys.executable, *WEB_SERVER],
            cwd=ROOT,
            env=os.environ
            | {
                "DATABASE_URL": database_url(),
                "BIND": f"127.0.0.1:{port}",
                "SITE_URL": self.url,
                "WEB_WORKERS": str(processes),
                "LOG_LEVEL": "ERROR",
            },
        )
        until(lambda: listens(port) and len(self._servers()) == processes, PATIENCE)

    def _servers(self) -> list[int]:
        return children_of(self._process.pid, "gunicorn")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process.poll() is None:
            for pid in self._servers():
                os.kill(pid, signal.SIGKILL)
            self._process.kill()
            self._process.wait()

    @property
    def memory(self) -> int:
        """The bytes that its serving processes have in memory together."""
        pages = [Path(f"/proc/{pid}/statm").read_text() for pid in self._servers()]
        return sum(int(each.split()[1]) for each in pages) * os.sysconf("SC_PAGE_SIZE")

    def end(self) -> None:
        """Ask it to end, as a service manager does."""
        self._process.terminate()

    def wait(self, seconds: float) -> int:
        """Return its exit code when it has ended."""
        return self._process.wait(seconds)


class Browser:
    """A browser of somebody who is signed in at all web servers of a database."""

    def __init__(self, person: User) -> None:
        name = settings.SESSION_COOKIE_NAME
        self._token = get_random_string(32)
        self._cookies = {
            name: signed_in(person).cookies[name].value,
            settings.CSRF_COOKIE_NAME: self._token,
        }

    def get(
        self, server: WebServer, path: str, timeout: float | None = None
    ) -> requests.Response:
        address = server.url + path
        return requests.get(address, cookies=self._cookies, timeout=timeout)

    def post(
        self, server: WebServer, path: str, typed: dict[str, Any]
    ) -> requests.Response:
        return requests.post(
            server.url + path,
            data=typed | {"csrfmiddlewaretoken": self._token},
            cookies=self._cookies,
            headers={"Origin": server.url},
            allow_redirects=False,
        )
