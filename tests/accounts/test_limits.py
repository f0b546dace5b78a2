"""A45: how many wrong passwords are looked at."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.accounts.apps import code, set_up
from tests.accounts.sign_ins import browser, fail, sign_in
from tests.support.pages import text
from zohoportal.accounts.models import SignInCount, User
from zohoportal.accounts.signing_in import hashing, limits
from zohoportal.accounts.signing_in.refused import TooManyAttempts

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
MINUTE = 60
STEP = "/account/sign-in/code/"


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


class TestA45AccountAndAddress:
    def test_has_five_wrong_passwords(
        self, staff: User, clock: time_machine.Traveller
    ) -> None:
        assert fail(staff.email, 5) == [200] * 5

        page = sign_in(staff.email)

        assert page.status_code == 429
        assert page["Retry-After"] == str(15 * MINUTE)
        assert "Try again in 15 minutes" in text(page)
        assert page.context["form"]["username"].value() == staff.email

    def test_may_try_again_when_the_page_says_so(
        self, staff: User, clock: time_machine.Traveller
    ) -> None:
        fail(staff.email, 5)
        clock.shift(15 * MINUTE - 1)
        assert sign_in(staff.email)["Retry-After"] == "1"

        clock.shift(1)

        assert sign_in(staff.email).status_code == 302

    def test_is_asked_no_longer_for_asking_meanwhile(
        self, staff: User, clock: time_machine.Traveller
    ) -> None:
        fail(staff.email, 5)
        for _ in range(14):
            clock.shift(MINUTE)
            assert fail(staff.email) == [429]

        clock.shift(MINUTE)

        assert sign_in(staff.email).status_code == 302

    def test_is_forgiven_by_the_right_one(self, staff: User) -> None:
        fail(staff.email, 4)
        assert sign_in(staff.email).status_code == 302

        assert fail(staff.email, 6) == [200] * 5 + [429]

    def test_says_the_same_of_an_account_that_nobody_has(self, staff: User) -> None:
        known, unknown = (
            [
                text(sign_in(account, "wrong", address=address)).replace(account, "")
                for _ in range(6)
            ]
            for account, address in (
                (staff.email, "192.0.2.1"),
                ("nobody@example.com", "192.0.2.2"),
            )
        )

        assert known == unknown

    def test_counts_an_account_however_it_is_written(self, staff: User) -> None:
        fail(staff.email, 3)
        fail(" STAFF@Example.com ", 2)

        assert fail(staff.email) == [429]


class TestA45Address:
    def test_has_twenty_wrong_passwords_for_all_accounts(self, staff: User) -> None:
        found = [fail(f"person{number}@example.com")[0] for number in range(25)]

        assert Counter(found) == {200: 20, 429: 5}
        assert sign_in(staff.email).status_code == 429
        assert sign_in(staff.email, address="192.0.2.2").status_code == 302

    def test_is_not_forgiven_by_signing_in_to_ones_own(self, staff: User) -> None:
        for number in range(19):
            fail(f"person{number}@example.com")
            assert sign_in(staff.email).status_code == 302
        fail("another@example.com")

        assert fail("one.more@example.com") == [429]

    def test_of_ipv6_is_the_network_that_somebody_is_given(self, staff: User) -> None:
        found = [
            fail(f"person{number}@example.com", address=f"2001:db8::{number:x}")[0]
            for number in range(21)
        ]

        assert Counter(found) == {200: 20, 429: 1}
        assert fail("person@example.com", address="2001:db8:0:1::1") == [200]

    def test_is_not_what_a_stranger_says_a41(self, staff: User) -> None:
        client = browser()
        client.defaults["REMOTE_ADDR"] = "203.0.113.7"

        found = [
            sign_in(staff.email, "wrong", address=f"192.0.2.{number}", client=client)
            for number in range(6)
        ]

        assert [page.status_code for page in found] == [200] * 5 + [429]


def attack(account: str) -> Counter[int]:
    """Try a password from each of 60 addresses."""
    return Counter(
        fail(account, address=f"198.51.100.{number}")[0] for number in range(60)
    )


class TestA45Account:
    def test_has_fifty_wrong_passwords_an_hour_from_everywhere(
        self, staff: User, clock: time_machine.Traveller
    ) -> None:
        assert attack(staff.email) == {200: 50, 429: 10}
        assert sign_in(staff.email)["Retry-After"] == str(60 * MINUTE)

        clock.shift(60 * MINUTE)

        assert sign_in(staff.email).status_code == 302

    def test_stays_open_to_a_browser_that_signed_in_before(self, staff: User) -> None:
        known = browser()
        sign_in(staff.email, client=known)
        known.post("/account/sign-out/")

        attack(staff.email)

        assert sign_in(staff.email, client=known).status_code == 302

    def test_stays_open_to_it_from_the_attackers_own_address(self, staff: User) -> None:
        known = browser()
        sign_in(staff.email, client=known)
        known.post("/account/sign-out/")
        fail(staff.email, 5)
        assert fail(staff.email) == [429]

        assert sign_in(staff.email, client=known).status_code == 302

    def test_opens_to_no_browser_that_knows_another_account(
        self, staff: User, stranger: User
    ) -> None:
        known = browser()
        sign_in(stranger.email, client=known)
        known.post("/account/sign-out/")
        attack(staff.email)

        assert sign_in(staff.email, client=known).status_code == 429

    def test_gives_a_known_browser_five_as_well(self, staff: User) -> None:
        known = browser()
        sign_in(staff.email, client=known)
        known.post("/account/sign-out/")

        found = [
            sign_in(staff.email, "wrong", client=known, address=f"192.0.2.{number}")
            for number in range(6)
        ]

        assert [page.status_code for page in found] == [200] * 5 + [429]

    @pytest.mark.parametrize("cookie", ["", "x", "ImEi:1abc:def", "W10:1v:x" * 500])
    def test_believes_no_cookie_but_its_own(self, staff: User, cookie: str) -> None:
        attack(staff.email)
        forged = browser()
        forged.cookies["known"] = cookie

        assert sign_in(staff.email, client=forged).status_code == 429

    def test_leaves_other_accounts_alone(self, staff: User, stranger: User) -> None:
        attack(staff.email)

        assert sign_in(stranger.email).status_code == 302

    def test_stays_open_to_a_second_factor(
        self, staff: User, staff_client: Client
    ) -> None:
        set_up(staff_client)

        assert attack(staff.email) == {200: 60}

        # The password was right; nobody is in before the code was.
        assert sign_in(staff.email).url == "/account/sign-in/code/"
        assert fail(staff.email, 6) == [200] * 5 + [429]


class TestA45Codes:
    def test_of_a_second_factor_have_counts_of_their_own(
        self, staff: User, staff_client: Client
    ) -> None:
        secret = set_up(staff_client)
        client = browser()
        sign_in(staff.email, client=client)

        found = [client.post(STEP, {"code": "000000"}) for _ in range(6)]

        assert [page.status_code for page in found] == [200] * 5 + [429]
        assert found[-1]["Retry-After"]
        right = client.post(STEP, {"code": code(secret)})
        assert right.status_code == 429
        assert sign_in(staff.email).url == STEP


class TestA45Refusal:
    def test_counts_for_nothing_else(self) -> None:
        for _ in range(5):
            limits.check("kim@example.com", "192.0.2.1")
        before = {row.key: row.failures for row in SignInCount.objects.all()}

        for _ in range(30):
            with pytest.raises(TooManyAttempts):
                limits.check("kim@example.com", "192.0.2.1")

        assert before == {row.key: row.failures for row in SignInCount.objects.all()}

    def test_because_hashing_was_busy_counts_for_nothing(
        self, staff: User, settings: object
    ) -> None:
        settings.PASSWORD_HASHERS = [  # type: ignore[attr-defined]  # of pytest-django
            "zohoportal.accounts.signing_in.hashing.InTurn"
        ]
        staff.set_password("another horse entirely")
        staff.save()
        places = [hashing._places.acquire(blocking=False) for _ in range(9)]
        try:
            pages = [sign_in(staff.email) for _ in range(30)]
        finally:
            for is_taken in places:
                if is_taken:
                    hashing._places.release()

        assert {page.status_code for page in pages} == {503}
        assert pages[0]["Retry-After"] == "5"
        assert "Wait a few seconds" in text(pages[0])
        assert sum(row.failures for row in SignInCount.objects.all()) == 0

    def test_names_nobody_in_the_database(self, staff: User) -> None:
        fail(staff.email, address="192.0.2.77")

        kept = repr(list(SignInCount.objects.values()))
        assert staff.email not in kept
        assert "192.0.2.77" not in kept


class TestOldCounts:
    def test_are_deleted(self, clock: time_machine.Traveller) -> None:
        limits.check("kim@example.com", "192.0.2.1")
        clock.shift(30 * MINUTE)
        limits.forget_old()
        # That of the account lasts an hour.
        assert SignInCount.objects.count() == 1

        clock.shift(30 * MINUTE)
        limits.forget_old()

        assert not SignInCount.objects.exists()


class TestA45AnyTimes:
    @settings(
        max_examples=25,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(st.lists(st.integers(0, 20 * MINUTE), min_size=8, max_size=40))
    def test_see_no_more_than_five_in_any_quarter_of_an_hour(
        self, pauses: list[int]
    ) -> None:
        SignInCount.objects.all().delete()
        looked_at: list[datetime] = []
        with time_machine.travel(NOW, tick=False) as clock:
            for pause in pauses:
                clock.shift(pause)
                try:
                    limits.check("kim@example.com", "192.0.2.1")
                except TooManyAttempts:
                    continue
                looked_at.append(datetime.now(UTC))

        for began in looked_at:
            window = [
                at for at in looked_at if began <= at < began + timedelta(minutes=15)
            ]
            assert len(window) <= 5
