"""What people have elsewhere in the portal: what they may use, and what waits.

Rooms above this one keep that and know people; here it is only asked for.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from zohoportal.accounts.models import User

# So many are named; the others are counted.
MOST_NAMED = 5


@dataclass(frozen=True)
class Handed:
    """What became of what waited: how much went, and the names of what stays."""

    count: int
    stays: list[str]

    def said(self, person: User, to: User) -> str:
        """Return it in words."""
        words = f"{self.count} handed over to {to.email}."
        if not self.stays:
            return words
        return (
            f"{words} {person.email} keeps {self.kept}: {to.email} does not have the "
            "right to it."
        )

    @property
    def kept(self) -> str:
        named = ", ".join(self.stays[:MOST_NAMED])
        more = len(self.stays) - MOST_NAMED
        return f"{named} and {more} more" if more > 0 else named


@dataclass(frozen=True)
class Waiting:
    """What somebody has begun and not ended.

    Attributes:
        count: says how much of it there is.
        hand_over: gives somebody else what they may bring on.
        resume: lets go on what was held because the person could not use it.
    """

    count: Callable[[User], int]
    hand_over: Callable[[User, User], Handed]
    resume: Callable[[User], object]


# Says in words what each of these people may use.
Rights = Callable[[Collection[User]], Mapping[UUID, str]]

waiting: list[Waiting] = []
rights: list[Rights] = []


def how_much_waits(person: User) -> int:
    """Return how much a person has begun and not ended."""
    return sum(each.count(person) for each in waiting)


def rights_of(people: Collection[User]) -> dict[UUID, str]:
    """Return what each person may use, in words; people without rights are missing."""
    found: dict[UUID, list[str]] = {}
    for each in rights:
        for pk, words in each(people).items():
            found.setdefault(pk, []).append(words)
    return {pk: ", ".join(words) for pk, words in found.items()}
