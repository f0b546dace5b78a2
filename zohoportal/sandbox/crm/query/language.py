"""The CRM's query language: select ... from ... where ... order by ... limit ...

https://www.zoho.com/crm/developer/docs/api/v8/COQL-Overview.html
"""

import re
from dataclasses import dataclass, field

from zohoportal.sandbox.crm.records.criteria import Condition, Criteria

TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^'\\]|\\.)*')|(?P<number>-?\d+(?:\.\d+)?)"
    r"|(?P<word>[A-Za-z_$][\w.$]*)|(?P<sign>>=|<=|!=|[=<>(),]))"
)
SIGNS = {
    "=": "in",
    "!=": "not_in",
    ">": "greater_than",
    ">=": "greater_equal",
    "<": "less_than",
    "<=": "less_equal",
}
DEEPEST = 20


class BadQuery(Exception):
    """A query that cannot be understood, with what it stands near to."""


@dataclass
class Query:
    fields: list[str]
    module: str
    criteria: Criteria
    # Names, each with whether it goes down.
    order: list[tuple[str, bool]] = field(default_factory=list)
    limit: int = 200
    offset: int = 0


def parse(text: str) -> Query:
    """Return what a query asks for.

    Raises:
        BadQuery: It cannot be understood.
    """
    return _Reader(text).query()


class _Reader:
    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._at = 0

    def query(self) -> Query:
        self._expect("select")
        fields = self._names()
        self._expect("from")
        module = self._word()
        self._expect("where")
        query = Query(fields, module, self._either())
        if self._takes("order"):
            self._expect("by")
            query.order = self._order()
        if self._takes("limit"):
            query.limit = self._number()
            # "limit 200, 50" begins with the two hundredth.
            if self._takes(","):
                query.offset, query.limit = query.limit, self._number()
        if self._takes("offset"):
            query.offset = self._number()
        if self._at < len(self._tokens):
            raise BadQuery(self._next())
        return query

    def _either(self, depth: int = 1) -> Criteria:
        parts = [self._both(depth)]
        while self._takes("or"):
            parts.append(self._both(depth))
        return parts[0] if len(parts) == 1 else ("or", parts)

    def _both(self, depth: int) -> Criteria:
        parts = [self._condition(depth)]
        while self._takes("and"):
            parts.append(self._condition(depth))
        return parts[0] if len(parts) == 1 else ("and", parts)

    def _condition(self, depth: int) -> Criteria:
        if not self._takes("("):
            return self._comparison()
        if depth > DEEPEST:
            raise BadQuery("(")
        inside = self._either(depth + 1)
        self._expect(")")
        return inside

    def _comparison(self) -> Condition:
        name = self._word()
        if self._takes("is"):
            operator = "not_null" if self._takes("not") else "null"
            self._expect("null")
            return Condition(name, operator, [])
        if self._takes("not"):
            self._expect("in")
            return Condition(name, "not_in", self._values())
        if self._takes("in"):
            return Condition(name, "in", self._values())
        if self._takes("between"):
            low = self._value()
            self._expect("and")
            return Condition(name, "between", [low, self._value()])
        if self._takes("like"):
            return Condition(name, *_pattern(self._value()))
        sign = self._next()
        if sign not in SIGNS:
            raise BadQuery(sign)
        return Condition(name, SIGNS[sign], [self._value()])

    def _names(self) -> list[str]:
        names = [self._word()]
        while self._takes(","):
            names.append(self._word())
        return names

    def _order(self) -> list[tuple[str, bool]]:
        found = []
        while True:
            name = self._word()
            goes_down = self._takes("desc")
            if not goes_down:
                self._takes("asc")
            found.append((name, goes_down))
            if not self._takes(","):
                return found

    def _values(self) -> list[str]:
        self._expect("(")
        values = [self._value()]
        while self._takes(","):
            values.append(self._value())
        self._expect(")")
        return values

    def _value(self) -> str:
        token = self._next()
        if token in SIGNS or token in ("(", ")", ","):
            raise BadQuery(token)
        if token.startswith("'"):
            return re.sub(r"\\(.)", r"\1", token[1:-1])
        return token

    def _number(self) -> int:
        token = self._next()
        if not token.isdecimal():
            raise BadQuery(token)
        return int(token)

    def _word(self) -> str:
        token = self._next()
        if not re.match(r"[A-Za-z_$]", token):
            raise BadQuery(token)
        return token

    def _next(self) -> str:
        if self._at == len(self._tokens):
            raise BadQuery("")
        self._at += 1
        return self._tokens[self._at - 1]

    def _takes(self, wanted: str) -> bool:
        is_there = (
            self._at < len(self._tokens) and self._tokens[self._at].casefold() == wanted
        )
        self._at += is_there
        return is_there

    def _expect(self, wanted: str) -> None:
        if not self._takes(wanted):
            raise BadQuery(wanted)


def _tokens(text: str) -> list[str]:
    found, at = [], 0
    text = text.rstrip()
    while at < len(text):
        match = TOKEN.match(text, at)
        if match is None:
            raise BadQuery(text[at : at + 20].strip())
        found.append(match.group().strip())
        at = match.end()
    return found


def _pattern(pattern: str) -> tuple[str, list[str]]:
    """Return how a pattern with % at its ends is looked for."""
    inside = pattern.strip("%")
    if pattern.startswith("%"):
        return ("contains" if pattern.endswith("%") else "ends_with"), [inside]
    return ("starts_with" if pattern.endswith("%") else "in"), [inside]
