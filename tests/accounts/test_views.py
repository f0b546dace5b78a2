import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from connections.models import Connection
from tests.support.contacts import send
from tests.support.pages import text
from tests.support.people import PASSWORD, SIGN_IN, sign_in
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User
from zohoportal.outbox.models import Delivery

SETTINGS = "/account/settings/"
CHANGE = "/account/password/"
NEW_PASSWORD = "staple battery horse"


class TestSignIn:
    @pytest.mark.parametrize("email", ["staff@example.com", " Staff@Example.COM "])
    def test_leads_to_the_first_page(
        self, anonymous_client: Client, staff: User, email: str
    ) -> None:
        answer = sign_in(anonymous_client, email)

        assert answer.url == "/"
        assert anonymous_client.get("/").status_code == 200

    @pytest.mark.parametrize(
        ("email", "password"),
        [
            ("staff@example.com", "wrong"),
            ("nobody@example.com", PASSWORD),
            ("staff@example.com", PASSWORD.upper()),
        ],
    )
    def test_tells_nobody_which_of_the_two_is_wrong(
        self, anonymous_client: Client, staff: User, email: str, password: str
    ) -> None:
        page = sign_in(anonymous_client, email, password)

        assert page.context["form"].non_field_errors() == [
            "The e-mail or password is not right. Type both once more."
        ]
        assert page.context["form"]["username"].value() == email
        assert password not in page.content.decode()

    def test_says_the_same_of_an_account_that_was_closed(
        self, anonymous_client: Client, staff: User
    ) -> None:
        User.objects.update(is_active=False)

        page = sign_in(anonymous_client, staff.email)

        assert page.context["form"].non_field_errors() == [
            "The e-mail or password is not right. Type both once more."
        ]

    @pytest.mark.parametrize(
        ("email", "password", "sentence"),
        [
            ("", PASSWORD, "Enter your e-mail address."),
            ("staff", PASSWORD, "Enter an e-mail address such as name@example.com."),
            ("staff@example.com", "", "Enter your password."),
        ],
    )
    def test_says_what_is_missing(
        self,
        anonymous_client: Client,
        staff: User,
        email: str,
        password: str,
        sentence: str,
    ) -> None:
        page = sign_in(anonymous_client, email, password)

        assert sentence in text(page)

    def test_is_asked_for_by_every_other_page(self, anonymous_client: Client) -> None:
        answer: Any = anonymous_client.get("/deliveries/")

        assert answer.url == f"{SIGN_IN}?next=/deliveries/"

    def test_leads_back_to_where_one_wanted_to_go(
        self, anonymous_client: Client, staff: User
    ) -> None:
        answer: Any = anonymous_client.post(
            f"{SIGN_IN}?next=/deliveries/",
            {"username": staff.email, "password": PASSWORD},
        )

        assert answer.url == "/deliveries/"

    def test_leads_to_no_other_site(
        self, anonymous_client: Client, staff: User
    ) -> None:
        answer: Any = anonymous_client.post(
            f"{SIGN_IN}?next=https://evil.example/",
            {"username": staff.email, "password": PASSWORD},
        )

        assert answer.url == "/"

    def test_is_skipped_by_those_who_are_in(self, staff_client: Client) -> None:
        answer: Any = staff_client.get(SIGN_IN)

        assert answer.url == "/"


class TestSignOut:
    def test_closes_every_page(self, staff_client: Client) -> None:
        answer: Any = staff_client.post("/account/sign-out/")

        assert answer.url == SIGN_IN
        assert staff_client.get("/").status_code == 302

    def test_is_no_page_to_open(self, staff_client: Client) -> None:
        assert staff_client.get("/account/sign-out/").status_code == 405


class TestSettings:
    def test_changes_the_zone_that_times_are_shown_in(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff: User,
        staff_client: Client,
    ) -> None:
        send(staff_client, connection)
        delivery = Delivery.objects.get()
        Delivery.objects.update(created_at="2026-07-01T12:00:00+00:00")
        before = text(staff_client.get(delivery.get_absolute_url()))

        page = staff_client.post(SETTINGS, {"time_zone": "Asia/Kolkata"}, follow=True)

        after = text(staff_client.get(delivery.get_absolute_url()))
        assert "Your settings were saved." in text(page)
        assert "1 July 2026, 14:00:00" in before
        assert "1 July 2026, 17:30:00" in after

    @pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../../etc/passwd"])
    def test_takes_no_zone_that_does_not_exist(
        self, staff: User, staff_client: Client, zone: str
    ) -> None:
        page = staff_client.post(SETTINGS, {"time_zone": zone})

        staff.refresh_from_db()
        assert "time_zone" in page.context["form"].errors
        assert staff.time_zone == "Europe/Berlin"

    def test_changes_nothing_else(self, staff: User, staff_client: Client) -> None:
        staff_client.post(
            SETTINGS,
            {"time_zone": "UTC", "role": "admin", "email": "root@example.com"},
        )

        staff.refresh_from_db()
        assert (staff.role, staff.email) == ("staff", "staff@example.com")


class TestPassword:
    def test_is_typed_unseen_pasted_and_filled_in_by_managers(
        self, anonymous_client: Client, staff_client: Client
    ) -> None:
        """6.2.6, 6.2.7 of ASVS."""
        pages = [
            anonymous_client.get(SIGN_IN),
            staff_client.get(CHANGE),
            staff_client.get("/account/confirm/"),
        ]
        found = [
            each
            for page in pages
            for each in re.findall(r"<input[^>]+>", page.content.decode())
            if "password" in each
        ]

        assert len(found) == 5
        for each in found:
            assert 'type="password"' in each
            assert re.search(r'autocomplete="(current|new)-password"', each)
            assert not re.search(r"\bon\w+=|readonly", each)

    def test_does_not_expire(self, staff: User, anonymous_client: Client) -> None:
        with time_machine.travel(timezone.now() + timedelta(days=3650)):
            assert sign_in(anonymous_client, staff.email).url == "/"
            assert anonymous_client.get("/").status_code == 200

    def test_is_changed_and_stays_signed_in(
        self, staff: User, staff_client: Client, anonymous_client: Client
    ) -> None:
        page = staff_client.post(
            CHANGE,
            {
                "old_password": PASSWORD,
                "new_password1": NEW_PASSWORD,
                "new_password2": NEW_PASSWORD,
            },
            follow=True,
        )

        assert "Your password was changed." in text(page)
        assert staff_client.get("/").status_code == 200
        assert sign_in(anonymous_client, staff.email, NEW_PASSWORD).status_code == 302

    @pytest.mark.parametrize(
        ("old", "new", "repeated", "field"),
        [
            ("wrong", NEW_PASSWORD, NEW_PASSWORD, "old_password"),
            (PASSWORD, NEW_PASSWORD, "another", "new_password2"),
            (PASSWORD, "short", "short", "new_password2"),
        ],
    )
    def test_needs_the_old_one_and_a_good_new_one_twice(
        self,
        staff: User,
        staff_client: Client,
        old: str,
        new: str,
        repeated: str,
        field: str,
    ) -> None:
        page = staff_client.post(
            CHANGE,
            {"old_password": old, "new_password1": new, "new_password2": repeated},
        )

        staff.refresh_from_db()
        assert list(page.context["form"].errors) == [field]
        assert staff.check_password(PASSWORD)
