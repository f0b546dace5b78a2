"""Start the sandbox Zoho as a process of its own and steer it from tests."""

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

ROOT = Path(__file__).resolve().parent.parent
READY = "Sandbox Zoho listening on "
# Straight to the loopback address, whatever proxy the environment names.
OPENER = build_opener(ProxyHandler({}))


class SandboxZoho:
    """A running sandbox Zoho; further options go to its command line."""

    def __init__(self, *options: str, root: Path = ROOT) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "zohoportal.sandbox", "--port", "0", *options],
            cwd=root,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout
        ready = self._process.stdout.readline()
        if not ready.startswith(READY):
            self.stop()
            raise RuntimeError(f"The sandbox did not start; it said {ready!r}.")
        self.url = ready.removeprefix(READY).strip()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def stop(self) -> int:
        """End the process and return its exit code."""
        self._process.terminate()
        assert self._process.stdout
        self._process.stdout.close()
        return self._process.wait()

    def journal(self, since: int = 0) -> list[dict[str, Any]]:
        """Return the requests that arrived, oldest first."""
        entries: list[dict[str, Any]] = self._ask(
            "GET", f"/_sandbox/journal?since={since}"
        )["entries"]
        return entries

    def effects(self) -> list[str]:
        """Return what the journalled requests changed, one change an item."""
        return [
            effect
            for entry in self.journal()
            if entry["effect"]
            for effect in entry["effect"].split("; ")
        ]

    def clear_journal(self) -> None:
        self._ask("DELETE", "/_sandbox/journal")

    def script(self, method: str, path: str, *answers: dict[str, Any]) -> None:
        """Say what the next matching requests get, in turn."""
        wish = {"method": method, "path": path, "answers": answers}
        self._ask("POST", "/_sandbox/script", wish)

    def clear_script(self) -> None:
        self._ask("DELETE", "/_sandbox/script")

    def reset(self, *, keep_clients: bool = False, **world: Any) -> None:
        """Go back to the sample world; the journal and the scripts stay."""
        wish = {"world": world, "keep_clients": keep_clients}
        self._ask("POST", "/_sandbox/reset", wish)

    def new_client(
        self, kind: str = "server", redirect_uris: Iterable[str] = ()
    ) -> tuple[str, str]:
        """Return the id and the secret of a new client."""
        wish = {"kind": kind, "name": "Portal", "redirect_uris": list(redirect_uris)}
        client = self._ask("POST", "/_sandbox/clients", wish)
        return client["client_id"], client["client_secret"]

    def new_code(self, client_id: str, scope: str, minutes: int = 3) -> str:
        """Return a Self Client code for comma separated scopes."""
        wish = {"client_id": client_id, "scope": scope, "minutes": minutes}
        code: str = self._ask("POST", "/_sandbox/codes", wish)["code"]
        return code

    def expire_tokens(self, **grant: str) -> None:
        """End access tokens: all, or those of one grant.

        A grant goes by `client_id`, or `refresh_token`, its last four characters.
        """
        self._ask("POST", "/_sandbox/tokens/expire", grant or None)

    def revoke_tokens(self, **grant: str) -> None:
        """End refresh tokens with their access tokens: all, or those of one grant."""
        self._ask("POST", "/_sandbox/tokens/revoke", grant or None)

    def advance(self, seconds: float) -> None:
        """Move the sandbox's own clock: codes, tokens, throttling and the journal."""
        self._ask("POST", "/_sandbox/clock", {"advance": seconds})

    def skew(self, seconds: float) -> None:
        """Let the header `Date` be wrong by so much, and nothing else."""
        self._ask("POST", "/_sandbox/clock", {"skew": seconds})

    def change_layout(self, layout_id: str, **change: Any) -> None:
        """Change a Desk layout as an administrator over there does.

        By `add_field`, `remove_field`, `require_field`, `free_field`, `add_value` or
        `remove_value`; a value goes by its `field` and `value`.
        """
        wish = {"layout": layout_id, **change}
        self._ask("POST", "/_sandbox/desk/layout", wish)

    def show_department(self, department_id: str, *, visible: bool) -> None:
        """Let the user who connected see a Desk department, or not any more."""
        wish = {"department": department_id, "visible": visible}
        self._ask("POST", "/_sandbox/desk/department", wish)

    def records(self) -> dict[str, list[dict[str, Any]]]:
        """Return all there is, by kind.

        CRM's "contacts"; Desk's "desk_contacts", "tickets", "layouts", "departments",
        "attachments" and "uploads", whose "content" is in base64.
        """
        found: dict[str, list[dict[str, Any]]] = self._ask("GET", "/_sandbox/records")
        return found

    def _ask(self, method: str, path: str, wish: object = None) -> Any:
        body = None if wish is None else json.dumps(wish).encode()
        request = Request(self.url + path, body, method=method)
        try:
            with OPENER.open(request, timeout=30) as answer:
                return json.load(answer)
        except HTTPError as error:
            with error:
                raise RuntimeError(error.read().decode()) from None
