"""Start the sandbox Zoho as a process of its own and steer it from tests."""

import json
import os
import secrets
import signal
import subprocess
import sys
from base64 import b64decode
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener

ROOT = Path(__file__).resolve().parent.parent
# What steers the sandboxes of this run.
TOKEN = secrets.token_urlsafe(24)
READY = "Sandbox Zoho listening on "
# Straight to the loopback address, whatever proxy the environment names.
OPENER = build_opener(ProxyHandler({}))


def _path(path: str, **query: str | None) -> str:
    known = {name: value for name, value in query.items() if value is not None}
    return f"{path}?{urlencode(known)}"


class SandboxZoho:
    """A running sandbox Zoho; further options go to its command line."""

    def __init__(self, *options: str, root: Path = ROOT) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "zohoportal.sandbox", "--port", "0", *options],
            cwd=root,
            env=os.environ | {"SANDBOX_TOKEN": TOKEN},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout
        ready = self._process.stdout.readline()
        if not ready.startswith(READY):
            self.stop()
            raise RuntimeError(f"The sandbox did not start; it said {ready!r}.")
        self.url = ready.removeprefix(READY).strip()
        self._cleared: list[dict[str, Any]] = []

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

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Let it read and answer nothing for a while; lines stay open."""
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)

    def journal(self, since: int = 0) -> list[dict[str, Any]]:
        """Return the requests that arrived, oldest first."""
        entries: list[dict[str, Any]] = self._ask(
            "GET", f"/_sandbox/journal?since={since}"
        )["entries"]
        return entries

    def issued(self, since: int = 0) -> list[list[str]]:
        """Return the kind and the value of every secret given out, resets or not."""
        found: list[list[str]] = self._ask("GET", f"/_sandbox/issued?since={since}")[
            "issued"
        ]
        return found

    def effects(self) -> list[str]:
        """Return what the journalled requests changed, one change an item."""
        return [
            effect
            for entry in self.journal()
            if entry["effect"]
            for effect in entry["effect"].split("; ")
        ]

    def clear_journal(self) -> None:
        """Empty the journal; `take_requests` will still return what was in it."""
        self._cleared += self._ask("DELETE", "/_sandbox/journal")["entries"]

    def take_requests(self) -> list[dict[str, Any]]:
        """Return all requests since this was last called, and empty the journal."""
        self.clear_journal()
        taken, self._cleared = self._cleared, []
        return taken

    def script(self, method: str, path: str, *answers: dict[str, Any]) -> None:
        """Say what the next matching requests get, in turn; `times` repeats one."""
        wish = {"method": method, "path": path, "answers": answers}
        self._ask("POST", "/_sandbox/script", wish)

    def clear_script(self) -> None:
        self._ask("DELETE", "/_sandbox/script")

    def chaos(self, seed: int, share: float, *faults: dict[str, Any]) -> None:
        """Give a share of all product calls one of these faults, drawn by the seed.

        A fault is a scripted answer, if need be with `method`, `path` and `weight`;
        with `times` it happens so often at most. It goes on until `clear_chaos`.
        """
        wish = {"seed": seed, "share": share, "faults": faults}
        self._ask("POST", "/_sandbox/chaos", wish)

    def clear_chaos(self) -> None:
        self._ask("DELETE", "/_sandbox/chaos")

    def limit(self, **limits: float | None) -> None:
        """Set `crm_`, `desk_` or `books_concurrency` and `_credits`, or other limits.

        These are `books_minute`, calls a minute, and `index_lag`, seconds.
        """
        self._ask("POST", "/_sandbox/limits", limits)

    def limits(self) -> dict[str, Any]:
        """Return the limits and, by product, `most_in_flight` since the last reset."""
        found: dict[str, Any] = self._ask("GET", "/_sandbox/limits")
        return found

    def lift_limits(self) -> None:
        """Go back to no limits, and measure `most_in_flight` anew."""
        self._ask("DELETE", "/_sandbox/limits")

    def reset(
        self, *, keep_clients: bool = False, keep_grants: bool = False, **world: Any
    ) -> None:
        """Go back to the sample world without limits; journal, scripts, chaos stay.

        With its grants a client is kept, too.
        """
        wish = {
            "world": world,
            "keep_clients": keep_clients,
            "keep_grants": keep_grants,
        }
        self._ask("POST", "/_sandbox/reset", wish)

    def new_client(
        self, kind: str = "server", redirect_uris: Iterable[str] = ()
    ) -> tuple[str, str]:
        """Return the id and the secret of a new client."""
        wish = {"kind": kind, "name": "Portal", "redirect_uris": list(redirect_uris)}
        client = self._ask("POST", "/_sandbox/clients", wish)
        return client["client_id"], client["client_secret"]

    def new_code(
        self,
        client_id: str,
        scope: str,
        minutes: int = 3,
        crm_organization: str | None = None,
    ) -> str:
        """Return a Self Client code for comma separated scopes.

        It is for the first CRM organisation unless another is named.
        """
        wish = {
            "client_id": client_id,
            "scope": scope,
            "minutes": minutes,
            "crm_organization": crm_organization,
        }
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

    def campaigns(self, **change: Any) -> dict[str, Any]:
        """Change Campaigns as people over there do; return what it has then.

        By `list`, `email` and `state` (active, unsub, bounce, pending), `delete_list`,
        or `lock`, a method, with `seconds`.
        """
        if change:
            self._ask("POST", "/_sandbox/campaigns", change)
        found: dict[str, Any] = self._ask("GET", "/_sandbox/campaigns")
        return found

    def books(self, **change: Any) -> dict[str, Any]:
        """Change Books as people over there do; return what it has then.

        By `organization` with `is_active` or `custom_fields` (of `label`, `is_unique`),
        `contact` or `person` with `values`, `contact` with `invoice` (`number`,
        `due_in`, `total`, `balance`, `status`), `delete_contact`; `forbidden`, scopes
        that the user's role has not; or `refuses_json` with 4, 1038 or None.
        """
        if change:
            self._ask("POST", "/_sandbox/books", change)
        found: dict[str, Any] = self._ask("GET", "/_sandbox/books")
        return found

    def records(self) -> dict[str, list[dict[str, Any]]]:
        """Return all there is, by kind.

        CRM's "contacts"; Desk's "desk_contacts", "tickets", "comments", "layouts",
        "departments", "attachments" and "uploads", whose "content" is in base64.
        """
        found: dict[str, list[dict[str, Any]]] = self._ask("GET", "/_sandbox/records")
        return found

    def crm_records(
        self, module: str, organization: str | None = None
    ) -> list[dict[str, Any]]:
        """Return a module's records, oldest first."""
        path = _path("/_sandbox/crm/records", module=module, organization=organization)
        found: list[dict[str, Any]] = self._ask("GET", path)["records"]
        return found

    def put_crm_record(
        self, module: str, organization: str | None = None, **record: Any
    ) -> dict[str, Any]:
        """Keep a record as it is given, sound or not; with an `id`, change that one.

        Return it as it is now.
        """
        wish = {"module": module, "organization": organization, "record": record}
        kept: dict[str, Any] = self._ask("POST", "/_sandbox/crm/records", wish)
        return dict(kept["record"])

    def remove_crm_record(
        self, module: str, record_id: str, organization: str | None = None
    ) -> None:
        about = {"module": module, "id": record_id, "organization": organization}
        self._ask("DELETE", _path("/_sandbox/crm/records", **about))

    def attachments(self, organization: str | None = None) -> list[dict[str, Any]]:
        """Return the files attached to CRM records; "content" is bytes."""
        path = _path("/_sandbox/crm/attachments", organization=organization)
        found = self._ask("GET", path)["attachments"]
        return [{**each, "content": b64decode(each["content"])} for each in found]

    def change_crm_metadata(
        self, module: str, organization: str | None = None, **change: Any
    ) -> None:
        """Change a module as an admin would, by one of these.

        remove_field, require_field (Zoho itself needs it), demand_field (the layouts
        do): a name; rename_field: {"from", "to"};
        add_field: {"api_name", "data_type", "length", "label", "values", "required",
        "module"}, all but the first may be absent; add_value, remove_value: {"field",
        "value"}.
        """
        wish = {"module": module, "organization": organization, **change}
        self._ask("POST", "/_sandbox/crm/metadata", wish)

    def _ask(self, method: str, path: str, wish: object = None) -> Any:
        body = None if wish is None else json.dumps(wish).encode()
        headers = {"X-Sandbox-Token": TOKEN}
        request = Request(self.url + path, body, headers, method=method)
        try:
            with OPENER.open(request, timeout=30) as answer:
                return json.load(answer)
        except HTTPError as error:
            with error:
                raise RuntimeError(error.read().decode()) from None
