"""The judge of what goes to Campaigns has something to say where something is wrong."""

from typing import Any

import pytest

from tests.campaigns.judge import problems_of

CONTACT = '{"Contact Email": "kim.sample@example.com"}'
SOUND: dict[str, Any] = {
    "method": "POST",
    "path": "/api/v1.1/json/listsubscribe",
    "query": {},
    "form": {"resfmt": "JSON", "listkey": "3z", "contactinfo": CONTACT},
}


def test_has_nothing_to_say_of_what_was_seen_to_work() -> None:
    assert problems_of(SOUND) == []


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ({"path": "/api/v1.1/json/other"}, "the table does not know it"),
        ({"method": "GET"}, "the table does not know it"),
        ({"form": SOUND["form"] | {"resfmt": "XML"}}, "resfmt is not JSON"),
        ({"form": {"resfmt": "JSON", "listkey": "3z"}}, "contactinfo is missing"),
        ({"form": SOUND["form"] | {"name": "Kim"}}, "name is not documented"),
        ({"query": {"listkey": "3z"}}, "listkey is in the wrong place"),
        ({"query": {"q": "kim@example.com"}}, "an address stands in the query"),
        ({"form": SOUND["form"] | {"contactinfo": "{a:b}"}}, "contactinfo is no JSON"),
        (
            {"form": SOUND["form"] | {"contactinfo": '{"First Name": "K"}'}},
            "contactinfo has no address",
        ),
        (
            {"form": SOUND["form"] | {"contactinfo": '{"Contact Email": 1}'}},
            "contactinfo is no object of texts",
        ),
    ],
)
def test_names_what_is_wrong(wrong: dict[str, Any], problem: str) -> None:
    assert problem in problems_of(SOUND | wrong)
