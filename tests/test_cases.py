import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NAMED = re.compile(
    r"(?:(?<![A-Za-z0-9])|(?<=Test))[AFR]\d{2}(?![0-9a-z])"
    r"|(?<=_)[afru]\d{2}(?![0-9a-z])"
)
NAMED_CASE = re.compile(r"(forms|replies)[/_]([sS]?\d{1,2})(?![0-9a-z])")
ROW = re.compile(r"^\| ([AFRU]\d{2}|forms/\d{2}|replies/S\d{1,2}) \|", re.MULTILINE)
# Bodies of answers go by their number alone; each says what it is for.
RECORDED = re.compile(r"replies/\d{2}")


class TestCases:
    def test_explain_every_id_that_a_test_names(self) -> None:
        files = (ROOT / "tests").rglob("*.py")
        tests = [file.read_text() for file in files if file != Path(__file__)]
        named = {found.upper() for text in tests for found in NAMED.findall(text)}
        for kind, number in NAMED_CASE.findall("".join(tests)):
            named.add(f"{kind}/{number.upper()}")
        cases = (ROOT / "docs" / "cases.md").read_text()

        explained = set(ROW.findall(cases))

        assert len(named) > 20
        unknown = named - explained
        assert {each for each in unknown if not RECORDED.fullmatch(each)} == set()

    def test_are_explained_once(self) -> None:
        cases = (ROOT / "docs" / "cases.md").read_text()

        ids = ROW.findall(cases)

        assert len(ids) == len(set(ids))
