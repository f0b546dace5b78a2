import csv
import io
import random
from datetime import datetime, timedelta, timezone

import pytest

from zohoportal.activity.views import csv_export

TRIGGERS = "=+-@\t\r\n\0\uff1d\uff0b\uff0d\uff20"
# Whatever ends fields, lines and files somewhere, and letters of every width.
LETTERS = TRIGGERS + "'\",;|\\ \u00a0aZ09äß漢\u202e\u200b\ufeff😀"
SEED = 20_260_514


def parsed(*rows: list[object], header: tuple[str, ...] = ("a",)) -> list[list[str]]:
    """Return the rows of a file, as a spreadsheet reads it."""
    file = "".join(csv_export.lines(header, rows)).encode()
    return list(csv.reader(io.StringIO(file.decode("utf-8-sig"), newline="")))[1:]


def given_back(cell: str) -> str:
    """Take away what guards a text."""
    return cell.removeprefix("'")


class TestA52Cells:
    def test_come_back_as_they_were_and_none_begins_like_a_formula(self) -> None:
        chance = random.Random(SEED)
        cells = [
            "".join(chance.choices(LETTERS, k=chance.randrange(12)))
            for _ in range(10_000)
        ]
        rows: list[list[object]] = [
            list(cells[start : start + 10]) for start in range(0, len(cells), 10)
        ]

        found = [cell for row in parsed(*rows) for cell in row]

        assert [given_back(cell) for cell in found] == cells
        assert not [cell for cell in found if cell.startswith(tuple(TRIGGERS))]
        guarded = [cell for cell in cells if cell.startswith((*TRIGGERS, "'"))]
        assert len(guarded) > 3000

    @pytest.mark.parametrize("trigger", TRIGGERS)
    def test_that_begin_like_a_formula_get_an_apostrophe(self, trigger: str) -> None:
        assert csv_export.cell(f"{trigger}1+1") == f"'{trigger}1+1"

    @pytest.mark.parametrize("harmless", ["", "a=1", " -", "1-1", "kim@example.com"])
    def test_that_begin_harmlessly_stay(self, harmless: str) -> None:
        assert csv_export.cell(harmless) == harmless

    def test_are_all_quoted_so_that_none_begins_another(self) -> None:
        line = list(csv_export.lines(["a"], [['x","=1+1', 'y\r\n=1;"', "", 5]]))[-1]

        assert line == '"x"",""=1+1","y\r\n=1;""","","5"\r\n'

    def test_with_numbers_stay_usable(self) -> None:
        assert parsed([-5, 0, 1.5]) == [["-5", "0", "1.5"]]

    def test_with_times_are_in_utc(self) -> None:
        summer = timezone(timedelta(hours=2))

        (row,) = parsed([datetime(2026, 5, 14, 1, 30, 5, 999, tzinfo=summer)])

        assert row == ["2026-05-13T23:30:05+00:00"]

    def test_are_made_line_by_line(self) -> None:
        def endless() -> object:
            while True:
                yield ["row"]

        made = csv_export.lines(["a"], endless())  # type: ignore[arg-type]

        assert [next(made) for _ in range(3)] == ["\ufeff", '"a"\r\n', '"row"\r\n']
