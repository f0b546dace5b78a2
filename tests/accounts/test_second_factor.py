"""The second factor: set up, asked for, used once, sealed, removed."""

import base64
import re
import threading
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.db import connection as database
from django.test import Client

from tests.accounts.apps import APP, CODES, code, recovery_codes, sealed, set_up
from tests.environment import PORTAL_PORT
from tests.security import leaks
from tests.support.pages import text
from tests.support.people import PASSWORD, sign_in, signed_in
from zohoportal.accounts.models import User
from zohoportal.accounts.second_factor import codes

FACTORS = "/account/second-factor/"
STEP = "/account/sign-in/code/"


def browser() -> Client:
    return Client(HTTP_HOST=f"localhost:{PORTAL_PORT}")


def asked_for(person: User) -> Client:
    """Return a browser in which somebody has just typed the right password."""
    client = browser()
    assert sign_in(client, person.email).url == STEP
    return client


class TestSettingUp:
    def test_an_app_asks_for_its_code_at_the_next_sign_in(
        self, staff: User, staff_client: Client
    ) -> None:
        secret = set_up(staff_client)
        client = asked_for(staff)

        before: Any = client.get("/")
        answer: Any = client.post(STEP, {"code": code(secret)})

        assert before.status_code == 302
        assert answer.url == "/"
        assert client.get("/").status_code == 200

    def test_keeps_no_secret_in_clear_a18(self, staff_client: Client) -> None:
        secret = set_up(staff_client)
        shown = recovery_codes(staff_client)

        places = leaks.database_content()

        assert leaks.find({"secret": secret}, places) == []
        assert not any(each in str(places) for each in shown)

    def test_makes_keys_and_codes_that_nobody_guesses(
        self, staff_client: Client, stranger_client: Client
    ) -> None:
        """6.5.3, 6.5.4 of ASVS: 160 bits a key, 26 bits a code."""
        both = (staff_client, stranger_client)
        keys = {set_up(each) for each in both}
        shown = [code for each in both for code in recovery_codes(each)]

        assert len(keys) == 2
        assert {len(base64.b32decode(key)) for key in keys} == {20}
        assert len(set(shown)) == len(shown) == 20
        assert all(re.fullmatch(r"[0-9]{8}", each) for each in shown)

    def test_takes_no_wrong_code_and_keeps_the_key(self, staff_client: Client) -> None:
        page = staff_client.get(APP)
        form = {"sealed": sealed(page), "code": "1"}

        again = staff_client.post(APP, form)

        assert "This code is not right" in text(again)
        assert again.context["form"].secret == page.context["form"].secret
        assert not Authenticator.objects.exists()

    @pytest.mark.parametrize("minutes", [59, 61])
    def test_is_open_for_an_hour(self, staff: User, minutes: int) -> None:
        confirmed = {"confirm-next": APP, "confirm-password": PASSWORD}
        with time_machine.travel("2026-11-28T10:00Z", tick=False) as clock:
            staff_client = signed_in(staff)
            page = staff_client.get(APP)
            secret = page.context["form"].secret
            clock.shift(minutes * 60)
            staff_client.post("/account/confirm/", confirmed)
            form = {"sealed": sealed(page), "code": code(secret)}
            answer = staff_client.post(APP, form)

        assert (answer.status_code == 302) == (minutes == 59)
        if minutes == 61:
            assert "Scan the new code below." in text(answer)

    def test_with_the_page_of_somebody_else_is_refused(
        self, staff_client: Client, stranger_client: Client
    ) -> None:
        page = stranger_client.get(APP)
        stolen = {"sealed": sealed(page), "code": code(page.context["form"].secret)}

        answer = staff_client.post(APP, stolen)

        assert answer.status_code == 200
        assert not Authenticator.objects.exists()

    def test_is_done_once(self, staff_client: Client) -> None:
        set_up(staff_client)

        answer: Any = staff_client.get(APP)

        assert answer.url == FACTORS


