"""Another server that speaks Zoho's paths takes the sandbox's place.

It is a copy of the sandbox's folder, alone in an empty place: what it imported from
the portal, or read from its files, would be missing there.
"""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from connections.models import Connection, OAuthClient
from connections.zoho import datacenters
from tests.connections import journey
from tests.desk.form import send as send_ticket
from tests.openapi import recorder
from tests.support.contacts import send as send_contact
from tests.zoho import ROOT, SandboxZoho
from zohoportal.accounts.models import User


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("elsewhere")
    package = place / "zohoportal"
    shutil.copytree(
        ROOT / "zohoportal" / "sandbox",
        package / "sandbox",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    (package / "__init__.py").touch()
    return place


@pytest.fixture(scope="module")
def other_zoho(place: Path) -> Iterator[SandboxZoho]:
    with SandboxZoho("--location", "us", root=place) as zoho:
        yield zoho
        assert recorder.problems(zoho.take_requests()) == []


@pytest.fixture
def _only_the_other(other_zoho: SandboxZoho, settings: Any) -> None:
    settings.DATA_CENTERS = datacenters.table(sandbox=f"us={other_zoho.url}")


@pytest.mark.usefixtures("_only_the_other")
class TestOtherZoho:
    @pytest.mark.parametrize("kind", OAuthClient.Kind.values)
    def test_is_connected_and_worked_with(
        self,
        zoho: SandboxZoho,
        other_zoho: SandboxZoho,
        admin: User,
        admin_client: Client,
        kind: str,
    ) -> None:
        other_zoho.reset()
        other_zoho.clear_journal()
        draft = journey.begin(admin, kind, region="us")
        journey.give_client(other_zoho, draft)
        step: Any = connect(other_zoho, admin_client, draft)
        connection = journey.stored(draft)

        contact = admin_client.get(send_contact(admin_client, connection).url)
        ticket = admin_client.get(send_ticket(admin_client, connection).url)

        assert step.url == f"/connections/{connection.pk}/ready/"
        assert all(check["ok"] for check in connection.checks)
        assert "Kim Sample was created." in contact.content.decode()
        assert "was opened." in ticket.content.decode()
        created = [e for e in other_zoho.effects() if e.startswith("created")]
        assert [effect.rpartition(" ")[0] for effect in created] == [
            "created Contacts",
            "created ticket",
        ]
        assert zoho.journal() == []

    def test_shares_no_file_with_the_portal(self, place: Path) -> None:
        names = {path.name for path in place.iterdir()}

        assert names == {"zohoportal"}
        assert (place / "zohoportal" / "__init__.py").read_text() == ""

    def test_needs_nothing_but_python(self, place: Path) -> None:
        ended = subprocess.run(
            [sys.executable, "-E", "-S", "-m", "zohoportal.sandbox", "--help"],
            cwd=place,
            capture_output=True,
            text=True,
            check=False,
        )

        assert (ended.returncode, ended.stderr) == (0, "")


def connect(zoho: SandboxZoho, client: Client, draft: Connection) -> Any:
    """Walk through the door that the draft was begun for."""
    if draft.is_self_client:
        typed = {
            "client_id": draft.client.client_id,
            "client_secret": "",
            "code": journey.new_code(zoho, draft),
        }
        return client.post(f"/connections/{draft.pk}/client/", typed)
    gone: Any = client.post(f"/connections/{draft.pk}/consent/")
    back = journey.decide(zoho, gone.url)
    return client.get("/oauth/callback/", back)
