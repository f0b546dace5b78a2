"""What this room needs of `connections`, which knows it and not the other way round.

`connections` has the vault and the only way out; it hands both over once all apps are
loaded.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Protocol


class NoAnswer(Exception):
    """Nobody answered; the text is a word for the reason."""


class CannotOpen(Exception):
    """A sealed text does not open: another key, another purpose, or damaged."""


@dataclass(frozen=True)
class Answer:
    """What came back: its status, and the JSON object in it, empty if there is none."""

    status: int
    content: Mapping[str, Any]


class Seal(Protocol):
    """Seals a text for one purpose, or opens it for the same."""

    def __call__(self, purpose: str, text: str) -> str: ...


class Ask(Protocol):
    """Asks a host of the origins named, and nobody else; a JSON object is the answer.

    Raises:
        NoAnswer: there was none, or the address is another host's.
    """

    def __call__(
        self,
        origins: Collection[str],
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
    ) -> Answer: ...


seal: Seal
unseal: Seal
ask: Ask