class TestCodes:
    def test_of_an_app_are_good_once(self, staff: User, staff_client: Client) -> None:
        secret = set_up(staff_client)
        typed = code(secret)

        first = asked_for(staff).post(STEP, {"code": typed})
        second = asked_for(staff).post(STEP, {"code": typed})

        assert first.status_code == 302
        assert "This code is not right, or was used before." in text(second)

    def test_that_set_the_app_up_are_used_as_well(
        self, staff: User, staff_client: Client
    ) -> None:
        secret = set_up(staff_client, steps=0)

        answer = asked_for(staff).post(STEP, {"code": code(secret)})

        assert answer.status_code == 200

    @pytest.mark.parametrize(("steps", "is_good"), [(-2, False), (1, True), (2, False)])
    def test_may_be_half_a_minute_off(
        self, staff: User, staff_client: Client, steps: int, is_good: bool
    ) -> None:
        secret = set_up(staff_client)

        answer = asked_for(staff).post(STEP, {"code": code(secret, steps)})

        assert (answer.status_code == 302) == is_good

    @pytest.mark.django_db(transaction=True)
    def test_are_good_once_in_two_threads_at_once(
        self, staff: User, staff_client: Client
    ) -> None:
        secret = set_up(staff_client)
        one, two = code(secret), recovery_codes(staff_client)[0]
        for typed in (one, two):
            found: list[Any] = []

            def use(typed: str = typed, found: list[Any] = found) -> None:
                found.append(codes.use(staff, typed))
                database.close()

            threads = [threading.Thread(target=use) for _ in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()

            assert sum(row is not None for row in found) == 1

    def test_for_recovery_are_good_once_each_and_replaced_together(
        self, staff: User, staff_client: Client
    ) -> None:
        set_up(staff_client)
        first, second, *others = recovery_codes(staff_client)
        assert len(others) == 8

        used = asked_for(staff).post(STEP, {"code": first})
        again = asked_for(staff).post(STEP, {"code": first})
        left = recovery_codes(staff_client)
        staff_client.post(CODES)
        old = asked_for(staff).post(STEP, {"code": second})

        assert (used.status_code, again.status_code) == (302, 200)
        assert left == [second, *others]
        assert old.status_code == 200
        assert not set(recovery_codes(staff_client)) & {first, *left}

    def test_for_recovery_come_as_a_file(self, staff_client: Client) -> None:
        set_up(staff_client)

        file = staff_client.post(f"{CODES}download/")

        assert file["Content-Disposition"].startswith("attachment")
        for each in recovery_codes(staff_client):
            assert each in file.content.decode()

    @pytest.mark.parametrize("typed", ["", "000000", "x" * 21, "²³⁴⁵⁶⁷", "12345\u0666"])
    def test_that_are_none_are_refused_in_words(
        self, staff: User, staff_client: Client, typed: str
    ) -> None:
        set_up(staff_client)

        page = asked_for(staff).post(STEP, {"code": typed})

        assert page.status_code == 200
        assert page.context["form"].errors["code"]


class TestTheStepBetween:
    def test_cannot_be_had_without_the_password(self, staff: User) -> None:
        client = browser()

        page: Any = client.get(STEP)

        assert page.url == "/account/sign-in/"

    def test_leads_on_to_where_one_wanted_to_go(
        self, staff: User, staff_client: Client
    ) -> None:
        secret = set_up(staff_client)
        client = browser()
        form = {"username": staff.email, "password": "correct horse battery"}
        client.post("/account/sign-in/?next=/deliveries/", form)

        answer: Any = client.post(STEP, {"code": code(secret)})

        assert answer.url == "/deliveries/"

    def test_is_over_after_a_quarter_of_an_hour(
        self, staff: User, staff_client: Client
    ) -> None:
        with time_machine.travel("2026-11-28T10:00Z", tick=False) as clock:
            secret = set_up(signed_in(staff))
            client = asked_for(staff)
            clock.shift(16 * 60)
            answer: Any = client.post(STEP, {"code": code(secret)})

        assert answer.url == "/account/sign-in/"

    def test_lets_nobody_in_who_was_deactivated_meanwhile(
        self, staff: User, staff_client: Client
    ) -> None:
        secret = set_up(staff_client)
        client = asked_for(staff)
        User.objects.update(is_active=False)

        client.post(STEP, {"code": code(secret)})

        assert client.get("/").status_code == 302


class TestRequiredByRole:
    @pytest.fixture(autouse=True)
    def _required(self, settings: Any) -> None:
        settings.SECOND_FACTOR = ["admin"]

    def test_leads_to_setting_one_up_and_nowhere_else(
        self, admin: User, admin_client: Client
    ) -> None:
        there: Any = admin_client.get("/connections/")
        sent: Any = admin_client.post("/account/password/")
        page = admin_client.get(FACTORS)

        assert there.url == sent.url == FACTORS
        assert "Your role needs a second factor." in text(page)
        assert admin_client.post("/account/sign-out/").status_code == 302

    def test_comes_after_a_password_that_must_change(
        self, admin: User, admin_client: Client
    ) -> None:
        admin.must_change_password = True
        admin.save()

        page = admin_client.get("/account/password/")

        assert page.status_code == 200

    def test_lets_go_on_who_has_set_one_up(self, admin_client: Client) -> None:
        set_up(admin_client)

        assert admin_client.get("/connections/").status_code == 200

    def test_leaves_other_roles_alone(self, staff_client: Client) -> None:
        assert staff_client.get("/").status_code == 200

    def test_keeps_the_last_one(self, admin_client: Client) -> None:
        set_up(admin_client)

        page = admin_client.post(f"{APP}remove/", follow=True)

        assert "this is the last one" in text(page)
        assert Authenticator.objects.filter(type="totp").exists()

    def test_binds_who_became_an_admin_meanwhile(
        self, staff: User, staff_client: Client
    ) -> None:
        User.objects.update(role="admin")

        answer: Any = staff_client.get("/")

        assert answer.url == FACTORS


class TestRemoving:
    def test_an_app_takes_its_recovery_codes_along(
        self, staff: User, staff_client: Client
    ) -> None:
        set_up(staff_client)

        page = staff_client.post(f"{APP}remove/", follow=True)

        assert "Your app was removed." in text(page)
        assert not Authenticator.objects.exists()
        assert sign_in(browser(), staff.email).url == "/"

    def test_what_is_lost_is_done_by_command(
        self, staff: User, staff_client: Client, capsys: Any
    ) -> None:
        set_up(staff_client)

        call_command("remove_second_factor", staff.email)

        assert sign_in(browser(), staff.email).url == "/"
        with pytest.raises(CommandError, match="has no second factor"):
            call_command("remove_second_factor", staff.email)
        with pytest.raises(CommandError, match="Nobody has the address"):
            call_command("remove_second_factor", "nobody@example.com")


class TestOthersPasskeys:
    @pytest.mark.parametrize("act", ["", "remove/"])
    def test_cannot_be_touched(
        self, staff: User, stranger_client: Client, act: str
    ) -> None:
        data = {"name": "Phone", "credential": {}}
        row = Authenticator.objects.create(user=staff, type="webauthn", data=data)

        answer = stranger_client.post(f"{FACTORS}passkeys/{row.pk}/{act}")

        assert answer.status_code == 404
        assert Authenticator.objects.filter(pk=row.pk).exists()

    @pytest.mark.parametrize(
        "credential",
        ["", "x", "[]", "{}", '{"id": 1}', '{"response": 1}', '"x"', "1" * 20_000],
    )
    def test_that_are_forged_are_refused_in_words(
        self, anonymous_client: Client, staff_client: Client, credential: str
    ) -> None:
        form = {"credential": credential}
        anonymous_client.post("/account/sign-in/passkey/begin/")
        staff_client.post(f"{FACTORS}passkeys/begin/")

        there = anonymous_client.post("/account/sign-in/passkey/", form, follow=True)
        added = staff_client.post(f"{FACTORS}passkeys/", form, follow=True)

        assert "This passkey was not taken" in text(there)
        assert "The passkey was not added." in text(added)
