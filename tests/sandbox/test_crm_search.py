from typing import Any
from urllib.parse import urlencode

import pytest

from tests.sandbox.client import Client, Reply, connect
from tests.zoho import SandboxZoho

PEOPLE = [
    {"Last_Name": "Smith", "Phone": "+44 20 7946 0100", "Title": "Head (North), A\\B"},
    {"Last_Name": "Smithson", "First_Name": "Ann", "Email": "ann@example.com"},
    {"Last_Name": "Jones", "Date_of_Birth": "1990-05-01", "Lead_Source": "Partner"},
]


@pytest.fixture
def crm(client: Client) -> Client:
    client.post("/crm/v8/Contacts", {"data": PEOPLE})
    return client


def ask(client: Client, **query: Any) -> Reply:
    return client.get(f"/crm/v8/Contacts/search?{urlencode(query)}")


def names(reply: Reply) -> list[str]:
    return [each["Last_Name"] for each in reply.json["data"]]


class TestCriteria:
    @pytest.mark.parametrize(
        ("criteria", "expected"),
        [
            ("(Last_Name:equals:Jones)", ["Jones"]),
            ("(Last_Name:starts_with:Smith)", ["Smithson", "Smith"]),
            ("(Last_Name:in:Jones,Smith)", ["Jones", "Smith"]),
            (
                "((Last_Name:starts_with:smith)and(First_Name:equals:Ann))",
                ["Smithson"],
            ),
            (
                "(Last_Name:equals:Jones)or(First_Name:equals:Ann)",
                ["Jones", "Smithson"],
            ),
            (
                "(((Last_Name:equals:Jones)or(First_Name:equals:Ann))"
                "and(Email:equals:ann@example.com))",
                ["Smithson"],
            ),
            ("(Date_of_Birth:between:1990-01-01,1990-12-31)", ["Jones"]),
            ("(Date_of_Birth:less_than:1990-05-01)", []),
            (r"(Title:equals:Head \(North\)\, A\\B)", ["Smith"]),
        ],
    )
    def test_find(self, crm: Client, criteria: str, expected: list[str]) -> None:
        reply = ask(crm, criteria=criteria)

        assert reply.status == (200 if expected else 204)
        assert (names(reply) if expected else []) == expected

    def test_find_texts_that_only_contain_the_value(self, crm: Client) -> None:
        """Users report it of `equals`: who compares must compare again."""
        reply = ask(crm, criteria="(Last_Name:equals:Smith)")

        assert names(reply) == ["Smithson", "Smith"]

    @pytest.mark.parametrize(
        "criteria",
        [
            "Last_Name:equals:Smith",
            "(Last_Name:equals:Smith",
            "(Last_Name:equals:Smith (North))",
            "(Last_Name:is:Smith)",
            "(Last_Name)",
            "(Nothing:equals:Smith)",
            "((Last_Name:equals:a)and(Last_Name:equals:b)or(Last_Name:equals:c))",
            "(Last_Name:equals:Smith)x",
            "(" * 2_000,
        ],
    )
    def test_are_refused_when_wrong(self, crm: Client, criteria: str) -> None:
        reply = ask(crm, criteria=criteria)

        assert (reply.status, reply.json["code"]) == (400, "INVALID_QUERY")

    def test_are_fifteen_at_most(self, crm: Client) -> None:
        one = "(Last_Name:equals:Smith)"

        assert ask(crm, criteria=f"({'or'.join([one] * 15)})").status == 200
        reply = ask(crm, criteria=f"({'or'.join([one] * 16)})")
        assert reply.json["code"] == "CRITERIA_LIMIT_EXCEEDED"


class TestOtherWays:
    @pytest.mark.parametrize(
        "query",
        [
            {"email": "ANN@example.com"},
            {"word": "nn"},
            {"word": "ann@"},
        ],
    )
    def test_find_by_email_or_word(self, crm: Client, query: dict[str, str]) -> None:
        assert "Smithson" in names(ask(crm, **query))

    def test_find_by_phone_however_it_is_written(self, crm: Client) -> None:
        assert names(ask(crm, phone="2079460100")) == ["Smith"]

    @pytest.mark.parametrize(
        "query",
        [
            {"email": "nobody@example.com"},
            {"phone": "999999"},
            {"word": "nothing like it"},
            {"criteria": "(Last_Name:equals:Nobody)"},
        ],
    )
    def test_have_no_body_when_nothing_is_found(
        self, crm: Client, query: dict[str, str]
    ) -> None:
        reply = ask(crm, **query)

        assert (reply.status, reply.text) == (204, "")

    def test_want_two_letters(self, crm: Client) -> None:
        reply = ask(crm, word="a")

        assert (reply.status, reply.json["code"]) == (400, "INVALID_DATA")

    def test_want_exactly_one_way(self, crm: Client) -> None:
        assert ask(crm).json["code"] == "EXPECTED_PARAM_MISSING"
        both = ask(crm, word="Smith", email="ann@example.com")
        assert both.json["code"] == "INVALID_REQUEST"


class TestAnswer:
    def test_shows_the_fields_asked_for(self, crm: Client) -> None:
        reply = ask(crm, email="ann@example.com", fields="First_Name")

        (found,) = reply.json["data"]
        assert found.keys() == {"id", "First_Name"}

    def test_shows_all_fields_otherwise(self, crm: Client) -> None:
        (found,) = ask(crm, email="ann@example.com").json["data"]

        assert found["Full_Name"] == "Ann Smithson"

    def test_comes_in_pages(self, crm: Client) -> None:
        query = {"word": "Smith", "per_page": 1, "sort_by": "Last_Name"}

        first, second = ask(crm, **query), ask(crm, page=2, **query)

        assert names(first) + names(second) == ["Smithson", "Smith"]
        assert first.json["info"]["more_records"] is True
        assert second.json["info"]["more_records"] is False

    def test_ends_after_2000(self, crm: Client) -> None:
        assert ask(crm, word="Smith", page=11).json["code"] == "LIMIT_REACHED"


class TestGate:
    @pytest.mark.parametrize(
        "scope", ["ZohoCRM.modules.ALL", "ZohoSearch.securesearch.READ"]
    )
    def test_wants_both_scopes(self, zoho: SandboxZoho, scope: str) -> None:
        reply = ask(connect(zoho, scope), word="Archer")

        assert reply.json["code"] == "OAUTH_SCOPE_MISMATCH"


class TestCount:
    @pytest.mark.parametrize(
        ("query", "count"),
        [
            ({}, 11),
            ({"criteria": "(Last_Name:starts_with:Smith)"}, 2),
            ({"email": "ann@example.com"}, 1),
            ({"phone": "999999"}, 0),
            ({"word": "smith"}, 2),
        ],
    )
    def test_is_of_what_a_search_would_find(
        self, crm: Client, query: dict[str, str], count: int
    ) -> None:
        reply = crm.get(f"/crm/v8/Contacts/actions/count?{urlencode(query)}")

        assert reply.json == {"count": count}
