"""Judge an answer by Zoho's files, less the exceptions we have reasons for."""

import tomllib
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from tests.openapi.case import Case
from tests.openapi.normaliser import errors, response_schema
from tests.sandbox.client import Reply

LIST = Path(__file__).with_name("exceptions.toml")


def find_schema(answer: str) -> dict[str, Any]:
    """Return the schema of "file METHOD /path status"."""
    spec, method, path, status = answer.split()
    return response_schema(spec, path, method, int(status))


@dataclass
class Exceptions:
    """The checked-in list; it remembers which of its entries were needed."""

    reshaped: list[dict[str, Any]]
    tolerated: list[dict[str, Any]]
    needed: set[int] = field(default_factory=set)

    @classmethod
    def read(cls) -> "Exceptions":
        return cls(**tomllib.loads(LIST.read_text("utf-8")))

    def problems(self, answer: str, body: Any) -> list[str]:
        """Return what is wrong with an answer's body and not in the list."""
        return [
            f"{pointer}: {error.message}"
            for against, instance in self._pairs(answer, body)
            for error in errors(find_schema(against), instance)
            for pointer in ["/" + "/".join(str(step) for step in error.path)]
            if not self._tolerates(answer, pointer, error.message)
        ]

    def unneeded(self) -> list[dict[str, Any]]:
        return [
            entry
            for entry in [*self.reshaped, *self.tolerated]
            if id(entry) not in self.needed
        ]

    def _pairs(self, answer: str, body: Any) -> list[tuple[str, Any]]:
        """Return which schemas to judge by, each with what to judge."""
        for entry in self.reshaped:
            if fnmatchcase(answer, entry["answer"]):
                if entry["shape"] == "wrapped" and "data" in body:
                    continue
                self.needed.add(id(entry))
                return [
                    (against, _SHAPES[entry["shape"]](body, against))
                    for against in entry.get("against", [answer])
                ]
        return [(answer, body)]

    def _tolerates(self, answer: str, pointer: str, message: str) -> bool:
        for entry in self.tolerated:
            if (
                fnmatchcase(answer, entry["answer"])
                and fnmatchcase(pointer, entry["at"])
                and entry["says"] in message
            ):
                self.needed.add(id(entry))
                return True
        return False


def problems_of(exceptions: Exceptions, case: Case, reply: Reply) -> list[str]:
    """Return what is wrong with the reply to a case."""
    if reply.status == 204:
        find_schema(case.answer)
        return [reply.text] if reply.text else []
    return exceptions.problems(case.answer, reply.json)


def _as_it_is(body: Any, _against: str) -> Any:
    return body


def _wrapped(body: Any, _against: str) -> Any:
    return {"data": [body]}


def _split(body: Any, against: str) -> Any:
    """Return the half of a mixed answer that the schema is about."""
    wanted = "success" if against.endswith(" 200") else "error"
    return {"data": [item for item in body["data"] if item["status"] == wanted]}


_SHAPES = {"as it is": _as_it_is, "wrapped": _wrapped, "split": _split}
