"""Searches everything that a test showed for every secret that it knew.

What may carry a secret, and is left out for that reason:

- `Set-Cookie` brings a browser its own session id, and the table of sessions is keyed
  by it: Django's sessions work that way.
- `Location` to Zoho's consent page, and to the company's sign-in, carries the state,
  and so does that page's address: a state is made for that trip.
- Bodies of calls to the token endpoint carry client secrets, codes and tokens. The
  sandbox's journal masks them by name, so such a name in an address counts as a leak.
- The admin's page that made a link shows it once, and a mail brings it.
- Static files are streamed, and nobody makes them at run time.
- Other processes are not seen from here. The demo prints its passwords on purpose.
"""

import base64
import json
from collections import defaultdict
from collections.abc import Mapping

from django.conf import settings
from django.core import mail

from tests.security import leaks
from tests.security.leaks import Leak
from tests.zoho import SandboxZoho
from zohoportal.sandbox.journal import SECRET_NAMES

SESSION = "session id"
LINK = "link that works once"
SHOWS_LINK = {"page people:list", "page people:renew", "page people:new_password"}
SHOWS_LINK |= {"mail"}
CONSENT = "/oauth/v2/auth"
# The page of the tests' company sign-in, where people go with a state as well.
COMPANY = "/authorize?"
# A test that shows more than so many bytes is searched in parts.
ENOUGH = 50_000_000


class Watch:
    """What the running test showed and knew, and the leaks of all tests so far."""

    def __init__(self) -> None:
        self.found: dict[str, list[Leak]] = {}
        self.bytes_seen = 0
        self._issued = 0
        self._shown: dict[str, list[bytes]] = defaultdict(list)
        self._size = 0
        self._secrets: dict[str, str] = {}
        self._hits: list[Leak] = []
        self._of_all_tests: set[tuple[str, str]] = set()

    @property
    def secrets_seen(self) -> int:
        return len({secret for secret, _name in self._of_all_tests})

    def learn(self, kind: str, value: str) -> None:
        """Search for this, in what was shown before, too; forget it after the test."""
        if len(value) >= leaks.SHORTEST:
            self._secrets.setdefault(value, f"{kind} {len(self._secrets)}")

    def show(self, place: str, content: str | bytes) -> None:
        """Search this when the test is over, with everything learned by then."""
        text = content.encode() if isinstance(content, str) else content
        self._shown[place].append(text)
        self._size += len(text)
        if self._size > ENOUGH:
            self._search()

    def gather(self) -> None:
        """Take in what is left at the end of a test, before its fixtures go."""
        self.learn("secret key", settings.SECRET_KEY)
        for key in settings.VAULT_KEYS.values():
            self.learn("vault key", base64.urlsafe_b64encode(key).decode().rstrip("="))
        for message in getattr(mail, "outbox", []):
            self.show("mail", message.message().as_bytes())
        for place, text in leaks.database_left_behind().items():
            self.show(place, text)

    def ask(self, sandbox: SandboxZoho) -> None:
        """Learn what the suite's sandbox gave out, and look at what it was asked."""
        issued = sandbox.issued(self._issued)
        self._issued += len(issued)
        for kind, value in issued:
            self.learn(kind, value)
        for call in sandbox.journal():
            self.show("journal of the sandbox", json.dumps(call))
            expected = {"state"} if call["path"] == CONSENT else set()
            self._hits += [
                Leak(f"address {call['path']}", name, "masked")
                for name in SECRET_NAMES & call["query"].keys() - expected
            ]

    def judge(self, test: str) -> None:
        """Search what `test` showed, keep its leaks, forget everything else."""
        self._search()
        if self._hits:
            self.found[test] = sorted(set(self._hits))
        self._of_all_tests |= self._secrets.items()
        self._secrets, self._hits = {}, []

    def judge_files(self, files: Mapping[str, bytes]) -> None:
        """Search the database's files for the secrets of all tests so far."""
        sought = [
            secret.encode()
            for secret, name in self._of_all_tests
            # The table of sessions lies in these files, too.
            if not name.startswith(SESSION)
        ]
        self._hits += [
            Leak(place, "a secret of one of the tests", "raw")
            for place, content in files.items()
            if any(secret in content for secret in sought)
        ]
        self.judge("the files of the database")

    def _search(self) -> None:
        places = {place: b"\n".join(parts) for place, parts in self._shown.items()}
        sought = {name: value for value, name in self._secrets.items()}
        found = leaks.find(sought, places)
        self._hits += [hit for hit in found if not _is_meant(hit)]
        self.bytes_seen += self._size
        self._shown.clear()
        self._size = 0


def _is_meant(hit: Leak) -> bool:
    return hit.secret.startswith(LINK) and hit.place in SHOWS_LINK
