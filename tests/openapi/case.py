"""A request to the sandbox whose answer has to fit Zoho's files."""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Case:
    """A request to the sandbox; {contact} and the like are filled in."""

    operation: str
    status: int
    path: str
    body: Any = None
    scope: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    file: bytes | None = None
    # The CRM organisation that is asked.
    organization: str = "Example Ltd"
    # Asked of the sandbox's richer Desk.
    is_rich: bool = False

    def __str__(self) -> str:
        return f"{self.method} {self.path[:60]} {self.status}"

    @property
    def method(self) -> str:
        return self.operation.split()[1]

    @property
    def answer(self) -> str:
        return f"{self.operation} {self.status}"
