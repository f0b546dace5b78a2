import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NAMED = re.compile(
    r"(?:(?<![A-Za-z0-9])|(?<=Test))[AFR]\d{2}(?![0-9a-z])|(?<=_)[afr]\d{2}(?![0-9a-z])"
)


class TestCases:
    def test_explain_every_id_that_a_test_names(self) -> None:
        tests = (file.read_text() for file in (ROOT / "tests").rglob("*.py"))
        named = {found.upper() for text in tests for found in NAMED.findall(text)}
        cases = (ROOT / "docs" / "cases.md").read_text()

        explained = set(re.findall(r"^\| ([AFR]\d{2}) \|", cases, re.MULTILINE))

        assert len(named) > 20
        assert named - explained == set()

    def test_are_explained_once(self) -> None:
        cases = (ROOT / "docs" / "cases.md").read_text()

        ids = re.findall(r"^\| ([AFR]\d{2}) \|", cases, re.MULTILINE)

        assert len(ids) == len(set(ids))
