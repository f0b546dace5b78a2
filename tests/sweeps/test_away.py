"""F05: the accounts server is away for hours; work goes on as soon as it is back."""

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from connections import services
from connections.models import Connection, Limit
from connections.tokens import outages, renewal
from connections.zoho.errors import NotAsked
from crm.envelope import CRM
from tests.crm.contacts import upsert_contact
from tests.sweeps.away import Away, most_in_ten_minutes
from tests.sweeps.clocks import Clocks
from tests.sweeps.grants import (
    TOKEN,
    connect,
    grant_of,
    outcome_of_a_call,
    say,
    token_calls,
)
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User
from zohoportal.outbox import services as outbox
from zohoportal.outbox.delivering import claims, reaper, tasks
from zohoportal.outbox.models import Delivery

HOUR = 3600
STEP = 15
SMALL_STEP = 5
# So often a worker asks whether Zoho is back.
LOOK_EVERY = 15
GOES_ON_WITHIN = 60
KINDS = ["cut lines", "not there"]
BUDGET = 8

pytestmark = pytest.mark.django_db(transaction=True)


class Office:
    """A worker at simulated time, and somebody who sent a form."""

    def __init__(self, connection: Connection, staff: User, clocks: Clocks) -> None:
        self.connection = connection
        self.staff = staff
        self._clocks = clocks
        self._now = self._looked = 0

    def send_form(self) -> Delivery:
        self.connection.grants.update(expires_at=timezone.now())
        email = f"{uuid4().hex}@example.com"
        return upsert_contact(
            self.connection, self.staff, Email=email, Last_Name="Sample"
        ).delivery

    def let_pass(self, seconds: int, step: int = STEP) -> None:
        for _ in range(0, seconds, step):
            self.work()
            self._clocks.let_pass(step)
            self._now += step

    def work(self) -> None:
        if self._now - self._looked >= LOOK_EVERY:
            self._looked = self._now
            outages.notice_end()
        reaper.sweep()
        for limit_key in set(claims.due().values_list("limit_key", flat=True)):
            tasks.work_on.call(limit_key)

    def seconds_until_done(self, delivery: Delivery) -> int:
        began = self._now
        while self._now - began <= 600:
            delivery.refresh_from_db()
            if delivery.state == Delivery.State.DONE:
                return self._now - began
            self.let_pass(SMALL_STEP, SMALL_STEP)
        raise AssertionError("It was not sent in ten minutes.")


@pytest.fixture
def office(connection: Connection, admin: User, clocks: Clocks) -> Office:
    return Office(connection, admin, clocks)


@pytest.fixture(
    params=[
        "pages",
        *(pytest.param(kind, marks=pytest.mark.long) for kind in KINDS),
    ]
)
def away(request: pytest.FixtureRequest, settings: Any) -> Away:
    return Away(request.param, settings)


class TestTwoHours:
    def test_end_within_a_minute_without_a_person_f05(
        self, zoho: SandboxZoho, office: Office, away: Away
    ) -> None:
        waits = []
        for seconds in (2 * HOUR, 7 * 60 + 10, 11 * 60 + 35):
            with away.instead():
                delivery = office.send_form()
                office.let_pass(seconds)
                assert delivery.state == Delivery.State.WAITING
            waits.append(office.seconds_until_done(delivery))

        self.expect_few_calls(zoho, away)
        say("accounts server away", waits=waits, calls=len(away.token_calls))
        assert max(waits) <= GOES_ON_WITHIN

    def test_end_at_once_with_a_test_f05(
        self, zoho: SandboxZoho, office: Office, away: Away
    ) -> None:
        with away.instead():
            delivery = office.send_form()
            office.let_pass(2 * HOUR)

        services.test(office.connection)
        office.work()

        delivery.refresh_from_db()
        assert delivery.state == Delivery.State.DONE
        assert all(check["ok"] for check in office.connection.checks)
        self.expect_few_calls(zoho, away)

    def expect_few_calls(self, zoho: SandboxZoho, away: Away) -> None:
        arrived = [datetime.fromisoformat(each["at"]) for each in token_calls(zoho)]
        most = most_in_ten_minutes(sorted([*arrived, *away.token_calls]))
        assert most <= BUDGET


