"""Every refusal keeps its class and its fields, whatever its envelope."""

import json
from pathlib import Path
from typing import Any

import pytest

from connections.zoho import replies
from connections.zoho.errors import ZohoError
from connections.zoho.transport import Reply
from crm.envelope import CRM
from desk.envelope import DESK
from tests.connections.zoho.refusal_cases import CASES, Case
from tests.recorded import answer

# The reference beside the repository, where it is at hand.
SHARED = Path(__file__).resolve().parents[4] / "shared" / "cases" / "replies"
FILES = sorted(file for file in SHARED.glob("[0-9][0-9]-*.json"))


def refusal(product: str, reply: Reply, *, repeatable: bool = False) -> ZohoError:
    envelope = CRM if product == "crm" else DESK
    with pytest.raises(ZohoError) as caught:
        replies.read(reply, envelope, repeatable=repeatable)
    return caught.value


def fields(error: ZohoError) -> list[str]:
    return [
        f"{each.field}:{each.kind}:{each.record}"
        for each in getattr(error, "fields", ())
    ]


def agree(expected: list[str], found: list[str]) -> bool:
    """Tell whether each field is named in turn, with what is said of it."""
    pairs = zip(expected, found, strict=False)
    return len(expected) == len(found) and all(
        f"{each}:".startswith(f"{wanted}:") for wanted, each in pairs
    )


class TestRefusals:
    @pytest.mark.parametrize("case", CASES, ids=str)
    def test_have_their_class_and_fields(self, case: Case) -> None:
        error = refusal(case.product, answer(case.status, case.raw, **case.headers))

        assert type(error) is case.expected
        assert agree(list(case.fields), fields(error))

    @pytest.mark.parametrize("case", CASES, ids=str)
    def test_are_the_same_for_a_call_that_may_be_repeated(self, case: Case) -> None:
        reply = answer(case.status, case.raw, **case.headers)

        error = refusal(case.product, reply, repeatable=True)

        is_same = type(error) is case.expected
        assert is_same or type(error).__name__ == "Unavailable"
        assert error.code == refusal(case.product, reply).code

    def test_have_two_siblings_each(self) -> None:
        numbers = [case.number for case in CASES]

        for number in {each[:2] for each in numbers}:
            assert sorted(each for each in numbers if each[:2] == number) == [
                number,
                f"{number}b",
                f"{number}c",
            ]


@pytest.mark.skipif(not FILES, reason="needs ../shared/cases")
class TestReference:
    @pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
    def test_has_the_class_and_the_fields_that_it_expects(self, file: Path) -> None:
        case: dict[str, Any] = json.loads(file.read_text("utf-8"))
        body = case["body"]
        raw = body.encode() if isinstance(body, str) else json.dumps(body).encode()

        error = refusal(case["product"], answer(case["status"], raw, **case["headers"]))

        assert type(error).__name__ in case["expected"].split("|")
        assert agree(case["expected_fields"], fields(error))

    def test_has_a_case_of_ours_for_each(self) -> None:
        ours = {case.number[:2] for case in CASES}

        assert {file.name[:2] for file in FILES} <= ours
