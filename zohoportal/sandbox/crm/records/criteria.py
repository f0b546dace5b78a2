r"""The language of search criteria: ((Last_Name:equals:Doe)and(City:in:Lyon,Paris)).

Parentheses, commas and backslashes in values are written with a backslash before.
https://www.zoho.com/crm/developer/docs/api/v8/search-records.html
"""

from collections.abc import Callable
from dataclasses import dataclass

MOST_CONDITIONS = 15
DEEPEST = 20
OPERATORS = {
    "equals",
    "not_equal",
    "in",
    "not_in",
    "starts_with",
    "contains",
    "between",
    "greater_than",
    "greater_equal",
    "less_than",
    "less_equal",
}


class BadCriteria(Exception):
    """The reason Zoho gives."""


@dataclass(frozen=True)
class Condition:
    field: str
    operator: str
    values: list[str]


# A condition, or "and" / "or" with what it joins.
Criteria = Condition | tuple[str, list["Criteria"]]


def parse(text: str) -> Criteria:
    """Return what criteria ask for.

    Raises:
        BadCriteria: They cannot be understood.
    """
    reader = _Reader(text)
    criteria = reader.group()
    # One condition may stand alone, several need no outer parentheses.
    joined = reader.joined_with(criteria)
    if not reader.is_done:
        raise BadCriteria("the criteria do not end where they should")
    return joined


def conditions(criteria: Criteria) -> list[Condition]:
    if isinstance(criteria, Condition):
        return [criteria]
    return [each for part in criteria[1] for each in conditions(part)]


def holds(criteria: Criteria, test: Callable[[Condition], bool]) -> bool:
    """Tell whether criteria hold, given a test for one condition."""
    if isinstance(criteria, Condition):
        return test(criteria)
    joint, parts = criteria
    results = [holds(part, test) for part in parts]
    return all(results) if joint == "and" else any(results)


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    @property
    def is_done(self) -> bool:
        return self._at == len(self._text)

    def group(self, depth: int = 1) -> Criteria:
        self._take("(")
        if depth > DEEPEST:
            raise BadCriteria("there are too many parentheses")
        if self._text.startswith("(", self._at):
            inside = self.joined_with(self.group(depth + 1), depth + 1)
        else:
            inside = self._condition()
        self._take(")")
        return inside

    def joined_with(self, first: Criteria, depth: int = 1) -> Criteria:
        parts, joint = [first], None
        while found := self._joint():
            if joint not in (None, found):
                raise BadCriteria("and and or need parentheses between them")
            joint = found
            parts.append(self.group(depth))
        return (joint, parts) if joint else first

    def _joint(self) -> str | None:
        for joint in ("and", "or"):
            if self._text.startswith(joint, self._at):
                self._at += len(joint)
                return joint
        return None

    def _condition(self) -> Condition:
        field, operator = self._until(":"), self._until(":")
        if operator not in OPERATORS:
            raise BadCriteria("the operator is not supported")
        return Condition(field, operator, self._values())

    def _until(self, end: str) -> str:
        stop = self._text.find(end, self._at)
        if stop < 0:
            raise BadCriteria("a condition is field:operator:value")
        found = self._text[self._at : stop]
        self._at = stop + len(end)
        return found

    def _values(self) -> list[str]:
        """Read values up to the parenthesis that ends the condition."""
        values = [""]
        while not self.is_done and self._text[self._at] != ")":
            letter = self._text[self._at]
            if letter == "(":
                raise BadCriteria("a parenthesis in a value needs a backslash")
            if letter == ",":
                values.append("")
            elif letter == "\\" and self._at + 1 < len(self._text):
                self._at += 1
                values[-1] += self._text[self._at]
            else:
                values[-1] += letter
            self._at += 1
        return values

    def _take(self, letter: str) -> None:
        if not self._text.startswith(letter, self._at):
            raise BadCriteria(f"{letter} is missing")
        self._at += 1
