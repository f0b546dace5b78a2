"""Calls keep our own pace, and a lock pauses one method only."""

import time
from collections import deque
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from django.db import connections as databases
from django.test import Client
from hypothesis import example, given, settings
from hypothesis import strategies as st

from campaigns.zoho.envelope import LISTS, METHODS, SUBSCRIBE, Method
from connections import limits
from connections.models import Connection, Limit
from connections.pace import turn, wait_for_turn
from connections.zoho.envelope import Pace
from tests.campaigns import people
from tests.campaigns.people import address, asked, subscribe
from tests.support.pages import text
from tests.zoho import SandboxZoho
from zohoportal.outbox.models import Delivery
from zohoportal.sandbox.campaigns.locks import LIMITS

NOW = datetime(2026, 5, 14, 12, 0, tzinfo=UTC)
# So many wait for a turn together, and may bunch up on the way to Zoho.
CALLERS = 10
# Longer times in which Zoho counts who subscribes, in seconds, and how many may go.
# https://www.zoho.com/campaigns/help/developers/contact-subscribe.html
WINDOWS = [("hour", 3_600, 12_500), ("day", 86_400, 75_000)]


@pytest.mark.parametrize("method", METHODS, ids=lambda each: each.path)
@given(rushes=st.lists(st.tuples(st.integers(1, 700), st.floats(0, 400)), max_size=4))
@example(rushes=[(1_000, 0.0)])
@settings(max_examples=30, deadline=None)
def test_no_more_go_than_zoho_allows(
    method: Method, rushes: list[tuple[int, float]]
) -> None:
    assert method.pace
    most, seconds = LIMITS[method.pace.name]
    window = timedelta(seconds=seconds)
    booked, now = None, NOW
    went: deque[datetime] = deque()
    rests = [rest if last else 0 for calls, rest in rushes for last in _last(calls)]
    for rest in rests:
        at, booked = turn(method.pace, booked, now)
        now = max(now, at - CALLERS * timedelta(seconds=method.pace.every))
        went.append(at)
        while went[0] <= at - window:
            went.popleft()
        assert len(went) <= most * 0.8 + CALLERS
        now += timedelta(seconds=rest)


def _last(calls: int) -> list[bool]:
    return [number == calls - 1 for number in range(calls)]


def test_four_hundred_a_minute_subscribe() -> None:
    assert SUBSCRIBE.pace
    assert 380 <= 60 / SUBSCRIBE.pace.every <= 400


def test_a_clock_that_was_set_back_stops_nobody() -> None:
    pace = Pace("x", 1.0)
    assert turn(pace, NOW + timedelta(hours=1), NOW) == (
        NOW,
        NOW + timedelta(seconds=1),
    )


@given(
    pace=st.builds(Pace, st.just("x"), st.floats(0.1, 5), st.integers(1, 30)),
    rests=st.lists(st.floats(0, 20), max_size=100),
    seconds=st.floats(1, 200),
)
@settings(max_examples=25, deadline=None)
def test_of_all_that_go_in_any_time_so_many_go_at_once_f44(
    pace: Pace, rests: list[float], seconds: float
) -> None:
    booked, now = None, NOW
    went: list[datetime] = []
    for rest in rests:
        now += timedelta(seconds=rest)
        at, booked = turn(pace, booked, now)
        went.append(at)

    window = timedelta(seconds=seconds)
    for first in went:
        inside = sum(first <= at < first + window for at in went)
        assert inside <= pace.at_once + seconds / pace.every + 1


@pytest.mark.parametrize(("name", "seconds", "most"), WINDOWS)
def test_an_hour_and_a_day_are_minded_too(name: str, seconds: int, most: int) -> None:
    assert SUBSCRIBE.pace
    (pace,) = [each for each in SUBSCRIBE.pace.longer if each.name == name]
    booked, now = None, NOW
    went = []
    # More than Zoho allows, one after the other.
    for _ in range(most + CALLERS):
        now, booked = turn(pace, booked, now)
        went.append(now)

    assert sum(at < NOW + timedelta(seconds=seconds) for at in went) <= most * 0.8 + 1


