import json
import time
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connections.zoho import shapes

DIGITS = "9" * 5_000
ARABIC = "٣٤٥"
NONSENSE: list[Any] = [None, True, [], {}, [1], {"id": "1"}, "", "x", ARABIC, DIGITS]
NONSENSE += [-1, 10**30, 1e300, float("1e-9") - 1, "-1", "1_000", " 12", "0x1"]
AT = datetime(2026, 5, 14, 12, 51, 2, tzinfo=timezone(timedelta(hours=3)))
DESK = ["https://desk.zoho.example"]


def seconds_of(raw: bytes) -> float:
    started = time.process_time()
    shapes.decode(raw)
    return time.process_time() - started


class TestDecode:
    @pytest.mark.parametrize(
        ("raw", "body"),
        [
            (b"{}", {}),
            (b'\xef\xbb\xbf{"a": "\xc3\xbc"}', {"a": "ü"}),
            (b'{"a": "\\ud83d\\ude00"}', {"a": "😀"}),
            (b'{"a": "\\\\u0000"}', {"a": "\\u0000"}),
            (b'{"a": 9007199254740993}', {"a": 9007199254740993}),
            (b'{"a": 1e999, "b": 1.5}', {"a": None, "b": 1.5}),
            (b'{"a": "[[[[", "b": [[{}]]}', {"a": "[[[[", "b": [[{}]]}),
        ],
    )
    def test_returns_what_zoho_says(self, raw: bytes, body: Any) -> None:
        assert shapes.decode(raw) == body

    @pytest.mark.parametrize(
        "raw",
        [
            b"",
            b"[]",
            b"null",
            b"<p>",
            b'{"a": NaN}',
            b'{"a": ' + DIGITS.encode() + b"}",
            b'{"a": "\\ud800"}',
            b'{"a": "\\u0000"}',
            b'{"a": "\\\\\\u0000"}',
            b'{"a": "\xed\xa0\x80"}',
            b"[" * 100_000,
            b'{"a":' * 100 + b"1" + b"}" * 100,
            b'{"a":[' + b"[]," * 50_000 + b"[]]}",
            b'{"a":[' + b"1," * 200_001 + b"1]}",
        ],
        ids=lambda raw: repr(raw[:20]),
    )
    def test_takes_nothing_else_f51(self, raw: bytes) -> None:
        assert shapes.decode(raw) is None

    def test_cuts_texts_that_nobody_wrote(self) -> None:
        raw = json.dumps({"a": "x" * 10_000_000, "b": [{"c": "y" * 300_000}]}).encode()

        body = shapes.decode(raw)

        assert body == {
            "a": "x" * shapes.LONGEST_TEXT,
            "b": [{"c": "y" * shapes.LONGEST_TEXT}],
        }

    @pytest.mark.parametrize(
        "raw",
        [
            b'{"a": "' + b"x" * 10_000_000 + b'"}',
            b'{"a": "' + b"\\\\u0000" * 1_000_000 + b'"}',
            b'{"a": "' + b"\\" * 10_000_000,
            b'{"a": [' + b"[" * 49_000 + b"]" * 49_000 + b"]}",
            b'{"a": [' + b"1," * 199_000 + b"1]}",
            b'{"a": [' + b"{}," * 49_000 + b"{}]}",
            b'{"a": [' + b'"\\u0000",' * 199_000 + b"1]}",
        ],
        ids=lambda raw: repr(raw[:20]),
    )
    def test_is_never_expensive(self, raw: bytes) -> None:
        # Half of it on an idle machine: others take the caches too.
        assert min(seconds_of(raw) for _ in range(5)) < 0.2


class TestIdentifier:
    @pytest.mark.parametrize(
        ("value", "known"),
        [
            ("12", "12"),
            (1111110000000300131, "1111110000000300131"),
            ("9" * 20, "9" * 20),
            ("9" * 21, ""),
            (10**20, ""),
            ("12\n", ""),
        ],
    )
    def test_is_of_ascii_digits(self, value: Any, known: str) -> None:
        assert shapes.identifier(value) == known

    @pytest.mark.parametrize("value", NONSENSE, ids=lambda value: repr(value)[:12])
    def test_is_empty_for_anything_else(self, value: Any) -> None:
        assert shapes.identifier(value) == ""


class TestName:
    @pytest.mark.parametrize(
        ("value", "known"),
        [
            ("Last_Name", "Last_Name"),
            ("cf_size", "cf_size"),
            ("a.b", ""),
            ("a/../b", ""),
            ("Größe", ""),
            ("x" * 101, ""),
            ("a\n", ""),
            (7, ""),
        ],
    )
    def test_is_one_that_addresses_can_hold(self, value: Any, known: str) -> None:
        assert shapes.name(value) == known


class TestText:
    @pytest.mark.parametrize(
        ("value", "words"),
        [("Ü\n<b>", "Ü\n<b>"), (103, "103"), (1.5, "1.5"), ("x" * 9_999, "x" * 500)],
    )
    def test_is_cut_short(self, value: Any, words: str) -> None:
        assert shapes.text(value) == words

    @pytest.mark.parametrize("value", [None, True, [], {"a": 1}])
    def test_is_empty_for_what_is_none(self, value: Any) -> None:
        assert shapes.text(value) == ""


