"""What a password must not be, beside short or common."""

import itertools
from typing import Any

from django.contrib.auth.password_validation import UserAttributeSimilarityValidator
from django.core.exceptions import ValidationError

# A row of keys in either direction is a sequence like the alphabet.
ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop",
    "qwertzuiop",
    "asdfghjkl",
    "zxcvbnm",
    "yxcvbnm",
    "azertyuiop",
)
NEXT = {pair for row in ROWS for pair in itertools.pairwise(row)}
NEIGHBOURS = NEXT | {(after, before) for before, after in NEXT}
# Of all steps from one sign to the next, so many may be ones that anybody foresees.
FORESEEN = 0.6


class NotAPattern:
    """Refuses what repeats itself, or runs along the alphabet or the keyboard."""

    def validate(self, password: str, user: object = None) -> None:  # noqa: ARG002
        text = password.lower()
        if _repeats(text) or _runs(text):
            raise ValidationError(
                "This password follows a pattern, such as abcabc or 12345. "
                "Take several words that have nothing to do with each other.",
                code="password_pattern",
            )

    def get_help_text(self) -> str:
        return "Not a pattern such as abcabc or 12345."


def _repeats(text: str) -> bool:
    """Tell whether one part, of half the length at most, makes up the whole."""
    return any(
        (text[:size] * (len(text) // size + 1)).startswith(text)
        for size in range(1, len(text) // 2 + 1)
    )


def _runs(text: str) -> bool:
    steps = list(itertools.pairwise(text))
    foreseen = sum(
        before == after or (before, after) in NEIGHBOURS for before, after in steps
    )
    return bool(steps) and foreseen / len(steps) > FORESEEN


class NotOneself(UserAttributeSimilarityValidator):
    """Refuses one's own address or name."""

    def __init__(self) -> None:
        super().__init__(user_attributes=("email", "name"))

    def validate(self, password: str, user: Any = None) -> None:
        try:
            super().validate(password, user)
        except ValidationError:
            raise ValidationError(
                "This password is too much like your own name or address. "
                "Take several words that have nothing to do with you.",
                code="password_too_similar",
            ) from None

    def get_help_text(self) -> str:
        return "Not your own name or address."
