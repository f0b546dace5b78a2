from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.recorded import body_of
from tests.sandbox.client import Client, Reply, connect
from tests.zoho import SandboxZoho

ORG = "/crm/v8/org"
UPSERT = "/crm/v8/Contacts/upsert"
TICKETS = "/api/v1/tickets"
DEPARTMENTS = "/api/v1/departments"
LEFT = {ORG: "X-API-CREDITS-REMAINING", DEPARTMENTS: "X-Rate-Limit-Remaining-v3"}
DAY = 86_400
NONE = {"crm": 0, "desk": 0, "books": 0}


def at_once(count: int, ask: Callable[[], Reply]) -> list[Reply]:
    with ThreadPoolExecutor(count) as pool:
        return [future.result() for future in [pool.submit(ask) for _ in range(count)]]


def slow(zoho: SandboxZoho, path: str, times: int, **more: Any) -> None:
    zoho.script("GET", path, {"delay": 0.5, "times": times} | more)


class TestConcurrency:
    @pytest.mark.parametrize(("product", "path"), [("crm", ORG), ("desk", DEPARTMENTS)])
    def test_is_capped(
        self, zoho: SandboxZoho, client: Client, product: str, path: str
    ) -> None:
        zoho.limit(**{f"{product}_concurrency": 2})
        slow(zoho, path, 2)

        replies = at_once(3, lambda: client.get(path))

        assert sorted(reply.status for reply in replies) == [200, 200, 429]
        (refused,) = [reply for reply in replies if reply.status == 429]
        assert refused.json == body_of(product, "too_many_requests")
        assert "Retry-After" not in refused.headers
        assert zoho.limits()["most_in_flight"][product] == 3

    def test_refuses_without_an_effect(self, zoho: SandboxZoho, client: Client) -> None:
        zoho.limit(crm_concurrency=0)

        reply = client.post(UPSERT, {"data": [{"Last_Name": "Doe"}]})

        assert reply.status == 429
        assert zoho.effects() == ["token issued"]
        assert len(zoho.records()["contacts"]) == 8

    def test_counts_the_products_apart(self, zoho: SandboxZoho, client: Client) -> None:
        zoho.limit(crm_concurrency=1, desk_concurrency=1)
        slow(zoho, ORG, 1)
        slow(zoho, DEPARTMENTS, 1)

        with ThreadPoolExecutor(2) as pool:
            replies = list(pool.map(client.get, [ORG, DEPARTMENTS]))

        assert [reply.status for reply in replies] == [200, 200]
        assert zoho.limits()["most_in_flight"] == NONE | {"crm": 1, "desk": 1}

    def test_counts_the_organisations_apart(self, zoho: SandboxZoho) -> None:
        zoho.reset(
            desk_organizations=[{"name": "One"}, {"name": "Two"}], desk_concurrency=1
        )
        app = connect(zoho)
        organisations = app.get("/api/v1/organizations").json["data"]
        slow(zoho, DEPARTMENTS, 2)

        with ThreadPoolExecutor(2) as pool:
            statuses = [
                future.result().status
                for future in [
                    pool.submit(app.get, DEPARTMENTS, orgId=each["id"])
                    for each in organisations
                ]
            ]

        assert statuses == [200, 200]
        assert zoho.limits()["most_in_flight"]["desk"] == 1

    def test_is_free_again_when_the_answer_is_there(
        self, zoho: SandboxZoho, client: Client
    ) -> None:
        zoho.limit(crm_concurrency=1)

        assert [client.get(ORG).status for _ in range(20)] == [200] * 20


class TestGauge:
    def test_counts_calls_that_wait(self, zoho: SandboxZoho, client: Client) -> None:
        slow(zoho, ORG, 4)

        at_once(4, lambda: client.get(ORG))
        client.get(ORG)

        assert zoho.limits()["most_in_flight"] == NONE | {"crm": 4, "desk": 0}

    def test_counts_calls_that_hang_up(self, zoho: SandboxZoho, client: Client) -> None:
        slow(zoho, ORG, 1, drop="during")

        with pytest.raises(ConnectionResetError):
            client.get(ORG)

        assert zoho.limits()["most_in_flight"]["crm"] == 1

    @pytest.mark.parametrize("begin", ["reset", "lift_limits"])
    def test_begins_anew(self, zoho: SandboxZoho, client: Client, begin: str) -> None:
        client.get(ORG)

        getattr(zoho, begin)()

        assert zoho.limits()["most_in_flight"] == NONE

    def test_keeps_counting_over_a_new_beginning(
        self, zoho: SandboxZoho, client: Client
    ) -> None:
        slow(zoho, ORG, 1)

        with ThreadPoolExecutor(1) as pool:
            first = pool.submit(client.get, ORG)
            while not zoho.limits()["most_in_flight"]["crm"]:
                pass
            zoho.lift_limits()
            client.get(ORG)
            first.result()

        assert zoho.limits()["most_in_flight"]["crm"] == 2


