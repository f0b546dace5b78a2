"""Start the provider of the tests, and steer it."""

import json
import subprocess
import sys
import time
from types import TracebackType
from typing import Any, Self
from urllib.request import Request

from django.test import Client

from tests.leak_plugin import WATCH
from tests.support.oidc_server import CLIENT, READY, SECRET
from tests.zoho import OPENER, ROOT
from zohoportal.accounts.oidc.configured import Oidc

START = "/account/provider/start/"
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
ROLES = (("Portal admins", "admin"), ("Portal staff", "staff"))


class RunningProvider:
    """The provider as a process of its own."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.oidc_server"],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout
        self.url = self._process.stdout.readline().removeprefix(READY).strip()
        self.oidc = Oidc(self.url, (self.url,), CLIENT, SECRET, ROLES)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.terminate()
        assert self._process.stdout
        self._process.stdout.close()
        self._process.wait()

    def set(self, **wish: Any) -> None:
        """Say who signs in from now on, and what goes wrong; forget what was asked."""
        WATCH.learn("client_secret of the provider", SECRET)
        self._ask("/_set", wish)

    def rotate(self) -> None:
        self._ask("/_rotate", {})

    def asked(self) -> list[dict[str, str]]:
        """Return what browsers brought along to the sign-in page."""
        found: list[dict[str, str]] = self._ask("/_seen")["asked"]
        return found

    def counts(self) -> dict[str, int]:
        """Return how often each address was asked for."""
        found: dict[str, int] = self._ask("/_seen")["counts"]
        return found

    def logout_token(self, **claims: Any) -> str:
        """Return a signed logout token; None leaves a claim out."""
        now = int(time.time())
        usual = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 120}
        usual |= {"sub": "kim-1", "events": {LOGOUT_EVENT: {}}, "jti": "1"} | claims
        sent = {name: value for name, value in usual.items() if value is not None}
        return str(self._ask("/_sign", sent)["token"])

    def ways_back(self, location: str) -> dict[str, str]:
        """Follow a browser to the sign-in page; return its two ways back."""
        found: dict[str, str] = self._open(
            Request(location, headers={"Accept": "application/json"})
        )
        return found

    def sign_in(self, client: Client, **form: str) -> Any:
        """Walk through a whole trip with a browser; return where it ends."""
        left: Any = client.post(START, form)
        assert left.status_code == 302, left.content.decode()
        return client.get(self.ways_back(left.url)["url"])

    def _ask(self, path: str, wish: dict[str, Any] | None = None) -> Any:
        data = None if wish is None else json.dumps(wish).encode()
        return self._open(Request(f"{self.url}{path}", data=data))

    @staticmethod
    def _open(request: Request) -> Any:
        with OPENER.open(request, timeout=10) as answer:
            return json.loads(answer.read())
