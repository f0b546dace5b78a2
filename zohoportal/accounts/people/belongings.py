"""What people have elsewhere in the portal: what they may use, and what waits.

Rooms above this one keep that and know people; here it is only asked for.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from zohoportal.accounts.models import User


@dataclass(frozen=True)
class Waiting:
    """What somebody has begun and not ended.

    Attributes:
        count: says how much of it there is.
        hand_over: gives it to somebody else, and says how much that was. Raises
            `Refused` where they could do nothing with it.
        resume: lets go on what was held because the person could not use it.
    """

    count: Callable[[User], int]
    hand_over: Callable[[User, User], int]
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
