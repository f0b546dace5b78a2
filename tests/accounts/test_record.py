"""A79: what the trail keeps of signing in and out, and that it stays."""

import csv
import io
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client

from tests.accounts.apps import set_up
from tests.accounts.sign_ins import browser, fail, sign_in
from tests.support.pages import text
from tests.support.people import PASSWORD
from zohoportal.accounts.models import User
from zohoportal.activity import only_grows
from zohoportal.activity.models import AuditEvent

pytestmark = pytest.mark.django_db

Entry = tuple[str, str, str, str]


def entries() -> list[Entry]:
    rows = AuditEvent.objects.order_by("pk")
    return list(rows.values_list("person_name", "act", "target", "address"))


class TestA79Trail:
    def test_has_who_signed_in_and_out_from_where(self, staff: User) -> None:
        client = browser()
        sign_in(staff.email, client=client, address="192.0.2.1")
        client.post("/account/sign-out/", headers={"X-Forwarded-For": "192.0.2.2"})

        assert entries() == [
            (staff.email, "signed_in", "Sign-in", "192.0.2.1"),
            (staff.email, "left", "Sign-out", "192.0.2.2"),
        ]

    def test_has_who_failed(self, staff: User) -> None:
        fail(staff.email)

        assert entries() == [
            (staff.email, "sign_in_failed", "Wrong password", "192.0.2.1")
        ]

    def test_has_no_name_that_nobody_has_as_it_may_be_a_password(
        self,
        staff: User,  # a portal without people takes no passwords
    ) -> None:
        fail("my-pass@word.example")

        assert entries() == [
            (
                "Somebody not signed in",
                "sign_in_failed",
                "There is no such account",
                "192.0.2.1",
            )
        ]

    def test_has_no_more_of_a_flood_than_its_limit(self, staff: User) -> None:
        fail(staff.email, 30)

        rows = AuditEvent.objects.order_by("pk")
        assert len(rows) == 5
        assert [row.facts for row in rows][-2:] == ["", "then: stopped for a while"]

    def test_has_the_address_that_our_proxy_gives_not_a_strangers(
        self, staff: User
    ) -> None:
        client = browser()
        client.defaults["REMOTE_ADDR"] = "203.0.113.7"

        sign_in(staff.email, client=client, address="192.0.2.1")

        assert AuditEvent.objects.get().address == "203.0.113.7"

    def test_has_a_new_password_without_it(
        self, staff: User, staff_client: Client
    ) -> None:
        new = "another horse entirely"
        staff_client.post(
            "/account/password/",
            {"old_password": PASSWORD, "new_password1": new, "new_password2": new},
        )

        assert entries() == [(staff.email, "new_password", "Own password", "127.0.0.1")]
        assert new not in repr(list(AuditEvent.objects.values()))

    @pytest.mark.parametrize(
        "address", ["/connections/", "/c/nothing/crm/", "/activity/trail/"]
    )
    def test_has_what_was_refused(
        self, staff: User, staff_client: Client, address: str
    ) -> None:
        assert staff_client.get(address).status_code in {403, 404}

        assert entries() == [(staff.email, "refused", address, "127.0.0.1")]

    def test_ends_with_the_fiftieth_refusal_of_an_hour(
        self, staff: User, staff_client: Client
    ) -> None:
        for number in range(55):
            staff_client.get(f"/c/nothing/desk/tickets/{number}/")

        refused = AuditEvent.objects.filter(act="refused")
        assert refused.count() == 50
        assert refused.latest("pk").facts == "then: further ones are not listed"

    def test_has_a_changed_second_factor(
        self,
        staff: User,
        staff_client: Client,
        django_capture_on_commit_callbacks: Any,
    ) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            set_up(staff_client)

        found = [(name, act, what) for name, act, what, _ in entries()]
        assert (staff.email, "second_factor", "Added: TOTP Authenticator") in found

    def test_has_no_typos(self, staff_client: Client) -> None:
        assert staff_client.get("/no/such/page/").status_code == 404

        assert entries() == []

    def test_is_shown_and_exported_as_text(self, admin_client: Client) -> None:
        name = "=cmd|'/c calc'!a0@example.com".replace(" ", "").replace("|'", "-")
        AuditEvent.objects.create(
            person_name=name, act="sign_in_failed", target="x", address="192.0.2.1"
        )

        page = text(admin_client.get("/activity/trail/"))
        file = admin_client.post("/activity/trail/export/").getvalue().decode()

        assert "Failed to sign in" in page
        assert "from 192.0.2.1" in page
        rows = list(csv.DictReader(io.StringIO(file.lstrip("\ufeff"))))
        assert rows[-1]["Person"] == f"'{name}"
        assert rows[-1]["Address"] == "192.0.2.1"


def refuses(statement: str) -> None:
    with (
        pytest.raises(DatabaseError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


class TestA79Database:
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE activity_auditevent SET target = 'other'",
            "UPDATE activity_auditevent SET at = at WHERE id < 0 OR id > 0",
            "DELETE FROM activity_auditevent",
        ],
    )
    def test_refuses_to_change_what_was_done(self, statement: str) -> None:
        AuditEvent.objects.create(target="as it was")

        refuses(statement)

        assert AuditEvent.objects.get().target == "as it was"

    def test_refuses_to_empty_the_table(self) -> None:
        if connection.vendor != "postgresql":
            pytest.skip("SQLite has no TRUNCATE")
        AuditEvent.objects.create(target="as it was")

        refuses("TRUNCATE activity_auditevent")

        assert AuditEvent.objects.count() == 1

    def test_lets_go_only_where_that_is_said(self) -> None:
        AuditEvent.objects.create(target="a name")

        with only_grows.lifted(), connection.cursor() as cursor:
            cursor.execute("UPDATE activity_auditevent SET target = 'erased'")

        assert AuditEvent.objects.get().target == "erased"
        refuses("DELETE FROM activity_auditevent")

    def test_guards_again_after_the_next_migration(self) -> None:
        with connection.cursor() as cursor:
            for statement in only_grows._lifting():
                cursor.execute(statement)
        call_command("migrate", verbosity=0)
        AuditEvent.objects.create(target="as it was")

        refuses("DELETE FROM activity_auditevent")
