"""The table of `docs/security.md` names tests that exist, or says what is open."""

import io
import json
import logging
import re
from logging.config import DictConfigurator

import pytest
from django.conf import settings

from tests.zoho import ROOT

PAGE = (ROOT / "docs" / "security.md").read_text()
ROW = re.compile(r"^\| ([\d.]+|V\d+) \| (.+) \| (.+) \|$", re.MULTILINE)
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)(?:::(\w+))?`")
ROWS = [found.groups() for found in ROW.finditer(PAGE)]
# How many rows of levels 1 and 2 these chapters have.
COMPLETE = {"6": 35, "7": 18, "8": 7, "16": 16}


def is_there(path: str, group: str, test: str) -> bool:
    file = ROOT / path
    if not file.exists():
        return False
    parts = re.split(rf"^class {group}\b", file.read_text(), flags=re.MULTILINE)
    body = re.split(r"^class ", parts[-1], flags=re.MULTILINE)[0]
    return len(parts) > 1 and (not test or f"    def {test}(" in body)


class TestPage:
    @pytest.mark.parametrize(("row", "_words", "proof"), ROWS)
    def test_has_a_test_or_a_reason_in_every_row(
        self, row: str, _words: str, proof: str
    ) -> None:
        named = NAMED.findall(proof)

        assert named or proof == "-" or re.match(r"Open by choice: \w+", proof)
        assert [each for each in named if not is_there(*each)] == []
        # Nothing but names of tests, which can be looked up.
        assert not named or not NAMED.sub("", proof).strip(" ,")

    @pytest.mark.parametrize("chapter", COMPLETE)
    def test_has_every_row_of_a_chapter(self, chapter: str) -> None:
        rows = [row for row, *_ in ROWS if row.partition(".")[0] == chapter]

        assert len(rows) == len(set(rows)) == COMPLETE[chapter]

    def test_with_a_made_up_test_is_noticed(self) -> None:
        assert is_there("tests/test_security_page.py", "TestPage", "")
        assert not is_there("tests/test_security_page.py", "TestNothing", "")
        assert not is_there("tests/test_security_page.py", "TestPage", "test_nothing")
        assert not is_there("tests/test_nothing.py", "TestPage", "")

    def test_names_every_log(self) -> None:
        """Nothing but standard error, for all loggers."""
        log = settings.LOGGING
        assert set(log["handlers"]) == {"stderr"}
        handlers = [each.get("handlers", []) for each in log["loggers"].values()]
        assert {name for each in handlers for name in each} <= {"stderr"}


class TestLog:
    @pytest.mark.parametrize(
        "typed", ["a\nb", "a\r\n{}", "\u2028x", '"}\n{"event": "x']
    )
    def test_has_one_line_whatever_was_typed(self, typed: str) -> None:
        out = io.StringIO()
        mine = logging.StreamHandler(out)
        made = DictConfigurator(settings.LOGGING).configure_formatter
        # It takes the description apart.
        mine.setFormatter(made(dict(settings.LOGGING["formatters"]["json"])))
        logger = logging.getLogger("tests.security_page")
        logger.addHandler(mine)

        logger.warning("typed: %s", typed, extra={"also": typed})

        logger.removeHandler(mine)
        (line,) = out.getvalue().removesuffix("\n").split("\n")
        assert "\r" not in line
        assert json.loads(line)["also"] == typed