class TestCredits:
    @pytest.mark.parametrize("path", LEFT)
    def test_are_untold_without_a_limit(self, client: Client, path: str) -> None:
        told = client.get(path).headers[LEFT[path]]

        assert told == (None if path == ORG else "4997")

    def test_are_told_by_the_crm_from_half_on(
        self, zoho: SandboxZoho, client: Client
    ) -> None:
        zoho.limit(crm_credits=4)

        told = [client.get(ORG).headers[LEFT[ORG]] for _ in range(4)]

        assert told == [None, "2", "1", "0"]

    def test_are_more_for_many_records_and_heavy_calls(
        self, zoho: SandboxZoho, client: Client
    ) -> None:
        zoho.limit(crm_credits=1_100)
        people = {"data": [{"Last_Name": f"Doe {number}"} for number in range(25)]}

        replies = [
            client.post("/crm/bulk/v8/write", {}),
            client.get("/crm/v8/Contacts/actions/count"),
            client.post(UPSERT, people),
            client.get(ORG),
        ]

        # 500 for a job, 50 for counting, 1 for each ten records or part of them.
        left = [reply.headers[LEFT[ORG]] for reply in replies]
        assert left == [None, "550", "547", "546"]

    def test_are_told_by_desk_with_each_answer(
        self, zoho: SandboxZoho, client: Client
    ) -> None:
        zoho.limit(desk_credits=9)

        told = [
            client.get(path).headers[LEFT[DEPARTMENTS]]
            for path in (DEPARTMENTS, TICKETS, DEPARTMENTS)
        ]

        assert told == ["8", "5", "4"]

    def test_when_gone_stop_the_crm(self, zoho: SandboxZoho, client: Client) -> None:
        zoho.limit(crm_credits=1)
        client.get(ORG)

        reply = client.post(UPSERT, {"data": [{"Last_Name": "Doe"}]})

        assert reply.status == 429
        assert reply.json["code"] == "TOO_MANY_REQUESTS"
        assert "Retry-After" not in reply.headers
        assert reply.headers[LEFT[ORG]] == "0"
        assert len(zoho.records()["contacts"]) == 8
        assert client.get(DEPARTMENTS).status == 200

    def test_when_gone_stop_desk(self, zoho: SandboxZoho, client: Client) -> None:
        zoho.limit(desk_credits=1)
        client.get(DEPARTMENTS)
        zoho.advance(3_600)

        reply = client.get(DEPARTMENTS)

        assert (reply.status, reply.json) == (429, body_of("desk", "daily_limit"))
        assert abs(int(reply.headers["Retry-After"]) - (DAY - 3_600)) <= 5

    def test_come_back_after_a_day(self, zoho: SandboxZoho) -> None:
        zoho.reset(expires_in=DAY * 3, crm_credits=2)
        app = connect(zoho)
        app.get(ORG)
        zoho.advance(DAY / 2)
        app.get(ORG)
        gone = app.get(ORG).status

        zoho.advance(DAY / 2)

        assert (gone, app.get(ORG).status, app.get(ORG).status) == (429, 200, 429)

    def test_are_not_spent_by_a_call_that_never_arrived(
        self, zoho: SandboxZoho, client: Client
    ) -> None:
        zoho.limit(crm_credits=1)
        zoho.script("GET", ORG, {"drop": "before"}, {"status": 503})

        with pytest.raises(ConnectionResetError):
            client.get(ORG)

        assert [client.get(ORG).status for _ in range(3)] == [503, 200, 429]


class TestLimits:
    def test_are_off_at_first(self, zoho: SandboxZoho) -> None:
        limits = zoho.limits()

        assert limits.pop("index_lag") == 0
        # Zoho Books is never without this one.
        assert limits.pop("books_minute") == 100
        assert limits.pop("most_in_flight") == NONE
        assert set(limits.values()) == {None}

    def test_are_set_one_by_one(self, zoho: SandboxZoho) -> None:
        zoho.limit(crm_concurrency=4)
        zoho.limit(desk_concurrency=5)

        limits = zoho.limits()

        assert (limits["crm_concurrency"], limits["desk_concurrency"]) == (4, 5)

    @pytest.mark.parametrize("lift", ["reset", "lift_limits"])
    def test_are_lifted(self, zoho: SandboxZoho, lift: str) -> None:
        at_first = zoho.limits()
        zoho.limit(crm_concurrency=1, desk_credits=1, index_lag=60)

        getattr(zoho, lift)()

        assert zoho.limits() == at_first

    @pytest.mark.parametrize(
        "wish", [{}, {"concurrency": 1}, {"crm_credits": -1}, {"index_lag": "1"}]
    )
    def test_refuse_what_they_do_not_understand(
        self, zoho: SandboxZoho, wish: dict[str, Any]
    ) -> None:
        with pytest.raises(RuntimeError, match="error"):
            zoho.limit(**wish)