class TestFlag:
    @pytest.mark.parametrize("value", [True, "true"])
    def test_is_yes(self, value: Any) -> None:
        assert shapes.flag(value) is True

    @pytest.mark.parametrize("value", [False, "false"])
    def test_is_no(self, value: Any) -> None:
        assert shapes.flag(value, otherwise=True) is False

    @pytest.mark.parametrize("value", [None, 1, 0, "", "no", [False], {"a": True}])
    def test_is_what_counts_otherwise_for_anything_else(self, value: Any) -> None:
        assert shapes.flag(value) is False
        assert shapes.flag(value, otherwise=True) is True


class TestWord:
    @pytest.mark.parametrize(
        ("value", "word"),
        [(True, "true"), (False, "false"), ("Ja", "Ja"), (7, "7"), ([True], "")],
    )
    def test_is_a_text_or_yes_or_no(self, value: Any, word: str) -> None:
        assert shapes.word(value) == word


class TestMoment:
    def test_has_its_zone(self) -> None:
        assert shapes.moment("2026-05-14T12:51:02+03:00") == AT
        assert shapes.moment("2026-05-14T09:51:02.000Z") == AT

    @pytest.mark.parametrize(
        "value",
        [
            *NONSENSE,
            "2026-05-14T12:51:02",
            "0001-01-01T00:00:00Z",
            "9999-12-31T23:59:59Z",
            "2026-02-30T00:00:00Z",
        ],
        ids=lambda value: repr(value)[:12],
    )
    def test_is_none_for_anything_else(self, value: Any) -> None:
        assert shapes.moment(value) is None

    @given(st.text(max_size=40))
    @settings(max_examples=100, deadline=None)
    def test_bears_any_header(self, value: str) -> None:
        found = shapes.http_moment(value)

        assert found is None or found - datetime.now(UTC)

    @pytest.mark.parametrize(
        ("value", "year"),
        [
            ("Thu, 14 May 2026 12:05:00 GMT", 2026),
            ("Thu, 14 May 2026 12:05:00 -0000", None),
            ("Thu, 14 May 9999 12:05:00 GMT", None),
            ("Thu, 14 May 2026 12:05:00 +9999999999999", None),
            ("x" * 5_000, None),
        ],
    )
    def test_of_a_header_has_a_sane_year(self, value: str, year: int | None) -> None:
        found = shapes.http_moment(value)

        assert (found and found.year) == year


class TestDay:
    @pytest.mark.parametrize(
        ("value", "known"),
        [
            ("1850-02-03", date(1850, 2, 3)),
            ("2026-02-30", None),
            ("٢٠٢٦-01-01", None),
            (20260101, None),
            (None, None),
        ],
    )
    def test_is_one_of_the_calendar(self, value: Any, known: date | None) -> None:
        assert shapes.day(value) == known


class TestNumbers:
    @pytest.mark.parametrize(
        ("value", "number"), [("12", 12), (12, 12), (12.9, 12), ("0007", 7), (0, 0)]
    )
    def test_are_counted(self, value: Any, number: int) -> None:
        assert shapes.count(value) == number
        assert shapes.size(value) == number

    @pytest.mark.parametrize("value", NONSENSE, ids=lambda value: repr(value)[:12])
    def test_are_none_for_nonsense(self, value: Any) -> None:
        assert shapes.count(value) is None
        assert shapes.size(value) is None

    @pytest.mark.parametrize(
        ("value", "found"),
        [(40, 40), ("40", 40), (0, 255), (10**30, 255), (DIGITS, 255), (None, 255)],
    )
    def test_of_a_length_stay_within_bounds(self, value: Any, found: int) -> None:
        assert shapes.length(value, 1, 100_000, otherwise=255) == found


class TestOneOf:
    @pytest.mark.parametrize(
        ("value", "word"), [("Open", "Open"), ("open", ""), (["Open"], ""), (None, "")]
    )
    def test_is_a_word_that_is_known(self, value: Any, word: str) -> None:
        assert shapes.one_of(value, {"Open", "Closed"}, "") == word


class TestRows:
    @pytest.mark.parametrize(
        ("value", "found"),
        [
            ([{"a": 1}, None, [], "x", {}], [{"a": 1}, {}]),
            (None, []),
            ({"a": 1}, []),
            ("ab", []),
        ],
    )
    def test_are_the_objects_of_a_list(self, value: Any, found: list[Any]) -> None:
        assert shapes.rows(value) == found

    def test_are_not_endless(self) -> None:
        assert len(shapes.rows([{}] * 99, most=7)) == 7


class TestMapping:
    def test_is_an_object_or_an_empty_one(self) -> None:
        assert shapes.mapping({"a": 1}) == {"a": 1}
        nothing: list[object] = [None, [], "x"]
        assert [shapes.mapping(each) for each in nothing] == [{}, {}, {}]


class TestAddress:
    @pytest.mark.parametrize("path", ["", "/", "/agent/x?y=1#dv", ":/"])
    def test_is_at_one_of_our_own_origins(self, path: str) -> None:
        known = shapes.address(f"https://desk.zoho.example{path}", DESK)

        assert bool(known) is (path != ":/")

    @pytest.mark.parametrize(
        "value",
        [
            "http://desk.zoho.example/",
            "//desk.zoho.example/",
            "https://desk.zoho.example@evil.example/",
            "https://evil.example/https://desk.zoho.example/",
            "https://desk.zoho.example.evil.example/",
            "https://desk.zoho.example:444/",
            "https://desk.zoho.example\\.evil.example/",
            "https://desk.zoho.exampl\u0435/",
            "https://desk.zoho.example/a b",
            "javascript:alert(1)",
            "http://[::1",
            "https://[]/",
            7,
            None,
        ],
    )
    def test_is_empty_for_any_other(self, value: Any) -> None:
        assert shapes.address(value, DESK) == ""