class TestBrokenTokenCalls:
    def test_end_soon_although_the_server_answers_f05(
        self, zoho: SandboxZoho, office: Office
    ) -> None:
        zoho.script("POST", TOKEN, {"status": 503, "body": "<html>", "times": 500})
        delivery = office.send_form()
        office.let_pass(HOUR)
        zoho.clear_script()

        waited = office.seconds_until_done(delivery)

        arrived = [datetime.fromisoformat(each["at"]) for each in token_calls(zoho)]
        say("token calls broken", waited=waited, calls=len(arrived))
        assert most_in_ten_minutes(arrived) <= BUDGET
        # Tokens are few: one call more would take the last one from people.
        assert waited <= renewal.LONGEST_BACK_OFF.total_seconds() + LOOK_EVERY


class TestPerson:
    """Back-off binds machines: who presses a button gets a call of their own."""

    def test_gets_one_real_call_and_hears_what_came_of_it_f05(
        self, office: Office, settings: Any
    ) -> None:
        away = Away("pages", settings)
        with away.instead():
            office.send_form()
            office.let_pass(10 * 60)
            before = len(away.token_calls)

            services.test(office.connection)

        assert len(away.token_calls) == before + 1
        said = {each["key"]: each["text"] for each in office.connection.checks}
        assert said["signed_in"].startswith("Zoho has a problem at the moment")

    def test_who_sends_again_gets_one_too_f05(
        self, office: Office, settings: Any
    ) -> None:
        away = Away("cut lines", settings)
        with away.instead():
            delivery = office.send_form()
            office.let_pass(10 * 60)
            before = len(away.token_calls)

            outbox.send_again(delivery)

        assert len(away.token_calls) == before + 1
        assert "the line broke" in delivery.problem["cause"]

        outbox.send_again(delivery)
        assert delivery.state == Delivery.State.DONE

    def test_hears_of_the_budget_once_it_is_spent_f02(
        self, office: Office, settings: Any
    ) -> None:
        away = Away("pages", settings)
        with away.instead():
            delivery = office.send_form()
            for _ in range(12):
                outbox.send_again(delivery)

        assert len(away.token_calls) == BUDGET
        assert delivery.problem["title"] == "We wait before we ask Zoho again"

    def test_who_opens_a_page_hears_when_zoho_was_asked_f05(
        self, office: Office, settings: Any
    ) -> None:
        away = Away("pages", settings)
        with away.instead():
            office.send_form()
            with pytest.raises(NotAsked) as caught:
                services.client_for(office.connection).call(CRM, "GET", "org")

        assert caught.value.code == "no_json"
        assert caught.value.asked_at == grant_of(office.connection).last_failure_at
        assert len(away.token_calls) == 1


class TestFirstSuccess:
    def test_frees_other_grants_and_lanes_but_no_pause_of_zohos_f05(
        self, office: Office, settings: Any, zoho: SandboxZoho, admin: User
    ) -> None:
        other = connect(zoho, admin)
        away = Away("not there", settings)
        with away.instead():
            office.send_form()
            other.grants.update(expires_at=timezone.now())
            outcome_of_a_call(other)
            office.let_pass(29 * 60)
        assert renewal.must_wait(grant_of(other))
        guessed = Limit.objects.get(key__startswith="crm:")
        later = grant_of(office.connection).retry_at
        guessed.paused_until, guessed.was_asked = later, False
        guessed.save()
        asked = Limit.objects.create(
            key=f"desk:{guessed.key.partition(':')[2]}",
            paused_until=later,
            was_asked=True,
        )

        services.test(office.connection)

        guessed.refresh_from_db()
        asked.refresh_from_db()
        assert guessed.paused_until is None
        assert not renewal.must_wait(grant_of(other))
        assert asked.paused_until == later
