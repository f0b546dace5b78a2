"""P8: whether a record is there is looked up on leaving the field that decides."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone

from connections.models import Connection, Reading
from crm.models import ModuleSettings
from crm.views.matches import HOLDS_SECONDS
from tests.support.contacts import CONTACT, SEARCH, TYPED, agree, look, send, url
from tests.support.deliveries import UPSERT
from tests.zoho import SandboxZoho
from zohoportal.outbox.models import Delivery


def leave(client: Client, connection: Connection, **typed: str) -> str:
    """Leave the field; return what comes back."""
    address = f"/c/{connection.slug}/crm/Contacts/found/"
    answer: Any = client.post(address, {"Email": TYPED["Email"]} | typed)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def token(fragment: str) -> str:
    found = re.search(r'data-matches="([^"]*)"', fragment)
    return found[1] if found else ""


def calls(zoho: SandboxZoho) -> list[str]:
    return [each["path"] for each in zoho.journal() if "settings" not in each["path"]]


class TestLookUpR14:
    def test_names_the_one_that_is_there_and_when_it_was_changed(
        self, connection: Connection, staff_client: Client
    ) -> None:
        send(staff_client, connection)

        said = leave(staff_client, connection)

        assert "Found: Kim Sample, changed" in said
        assert "Saving will update this contact." in said
        assert "<html" not in said

    def test_says_that_there_is_none(
        self, connection: Connection, staff_client: Client
    ) -> None:
        said = leave(staff_client, connection)

        assert "New contact: none in Zoho has this Email yet." in said
        assert not Delivery.objects.exists()

    @pytest.mark.parametrize("typed", ["", "kim", "kim@", "x" * 5_000])
    def test_says_nothing_and_asks_nothing_for_half_an_address_r56(
        self,
        typed: str,
        zoho: SandboxZoho,
        connection: Connection,
        staff_client: Client,
    ) -> None:
        staff_client.get(url(connection))
        zoho.clear_journal()

        assert leave(staff_client, connection, Email=typed) == ""
        assert zoho.journal() == []

    def test_is_calm_where_zoho_cannot_be_asked(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        staff_client.get(url(connection))
        zoho.script("GET", SEARCH, *[{"status": 503, "body": "<p>"}] * 3)

        said = leave(staff_client, connection)

        assert "You can go on: it is asked again" in said
        assert token(said) == ""

    def test_does_not_believe_what_only_contains_the_address(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        row = {"id": "1", "Email": f"not.{TYPED['Email']}", "Last_Name": "Other"}
        answer = {"status": 200, "body": {"data": [row], "info": {}}}
        zoho.script("GET", SEARCH, answer)

        assert "New contact" in leave(staff_client, connection)

    def test_is_not_there_for_others(
        self, connection: Connection, stranger_client: Client
    ) -> None:
        address = f"/c/{connection.slug}/crm/Contacts/found/"

        assert stranger_client.post(address, TYPED).status_code == 404

    def test_is_offered_where_something_decides(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        said = staff_client.get(url(connection)).content.decode()
        assert f'data-look-up="/c/{connection.slug}/crm/Contacts/found/"' in said

        refusal = {"status": 401, "body": {"code": "OAUTH_SCOPE_MISMATCH"}, "times": 9}
        zoho.script("GET", "/crm/v8/settings/modules", refusal)
        Reading.objects.all().delete()
        said = staff_client.get(url(connection)).content.decode()
        assert "data-look-up" not in said


class TestBudget:
    def test_of_a_save_is_what_protects_the_record(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        send(staff_client, connection)
        staff_client.get(url(connection))
        zoho.clear_journal()

        found = token(leave(staff_client, connection))
        page = look(staff_client, connection, First_Name="Kimberly", matches=found)
        agree(staff_client, connection, page)

        assert "Will update Kim Sample" in page.content.decode()
        shown = page.context["preview"]
        assert [(c.label, c.old, c.new) for c in shown.changes] == [
            ("First Name", "Kim", "Kimberly")
        ]
        assert [each.api_name for each in shown.kept] == ["Mobile"]
        # It is read just before it is changed.
        record = f"/crm/v8/Contacts/{shown.shown.record_id}"
        assert calls(zoho) == [SEARCH, record, record]

    def test_of_a_new_one_stays_three_calls(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        staff_client.get(url(connection))
        zoho.clear_journal()

        found = token(leave(staff_client, connection))
        page = look(staff_client, connection, matches=found)
        agree(staff_client, connection, page)

        assert calls(zoho) == [SEARCH, "/crm/v8/Contacts", UPSERT]


class TestWhatWasFound:
    """It counts for one person, one question and five minutes."""

    def asks_again(
        self, zoho: SandboxZoho, client: Client, connection: Connection, **typed: str
    ) -> bool:
        zoho.clear_journal()
        look(client, connection, **typed)
        return calls(zoho) == [SEARCH]

    def test_counts_for_the_same_values_only(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        found = token(leave(staff_client, connection))
        other = {"Email": "other@example.com", "matches": found}

        assert self.asks_again(zoho, staff_client, connection, **other)
        assert not self.asks_again(zoho, staff_client, connection, matches=found)

    def test_counts_for_all_values_that_decide(
        self, zoho: SandboxZoho, rich: Connection, staff_client: Client
    ) -> None:
        found = token(leave(staff_client, rich))
        more = {"Customer_Number": "C-17", "matches": found}

        assert self.asks_again(zoho, staff_client, rich, **more)

    def test_counts_for_nobody_else(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff_client: Client,
        admin_client: Client,
    ) -> None:
        found = token(leave(admin_client, connection))

        assert self.asks_again(zoho, staff_client, connection, matches=found)

    def test_counts_for_a_while(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff_client: Client,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        found = token(leave(staff_client, connection))
        later = timezone.now() + timedelta(seconds=HOLDS_SECONDS + 1)
        monkeypatch.setattr("time.time", later.timestamp)

        assert self.asks_again(zoho, staff_client, connection, matches=found)

    def test_cannot_be_made_up(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        found = token(leave(staff_client, connection))

        for forged in ("x", "1:2:3", found[:-1], f"{found}x"):
            assert self.asks_again(zoho, staff_client, connection, matches=forged)

    def test_has_only_what_the_form_shows(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        send(staff_client, connection)
        ModuleSettings.objects.create(
            connection=connection,
            module="Contacts",
            fields=["Email", "Last_Name"],
            shows_others=False,
        )

        sealed = token(leave(staff_client, connection))

        _, (record,) = signing.loads(sealed, salt="crm.found-all")
        assert record["Email"] == CONTACT["Email"]
        assert "Mobile" not in record