@pytest.mark.django_db
def test_a_call_counts_in_all_its_times(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr(time, "sleep", waited.append)
    pace = Pace("y", 1.0, longer=(Pace("day", 100.0, 2), Pace("hour", 10.0, 2)))

    for _ in range(3):
        wait_for_turn("campaigns:x:1/y", pace)

    assert [round(each) for each in waited] == [0, 0, 0, 0, 0, 1, 100, 10, 2]
    assert Limit.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_processes_and_threads_take_turns() -> None:
    went: list[datetime] = []

    def go() -> None:
        for _ in range(5):
            wait_for_turn("campaigns:x:1/y", Pace("y", 0.05))
            went.append(datetime.now(UTC))
        databases.close_all()

    began = datetime.now(UTC)
    threads = [Thread(target=go) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert len(went) == 20
    assert max(went) - began >= timedelta(seconds=0.05 * 19)
    booked = Limit.objects.get().booked_until
    assert booked
    assert booked >= began + timedelta(seconds=0.05 * 20)


class TestLock:
    def test_pauses_that_method_only_and_says_until_when(
        self, zoho: SandboxZoho, campaigns: Connection, staff_client: Client
    ) -> None:
        zoho.campaigns(lock="listsubscribe", seconds=1_800)

        page = subscribe(zoho, staff_client, campaigns, "Customers")

        delivery = Delivery.objects.get()
        assert delivery.state == Delivery.State.WAITING
        shown = text(page)
        assert "Zoho takes no more of this for a while" in shown
        assert "Zoho asked us to wait until" in shown
        paused = Limit.objects.filter(paused_until__isnull=False)
        assert [each.key for each in paused] == [delivery.limit_key]
        assert delivery.limit_key.endswith("/listsubscribe")
        page = staff_client.get(address(campaigns, "unsubscribe/"))
        posted = people.filled(zoho, page, "Newsletter", email="bo.baker@example.com")
        staff_client.post(address(campaigns, "unsubscribe/"), posted)
        states = people.states(zoho, "bo.baker@example.com")
        assert states["Newsletter"] == "unsub"

    def test_lasts_as_long_as_zohos(
        self, zoho: SandboxZoho, campaigns: Connection, staff_client: Client
    ) -> None:
        zoho.campaigns(lock="listsubscribe", seconds=1_800)
        before = datetime.now(UTC)

        subscribe(zoho, staff_client, campaigns, "Customers")

        until = Limit.objects.get(pk__endswith="/listsubscribe").paused_until
        assert until
        assert timedelta(minutes=29) < until - before < timedelta(minutes=31)

    def test_of_lists_is_said_where_they_are_needed(
        self, zoho: SandboxZoho, campaigns: Connection, staff_client: Client
    ) -> None:
        zoho.campaigns(lock="getmailinglists", seconds=1_800)

        page = text(staff_client.get(address(campaigns)))

        assert "Zoho takes no more of this for a while" in page
        assert "Try again at" in page


def test_who_is_subscribed_and_leaves_goes_in_this_order(
    zoho: SandboxZoho, campaigns: Connection, staff_client: Client
) -> None:
    zoho.campaigns(lock="listsubscribe", seconds=60)
    subscribe(zoho, staff_client, campaigns, "Customers")
    page = staff_client.get(address(campaigns, "unsubscribe/"))
    posted = people.filled(zoho, page, "Customers")

    page = staff_client.post(address(campaigns, "unsubscribe/"), posted, follow=True)

    # By limits of their own, and yet one after the other: they are about one person.
    assert not asked(zoho, "/api/v1.1/json/listunsubscribe")
    assert "It goes after" in text(page)


def test_methods_have_limits_of_their_own(campaigns: Connection) -> None:
    keys = limits.keys_of(campaigns)

    names = {key.partition("/")[2] for key in keys}
    assert names == {"", *(each.pace.name for each in METHODS if each.pace)}
    assert {limits.whole(key) for key in keys} == {
        limits.key_of(campaigns, "campaigns")
    }
    assert limits.key_of(campaigns, "campaigns", LISTS.pace) in keys
